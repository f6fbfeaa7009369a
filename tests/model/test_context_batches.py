"""With plain attention fewer tokens are evaluated at once in a longer context."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.chat import Message, Text
from desktop_agent.model import loading
from desktop_agent.model.context import LEAST_BATCH
from desktop_agent.model.engine import Engine
from tests.model.conversations import GREEDY, picture, said, turn_of

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
TALK = [Message("system", (Text("You work on a person's desktop. " * 60),)), said("What is it?", picture(1))]


def watched(engine: Engine) -> list[tuple[int, int]]:
    """The tokens that each evaluation of text takes at once, and those that are there before it."""
    context, seen = engine._context, []
    decode = context._lib.llama_decode

    class Library:
        def __getattr__(self, name: str) -> Any:
            return getattr(loaded, name)

        def llama_decode(self, llama: Any, batch: Any) -> int:
            seen.append((batch.n_tokens, sum(1 if isinstance(each, int) else each.tokens for each in context.entries)))
            return int(decode(llama, batch))

    loaded, context._lib = context._lib, Library()
    return seen


def test_plain_attention_takes_fewer_at_once_in_a_longer_context(
    make_engine: Make, random_pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "PAIRS", 64 * 256)
    engine = make_engine(random_pair, flash_attention=False, batch_tokens=128, ubatch_tokens=128)
    seen = watched(engine)
    few = turn_of(engine.stream(TALK, [], GREEDY))
    at_once = [count for count, _ in seen if count > 1]
    assert max(at_once) <= 64
    assert all(count <= LEAST_BATCH or count * (before + count) <= 64 * 256 for count, before in seen)
    assert len(set(at_once)) > 1, "it shrinks"
    monkeypatch.setattr(loading, "PAIRS", 10**9)
    many = make_engine(random_pair, flash_attention=False, batch_tokens=128, ubatch_tokens=128)
    assert turn_of(many.stream(TALK, [], GREEDY)).message == few.message


def test_flash_attention_takes_as_many_as_ever(
    make_engine: Make, random_pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "PAIRS", 1)
    engine = make_engine(random_pair, flash_attention=True, batch_tokens=128, ubatch_tokens=128)
    seen = watched(engine)
    turn_of(engine.stream(TALK, [], GREEDY))
    assert max(count for count, _ in seen) == 128
