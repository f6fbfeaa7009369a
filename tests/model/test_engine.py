"""The engine on tiny models: calls, thinking, limits, errors."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, Options, Text, ToolSpec
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model.answer import CIRCLE_IN_ANSWER, CIRCLE_IN_REASONING, reasoning_budget
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine, Phase
from desktop_agent.model.hardware import Machine
from desktop_agent.model.memory import Memory, check_memory
from tests.model.conversations import CALL, CLICK, GREEDY, picture, said, step, turn_of
from tests.model.tiny import CHAIN_TEMPLATE, write_chain_pair, write_random_pair

Make = Callable[..., Engine]
Pair = tuple[Path, Path]


def test_a_call_comes_through_sampler_grammar_and_parser(make_engine: Make, chain_pair: Pair) -> None:
    engine = make_engine(chain_pair)
    turn = turn_of(engine.stream([said("Click 5", picture(1))], [CLICK], Options()))
    (call,) = turn.calls
    assert (call.name, call.arguments) == ("left_click", {"start_box": [412, 655], "element_info": "The 5 key"})
    assert (turn.end, turn.text, turn.bad_calls) == ("calls", [], [])
    result = Message("tool", (Text("Clicked."), picture(2)), call_id=call.id)
    turn = turn_of(engine.stream([said("Click 5", picture(1)), turn.message, result], [CLICK], Options()))
    assert (turn.message.text, turn.end) == ("Done.", "stop")


def test_several_calls_in_a_turn(make_engine: Make, tmp_path: Path) -> None:
    done = ToolSpec("DONE", "Ends.", {"type": "object", "properties": {}})
    pair = write_chain_pair(tmp_path, f"Two.{CALL}\n<tool_call>DONE\n</tool_call>")
    turn = turn_of(make_engine(pair).stream([said("Go")], [CLICK, done], Options()))
    assert [call.name for call in turn.calls] == ["left_click", "DONE"]
    assert turn.message.text == "Two."


def test_the_grammar_forbids_tools_that_are_not_there(make_engine: Make, tmp_path: Path) -> None:
    pair = write_chain_pair(tmp_path, CALL.replace("left_click", "format_disk"))
    turn = turn_of(make_engine(pair).stream([said("Go")], [CLICK], Options(max_tokens=200)))
    assert "format_disk" not in [call.name for call in turn.calls]
    free = turn_of(make_engine(pair).stream([said("Go")], [], Options(max_tokens=200)))
    assert [call.name for call in free.calls] == ["format_disk"]


def test_text_is_cut_at_characters_only(make_engine: Make, tmp_path: Path) -> None:
    text = "Grüße, 世界! 🦊🦊 naïve – ¡señor! 日本語のテキスト"
    turn = turn_of(make_engine(write_chain_pair(tmp_path, text)).stream([said("Hi")], [], Options()))
    assert "".join(turn.text) == text
    assert len(turn.text) > 5
    assert "\ufffd" not in "".join(turn.text)


def test_broken_characters_are_replaced_and_whole_ones_stay(make_engine: Make, tmp_path: Path) -> None:
    broken = "A\udce4\udcb8, 世\udcff界\udc96! 🦊\udcf0\udc9f ok\udce4\udcb8"
    for size in (1, 2, 3, 4):
        turn = turn_of(make_engine(write_chain_pair(tmp_path, broken, size=size)).stream([said("Hi")], [], Options()))
        assert "".join(turn.text) == "A\ufffd, 世\ufffd界\ufffd! 🦊\ufffd ok"  # the half one at the end is left out


def test_reasoning_ends_with_its_budget(make_engine: Make, tmp_path: Path) -> None:
    thoughts = " ".join(f"thought {number}," for number in range(60))
    engine = make_engine(write_chain_pair(tmp_path, CALL, thoughts=thoughts))
    turn = turn_of(engine.stream([said("Click")], [CLICK], Options(thinking=20)))
    assert "".join(turn.reasoning).startswith("thought 0, thought 1")
    assert 18 <= len(turn.reasoning) <= 21
    assert [call.name for call in turn.calls] == ["left_click"]
    off = turn_of(engine.stream([said("Click")], [CLICK], Options(thinking=False)))
    assert (off.reasoning, len(off.calls)) == ([], 1)


def test_reasoning_that_goes_in_circles_is_ended(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_chain_pair(tmp_path, CALL, thoughts="hm, again and again. "))
    turn = turn_of(engine.stream([said("Click")], [CLICK], Options(thinking=True, max_tokens=2000)))
    assert len(turn.calls) == 1
    assert CIRCLE_IN_REASONING <= turn.usage.generated < CIRCLE_IN_REASONING + 100


def test_text_that_goes_in_circles_is_ended(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_chain_pair(tmp_path, "round and round ", endless=True))
    turn = turn_of(engine.stream([said("Talk")], [], Options(max_tokens=2000)))
    assert turn.end == "repeats"
    assert CIRCLE_IN_ANSWER <= turn.usage.generated < CIRCLE_IN_ANSWER + 100


def test_a_budget_leaves_room_for_the_answer() -> None:
    assert reasoning_budget(True, 4000) == reasoning_budget(100_000, 4000) == 3000
    assert [reasoning_budget(each, 4000) for each in (False, 0, 1, 500)] == [0, 0, 1, 500]


def test_reasoning_that_is_off_is_ended_where_the_template_begins_it(make_engine: Make, tmp_path: Path) -> None:
    always = CHAIN_TEMPLATE.replace("<think></think>' if", "<think>' if")
    pair = write_chain_pair(tmp_path, CALL, thoughts="hm, well, so: ", template=always)
    turn = turn_of(make_engine(pair).stream([said("Click")], [CLICK], Options(thinking=False)))
    assert (turn.reasoning, [call.name for call in turn.calls], turn.end) == ([], ["left_click"], "calls")


def test_a_model_that_thinks_again_and_again_is_ended(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_chain_pair(tmp_path, "<think>", endless=True, without=("<think>", "</think>")))
    turn = turn_of(engine.stream([said("Talk")], [], Options(thinking=5, max_tokens=500)))
    assert turn.end == "repeats"
    assert turn.usage.generated < 60
    assert turn.text == []


def test_a_budget_that_ends_within_a_character(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_chain_pair(tmp_path, "Done: 世界.", thoughts="世界日本語🦊テキスト"))
    for budget in range(1, 9):
        turn = turn_of(engine.stream([said("Talk")], [], Options(thinking=budget)))
        assert "".join(turn.text) == "Done: 世界."
        assert "世界日本語🦊テキスト".startswith("".join(turn.reasoning))
    short = turn_of(engine.stream([said("Talk")], [], Options(max_tokens=2)))
    assert "Done: 世界.".startswith("".join(short.text))


def test_a_vocabulary_without_the_tags_has_its_reasoning_ended_too(make_engine: Make, tmp_path: Path) -> None:
    thoughts = " ".join(f"thought {number}," for number in range(60))
    engine = make_engine(write_chain_pair(tmp_path, CALL, thoughts=thoughts, without=("<think>", "</think>")))
    turn = turn_of(engine.stream([said("Click")], [CLICK], Options(thinking=20)))
    assert "".join(turn.reasoning).startswith("thought 0, thought 1")
    assert [call.name for call in turn.calls] == ["left_click"]


def test_a_call_that_lacks_its_end_is_one_and_a_cut_one_is_not(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_chain_pair(tmp_path, CALL.removesuffix("</tool_call>")))
    turn = turn_of(engine.stream([said("Go")], [], Options()))
    assert ([call.name for call in turn.calls], turn.end) == (["left_click"], "calls")
    cut = turn_of(engine.stream([said("Go")], [], Options(max_tokens=turn.usage.generated)))
    assert (cut.calls, cut.end, len(cut.bad_calls)) == ([], "length", 1)


def test_usage_counts_images_and_the_time_to_the_first_token(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    first = turn_of(engine.stream([said("x", picture(1), picture(2))], [], GREEDY)).usage
    again = turn_of(engine.stream([said("x", picture(1), picture(3))], [], GREEDY)).usage
    assert (first.encoded, again.encoded) == (2, 1)
    assert first.prompt_seconds > 0
    assert first.tokens_per_second == pytest.approx((first.generated - 1) / first.generate_seconds)


def test_max_tokens(make_engine: Make, endless_pair: Pair) -> None:
    turn = turn_of(make_engine(endless_pair).stream([said("Count")], [], Options(max_tokens=30)))
    assert (turn.end, turn.usage.generated) == ("length", 30)


def test_the_answer_ends_with_the_context(make_engine: Make, endless_pair: Pair) -> None:
    engine = make_engine(endless_pair, context_tokens=256)
    turn = turn_of(engine.stream([said("Count")], [], Options(max_tokens=4000)))
    assert turn.end == "length"
    assert turn.usage.prompt + turn.usage.generated == 256


def test_too_long_a_conversation_is_refused_before_it_is_begun(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair, context_tokens=512, image_max_tokens=1280)
    first = turn_of(engine.stream([said("short")], [], GREEDY)).usage
    phases: list[str] = []
    engine._notify = lambda phase: phases.append(phase.name)
    for attempt in (engine.stream, engine.prefill):
        with pytest.raises(PlannerError, match="too long") as caught:
            list(attempt([said("a", picture(1, 1092, 616))], [], GREEDY))  # type: ignore[call-overload]
        # Cells count, not positions: 858 tokens, of which the position moves on by 39 only.
        assert "858 of them for pictures, and its context holds 512" in caught.value.user_message
    assert "encode" not in phases  # it was counted without
    again = turn_of(engine.stream([said("short")], [], GREEDY)).usage
    assert again.reused == first.prompt - 1  # and nothing of it was evaluated


def test_images_of_any_size(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair, image_max_tokens=128)
    for width, height in ((1, 1), (31, 500), (1921, 1079), (3000, 7)):
        turn = turn_of(engine.stream([said("x", picture(3, width, height))], [], GREEDY))
        assert 8 < turn.usage.prompt < 128 + 60, (width, height)


def test_a_model_without_its_image_encoder(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine((random_pair[0], None))
    assert turn_of(engine.stream([said("x")], [], GREEDY)).end in ("stop", "length")
    with pytest.raises(PlannerError, match="can't see pictures"):
        turn_of(engine.stream([said("x", picture(1))], [], GREEDY))


def test_the_built_in_template_serves_files_without_one(make_engine: Make, tmp_path: Path) -> None:
    engine = make_engine(write_random_pair(tmp_path, template=""))
    assert turn_of(engine.stream([said("x", picture(1)), *step(2)], [CLICK], GREEDY)).end


def test_phases_are_told(random_pair: Pair) -> None:
    phases: list[str] = []

    def note(phase: Phase) -> None:
        if not phases or phases[-1] != phase.name:
            phases.append(phase.name)

    engine = Engine(ModelConfig(*random_pair, context_tokens=2048), notify=note)
    turn_of(engine.stream([said("x", picture(1))], [], GREEDY))
    engine.close()
    assert phases == ["load", "template", "load", "template", "evaluate", "encode", "evaluate", "generate"]


def test_pixels_are_fetched_only_to_be_encoded(random_pair: Pair) -> None:
    fetched: list[str] = []

    def fetch(image: Image, width: int, height: int) -> Image:
        fetched.append(image.digest)
        assert (width % 28, height % 28) == (0, 0)
        return image.scaled(width, height)

    engine = Engine(ModelConfig(*random_pair, context_tokens=2048), fetch=fetch)
    first, second = said("a", picture(1)), said("b", picture(2))
    for messages in ([first], [first, second], [second], [first]):
        turn_of(engine.stream(messages, [], GREEDY))
    engine.close()
    assert fetched == [picture(1).image.digest, picture(2).image.digest]


@pytest.mark.parametrize(
    "kind", ["missing", "text", "truncated", "tensors", "mmproj", "other", "old", "swapped", "huge"]
)
def test_bad_files_say_what_is_wrong(
    kind: str, random_pair: Pair, chain_pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, mmproj = random_pair
    bad = tmp_path / "bad.gguf"
    cases = {
        "missing": (tmp_path / "none.gguf", mmproj, "does not exist"),
        "text": (bad, mmproj, "not a GGUF file"),
        "truncated": (bad, mmproj, "damaged or incomplete"),
        "tensors": (bad, mmproj, "bytes of the weights are missing"),
        "mmproj": (model, bad, "not a GGUF file"),
        "other": (model, chain_pair[1], "belongs to another model"),
        "old": (tmp_path / "random.gguf", mmproj, "old converter"),
        "swapped": (mmproj, model, "is an image encoder"),
        "huge": (model, mmproj, "of memory"),
    }
    match kind:
        case "text" | "mmproj":
            bad.write_text("I am a text file.")
        case "truncated":
            bad.write_bytes(model.read_bytes()[:3000])
        case "tensors":
            bad.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
        case "old":
            write_random_pair(tmp_path, sections=False)
    first, second, words = cases[kind]
    if kind == "huge":
        monkeypatch.setattr("desktop_agent.model.hardware.machine", lambda: Machine(1_000_000, 2))
    with pytest.raises(PlannerError, match=words) as caught:
        Engine(ModelConfig(first, second, context_tokens=1024))
    assert caught.value.hint


def test_a_model_that_just_fits() -> None:
    memory = Memory(6_000, 3_000, 1_000)
    check_memory(memory, 10_000, "m.gguf")
    with pytest.raises(PlannerError, match=r"m\.gguf needs"):
        check_memory(memory, 9_999, "m.gguf")
