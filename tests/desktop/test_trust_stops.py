"""Stop means stop: the quick form of tests/bench/trust_stops.py, and what keeps its promises."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from Xlib import X
from Xlib.ext import xtest

from desktop_agent.core import settings
from desktop_agent.core.actions import Click, Drag, Input, TypeText
from desktop_agent.core.errors import HandsBusy, Refused, Stopped
from desktop_agent.core.settings import Settings
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench import trust_stops
from tests.desktop.hands_support import (
    Connect,
    PlainWindow,
    at,
    closing,
    connect_fixture,  # noqa: F401 # found by name
    expecting,
    kill,
    running,
)
from tests.desktop.helpers import wait_until
from tests.desktop.trust_support import Actor, Held

LOOSE_MS = 1000
"""On a loaded machine; the bench is strict."""


def test_a_stop_ends_the_input_whoever_gives_it(tmp_path: Path) -> None:
    told: list[str] = []
    with trust_stops.bench(tmp_path) as bench:
        latencies, unclean = trust_stops.stop_latencies(bench, 24, told.append)
    assert unclean == 0, told
    assert len(latencies) == 24
    assert max(latencies) < LOOSE_MS, told


def test_whoever_is_killed_nothing_stays_down_and_nothing_goes_on(tmp_path: Path) -> None:
    told: list[str] = []
    with trust_stops.bench(tmp_path) as bench:
        left = trust_stops.stops_and_kills(bench, 16, told.append)
    assert (left.held, left.flowed, left.went_on) == (0, 0, 0), told


@pytest.fixture
def plain(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[PlainWindow]:
    window = PlainWindow(on_desktop, tmp_path, "Hands target")
    with closing(window):
        yield window


@pytest.fixture
def held(on_desktop: PrivateDisplay) -> Iterator[Held]:
    held = Held(on_desktop.name)
    yield held
    held.close()


@pytest.fixture
def dragging(on_desktop: PrivateDisplay, plain: PlainWindow, held: Held) -> Iterator[Actor]:
    """A client in the middle of a drag."""
    drag = Drag(at(plain.window, 20, 20), at(plain.window, 200, 150))
    actor = Actor(on_desktop, [drag] * 100, expecting(plain.window))
    wait_until(held.buttons)
    yield actor
    actor.close()
    wait_until(lambda: not running(actor.hands))


def test_the_side_process_releases_all_when_nobody_else_is_left(dragging: Actor, held: Held) -> None:
    dragging.kill()
    kill(dragging.hands)
    wait_until(lambda: not held.anything(), 5)


def test_the_hands_do_not_go_on_without_their_side_process(
    dragging: Actor, held: Held, on_desktop: PrivateDisplay
) -> None:
    (sweeper,) = psutil.Process(dragging.hands).children()
    sweeper.kill()
    wait_until(lambda: not running(dragging.hands), 5)
    assert not held.anything()


def test_the_side_process_ends_with_the_hands(connect: Connect) -> None:
    client = connect()
    (sweeper,) = psutil.Process(client.status().pid).children()
    client.close()
    wait_until(lambda: not running(sweeper.pid), 5)


def test_a_stop_takes_the_lock_away_so_that_the_run_can_not_go_on_after_it_is_released(
    connect: Connect, plain: PlainWindow
) -> None:
    client, person = connect(), connect("stop")
    client.acquire("test")
    person.stop("enough")
    person.resume()
    with pytest.raises(HandsBusy):
        client.perform([Click(at(plain.window, 5, 5))], expecting(plain.window))
    assert plain.lines == []


def test_a_named_virtual_device_is_the_persons_and_the_agents_own_input_through_it_is_not(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay
) -> None:
    """As with x11vnc or an on-screen keyboard, which use the same XTEST devices as the hands."""
    settings.save(Settings(trusted_devices=("virtual core xtest *",)))
    client = connect()
    client.acquire("test")
    drag = Drag(at(plain.window, 20, 20), at(plain.window, 200, 150))
    clicks = [Click(at(plain.window, 30, 30), count=20), drag, TypeText("its own keys")]
    client.perform(clicks, expecting(plain.window))
    assert client.stopped() is None
    performing = Performing(client, [drag] * 100, plain)
    press_virtually(on_desktop)
    performing.join(20)
    assert "you took the keyboard" in performing.reason


def test_without_the_setting_a_virtual_device_is_not_the_persons(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay
) -> None:
    client = connect()
    client.acquire("test")
    drag = Drag(at(plain.window, 20, 20), at(plain.window, 200, 150))
    performing = Performing(client, [drag] * 4, plain)
    press_virtually(on_desktop)
    performing.join(20)
    assert performing.reason == ""


class Performing(threading.Thread):
    """A long `perform` in a thread, and why it was stopped."""

    def __init__(self, client: HandsClient, inputs: Sequence[Input], window: PlainWindow) -> None:
        super().__init__()
        self._client, self._inputs, self._expectation = client, inputs, expecting(window.window)
        self.reason = ""
        self.start()
        wait_until(lambda: client.status().performing)

    def run(self) -> None:
        try:
            self._client.perform(self._inputs, self._expectation)
        except Stopped as error:
            self.reason = error.user_message


def press_virtually(display: PrivateDisplay) -> None:
    """Another program presses F9 by XTEST."""
    other = x11.open_display(display.name)
    for event in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(other, event, 75)
    other.sync()
    other.close()


def test_nothing_is_pressed_while_the_window_manager_is_busy(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay, held: Held
) -> None:
    """It holds each press until it comes to it: the button would stay down, and be let go of long after a stop."""
    client = connect()
    client.acquire("test")
    (manager,) = (
        each
        for each in psutil.process_iter()
        if each.name() == "openbox" and each.environ().get("HOME") == on_desktop.environment["HOME"]
    )
    manager.suspend()
    try:
        with pytest.raises(Refused, match="window manager"):
            client.perform([Click(at(plain.window, 5, 5))], expecting(plain.window))
        assert not held.anything()
    finally:
        manager.resume()
    client.perform([Click(at(plain.window, 5, 5))], expecting(plain.window))
    wait_until(lambda: plain.count("release 1") == 1)
    assert plain.count("press 1") == 1
