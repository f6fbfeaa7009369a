"""One running copy for each user and display."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from desktop_agent.core.errors import Unavailable
from tests.ui.conftest import Wait
from ui import instance as module
from ui.instance import Instance


@pytest.fixture
def first() -> Iterator[Instance]:
    instance = Instance()
    assert instance.claim()
    yield instance
    instance.close()


def start(program: str) -> "subprocess.Popen[str]":
    """Another process of this user on this display."""
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


SECOND = "from ui.instance import Instance; i = Instance(); print(i.claim(), flush=True); i.show_other()"
CRASHING = """
import os, signal
from PySide6.QtCore import QCoreApplication
from ui.instance import Instance
app = QCoreApplication([])
instance = Instance()
print(instance.claim(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_second_copy_is_refused_and_shows_the_first(first: Instance, wait: Wait) -> None:
    shown: list[bool] = []
    first.show_requested.connect(lambda: shown.append(True))
    second = start(SECOND)
    wait(lambda: second.poll() is not None)
    assert second.communicate() == ("False\n", None)
    assert second.returncode == 0
    assert shown == [True]


def test_another_display_has_a_copy_of_its_own(first: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    other = Instance()
    assert other.claim()
    other.close()


def test_the_claim_can_be_taken_over_after_a_crash(app: object) -> None:
    dead = start(CRASHING)
    assert dead.communicate(timeout=20) == ("True\n", None)
    instance = Instance()
    assert Path(instance._lock.fileName()).exists(), "the crash should have left the lock behind"
    assert instance.claim()
    instance.close()


def test_only_this_user_may_connect(first: Instance) -> None:
    assert stat.S_IMODE(os.stat(first._address).st_mode) == 0o600


def test_a_copy_that_does_not_answer_is_told_with_its_process(first: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_MILLISECONDS", 100)
    second = Instance()
    with pytest.raises(Unavailable, match=str(os.getpid())):  # nobody runs the first one's event loop meanwhile
        second.show_other()


@pytest.mark.parametrize("data", [b"hello\n", b"x" * 100_000, b"sho"])
def test_a_stranger_who_connects_changes_nothing(first: Instance, wait: Wait, data: bytes) -> None:
    shown: list[bool] = []
    first.show_requested.connect(lambda: shown.append(True))
    stranger = QLocalSocket()
    stranger.connectToServer(first._address)
    assert stranger.waitForConnected(1000)
    stranger.write(data)
    stranger.flush()
    if data == b"sho":
        stranger.disconnectFromServer()
    wait(lambda: stranger.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert shown == []
