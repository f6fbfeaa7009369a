"""What is chosen for a machine, from a laptop to a server, and the sentences that say why."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.fitting import DESK_BYTES, GPU_RESERVE, Plan, fitted
from desktop_agent.model.gguf_check import Header
from desktop_agent.model.hardware import Device, Machine

GIB = 1024**3
SHAPE = {
    "general.architecture": "glm4",
    "glm4.block_count": 40,
    "glm4.embedding_length": 4096,
    "glm4.feed_forward_length": 13696,
    "glm4.attention.head_count": 32,
    "glm4.attention.head_count_kv": 2,
    "glm4.context_length": 131072,
    "tokenizer.ggml.tokens": [""] * 151552,
}
Q4 = Header(Path("GLM-4.6V-Flash-Q4_K_M.gguf"), 6_200_000_000, SHAPE)
ENCODER = Header(Path("mmproj-F16.gguf"), 1_800_000_000, {"general.architecture": "clip"})
OPEN = ModelConfig(Q4.path, ENCODER.path)


def machine(free: float, *devices: Device, cores: int = 8) -> Machine:
    return Machine(int(free * GIB), cores, devices)


def card(free: float, shared: bool = False) -> Device:
    return Device("Card", int(free * GIB), shared)


def plan(on: Machine, model: Header = Q4, **asked: object) -> Plan:
    return fitted(replace(OPEN, **asked), model, ENCODER, on)  # type: ignore[arg-type]  # checked where they are used


def why(chosen: Plan, name: str) -> str:
    (found,) = [choice for choice in chosen.choices if choice.name == name]
    return f"{found.value}. {found.why}"


@pytest.mark.parametrize(
    ("free", "context", "kind"),
    [(11, 8192, "q8_0"), (12, 32768, "q8_0"), (14, 32768, "f16"), (28, 65536, "f16"), (60, 131072, "f16")],
)
def test_the_context_grows_with_the_memory(free: float, context: int, kind: str) -> None:
    chosen = plan(machine(free))
    assert (chosen.config.context_tokens, chosen.config.kv_type) == (context, kind)
    assert chosen.memory.total < free * GIB - DESK_BYTES / 2  # the person's programs have some left


def test_each_choice_says_why() -> None:
    small, large = plan(machine(12)), plan(machine(60))
    assert why(small, "context").startswith("32768 tokens. A longer one in f16 would take more than a quarter of the ")
    assert why(large, "context") == "131072 tokens. All that the model was trained for."
    assert why(small, "context's precision") == (
        "q8_0. It takes 0.7 GB; f16 would take 1.3 GB. It is slower on the processor."
    )
    assert why(plan(machine(14)), "context's precision") == "f16. There is room: it takes 1.3 GB."
    assert why(large, "threads") == "8. One for each physical core that may be used."
    assert why(large, "GPU layers") == "0 of 41. This build of llama.cpp finds no GPU."
    assert why(large, "image encoder") == "on the processor. This build of llama.cpp finds no GPU."
    assert all(choice.why.endswith(".") for choice in (*small.choices, *large.choices))


def test_attention_takes_more_memory_only_where_there_is_plenty() -> None:
    scarce, ample = plan(machine(14), context_tokens=32768), plan(machine(60), context_tokens=32768)
    assert (scarce.config.flash_attention, ample.config.flash_attention) == (True, False)
    assert why(scarce, "attention") == "flash. Plain attention would take 0.8 GB."
    assert why(ample, "attention") == "plain. It is faster on a processor, and there is room: it takes 0.8 GB."
    assert (scarce.config.ubatch_tokens, ample.config.ubatch_tokens) == (512, 128)
    assert why(ample, "batch") == (
        "128 tokens, 128 at once. Plain attention is as fast with few, and needs memory for each."
    )
    assert plan(machine(60), context_tokens=8192, ubatch_tokens=512).config.flash_attention is False
    set_by_hand = plan(machine(40), context_tokens=32768, ubatch_tokens=512)
    assert (set_by_hand.config.ubatch_tokens, set_by_hand.config.flash_attention) == (512, True)
    assert ample.memory.working > scarce.memory.working + 300_000_000
    assert plan(machine(28, card(23))).config.flash_attention is None
    assert why(plan(machine(60), kv_type="q8_0"), "attention") == "flash. A quantised context takes no other."


def test_scarce_memory_means_small_batches_and_small_pictures() -> None:
    scarce, ample = plan(machine(11)), plan(machine(28))
    assert (scarce.config.ubatch_tokens, ample.config.ubatch_tokens) == (128, 512)
    assert "scarce" in why(scarce, "batch")
    assert scarce.config.image_max_tokens * 7 < scarce.config.context_tokens  # seven screenshots may stay
    assert ample.config.image_max_tokens == 1280
    uses = (ample.config.zoom_max_tokens, ample.config.attachment_max_tokens)
    assert uses == (1024, 2048)


def test_a_model_that_does_not_fit_is_refused_with_its_figures() -> None:
    with pytest.raises(PlannerError, match=r"Q4_K_M\.gguf needs about \d+\.\d GB of memory, and 7\.5 GB are free"):
        plan(machine(7))


def test_all_goes_to_a_large_card() -> None:
    chosen = plan(machine(28, card(23)))
    assert (chosen.config.gpu_layers, chosen.config.image_encoder_on_cpu) == (41, False)
    assert (chosen.config.context_tokens, chosen.config.kv_type) == (131072, "f16")  # nobody else wants that memory
    assert chosen.video <= 23 * GIB - GPU_RESERVE
    assert why(chosen, "GPU layers").startswith("41 of 41. Card has room for ")


def test_a_card_of_some_size_holds_the_whole_context_in_q8_0() -> None:
    chosen = plan(machine(28, card(14)))
    assert (chosen.config.gpu_layers, chosen.config.context_tokens, chosen.config.kv_type) == (41, 131072, "q8_0")
    assert why(chosen, "context's precision") == "q8_0. It takes 2.9 GB; f16 would take 5.4 GB."


def test_a_card_that_just_holds_the_model() -> None:
    chosen = plan(machine(28, card(11.5)))
    assert (chosen.config.gpu_layers, chosen.config.context_tokens, chosen.config.kv_type) == (41, 32768, "q8_0")
    assert why(chosen, "context").endswith(" left beside the model on the GPU, even in q8_0.")


def test_a_small_card_takes_what_fits() -> None:
    chosen = plan(machine(12, card(7)))
    assert 0 < chosen.config.gpu_layers < 41
    assert 5 * GIB < chosen.video <= 7 * GIB - GPU_RESERVE
    tiny = plan(machine(14, card(2)))
    assert tiny.config.image_encoder_on_cpu
    assert "GPU's" not in why(tiny, "image encoder")
    assert tiny.video <= 2 * GIB - GPU_RESERVE


def test_a_card_makes_up_for_main_memory() -> None:
    assert plan(machine(6, card(23))).config.context_tokens == 131072
    with pytest.raises(PlannerError, match="of memory"):
        plan(machine(5, card(23)), gpu_layers=0)


def test_shared_memory_is_counted_once() -> None:
    chosen = plan(machine(14, card(13, shared=True)))
    assert (chosen.config.gpu_layers, chosen.video, chosen.config.context_tokens) == (41, 0, 32768)
    with pytest.raises(PlannerError, match="of memory"):
        plan(machine(7, card(7, shared=True)))


def test_what_was_set_is_taken() -> None:
    asked = {
        "context_tokens": 20_000, "kv_type": "q8_0", "gpu_layers": 7, "threads": 3, "batch_tokens": 1024,
        "ubatch_tokens": 256, "image_encoder_on_cpu": True, "image_max_tokens": 900, "zoom_max_tokens": 300,
        "attachment_max_tokens": 4000,
    }  # fmt: skip
    chosen = plan(machine(28, card(23)), **asked)
    assert {name: getattr(chosen.config, name) for name in asked} == asked
    assert all("As set" in why(chosen, choice.name) for choice in chosen.choices)


def test_a_context_that_was_set_is_kept_in_half_the_memory_where_it_must() -> None:
    assert plan(machine(28), context_tokens=131072).config.kv_type == "f16"
    assert plan(machine(13), context_tokens=65536).config.kv_type == "q8_0"


def test_more_layers_than_the_card_holds_are_refused() -> None:
    with pytest.raises(PlannerError, match=r"of the GPU's memory, and 3\.0 GB"):
        plan(machine(28, card(7)), gpu_layers=40)


def test_no_context_is_longer_than_the_model_was_trained_for() -> None:
    short = replace(Q4, values=SHAPE | {"glm4.context_length": 8192})
    assert plan(machine(60), short).config.context_tokens == 8192
    chosen = plan(machine(60), short, context_tokens=50_000)
    assert chosen.config.context_tokens == 8192
    assert "50000 were set" in why(chosen, "context")
    unsaid = replace(Q4, values=SHAPE | {"glm4.context_length": 0})
    assert plan(machine(60), unsaid).config.context_tokens == 32768


def test_a_model_without_an_image_encoder() -> None:
    chosen = fitted(ModelConfig(Q4.path, None), Q4, None, machine(12))
    assert not [choice for choice in chosen.choices if choice.name in ("image encoder", "pictures")]


NUMBER = st.integers(-(2**63), 2**64 - 1) | st.integers(0, 300_000)
KEYS = [key for key, value in SHAPE.items() if isinstance(value, int)]


@given(
    st.dictionaries(st.sampled_from([*KEYS, "glm4.attention.key_length", "glm4.attention.value_length"]), NUMBER),
    st.lists(st.builds(Device, st.just("x"), st.integers(0, 2**38), st.booleans()), max_size=3),
    st.integers(0, 2**40),
    st.integers(-1, 50),
)
def test_any_header_on_any_machine_is_planned_or_refused(
    shape: dict[str, int], devices: list[Device], free: int, layers: int
) -> None:
    model = replace(Q4, values=SHAPE | shape)
    try:
        chosen = plan(Machine(free, 4, tuple(devices)), model, gpu_layers=layers)
    except PlannerError:
        return
    assert chosen.config.context_tokens > 0
    assert "auto" not in (chosen.config.kv_type,)
    assert chosen.config.gpu_layers >= 0
    assert min(chosen.config.threads, chosen.config.ubatch_tokens, chosen.config.image_max_tokens) > 0
    assert chosen.video <= sum(max(0, each.free - GPU_RESERVE) for each in devices if not each.shared)
