"""Which top-level windows came or moved over a point just after a press.

A window manager with click-to-focus holds the press synchronously and replays it after our server grab has ended, so
another window may slip in between. The root tells us in order what happened to its children meanwhile.
"""

import time
from typing import Any

from Xlib import X

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop import x11

WATCH_SECONDS = 0.008
_POLL_SECONDS = 0.001
_EVENTS = (X.MapNotify, X.ConfigureNotify, X.UnmapNotify, X.ReparentNotify, X.DestroyNotify, X.CirculateNotify)


class X11Changes:
    """Watches the root's children on the connection `display`."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root

    @property
    def replayed(self) -> bool:
        """Whether presses may be held and replayed: a window manager is running."""
        return bool(self._root.get_attributes().all_event_masks & X.SubstructureRedirectMask)

    def start(self) -> None:
        """From now on changes are told. Call it before the grab."""
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask | X.StructureNotifyMask)

    def stop(self) -> None:
        self._root.change_attributes(event_mask=X.NoEventMask)
        self._drain()

    def over(self, point: Point, top: int) -> int:
        """Watch for a moment. The window other than `top` that came, moved or went over `point`; 0 when none did."""
        deadline = time.monotonic() + WATCH_SECONDS
        while True:
            for event in self._drain():
                if event.type in _EVENTS and self._concerns(event, point, top):
                    return int(event.window.id)
            if time.monotonic() > deadline:
                return 0
            time.sleep(_POLL_SECONDS)

    def _concerns(self, event: Any, point: Point, top: int) -> bool:
        if event.window.id == top:
            return event.type in (X.UnmapNotify, X.DestroyNotify)
        if event.type == X.DestroyNotify:
            return False  # it was unmapped before, and that was told
        if event.type == X.ConfigureNotify:
            border = 2 * event.border_width
            return Rect(event.x, event.y, event.width + border, event.height + border).contains(point)
        with x11.vanishing():
            return x11.outer(event.window).contains(point)
        return True  # gone already: nobody knows what it covered

    def _drain(self) -> list[Any]:
        return [self._display.next_event() for _ in range(self._display.pending_events())]
