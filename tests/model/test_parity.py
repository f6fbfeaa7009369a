"""The same answers, token for token: with reuse and without it, after dropping, after reading from the disk."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from desktop_agent.agent.context import BATCH, KEEP, trimmed
from desktop_agent.core.chat import Message, Picture, Text, ToolCall
from desktop_agent.core.geometry import Rect, View
from desktop_agent.model.engine import Engine
from tests.model.conversations import CLICK, GREEDY, picture, said
from tests.model.references import answer

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
SYSTEM = Message("system", (Text("Work on the screen.\nClick  the  right\n\n  thing. " * 6),))


@pytest.fixture
def fresh(make_engine: Make, talking_pair: Pair) -> Callable[[Sequence[Message]], tuple[int, ...]]:
    """The answer of an engine that reuses nothing: no evaluated prefix, no encoded image."""

    def tokens(messages: Sequence[Message]) -> tuple[int, ...]:
        reference = answer(make_engine(talking_pair, embedding_cache_bytes=0), messages, [CLICK])
        assert reference.telling, reference
        assert reference.usage.reused == 0
        return reference.tokens

    return tokens


def view(number: int) -> Picture:
    """A screenshot, which may be dropped."""
    shown = picture(number)
    image = shown.image
    return Picture(shown.id, image, View(Rect(0, 0, image.width, image.height), image.width, image.height))


def run(steps: int) -> list[Message]:
    """A run: each step is a call, and a result that holds a screenshot between lines of text."""
    messages = [SYSTEM, said("\n\nClick the 5  key.\n", view(0))]
    for number in range(1, steps):
        call = ToolCall(f"c{number}", "left_click", {"start_box": [number, 2], "element_info": " the\n\n5 "})
        parts = (Text("Clicked.\n\n  Now\n"), view(number), Text("\nthe screen.\n"))
        messages += [Message("assistant", (Text("I click."),), "", (call,)), Message("tool", parts, call_id=call.id)]
    return messages


def test_a_text_is_tokenised_as_a_whole(make_engine: Make, talking_pair: Pair) -> None:
    engine = make_engine(talking_pair)
    messages = [SYSTEM, said("\n\n  Click. \n"), Message("assistant", (Text("Done!!"),)), said("the\n\n.")]
    prompt = engine._renderer.render(messages, [], thinking=False)
    text = "".join(segment.text for segment in prompt.segments if not isinstance(segment, Picture))
    assert engine._loaded.entries(prompt.segments) == engine._loaded.tokenize(text)
    pieces = (segment.text for segment in prompt.segments if not isinstance(segment, Picture))
    apart = [token for piece in pieces for token in engine._loaded.tokenize(piece)]
    assert apart != engine._loaded.tokenize(text), "no merge reaches over a border"


def test_answers_to_different_images_differ(fresh: Callable[..., tuple[int, ...]]) -> None:
    assert len({fresh([SYSTEM, said("Look.", view(number))]) for number in range(3)}) == 3


def test_with_reuse(make_engine: Make, talking_pair: Pair, fresh: Callable[..., tuple[int, ...]]) -> None:
    engine = make_engine(talking_pair)
    for steps in range(1, 4):
        messages = run(steps)
        reused = answer(engine, messages, [CLICK])
        assert reused.tokens == fresh(messages)
        assert steps == 1 or reused.usage.reused > reused.usage.prompt / 2


def test_after_dropping(make_engine: Make, talking_pair: Pair, fresh: Callable[..., tuple[int, ...]]) -> None:
    engine = make_engine(talking_pair)
    messages = run(KEEP + BATCH)
    answer(engine, messages, [CLICK])
    dropped = trimmed(messages)
    assert sum(len(message.pictures) for message in dropped) == KEEP
    after = answer(engine, dropped, [CLICK])
    assert after.tokens == fresh(dropped)
    assert (after.usage.encoded, after.usage.reused > 100) == (0, True)


def test_after_reading_from_the_disk(
    make_engine: Make, talking_pair: Pair, tmp_path: Path, fresh: Callable[..., tuple[int, ...]]
) -> None:
    messages = run(3)
    first = answer(make_engine(talking_pair, cache=tmp_path), messages, [CLICK])
    restored = answer(make_engine(talking_pair, cache=tmp_path), messages, [CLICK])
    assert restored.tokens == first.tokens == fresh(messages)
    assert (first.usage.reused, first.usage.encoded) == (0, 3)
    assert restored.usage.reused > 100
    assert restored.usage.encoded == 0


def test_after_looking_ahead(make_engine: Make, talking_pair: Pair, fresh: Callable[..., tuple[int, ...]]) -> None:
    engine = make_engine(talking_pair)
    engine.prefill([SYSTEM, said("", view(1))], [CLICK], GREEDY)
    asked = [SYSTEM, said("\n\n  What is the 5 for?\n", view(1))]
    ahead = answer(engine, asked, [CLICK])
    assert ahead.tokens == fresh(asked)
    assert ahead.usage.encoded == 0


def test_the_same_image_in_another_place(
    make_engine: Make, talking_pair: Pair, fresh: Callable[..., tuple[int, ...]]
) -> None:
    engine = make_engine(talking_pair)
    for texts in (("one", "two"), ("two", "one")):
        messages = [SYSTEM, *(said(text, view(1)) for text in texts), said("three", view(2))]
        assert answer(engine, messages, [CLICK]).tokens == fresh(messages)
