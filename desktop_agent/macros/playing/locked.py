"""Whether the screen is locked: nothing is played then.

Everyone who may know is asked: logind, the session's screen saver over D-Bus, xscreensaver through its property. One
that says so is enough. A saver that covers the screen counts as a lock: nobody is there, and nothing can be seen.
"""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.elements import address
from desktop_agent.desktop.elements.bus import Bus, BusError, Call, get_property

ANSWER_SECONDS = 0.5
State = Literal["unlocked", "locked", "nobody", "unknown"]
"""What is known. "nobody": no service for locking runs here; "unknown": one does, and does not say."""
SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket"
_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_LOGIN, _MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"
SAVERS = (
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
)
"""Names on the session bus and paths; each has a method GetActive on an interface of its name."""
_STATUS = "_SCREENSAVER_STATUS"
_BLANKED_OR_LOCKED = 0x03
"""Bits of its first number in newer versions; older ones have the atom BLANK or LOCK there."""
_MOST_FLAGS = 0xFF


@dataclass(frozen=True)
class Lock:
    """`state`, and `by` whom it is known."""

    state: State
    by: str = ""

    def forbids(self, unattended: bool) -> str:
        """Why nothing may be played, in a sentence; empty where it may. Unattended, nobody would see what happens, so
        not knowing is a no."""
        if self.state == "locked":
            return f"The screen is locked, or its saver is on ({self.by})."
        if self.state == "unknown" and unattended:
            return f"Whether the screen is locked is not known: {self.by} does not answer."
        return ""


def look(environment: Mapping[str, str] = os.environ) -> Lock:
    """Whether the screen is locked now."""
    said = list(_asked(environment))
    for state in ("locked", "unknown", "unlocked"):
        found = next((by for by, answer in said if answer == state), None)
        if found is not None:
            return Lock(state, found)
    return Lock("nobody")


def _asked(environment: Mapping[str, str]) -> Iterator[tuple[str, State]]:
    """Whoever may know, with what they say."""
    if sys.platform != "linux":
        return
    yield from _logind(environment)
    yield from _savers(environment)
    yield from _xscreensaver(environment)


def _logind(environment: Mapping[str, str]) -> Iterator[tuple[str, State]]:
    """What logind knows of this session; nothing where it does not run, or this is no session of its."""
    session = environment.get("XDG_SESSION_ID", "")
    with suppress(BusError), closing(Bus(environment.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS)) as bus:
        if not session or not _runs(bus, _LOGIN):
            return
        found = bus.call(Call(_LOGIN, _MANAGER, f"{_LOGIN}.Manager", "GetSession", "o", "s", (session,)), _deadline())
        if not found:
            yield "logind", "unknown"
            return
        hint = bus.call(get_property(_LOGIN, str(found[0]), f"{_LOGIN}.Session", "LockedHint"), _deadline())
        yield "logind", _state(hint[0][1] if hint else None)


def _savers(environment: Mapping[str, str]) -> Iterator[tuple[str, State]]:
    with suppress(BusError), closing(Bus(address.session_address(environment))) as bus:
        said: dict[str, list[State]] = {}
        for name, path in SAVERS:
            if _runs(bus, name):  # Asking one that does not run would start it.
                answer = bus.call(Call(name, path, name, "GetActive", "b"), _deadline())
                said.setdefault(name, []).append(_state(answer[0] if answer else None))
        for name, states in said.items():
            # One service may have several paths, of which it answers at one.
            known = [each for each in states if each != "unknown"]
            yield name, ("locked" if "locked" in known else known[0] if known else "unknown")


def _xscreensaver(environment: Mapping[str, str]) -> Iterator[tuple[str, State]]:
    display = environment.get("DISPLAY", "")
    if not display:
        return
    with suppress(Unavailable), closing(x11.open_display(display)) as connection:
        status = x11.numbers(connection.screen().root, _STATUS)
        if status:
            atoms = {connection.intern_atom("BLANK"), connection.intern_atom("LOCK")}
            flagged = 0 < status[0] <= _MOST_FLAGS and bool(status[0] & _BLANKED_OR_LOCKED)
            yield "xscreensaver", _state(status[0] in atoms or flagged)


def _runs(bus: Bus, name: str) -> bool:
    answer = bus.call(Call(*_DAEMON, "NameHasOwner", "b", "s", (name,)), _deadline())
    return bool(answer and answer[0])


def _state(locked: object) -> State:
    return "unknown" if not isinstance(locked, bool) else "locked" if locked else "unlocked"


def _deadline() -> float:
    return time.monotonic() + ANSWER_SECONDS
