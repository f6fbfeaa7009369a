"""The hands process: one for a display, its lock, gate and latch, and what happens when somebody dies or the person
takes over."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_agent.core import paths
from desktop_agent.core.actions import Click, Drag, Expectation, Move, Press, TypeText
from desktop_agent.core.errors import AgentError, GateClosed, HandsBusy, Stopped, Unavailable, UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop import hands, x11
from desktop_agent.desktop.hands import HandsClient, HandsStatus
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.hands_support import (
    Connect,
    PlainWindow,
    QtWindow,
    at,
    closing,
    connect_fixture,  # noqa: F401 # found by name
    connecting,
    expecting,
    kill,
    running,
)
from tests.desktop.helpers import wait_until

LONG = "abcdefgh" * 100


@pytest.fixture
def plain(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[PlainWindow]:
    window = PlainWindow(on_desktop, tmp_path, "Hands target")
    with closing(window):
        yield window


@pytest.fixture
def qt(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[QtWindow]:
    window = QtWindow(on_desktop, tmp_path)
    with closing(window):
        yield window


def down(display: PrivateDisplay) -> tuple[int, int]:
    """How many keys are down, and which mouse buttons (as a mask)."""
    connection = x11.open_display(display.name)
    keys = sum(int(byte).bit_count() for byte in connection.query_keymap())
    buttons = connection.screen().root.query_pointer().mask & 0x1F00
    connection.close()
    return keys, buttons


def python(display: PrivateDisplay, code: str) -> subprocess.Popen[bytes]:
    """A program of our own that acts as another client."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "DISPLAY": display.name},
        stdout=subprocess.PIPE,
    )


def acting_client(display: PrivateDisplay, window: PlainWindow, inputs: str) -> subprocess.Popen[bytes]:
    """Another process that performs `inputs` on `window`, again and again."""
    seen = expecting(window.window)
    return python(
        display,
        f"""
from desktop_agent.core.actions import *
from desktop_agent.core.geometry import *
from desktop_agent.desktop import hands
client = hands.connect(linger=0.1)
client.acquire("the other run")
print("ready", flush=True)
while True:
    client.perform({inputs}, {seen!r})
""",
    )


def test_two_programs_that_start_it_at_once_share_one(connect: Connect, on_desktop: PrivateDisplay) -> None:
    code = "from desktop_agent.desktop import hands; c = hands.connect(linger=1); print(c.status().pid)"
    racers = [python(on_desktop, code) for _ in range(3)]
    pids = {int(racer.communicate(timeout=30)[0]) for racer in racers}
    assert pids == {connect().status().pid}


def test_it_ends_after_its_last_client_and_leaves_no_socket_open_to_others(connect: Connect) -> None:
    client = connect()
    pid = client.status().pid
    path = address_of(os.environ["DISPLAY"]).socket
    assert path.stat().st_mode & 0o077 == 0
    client.close()
    wait_until(lambda: not running(pid), 5)


def test_it_ends_with_its_display(tmp_path: Path) -> None:
    with PrivateDisplay("xvfb", manager=False, bus=False) as display, connecting(display.name) as connect:
        pid = connect(linger=60).status().pid
        display.__exit__()
        wait_until(lambda: not running(pid), 5)


def test_only_one_run_acts(connect: Connect, plain: PlainWindow) -> None:
    first, second = connect(), connect()
    first.acquire("sorting mails")
    with pytest.raises(HandsBusy, match="sorting mails"):
        second.acquire("another")
    with pytest.raises(HandsBusy):
        second.perform([Click(at(plain.window, 5, 5))], expecting(plain.window))
    assert (second.status().holder, second.status().holder_pid) == ("sorting mails", os.getpid())
    first.release()
    second.acquire("another")
    second.close()
    wait_until(lambda: first.status().holder == "")
    assert plain.lines == []


def test_only_a_client_for_runs_may_act(connect: Connect) -> None:
    with pytest.raises(UsageError):
        connect("watch").acquire("x")


def test_the_gate_is_closed_for_everyone_while_a_prompt_is_open(connect: Connect, plain: PlainWindow) -> None:
    client, card = connect(), connect("prompt")
    client.acquire("test")
    inputs, expectation = [Click(at(plain.window, 5, 5))], expecting(plain.window)
    with card.prompt(), card.prompt():
        assert client.status().prompts == 2
        with pytest.raises(GateClosed):
            client.perform(inputs, expectation)
    assert plain.lines == []
    client.perform(inputs, expectation)
    wait_until(lambda: plain.count("press 1") == 1)


def test_a_prompt_that_opens_in_the_middle_ends_the_input(connect: Connect, qt: QtWindow) -> None:
    client, card = connect(), connect("prompt")
    client.acquire("test")
    ended: list[AgentError] = []

    def act() -> None:
        try:
            client.perform([Click(at(qt.window, *QtWindow.TEXT)), *[TypeText(LONG)] * 100], expecting(qt.window))
        except AgentError as error:
            ended.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    wait_until(lambda: card.status().performing)
    with card.prompt():
        assert not card.status().performing
        thread.join(5)
        assert [type(error) for error in ended] == [GateClosed]


