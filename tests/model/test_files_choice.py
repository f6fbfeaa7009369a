"""Which quantization is chosen for which machine, and what is said of it; names and listings."""

from pathlib import Path

import pytest

from desktop_agent.core.errors import PlannerError, UsageError
from desktop_agent.model.files import choice, listing, naming
from desktop_agent.model.files.listing import Listing
from desktop_agent.model.gguf_check import Header
from desktop_agent.model.hardware import Device, Machine

GB = 1_000_000_000
GLM = Header(
    Path("GLM.gguf"),
    0,
    {
        "general.architecture": "glm4",
        "glm4.block_count": 40,
        "glm4.embedding_length": 4096,
        "glm4.attention.head_count": 32,
        "glm4.attention.head_count_kv": 2,
        "glm4.context_length": 131072,
        "glm4.feed_forward_length": 13696,
    },
)
ENCODER = Header(Path("mmproj.gguf"), int(1.8 * GB), {"general.architecture": "clip"})
SIZES = {"Q2_K": 4.0, "Q3_K_M": 5.1, "Q4_0": 5.6, "Q4_K_M": 6.2, "Q5_K_M": 7.1, "Q8_0": 10.0, "BF16": 18.8}


def with_free(main: float, video: float = 0) -> Machine:
    devices = (Device("Card", int(video * GB)),) if video else ()
    return Machine(int(main * GB), 4, devices)


def made(sizes: dict[str, float]) -> Listing:
    entries: list[listing.Entry] = [
        (f"GLM-4.6V-Flash-{name}.gguf", int(size * GB), "a" * 64) for name, size in sizes.items()
    ]
    encoders: list[listing.Entry] = [
        (f"mmproj-{name}.gguf", int(1.8 * GB), "b" * 64) for name in ("BF16", "F32", "F16")
    ]
    return listing.read("maker/GLM", "0" * 40, [*entries, *encoders, ("README.md", 5, None)])


@pytest.mark.parametrize(
    ("main", "video", "quantization", "said"),
    [
        (64, 0, "Q4_K_M", "Larger ones answer little better"),
        (12, 0, "Q4_K_M", "are free"),
        (9.8, 0, "Q3_K_M", "Q4_K_M (6.2 GB) would answer better"),
        (64, 24, "Q8_0", "largest that fits into the graphics card"),
        (64, 13, "Q5_K_M", "largest that fits into the graphics card"),
        (64, 4, "Q4_K_M", "without a graphics card that holds them"),
        (64, 80, "Q8_0", "largest that fits into the graphics card"),
    ],
)
def test_the_quantization_follows_the_machine(main: float, video: float, quantization: str, said: str) -> None:
    room = with_free(main, video)
    chosen = choice.choose(made(SIZES), GLM, ENCODER, room, 32768)
    assert chosen.model.quantization == quantization
    assert said in chosen.why
    assert chosen.encoder is not None
    assert chosen.encoder.quantization == "F16", "BF16 has crashed, F32 is twice as large"


def test_what_fits_nowhere_is_said_with_its_figures() -> None:
    with pytest.raises(PlannerError, match=r"Q2_K \(4\.0 GB\) is the smallest .* 3\.0 GB are free") as raised:
        choice.choose(made(SIZES), GLM, ENCODER, with_free(3), 32768)
    assert "maker/GLM:Q2_K" in raised.value.hint


def test_a_repository_without_the_usual_one_gets_the_nearest() -> None:
    sizes = {"Q3_K_M": 5.1, "Q4_0": 5.6, "Q8_0": 10.0}
    assert choice.choose(made(sizes), GLM, ENCODER, with_free(64), 32768).model.quantization == "Q4_0"
    assert choice.choose(made({"Q8_0": 10.0}), GLM, ENCODER, with_free(64), 32768).model.quantization == "Q8_0"


def test_a_longer_context_leaves_less_room() -> None:
    room = with_free(12)
    assert choice.choose(made(SIZES), GLM, ENCODER, room, 32768).model.quantization == "Q4_K_M"
    assert choice.choose(made(SIZES), GLM, ENCODER, room, 131072).model.quantization == "Q3_K_M"


@pytest.mark.parametrize(
    ("path", "quantization"),
    [
        ("GLM-4.6V-Flash-Q4_K_M.gguf", "Q4_K_M"),
        ("GLM-4.6V-Flash-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("zai-org_GLM-4.6V-Flash-IQ3_XXS.gguf", "IQ3_XXS"),
        ("mmproj-zai-org_GLM-4.6V-Flash-f16.gguf", "F16"),
        ("BF16/GLM-4.6V-BF16-00001-of-00003.gguf", "BF16"),
        ("model.gguf", ""),
        ("gpt-oss-20b-MXFP4.gguf", "MXFP4"),
        ("Q8-lover.gguf", "Q8"),
    ],
)
def test_the_quantization_stands_in_the_name(path: str, quantization: str) -> None:
    assert naming.quantization(path) == quantization


def test_importance_matrices_are_no_models() -> None:
    entries: list[listing.Entry] = [("a-imatrix.gguf", 5, "a" * 64), ("a-Q4_0.gguf", 5, "a" * 64)]
    assert [each.path for each in listing.read("m/a", "0" * 40, entries).models] == ["a-Q4_0.gguf"]


def test_a_quantization_that_is_not_there_is_said_with_those_that_are() -> None:
    there = made({"Q4_0": 5.6, "Q8_0": 10.0})
    assert there.model("q8_0").quantization == "Q8_0"
    with pytest.raises(UsageError, match="has no “Q5”") as raised:
        there.model("Q5")
    assert "Q4_0, Q8_0" in raised.value.hint


def test_several_files_count_together() -> None:
    entries: list[listing.Entry] = [(f"x-Q4_K_M-0000{number}-of-00003.gguf", 5 * GB, "a" * 64) for number in (3, 1, 2)]
    variant = listing.read("m/x", "0" * 40, entries).models[0]
    assert (variant.size, variant.path) == (15 * GB, "x-Q4_K_M-00001-of-00003.gguf")
