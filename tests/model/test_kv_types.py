"""A context that is kept in q8_0: it loads, reuses and restores as one in f16 does, and neither reads the other's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, Options, Text
from desktop_agent.core.errors import PlannerError
from desktop_agent.model import identity
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine
from tests.model.conversations import CLICK, GREEDY, picture, said, step, turn_of

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
SYSTEM = Message("system", (Text("You work on a person's desktop. " * 30),))
TALK = [SYSTEM, said("Look at this and click.", picture(1)), *step(2), *step(3)]
TOLERANCE = 0.02
"""Measured where reuse changed batches: 0.0 in q8_0, 0.005 in f16; scores span 16. Between the two kinds: 0.10."""


def logits(engine: Engine, messages: list[Message]) -> list[float]:
    turn_of(engine.stream(messages, [CLICK], Options(greedy=True, max_tokens=1)))
    return engine.last_logits


@pytest.mark.parametrize("kind", ["f16", "q8_0"])
def test_the_context_is_as_large_as_was_estimated(
    kind: str, make_engine: Make, random_pair: Pair, capfd: pytest.CaptureFixture[str]
) -> None:
    make_engine(random_pair, context_tokens=8192, kv_type=kind)
    log = capfd.readouterr().err
    assert f"context's precision: {kind}. As set" in log
    has_flash = "lash Attention enabled" in log or "flash_attn            = enabled" in log
    assert has_flash == (kind == "q8_0")  # on a processor with room for more
    assert f"KV buffer size = {8.00 if kind == 'f16' else 4.25:8.2f} MiB" in log


def test_reuse_in_q8_0(make_engine: Make, random_pair: Pair) -> None:
    warm, cold = make_engine(random_pair, kv_type="q8_0"), make_engine(random_pair, kv_type="q8_0")
    for length in (2, 4, 6):
        reused = logits(warm, TALK[:length])
        cold.forget()
        fresh = logits(cold, TALK[:length])
        assert reused == pytest.approx(fresh, abs=TOLERANCE)
        assert max(fresh) - min(fresh) > 100 * TOLERANCE
    assert turn_of(warm.stream(TALK, [CLICK], GREEDY)).usage.reused > 300


def test_q8_0_is_nearly_f16_and_not_the_same(make_engine: Make, random_pair: Pair) -> None:
    exact, rounded = (logits(make_engine(random_pair, kv_type=kind), TALK) for kind in ("f16", "q8_0"))
    assert exact != rounded
    assert rounded == pytest.approx(exact, abs=1.0)


def test_a_state_in_q8_0_is_restored_from_the_disk(make_engine: Make, random_pair: Pair, tmp_path: Path) -> None:
    first = make_engine(random_pair, cache=tmp_path, kv_type="q8_0")
    cold = turn_of(first.stream(TALK, [CLICK], GREEDY))
    other = make_engine(random_pair, cache=tmp_path, kv_type="q8_0")
    warm = turn_of(other.stream(TALK, [CLICK], GREEDY))
    assert (cold.usage.reused, warm.text) == (0, cold.text)
    assert warm.usage.reused > 300
    assert logits(other, TALK) == logits(first, TALK)


@pytest.mark.parametrize(("kept", "wanted"), [("f16", "q8_0"), ("q8_0", "f16")])
def test_a_state_of_another_precision_is_not_restored(
    kept: str, wanted: str, make_engine: Make, random_pair: Pair, tmp_path: Path
) -> None:
    turn_of(make_engine(random_pair, cache=tmp_path, kv_type=kept).stream(TALK, [CLICK], GREEDY))
    fresh = turn_of(make_engine(random_pair, kv_type=wanted).stream(TALK, [CLICK], GREEDY))
    turn = turn_of(make_engine(random_pair, cache=tmp_path, kv_type=wanted).stream(TALK, [CLICK], GREEDY))
    assert (turn.usage.reused, turn.text) == (0, fresh.text)
    assert len([*(tmp_path / "prefixes").iterdir()]) == 2  # each has its own


def test_what_a_state_belongs_to(random_pair: Pair) -> None:
    config = ModelConfig(*random_pair, kv_type="f16", gpu_layers=0)
    names = {
        identity.of_model(each) for each in (config, replace(config, kv_type="q8_0"), replace(config, gpu_layers=1))
    }
    assert len(names) == 3


def test_heads_that_q8_0_can_not_hold_are_said(make_engine: Make, random_pair: Pair, monkeypatch) -> None:
    monkeypatch.setattr("desktop_agent.model.memory.Q8_BLOCK", 48)
    with pytest.raises(PlannerError, match="no multiple of 48") as caught:
        make_engine(random_pair, kv_type="q8_0")
    assert "f16" in caught.value.hint
