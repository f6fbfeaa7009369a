"""A conversation with a hundred pictures, and what pictures of each use may take."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.chat import Message, Options, Picture, Text, Use
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine
from desktop_agent.model.local import LocalPlanner
from desktop_agent.model.mtmd import ImageEntry
from tests.model.conversations import GREEDY, picture, said, turn_of

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
CACHE = 500_000
TOKENS = 48
EMBEDDING = TOKENS * 256 * 4
"""Bytes of one encoded 224×168 picture: 8 × 6 tokens of 256 numbers."""
PICTURES = 100


@pytest.fixture
def planner(random_pair: Pair, tmp_path: Path) -> Iterator[LocalPlanner]:
    config = ModelConfig(*random_pair, context_tokens=8192, threads=1, embedding_cache_bytes=CACHE)
    made = LocalPlanner(config, log=tmp_path / "model.log")
    yield made
    made.close()


def test_a_hundred_pictures_leave_nothing_behind(planner: LocalPlanner) -> None:
    def memory_after(first: int, count: int) -> int:
        pictures = [said("Picture.", picture(number)) for number in range(first, first + count)]
        usage = turn_of(planner.stream(pictures, [], Options(greedy=True, max_tokens=1))).usage
        assert usage.prompt > count * TOKENS
        assert planner.worker_pid
        return int(psutil.Process(planner.worker_pid).memory_info().rss)

    filled = memory_after(0, PICTURES)  # the context, and llama.cpp's buffers
    # Measured: 0.3 MB more for a hundred others; 5.0 MB where each embedding stays.
    assert memory_after(PICTURES, PICTURES // 2) - filled < PICTURES // 2 * EMBEDDING / 2


def test_one_picture_more_than_fits_is_told_and_none_is_encoded(make_engine: Make, random_pair: Pair) -> None:
    phases: list[str] = []
    engine = Engine(ModelConfig(*random_pair, context_tokens=1024), notify=lambda phase: phases.append(phase.name))
    try:
        fitting = [said("", picture(number)) for number in range(15)]
        with pytest.raises(PlannerError, match="too long"):
            turn_of(engine.stream([*fitting, said("word " * 250)], [], GREEDY))
        assert "encode" not in phases
        turn_of(engine.stream(fitting, [], Options(greedy=True, max_tokens=1)))
    finally:
        engine.close()


@pytest.mark.parametrize(("use", "tokens"), [("scope", 100), ("zoom", 60), ("attachment", 200)])
def test_each_use_has_its_own_bound(use: Use, tokens: int, make_engine: Make, random_pair: Pair) -> None:
    bounds = {"image_max_tokens": 100, "zoom_max_tokens": 60, "attachment_max_tokens": 200}
    engine = make_engine(random_pair, **bounds)
    shown = picture(1, 1920, 1080).image
    turn_of(engine.stream([Message("user", (Picture("img1", shown, use=use), Text("x")))], [], GREEDY))
    (entry,) = [each for each in engine._context.entries if isinstance(each, ImageEntry)]
    assert 0.85 * tokens < entry.tokens <= tokens
    # llama.cpp neither scaled nor padded it.
    assert (entry.width % 28, entry.height % 28) == (0, 0)
    assert entry.tokens == entry.width * entry.height // 28**2


def test_one_picture_in_two_uses(make_engine: Make, random_pair: Pair) -> None:
    engine = make_engine(random_pair, image_max_tokens=100, zoom_max_tokens=60)
    shown = picture(1, 1920, 1080).image
    parts = (Picture("img1", shown), Picture("img2", shown, use="zoom"), Text("x"))
    turn_of(engine.stream([Message("user", parts)], [], GREEDY))
    first, second = [each for each in engine._context.entries if isinstance(each, ImageEntry)]
    assert first.digest == second.digest
    assert first.tokens > second.tokens
