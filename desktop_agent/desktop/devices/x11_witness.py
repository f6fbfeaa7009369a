"""What the X server itself says of a window of ours that takes answers: which keys the person pressed, and whether
anything moved where it stands."""

import contextlib
from collections import deque
from collections.abc import Sequence
from typing import Any

from Xlib import X, error

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.devices.x11_raw import Sources, raw_event, select_raw

_MODIFIERS = {X.ShiftMask: 0, X.ControlMask: 2, X.Mod1Mask: 3}
"""Modifiers that a key's meaning depends on, and their row in the modifier mapping. Locks change no meaning here."""
_CHANGES = frozenset({X.MapNotify, X.UnmapNotify, X.ConfigureNotify, X.CirculateNotify, X.ReparentNotify})
REMEMBERED = 64
"""Presses of the person's that wait to be asked about."""


class X11Witness:
    """Implements `devices.Witness`, on a connection of its own. `trusted` as in `Settings.trusted_devices`.

    Raises:
        Unavailable: the display can't tell the person from a program.
    """

    def __init__(self, display: str = "", trusted: Sequence[str] = ()) -> None:
        self._display: Any = x11.open_display(display)
        try:
            self._sources = Sources(self._display, trusted)
            select_raw(self._display, ("keyboard",))
        except Unavailable:
            self._display.close()
            raise
        self._window: Any = None
        self._places: dict[int, Rect] = {}
        self._down: set[int] = set()
        self._pressed: deque[tuple[int, int, frozenset[int]]] = deque(maxlen=REMEMBERED)
        self._stirred = False

    def watch(self, window: int) -> None:
        self._window = self._display.create_resource_object("window", window)
        self._display.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._display.sync()

    def fileno(self) -> int:
        return int(self._display.fileno())

    def close(self) -> None:
        with contextlib.suppress(error.ConnectionClosedError, OSError):
            self._display.close()

    def is_person(self, source: int) -> bool:
        return self._sources.is_surely_person(source)

    def pressed(self, code: int, time: int, state: int) -> bool:
        self._drain()
        found = next((each for each in self._pressed if each[:2] == (code, time)), None)
        if found is None:
            return False
        self._pressed.remove(found)
        rows = self._display.get_modifier_mapping()
        needed = [set(rows[row]) for bit, row in _MODIFIERS.items() if state & bit]
        return all(keys & found[2] for keys in needed)

    def stirred(self) -> bool:
        self._drain()
        stirred, self._stirred = self._stirred, False
        return stirred

    def _drain(self) -> None:
        """What the server sent before it answered is there now: of the same press it tells us no later than others."""
        self._display.sync()
        while self._display.pending_events():
            self._take(self._display.next_event())

    def _take(self, event: Any) -> None:
        raw = raw_event(event)
        if raw is not None:
            self._take_key(raw.detail, raw.time, raw.pressed, self._sources.is_surely_person(raw.source))
        elif event.type in _CHANGES and self._window is not None:
            self._stirred = self._stirs(event) or self._stirred  # Each event tells where a window is now.

    def _take_key(self, code: int, time: int, pressed: bool, by_person: bool) -> None:
        if not by_person:
            return
        (self._down.add if pressed else self._down.discard)(code)
        if pressed:
            self._pressed.append((code, time, frozenset(self._down)))

    def _stirs(self, event: Any) -> bool:
        """Whether a window of others changed where ours stands, or ours itself went elsewhere. Windows that were there
        before, and whose place isn't known, count."""
        changed = event.window.id
        if self._owner(changed) == self._owner(self._window.id) and changed != self._window.id:
            return False  # a tooltip of ours, or the ring
        before = self._places.get(changed)
        after = _place(event) or before
        if after is not None:
            self._places[changed] = after
        top = x11.top_of(self._window)
        if top is not None and changed in (top.id, self._window.id):
            return before is not None and after != before
        with x11.vanishing():
            here = x11.inner(self._window, self._display.screen().root)
            return any(place is None or not place.intersection(here).empty for place in (before, after))
        return True

    def _owner(self, window: int) -> int:
        """The client that made the window: its part of the id."""
        return int(window & ~self._display.display.info.resource_id_mask)


def _place(event: Any) -> Rect | None:
    if event.type != X.ConfigureNotify:
        return None
    border = 2 * event.border_width
    return Rect(event.x, event.y, event.width + border, event.height + border)
