"""A model that nobody asks is unloaded, and comes back unasked."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.cli.planners import Planners
from desktop_agent.core.chat import Options
from desktop_agent.core.settings import Settings
from desktop_agent.model.idle import IdleTimer
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import CLICK, said, turn_of
from tests.waiting import wait_until

Pair = tuple[Path, Path]
Make = Callable[..., LocalPlanner]
SHORT, LONG = 0.05, 600.0


def test_an_idle_model_is_unloaded_and_comes_back(
    make_planner: Make, chain_pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    planner = make_planner(chain_pair, idle_seconds=0.2)
    assert (planner.phase, planner.released) == ("", 0)
    with caplog.at_level(logging.INFO):
        turn_of(planner.stream([said("x")], [CLICK], Options()))
        pid = planner.worker_pid
        assert pid
        wait_until(lambda: planner.phase == "unloaded")
    assert planner.worker_pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert planner.released > 50 * 2**20  # Python and numpy alone take that much
    assert f"unloaded, {planner.released / 2**20:.0f} MiB given back" in caplog.text
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"
    assert planner.worker_pid not in (None, pid)
    assert planner.released == 0


def test_a_model_that_answers_is_not_idle(make_planner: Make, endless_pair: Pair) -> None:
    planner = make_planner(endless_pair, idle_seconds=SHORT)
    stream = planner.stream([said("Count")], [], Options(max_tokens=100_000))
    next(stream)
    pid = planner.worker_pid
    time.sleep(4 * SHORT)
    next(stream)
    assert (planner.worker_pid, planner.phase) == (pid, "generate")
    stream.close()
    wait_until(lambda: planner.phase == "unloaded")


def test_a_loaded_model_is_idle_between_questions(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair, idle_seconds=LONG)
    turn_of(planner.stream([said("x")], [CLICK], Options()))
    assert planner.phase == "idle"


def test_the_setting_reaches_the_planner(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, float]] = []
    monkeypatch.setattr("desktop_agent.model.local.LocalPlanner", lambda _, **options: made.append(options))
    planners = Planners(Settings(model="m.gguf", unload_minutes=3), lambda: pytest.fail("nothing is looked for"))
    planners.choose("local", "", is_question=True)
    assert made[0]["idle_seconds"] == 180


def test_the_timer_counts_from_the_last_start() -> None:
    acted: list[int] = []
    timer = IdleTimer(SHORT, lambda: acted.append(1))
    timer.start()
    timer.stop()
    assert not timer.due
    kept = IdleTimer(0, lambda: acted.append(2))
    kept.start()
    time.sleep(3 * SHORT)
    assert (acted, kept.due) == ([], False)
    timer.start()
    wait_until(lambda: bool(acted))
    assert timer.due
    timer.start()
    assert not timer.due
    timer.stop()


def test_a_time_beyond_what_can_be_waited_for() -> None:
    timer = IdleTimer(1e300, lambda: None)
    timer.start()
    timer.stop()
