"""What was evaluated stays, exactly: same predictions, same answers, right counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, Options, Text
from desktop_agent.model.engine import Engine
from tests.model.conversations import CLICK, GREEDY, picture, said, step, turn_of
from tests.model.tiny import write_chain_pair, write_random_pair

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
CLOSE = 1e-3
"""Other batch shapes change F32 sums in the last places, and the context rounds what it keeps to 16 bits."""
START = [said("Look at this and click.", picture(1))]


def logits(engine: Engine, messages: Sequence[Message]) -> list[float]:
    """The prediction after the prompt."""
    turn_of(engine.stream(messages, [CLICK], Options(greedy=True, max_tokens=1)))
    return engine.last_logits


def test_predictions_with_and_without_reuse_are_the_same(make_engine: Make, random_pair: Pair) -> None:
    warm, cold = make_engine(random_pair), make_engine(random_pair)
    messages = list(START)
    for number in range(2, 6):
        messages += step(number)
        reused = logits(warm, messages)
        cold.forget()
        fresh = logits(cold, messages)
        assert reused == pytest.approx(fresh, abs=CLOSE)
        assert max(fresh) - min(fresh) > 1


def test_the_images_matter(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    one = logits(engine, [said("Look.", picture(1))])
    other = logits(engine, [said("Look.", picture(2))])
    assert one != pytest.approx(other, abs=1e-2)
    assert logits(engine, [said("Look.", picture(1))]) == pytest.approx(one, abs=CLOSE)


def test_answers_with_and_without_reuse_are_the_same(make_engine: Make, random_pair: Pair) -> None:
    warm, cold = make_engine(random_pair), make_engine(random_pair)
    messages = list(START)
    for number in range(2, 5):
        answers = []
        for engine in (warm, cold):
            turn = turn_of(engine.stream(messages, [CLICK], GREEDY))
            answers.append((turn.text, turn.calls and turn.calls[0].name, turn.end, turn.usage.generated))
        assert answers[0] == answers[1]
        cold.forget()
        messages += step(number)


def test_a_step_costs_its_new_tokens(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    first = engine.prefill(START, [CLICK], GREEDY)
    assert first.reused == 0
    assert first.prompt > 48  # 8 × 6 image tokens
    again = turn_of(engine.stream(START, [CLICK], GREEDY)).usage
    assert again.reused == first.prompt
    assert 0 < again.prompt - again.reused < 10  # the assistant's marker
    longer = turn_of(engine.stream([*START, *step(2)], [CLICK], GREEDY)).usage
    assert longer.reused >= first.prompt
    assert longer.prompt - longer.reused < 48 + 120


def test_an_identical_prompt_evaluates_one_token(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    first = turn_of(engine.stream(START, [], GREEDY))
    second = turn_of(engine.stream(START, [], GREEDY))
    assert second.usage.reused == second.usage.prompt - 1
    assert second.text == first.text


def test_a_changed_image_is_evaluated_again_from_there(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    before = said("first", picture(1))
    both = turn_of(engine.stream([before, said("then", picture(2))], [], GREEDY)).usage
    other = turn_of(engine.stream([before, said("then", picture(3))], [], GREEDY)).usage
    assert other.prompt == both.prompt
    assert 48 < other.reused < both.prompt - 48
    assert logits(engine, [before, said("then", picture(3))]) != logits(engine, [before, said("then", picture(2))])


def test_dropping_an_early_image_keeps_what_stands_before_it(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    long = [said("zero"), said("one", picture(1)), said("two", picture(2))]
    turn_of(engine.stream(long, [], GREEDY))
    short = turn_of(engine.stream([long[0], said("one, gone"), long[2]], [], GREEDY)).usage
    assert 0 < short.reused < 30
    fresh = make_engine(random_pair)
    expected = logits(fresh, [long[0], said("one, gone"), long[2]])
    assert logits(engine, [long[0], said("one, gone"), long[2]]) == pytest.approx(expected, abs=CLOSE)


def test_the_same_picture_twice(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair)
    twice = [said("a", picture(1), picture(1)), said("b", picture(1))]
    usage = turn_of(engine.stream(twice, [], GREEDY)).usage
    assert usage.prompt > 3 * 48
    expected = logits(make_engine(random_pair), twice)
    assert logits(engine, twice) == pytest.approx(expected, abs=CLOSE)


def test_a_file_of_another_seed_predicts_something_else(make_engine: Make, random_pair: Pair, tmp_path: Path) -> None:
    other = make_engine(write_random_pair(tmp_path, seed=7))
    assert logits(other, START) != pytest.approx(logits(make_engine(random_pair), START), abs=1e-2)


SYSTEM = Message("system", (Text("You work on a person's desktop. " * 30),))


def test_a_new_process_reads_the_common_prefix_and_the_images(
    make_engine: Make, random_pair: Pair, tmp_path: Path
) -> None:
    first = make_engine(random_pair, cache=tmp_path)
    messages = [SYSTEM, *START]
    cold = turn_of(first.stream(messages, [CLICK], GREEDY))
    other = make_engine(random_pair, cache=tmp_path, embedding_cache_bytes=0)
    other._loaded.encoder.encode = _never  # type: ignore[method-assign, union-attr]
    warm = turn_of(other.stream(messages, [CLICK], GREEDY))
    assert (cold.usage.reused, warm.text, warm.usage.prompt) == (0, cold.text, cold.usage.prompt)
    assert warm.usage.reused > 300
    assert logits(other, messages) == pytest.approx(logits(first, messages), abs=1e-6)


def test_a_second_conversation_evaluates_nothing_of_system_and_tools(
    make_engine: Make, random_pair: Pair, tmp_path: Path
) -> None:
    engine = make_engine(random_pair, cache=tmp_path)
    alone = engine.prefill([SYSTEM], [CLICK], GREEDY).prompt
    for words in ("One thing.", "Another thing."):
        engine.forget()
        usage = turn_of(engine.stream([SYSTEM, said(words)], [CLICK], GREEDY)).usage
        assert usage.reused >= alone - 1
    other = [Message("system", (Text("Be brief. " * 60),)), said("Hi.")]
    assert engine.prefill(other, [CLICK], GREEDY).reused < alone / 2  # the tools' words come first


@pytest.mark.parametrize("change", ["damage", "shorten", "another model", "empty"])
def test_a_state_that_does_not_fit_is_dropped(
    change: str, make_engine: Make, random_pair: Pair, tmp_path: Path
) -> None:
    messages = [SYSTEM, *START]
    fresh = turn_of(make_engine(random_pair, cache=tmp_path).stream(messages, [CLICK], GREEDY))
    pair = random_pair
    files = [*tmp_path.glob("*/*.bin")]
    assert len(files) == 2
    for path in files:
        data = path.read_bytes()
        if change == "damage":
            path.write_bytes(data[:-9] + bytes(9))
        elif change == "shorten":
            path.write_bytes(data[: len(data) // 2])
        elif change == "empty":
            path.write_bytes(b"")
    if change == "another model":
        (tmp_path / "other").mkdir()
        pair = write_random_pair(tmp_path / "other", seed=7)
        fresh = turn_of(make_engine(pair).stream(messages, [CLICK], GREEDY))
    turn = turn_of(make_engine(pair, cache=tmp_path).stream(messages, [CLICK], GREEDY))
    assert (turn.usage.reused, turn.text) == (0, fresh.text)


def _never(*_: object) -> bytes:
    raise AssertionError("an image was encoded again")


BARE_LOOP = """{% for m in messages %}
{%- if m.role == 'user' %}<|user|>{{ m.content }}{{ '/nothink' if not enable_thinking else '' }}
{%- elif m.role == 'assistant' %}<|assistant|>
{%- if m.reasoning_content %}{{ '<think>' + m.reasoning_content + '</think>' }}{% endif %}{{ m.content }}
{%- else %}<|observation|>{{ m.content }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|assistant|>{% endif %}"""


def test_a_tool_loop_with_thinking_evaluates_only_what_is_new(make_engine: Make, tmp_path: Path) -> None:
    """Its answers are what the tokenizer makes of them, and the template writes them as they were."""
    engine = make_engine(write_chain_pair(tmp_path, "abdfgj", thoughts="klmpqs", template=BARE_LOOP, size=1))
    thinking = Options(thinking=10)
    messages = [said("Look.", picture(1))]
    before = turn_of(engine.stream(messages, [], thinking))
    assert ("".join(before.reasoning), "".join(before.text)) == ("klmpqsklm", "abdfgj")
    for number in range(2, 6):
        result = (Text("Seen."), picture(number))
        messages += [before.message, Message("tool", result, call_id=f"c{number}")]
        turn = turn_of(engine.stream(messages, [], thinking))
        assert turn.usage.reused == before.usage.prompt + before.usage.generated
        assert turn.usage.prompt - turn.usage.reused == 48 + 2 + len("Seen.") + 2  # image, marks, turns
        before = turn
    forgotten = [replace(message, reasoning="") for message in messages]
    first = turn_of(engine.stream(messages[:1], [], thinking)).usage
    assert turn_of(engine.stream(forgotten, [], thinking)).usage.reused == first.prompt
    other = turn_of(engine.stream(messages, [], Options(thinking=False))).usage
    assert other.reused < first.prompt  # so thinking stays as it was as long as a conversation lasts
