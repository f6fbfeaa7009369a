"""Whether the screen is locked, as services on a bus of the test say it, and xscreensaver's property."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection
from Xlib import X, Xatom
from Xlib.display import Display

from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.playing.locked import Lock, look

SAVER = "org.gnome.ScreenSaver"
LOGIND = "org.freedesktop.login1"
Answer = tuple[str, tuple[Any, ...]]


class Service:
    """Owns `name` on a bus, and answers each method as `answers` says; what it is None for is an error."""

    def __init__(self, address: str, name: str, answers: dict[str, Answer | None]) -> None:
        self._answers = answers
        self._connection = open_dbus_connection(address)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        self._connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", (name, 4)))
        self._over = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over:
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is not MessageType.method_call:
                continue
            answer = self._answers.get(message.header.fields[HeaderFields.member])
            unknown = "org.freedesktop.DBus.Error.UnknownMethod"
            reply = new_method_return(message, *answer) if answer else new_error(message, unknown)
            self._connection.send(reply)

    def close(self) -> None:
        self._over = True
        self._thread.join()
        self._connection.close()


Serve = Callable[[str, dict[str, Answer | None]], None]


@pytest.fixture
def serve(on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    address = on_desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    running: list[Service] = []
    yield lambda name, answers: running.append(Service(address, name, answers))
    for each in running:
        each.close()


def test_where_nothing_locks_nobody_knows_and_macros_play(serve: Serve) -> None:
    assert look() == Lock("nobody")
    assert look().forbids(unattended=True) == ""


@pytest.mark.parametrize(("active", "state"), [(True, "locked"), (False, "unlocked")])
def test_a_screen_saver_tells(serve: Serve, active: bool, state: str) -> None:
    serve(SAVER, {"GetActive": ("b", (active,))})
    assert look() == Lock(state, SAVER)  # type: ignore[arg-type]
    assert bool(look().forbids(unattended=False)) is active


def test_one_that_does_not_answer_forbids_what_nobody_watches(serve: Serve) -> None:
    serve(SAVER, {})
    assert look() == Lock("unknown", SAVER)
    assert look().forbids(unattended=False) == ""
    assert "does not answer" in look().forbids(unattended=True)


def test_one_that_says_locked_is_enough(serve: Serve) -> None:
    serve(SAVER, {"GetActive": ("b", (False,))})
    serve("org.mate.ScreenSaver", {"GetActive": ("b", (True,))})
    assert look() == Lock("locked", "org.mate.ScreenSaver")


@pytest.mark.parametrize(("hint", "state"), [(True, "locked"), (False, "unlocked"), (None, "unknown")])
def test_logind_tells_of_its_session(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, hint: bool | None, state: str
) -> None:
    told: Answer | None = None if hint is None else ("v", (("b", hint),))
    serve(LOGIND, {"GetSession": ("o", ("/session/1",)), "Get": told})
    assert look() == Lock("nobody")
    monkeypatch.setenv("XDG_SESSION_ID", "1")
    assert look() == Lock(state, "logind")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "state"), [("LOCK", "locked"), ("BLANK", "locked"), (0, "unlocked"), (2, "locked"), (4, "unlocked")]
)
def test_xscreensaver_tells_by_its_property(
    serve: Serve, on_desktop: PrivateDisplay, status: str | int, state: str
) -> None:
    display = Display(on_desktop.name)
    root, name = display.screen().root, display.intern_atom("_SCREENSAVER_STATUS")
    value = display.intern_atom(status) if isinstance(status, str) else status
    root.change_property(name, Xatom.INTEGER, 32, [value, 0, 0], X.PropModeReplace)
    display.sync()
    try:
        assert look() == Lock(state, "xscreensaver")  # type: ignore[arg-type]
    finally:
        root.delete_property(name)
        display.sync()
        display.close()
