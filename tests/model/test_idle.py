"""A model that nobody asks is unloaded, and comes back unasked."""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.cli.planners import Planners
from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.model_state import ModelState, Presence
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
    seen: list[Presence] = []
    planner = make_planner(chain_pair, idle_seconds=0.2, tell=lambda: seen.append(planner.presence))
    assert (planner.phase, planner.released, planner.presence) == ("", 0, Presence.UNLOADED)
    with caplog.at_level(logging.INFO):
        turn_of(planner.stream([said("x")], [CLICK], Options()))
        pid = planner.worker_pid
        assert pid
        wait_until(lambda: planner.phase == "unloaded")
    assert planner.worker_pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert seen == [Presence.LOADING, Presence.LOADED, Presence.UNLOADED]
    assert planner.released > 25 * 2**20  # Python and its libraries alone take that much
    assert f"unloaded, {planner.released / 2**20:.0f} MiB given back" in caplog.text
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"
    assert planner.worker_pid not in (None, pid)
    assert planner.released == 0
    assert seen[3:] == [Presence.LOADING, Presence.LOADED]


def test_a_model_that_the_system_killed_is_not_loaded(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair, idle_seconds=LONG)
    turn_of(planner.stream([said("x")], [CLICK], Options()))
    assert planner.presence is Presence.LOADED
    assert planner.worker_pid is not None
    os.kill(planner.worker_pid, signal.SIGKILL)
    wait_until(lambda: planner.presence is Presence.UNLOADED)


def test_a_model_that_does_not_load_is_not_there_afterwards(make_planner: Make, tmp_path: Path) -> None:
    seen: list[Presence] = []
    missing = (tmp_path / "m.gguf", tmp_path / "mmproj.gguf")
    planner = make_planner(missing, tell=lambda: seen.append(planner.presence))
    with pytest.raises(PlannerError):
        turn_of(planner.stream([said("x")], [CLICK], Options()))
    assert seen == [Presence.LOADING, Presence.UNLOADED]


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


def test_the_model_is_told_by_what_the_settings_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = {"base_url": "http://127.0.0.1:8000/v1", "model_name": "glm", "remote_enabled": True}
    server_state, file_state = ModelState(Presence.REMOTE, "glm"), ModelState(Presence.UNLOADED, "GLM-Q4")

    def model(**settings: object) -> ModelState:
        return Planners(Settings(**settings), lambda: pytest.fail("nothing is looked for")).model()  # type: ignore[arg-type]

    assert model() == ModelState()
    assert model(model="/there/GLM-Q4.gguf", **server) == file_state
    assert model(model="/there/GLM-Q4.gguf", planner="instant", **server) == ModelState()
    assert model(model="/there/GLM-Q4.gguf", planner="remote", **server) == server_state
    assert model(**server) == server_state
    assert model(**{**server, "remote_enabled": False}) == ModelState()
    assert model(planner="local", **server) == ModelState()


def test_the_planner_is_asked_where_its_model_is(chain_pair: Pair) -> None:
    told: list[Presence] = []
    model, mmproj = map(str, chain_pair)
    settings = Settings(model=model, mmproj=mmproj, planner="local")
    planners = Planners(
        settings, lambda: pytest.fail("nothing is looked for"), tell=lambda: told.append(planners.model().presence)
    )
    turn_of(planners.choose("local", "", is_question=True).stream([said("x")], [CLICK], Options()))
    assert planners.model() == ModelState(Presence.LOADED, Path(model).stem)
    planners.close()
    assert told == [Presence.LOADING, Presence.LOADED, Presence.UNLOADED]
    assert planners.model().presence is Presence.UNLOADED


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
