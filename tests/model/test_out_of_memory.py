"""A worker that gets no more memory is reported, and the next question has a fresh one."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import GREEDY, picture, said, turn_of

Pair = tuple[Path, Path]
MORE = 8 * 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's")
@pytest.mark.parametrize("ask", ["a large picture", "a long text"])
def test_no_more_memory(ask: str, make_planner: Callable[..., LocalPlanner], random_pair: Pair) -> None:
    planner = make_planner(random_pair, {"image_max_tokens": 4096, "context_tokens": 8192})
    turn_of(planner.stream([said("warm")], [], GREEDY))
    pid = planner.worker_pid
    assert pid
    in_use = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (in_use + MORE, in_use + MORE))
    question = said("Look", picture(1, 1792, 1764)) if ask == "a large picture" else said("word " * 2_000_000)
    with pytest.raises(PlannerError, match=r"memory|ended unexpectedly") as caught:
        turn_of(planner.stream([question], [], GREEDY))
    assert "gain" in caught.value.hint  # "Try again", "Then try again"
    turn_of(planner.stream([said("again")], [], Options(greedy=True, max_tokens=3)))
    assert planner.worker_pid not in (None, pid)