def test_a_prompt_ends_with_the_client_that_opened_it(connect: Connect, on_desktop: PrivateDisplay) -> None:
    client = connect("watch")
    code = """
from desktop_agent.desktop import hands
client = hands.connect("prompt")
with client.prompt():
    print("open", flush=True)
    input()
"""
    card = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with card:
        assert card.stdout is not None
        assert card.stdout.readline() == b"open\n"
        assert client.status().prompts == 1
        card.kill()
    wait_until(lambda: client.status().prompts == 0)


def test_the_stop_holds_in_every_process_until_it_is_released(connect: Connect, on_desktop: PrivateDisplay) -> None:
    client = connect()
    client.acquire("test")
    python(
        on_desktop, "from desktop_agent.desktop import hands; hands.connect('stop').stop('asked in a terminal')"
    ).communicate(timeout=30)
    assert client.stopped() == "asked in a terminal"
    client.stop("a second time")
    assert client.stopped() == "asked in a terminal"
    with pytest.raises(Stopped, match="asked in a terminal"):
        client.perform([], expecting_nothing())
    with pytest.raises(Stopped):
        client.acquire("test")
    client.resume()
    client.acquire("test")


def test_the_stop_outlives_the_process(connect: Connect) -> None:
    client = connect()
    pid = client.status().pid
    client.stop("enough")
    client.close()
    wait_until(lambda: not running(pid), 5)
    again = connect()
    assert again.status().pid != pid
    assert again.stopped() == "enough"
    again.resume()
    assert again.stopped() is None
    assert not address_of(os.environ["DISPLAY"]).latch.exists()


def test_a_stop_in_the_middle_ends_the_input_and_releases_all(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay
) -> None:
    client = connect()
    client.acquire("test")
    ended: list[AgentError] = []

    def act() -> None:
        drag = Drag(at(plain.window, 10, 10), at(plain.window, 200, 150), keys=("ctrl", "shift"))
        try:
            client.perform([drag] * 50, expecting(plain.window))
        except AgentError as error:
            ended.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    wait_until(lambda: plain.count("press 1") >= 1)
    connect("stop").stop("now")
    thread.join(5)
    assert [type(error) for error in ended] == [Stopped]
    assert down(on_desktop) == (0, 0)
    wait_until(lambda: plain.count("press 1") == plain.count("release 1"))


def test_watchers_hear_of_stop_and_resume(connect: Connect) -> None:
    heard: list[HandsStatus] = []
    connect("watch").subscribe(heard.append)
    client = connect("stop")
    client.stop("x")
    client.resume()
    wait_until(lambda: len(heard) == 2)
    assert [status.stopped for status in heard] == ["x", None]


def test_killing_the_acting_program_releases_what_it_held(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay
) -> None:
    watcher = connect("watch")
    inputs = "[Drag(Point(320, 240), Point(500, 380), keys=('ctrl',))]"
    with acting_client(on_desktop, plain, inputs) as actor:
        wait_until(lambda: watcher.status().held != (), 20)
        actor.kill()
    wait_until(lambda: watcher.status().holder == "" and not watcher.status().performing)
    assert watcher.status().held == ()
    assert down(on_desktop) == (0, 0)


@pytest.mark.parametrize("survivor", [True, False], ids=["another client restarts it", "the next start sweeps"])
def test_killing_the_hands_leaves_nothing_down(
    survivor: bool, connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay
) -> None:
    watcher = connect("watch")
    pid = watcher.status().pid
    inputs = "[Drag(Point(320, 240), Point(500, 380), keys=('ctrl',))]"
    with acting_client(on_desktop, plain, inputs) as actor:
        wait_until(lambda: watcher.status().held != (), 20)
        if not survivor:
            watcher.close()
            actor.kill()
        os.kill(pid, 9)
        if not survivor:
            wait_until(lambda: not running(pid))
            connect()
        wait_until(lambda: down(on_desktop) == (0, 0))
        actor.kill()
    if survivor:
        assert wait_until(lambda: status_of(watcher)).pid != pid
        connect()  # so that the new process is ended with the test


def test_a_crash_while_keys_are_down_is_swept_by_the_next_start(connect: Connect, on_desktop: PrivateDisplay) -> None:
    """Ctrl, Shift and a button left down, as another program's crash leaves them, without any journal."""
    from Xlib import X
    from Xlib.ext import xtest

    display = x11.open_display(on_desktop.name)
    for event, detail in ((X.KeyPress, 37), (X.KeyPress, 50), (X.ButtonPress, 1)):
        xtest.fake_input(display, event, detail)
    display.sync()
    assert down(on_desktop)[0] == 2
    connect()
    assert down(on_desktop) == (0, 0)
    display.close()


