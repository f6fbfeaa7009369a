"""Hands that fall silent while they act: stopped as a process, or waiting for a display that does not answer. Nobody
waits for good, what is held is released, and it is said that nobody knows how far they came."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core.actions import Click, Drag, Expectation, Input, Press, TypeText
from desktop_agent.core.errors import AgentError, Stopped, Unavailable
from desktop_agent.core.peer import peer_of
from desktop_agent.desktop import hands
from desktop_agent.desktop.hands import client as client_module
from desktop_agent.desktop.hands.client import HandsClient
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.hands_support import (
    Connect,
    QtWindow,
    at,
    closing,
    connect_fixture,  # noqa: F401 # found by name
    connecting,
    expecting,
    running,
)
from tests.desktop.helpers import wait_until
from tests.desktop.trust_support import Held

LONG = [TypeText("Shifted Words " * 60)] * 200


class Acting:
    """A client's `perform` in a thread of its own."""

    def __init__(self, client: HandsClient, inputs: list[Input], expectation: Expectation) -> None:
        self.ended: list[AgentError] = []
        self._thread = threading.Thread(target=self._run, args=(client, inputs, expectation), daemon=True)
        self._thread.start()

    def _run(self, client: HandsClient, inputs: list[Input], expectation: Expectation) -> None:
        try:
            client.perform(inputs, expectation)
        except AgentError as error:
            self.ended.append(error)

    def join(self) -> AgentError:
        """What it ended with."""
        self._thread.join(20)
        assert not self._thread.is_alive(), "it still waits"
        return self.ended[0]


@pytest.fixture
def held(on_desktop: PrivateDisplay) -> Iterator[Held]:
    held = Held(on_desktop.name)
    yield held
    held.close()


@pytest.mark.expects_log_errors
@pytest.mark.parametrize("what", ["typing", "dragging"])
def test_stopped_hands_are_given_up_and_what_they_hold_is_released(
    what: str,
    connect: Connect,
    on_desktop: PrivateDisplay,
    tmp_path: Path,
    held: Held,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = connect()
    client.acquire("test")
    pid = client.status().pid
    qt = QtWindow(on_desktop, tmp_path)
    with closing(qt):
        text = at(qt.window, *QtWindow.TEXT)
        inputs = [Click(text), *LONG] if what == "typing" else [Drag(at(qt.window, 100, 180), text)] * 200
        acting = Acting(client, inputs, expecting(qt.window))
        wait_until(held.buttons if what == "dragging" else lambda: client.status().held)
        os.kill(pid, signal.SIGSTOP)  # from within a server grab it stops all other programs as well
        monkeypatch.setattr(client_module, "LOOK_SECONDS", 0.2)
        error = acting.join()
        assert isinstance(error, Unavailable)
        assert "unknown how much of the action was done" in error.user_message
        wait_until(lambda: not running(pid), 5)
        wait_until(lambda: not held.anything(), 5, "everything to be released")
        with pytest.raises(Unavailable):  # the lock is lost: this run does not go on
            client.perform([Press(("a",))], expecting(qt.window))
        assert wait_until(lambda: status_pid(client)) != pid
        connect()  # so that the new process is ended with the test


def test_hands_that_act_for_long_are_not_given_up(
    connect: Connect, on_desktop: PrivateDisplay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(client_module, "SILENT_LOOKS", 20)
    client = connect()
    client.acquire("test")
    qt = QtWindow(on_desktop, tmp_path)
    with closing(qt):
        acting = Acting(client, [Click(at(qt.window, *QtWindow.TEXT)), *LONG], expecting(qt.window))
        wait_until(lambda: client.status().performing)
        time.sleep(2.5)  # many times what silence is borne for
        client.stop("enough")
        assert isinstance(acting.join(), Stopped)
        client.resume()


@pytest.mark.expects_log_errors
def test_hands_whose_display_does_not_answer_end_themselves(tmp_path: Path) -> None:
    with PrivateDisplay("xvfb", manager=False, bus=False) as display, connecting(display.name) as connect:
        pid = impatient_hands(display.name)
        client = connect()
        assert client.status().pid == pid
        client.acquire("test")
        qt, held, server = QtWindow(display, tmp_path), Held(display.name), server_of(display.name)
        acting = Acting(client, [Click(at(qt.window, *QtWindow.TEXT)), *LONG], expecting(qt.window))
        wait_until(lambda: client.status().held)
        os.kill(server, signal.SIGSTOP)
        try:
            wait_until(lambda: not running(pid), 10, "the hands to end")
        finally:
            os.kill(server, signal.SIGCONT)
        assert "unknown how much of the action was done" in acting.join().user_message
        wait_until(lambda: not held.keys() and not held.buttons(), 5, "everything to be released")
        held.close()
        connect()  # so that the new process is ended with the test


def impatient_hands(display: str) -> int:
    """Start a hands process that bears a silence of one second only. Its process id."""
    code = (
        "import sys; from desktop_agent.desktop.hands import __main__ as hands, server; "
        f"server.SILENT_POLLS = 4; sys.argv[1:] = ['--display', {display!r}]; sys.exit(hands.main())"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=20)
    with hands.connect("watch", display=display) as client:
        return client.status().pid


def server_of(display: str) -> int:
    """The process id of an X server."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")
        return peer_of(connection)[0]


def status_pid(client: HandsClient) -> int:
    """The process id of the hands; 0 while they may just be starting again."""
    try:
        return client.status().pid
    except Unavailable:
        return 0
