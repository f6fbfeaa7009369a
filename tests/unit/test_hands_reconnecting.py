"""A client of the hands while the process is started again, and a process that can't start."""

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop_agent.desktop.hands import client as client_module
from desktop_agent.desktop.hands.address import Address, address_of
from desktop_agent.desktop.hands.client import HandsClient


@pytest.mark.timeout(20)
def test_closing_while_the_process_is_started_again_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (first, first_peer), (second, second_peer) = socket.socketpair(), socket.socketpair()
    asked, go_on = threading.Event(), threading.Event()
    connections = iter((first, second))

    def reach(*_: object) -> tuple[socket.socket, dict[str, object]]:
        connection = next(connections)
        if connection is second:
            asked.set()
            go_on.wait(10)
        return connection, {}

    monkeypatch.setattr(client_module, "reach", reach)
    client = HandsClient(Address(":1", tmp_path, "x"), "run", frozenset(), 1.0)
    first_peer.close()  # the process dies
    assert asked.wait(10)
    closing = threading.Thread(target=client.close, daemon=True)
    closing.start()
    while not client._closed:
        pass
    go_on.set()
    closing.join(5)
    assert not closing.is_alive()
    second_peer.settimeout(5)
    assert second_peer.recv(1) == b""
    second_peer.close()


@pytest.mark.expects_log_errors
@pytest.mark.skipif(sys.platform != "linux", reason="the hands process is for X11")
def test_a_process_that_can_not_start_says_why() -> None:
    address_of(":4711").journal.mkdir()  # no file can be opened there, not by root either
    command = [sys.executable, "-m", "desktop_agent.desktop.hands", "--display", ":4711"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode != 0
    assert "can't start" in json.loads(done.stderr.splitlines()[-1])["message"]
