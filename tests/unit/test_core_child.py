"""Child processes: joined by a socket, ended with their parent."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core import wire
from desktop_agent.core.child import SOCKET_VARIABLE, Child

ROOT = Path(__file__).parents[2]
MODULE = "tests.unit.core_child"
Start = Callable[..., Child]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.chdir(ROOT)
    children: list[Child] = []

    def start(mode: str, log: Path | None = None) -> Child:
        child = Child(MODULE, mode, log=log)
        child.socket.settimeout(30)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()


def gone(pid: int) -> bool:
    """Whether the process ends within 20 seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_frames_go_both_ways_and_closing_ends_it(start: Start) -> None:
    child = start("echo")
    wire.send(child.socket, {"n": 1}, [b"x" * 300_000])
    assert wire.receive(child.socket) == ({"n": 1}, [b"x" * 300_000])
    assert child.alive
    child.close(patience=20)
    assert child.process.returncode == 0
    assert not child.alive


def test_one_that_does_not_end_is_killed(start: Start) -> None:
    child = start("deaf")
    wire.receive(child.socket)
    child.close(patience=0.05)
    assert child.process.returncode == -9


def test_killing_is_at_once_and_may_be_repeated(start: Start) -> None:
    child = start("busy")
    wire.receive(child.socket)
    child.kill()
    child.kill()
    assert not child.alive
    with pytest.raises(wire.ConnectionEnded):
        wire.receive(child.socket)


def test_the_death_of_a_child_ends_its_connection(start: Start) -> None:
    child = start("complain")
    with pytest.raises(wire.ConnectionEnded):
        wire.receive(child.socket)


def test_a_busy_child_ends_when_its_parent_is_killed(start: Start) -> None:
    parent = start("parent")
    header, _ = wire.receive(parent.socket)
    parent.kill()
    assert gone(header["child"])


def test_errors_go_to_the_log(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    log.write_text("before\n")
    start("complain", log).process.wait(20)
    assert log.read_text() == "before\ncomplaint\n"


def test_our_environment_is_left_alone(start: Start) -> None:
    start("echo")
    assert SOCKET_VARIABLE not in os.environ