def test_a_prompt_stays_closed_when_the_hands_die(connect: Connect) -> None:
    card = connect("prompt")
    with card.prompt():
        kill(card.status().pid)
        status = wait_until(lambda: status_of(card), 20)
        assert status.prompts == 1
        client = connect()
        client.acquire("test")
        with pytest.raises(GateClosed):
            client.perform([], expecting_nothing())
    assert client.status().prompts == 0


def test_the_persons_mouse_during_an_action_stops_it(
    connect: Connect, qt: QtWindow, on_desktop: PrivateDisplay
) -> None:
    client = connect()
    client.acquire("test")
    with Person.on(on_desktop) as person:
        person.move(30, 30)
        wait_until(lambda: client.status().person == "mouse")
        assert client.stopped() is None
        interfere(client, qt, lambda: person.move(60, 60))
        assert client.stopped() == "you took the mouse"
        client.resume()
        client.acquire("test")
        interfere(client, qt, lambda: person.press("f5"))
        assert client.stopped() == "you took the keyboard"


def test_the_stop_keys_count_only_from_the_person(connect: Connect, qt: QtWindow, on_desktop: PrivateDisplay) -> None:
    client = connect()
    client.acquire("test")
    client.perform([Press(("ctrl", "alt", "escape"))], expecting(qt.window))
    assert client.stopped() is None
    with Person.on(on_desktop) as person:
        person.press("ctrl+alt+escape")
    assert wait_until(client.stopped) == "you pressed the stop keys"


def test_in_xephyr_the_outer_mouse_is_the_persons(tmp_path: Path) -> None:
    with PrivateDisplay("xephyr", bus=False) as display, connecting(display.name) as connect:
        client = connect()
        client.acquire("test")
        window = PlainWindow(display, tmp_path, "Hands target")
        with closing(window), Person.on(display) as person:
            client.perform([Move(at(window.window, 50, 50))], expecting(window.window))
            assert client.status().person == ""
            person.press("ctrl+alt+escape")
            assert wait_until(client.stopped) == "you pressed the stop keys"
            client.resume()
            person.click(5, 5)
            wait_until(lambda: client.status().person == "mouse")


def test_a_hand_at_the_mouse_is_waited_for(connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay) -> None:
    client = connect()
    client.acquire("test")
    with Person.on(on_desktop) as person:
        person.click(1500, 900)
        started = time.monotonic()
        client.perform([Click(at(plain.window, 5, 5))], expecting(plain.window))
        assert time.monotonic() - started > 0.05
        wait_until(lambda: plain.count("press 1") == 1)
        assert client.stopped() is None


def test_garbage_on_the_socket_harms_nobody(connect: Connect) -> None:
    client = connect()
    path = str(address_of(os.environ["DISPLAY"]).socket)
    for data in (
        b"GET / HTTP/1.1\r\n\r\n" * 10,
        b"\x00\x00\x00\x02\x00\x00{}",
        b'\x00\x00\x00\x0c\x00\x00{"op":"stop"}',
    ):
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(path)
            raw.sendall(data)
            raw.settimeout(1)
            with contextlib.suppress(TimeoutError, ConnectionResetError):
                raw.recv(1000)
    assert client.stopped() is None


def test_wayland_and_a_missing_display_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":12345")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    with pytest.raises(Unavailable, match=":12345"):
        hands.connect()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(Unavailable, match="Wayland"):
        hands.connect()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(Unavailable, match="DISPLAY is not set"):
        hands.connect()


def test_the_terminal_that_asks_is_our_own() -> None:
    assert os.getpid() in hands.own_pids()
    with_ancestors = hands.own_pids(include_ancestors=True)
    assert os.getppid() in with_ancestors | {1}
    assert 1 not in with_ancestors


def interfere(client: HandsClient, qt: QtWindow, act: Callable[[], None]) -> None:
    """Type for long, and let the person `act` in the middle: the typing ends with `Stopped`."""
    ended: list[AgentError] = []

    def type_on() -> None:
        try:
            client.perform([Click(at(qt.window, *QtWindow.TEXT)), *[TypeText(LONG)] * 100], expecting(qt.window))
        except AgentError as error:
            ended.append(error)

    thread = threading.Thread(target=type_on)
    thread.start()
    wait_until(lambda: client.status().performing)
    act()
    thread.join(5)
    assert [type(error) for error in ended] == [Stopped]


def status_of(client: HandsClient) -> HandsStatus | None:
    """The status, while the process may just be starting again."""
    try:
        return client.status()
    except Unavailable:
        return None


def expecting_nothing() -> Expectation:
    return Expectation(0, 0, Rect(0, 0, 0, 0))


def test_the_files_of_two_displays_differ() -> None:
    assert address_of(":1.0") == address_of(":1")
    assert address_of(":1").socket != address_of(":2").socket
    assert address_of(":1").socket.parent == paths.runtime()
