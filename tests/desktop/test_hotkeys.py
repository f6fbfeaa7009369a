"""Hotkeys on a real X server: taken ones are told, and only the person's keys count."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.desktop import x11
from desktop_agent.desktop.hotkeys import Hotkeys, HotkeyTaken, open_hotkeys
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.helpers import wait_until


class Counter:
    """A callback that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


@pytest.fixture
def hotkeys(on_desktop: PrivateDisplay) -> Iterator[Hotkeys]:
    opened = open_hotkeys()
    yield opened
    opened.close()


@pytest.fixture
def person(on_desktop: PrivateDisplay) -> Iterator[Person]:
    with Person.on(on_desktop) as somebody:
        yield somebody


def agent_presses(display: PrivateDisplay, *codes: int) -> None:
    """The keys as the agent sends them: through XTEST."""
    from Xlib import X
    from Xlib.ext import xtest

    connection = x11.open_display(display.name)
    for code in codes:
        xtest.fake_input(connection, X.KeyPress, code)
    for code in reversed(codes):
        xtest.fake_input(connection, X.KeyRelease, code)
    connection.sync()
    connection.close()


def test_a_hotkey_fires_once_for_each_press_of_the_person(hotkeys: Hotkeys, person: Person) -> None:
    asked, other = Counter(), Counter()
    hotkeys.register("ctrl+alt+a", asked)
    hotkeys.register("Super+F9", other)
    for presses in (1, 2):
        person.press("ctrl+alt+a")
        wait_until(lambda presses=presses: asked.calls == presses)  # type: ignore[misc]
    person.press("a")
    person.press("super+f9")
    wait_until(lambda: other.calls == 1)
    assert asked.calls == 2


def test_the_locks_make_no_difference(hotkeys: Hotkeys, person: Person) -> None:
    asked = Counter()
    hotkeys.register("ctrl+alt+a", asked)
    for lock in ("capslock", "numlock"):
        person.press(lock)
        before = asked.calls
        person.press("ctrl+alt+a")
        wait_until(lambda before=before: asked.calls == before + 1, what=lock)  # type: ignore[misc]
        person.press(lock)


def test_the_agents_own_keys_never_fire_it(hotkeys: Hotkeys, person: Person, on_desktop: PrivateDisplay) -> None:
    asked = Counter()
    hotkeys.register("ctrl+alt+a", asked)
    agent_presses(on_desktop, 37, 64, 38)  # Ctrl, Alt, a
    person.press("ctrl+alt+a")
    wait_until(lambda: asked.calls)
    agent_presses(on_desktop, 37, 64, 38)
    person.press("ctrl+alt+a")
    wait_until(lambda: asked.calls == 2)
    time.sleep(0.1)  # nothing to poll for: no further call may come
    assert asked.calls == 2


def test_modifiers_that_the_agent_holds_do_not_count(
    hotkeys: Hotkeys, person: Person, on_desktop: PrivateDisplay
) -> None:
    from Xlib import X
    from Xlib.ext import xtest

    asked = Counter()
    hotkeys.register("ctrl+alt+a", asked)
    connection = x11.open_display(on_desktop.name)
    for code in (37, 64):
        xtest.fake_input(connection, X.KeyPress, code)
    connection.sync()
    person.press("a")
    for code in (64, 37):
        xtest.fake_input(connection, X.KeyRelease, code)
    connection.sync()
    connection.close()
    person.press("ctrl+alt+a")
    wait_until(lambda: asked.calls)
    assert asked.calls == 1


def test_a_trusted_device_fires_them(on_desktop: PrivateDisplay) -> None:
    """As that of x11vnc, or of an on-screen keyboard."""
    asked = Counter()
    hotkeys = open_hotkeys(trusted=("Virtual core XTEST *",))
    try:
        hotkeys.register("ctrl+alt+a", asked)
        agent_presses(on_desktop, 37, 64, 38)
        wait_until(lambda: asked.calls == 1)
    finally:
        hotkeys.close()


def test_a_hotkey_that_another_program_has_is_told(hotkeys: Hotkeys, person: Person) -> None:
    mine, theirs = Counter(), Counter()
    others = open_hotkeys()
    try:
        others.register("ctrl+alt+a", theirs)
        with pytest.raises(HotkeyTaken, match=r"ctrl\+alt\+a"):
            hotkeys.register("ctrl+alt+a", mine)
        with pytest.raises(HotkeyTaken):
            others.register("alt+ctrl+A", mine)
        person.press("ctrl+alt+a")
        wait_until(lambda: theirs.calls == 1)
        assert mine.calls == 0
        others.unregister("ctrl+alt+a")
        hotkeys.register("ctrl+alt+a", mine)
        person.press("ctrl+alt+a")
        wait_until(lambda: mine.calls == 1)
        assert theirs.calls == 1
    finally:
        others.close()


def test_a_hotkey_follows_the_layout(hotkeys: Hotkeys, person: Person, on_desktop: PrivateDisplay) -> None:
    """On a French keyboard "a" is where "q" is on an American one."""
    asked = Counter()
    hotkeys.register("ctrl+alt+a", asked)
    try:
        subprocess.run(["setxkbmap", "fr"], env=on_desktop.environment, check=True)
        with Person.on(on_desktop) as french:

            def fired() -> int:
                french.press("ctrl+alt+a")
                return asked.calls

            wait_until(fired)
    finally:
        subprocess.run(["setxkbmap", "us"], env=on_desktop.environment, check=True)


@pytest.mark.expects_log_errors
def test_a_failing_action_does_not_end_the_hotkeys(hotkeys: Hotkeys, person: Person) -> None:
    asked = Counter()

    def fail() -> None:
        asked()
        raise ValueError("on purpose")

    hotkeys.register("ctrl+alt+a", fail)
    person.press("ctrl+alt+a")
    wait_until(lambda: asked.calls == 1)
    person.press("ctrl+alt+a")
    wait_until(lambda: asked.calls == 2)


def test_combinations_that_make_no_hotkey_are_refused(hotkeys: Hotkeys) -> None:
    for text in ("ctrl+alt", "a+b", "", "ctrl+nokey", "ctrl+世"):
        with pytest.raises(UsageError):
            hotkeys.register(text, Counter())


def test_wayland_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(Unavailable, match="Wayland"):
        open_hotkeys()
