"""What happens when the person's devices can't be watched any more."""

import socket
import threading
from collections.abc import Iterator

import pytest

from desktop_agent.desktop.devices.x11 import PersonEvents
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.desktop.hands.server import HandsServer
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.helpers import wait_until


@pytest.fixture
def server(on_desktop: PrivateDisplay) -> Iterator[HandsServer]:
    address = address_of(on_desktop.name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address.socket))
    listener.listen()
    server = HandsServer(address, listener, linger=0.1)
    yield server
    serving = threading.Thread(target=server.serve)
    serving.start()  # nobody needs it, so it ends and gives everything back
    serving.join()


@pytest.mark.expects_log_errors
def test_when_the_watch_breaks_everything_stops_and_the_status_says_why(
    server: HandsServer, on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (server.status().watching, server.status().stopped) == (True, None)

    def breaks(*_: object) -> None:
        raise ValueError("an event that nobody understands")

    monkeypatch.setattr(PersonEvents, "take", breaks)
    with Person.on(on_desktop) as person:
        person.move(300, 300)
        wait_until(lambda: server.status().stopped, 5, "the stop")
    status = server.status()
    assert not status.watching
    assert "stop keys" in status.problem
    assert "can't be watched" in (status.stopped or "")
