"""Which top-level windows came or moved over a point just after a press.

A window manager with click-to-focus holds the press synchronously and replays it after our server grab has ended, so
another window may slip in between. The root tells us in order what happened to its children meanwhile. What came
before the replay may have got the press, what came after it can't. Two signs tell when it was. Where the release was
sent right after the press, the server holds that back as well: once the pointer has no button down, both have been
replayed. And the manager, asked right after the press, answers when it has replayed it, which is some milliseconds
later.
"""

import time
from collections.abc import Callable
from typing import Any

from Xlib import X

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands.x11_manager import PATIENCE_SECONDS, X11Manager

WATCH_SECONDS = 0.008
"""How long to watch where the manager gives no sign."""
EAGER_SECONDS = 0.005
"""How long to watch without a pause, and without asking the manager, which takes a millisecond."""
_POLL_SECONDS = 0.001
_EVENTS = (X.MapNotify, X.ConfigureNotify, X.UnmapNotify, X.ReparentNotify, X.DestroyNotify, X.CirculateNotify)


class Unanswered(Exception):
    """The window manager did not say that it has replayed the press."""


class X11Changes:
    """Watches the root's children on the connection `display`."""

    def __init__(self, display: Any, manager: X11Manager) -> None:
        self._display = display
        self._manager = manager
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

    def forget(self) -> None:
        """What changed so far doesn't matter. Call it within the grab, after a check and right before the press."""
        self._drain()

    def over(self, point: Point, top: int, check: Callable[[], None], released: int = 0) -> tuple[int, bool]:
        """Watch until the press was replayed. The window that came or moved over `point` before, or `top` where that
        went; 0 when none did. And whether that is certain: there was a sign that the press had been replayed. `check`
        is called meanwhile and may raise. `released` is the button whose release was sent, too.

        Raises:
            Unanswered: the manager, which says such things, did not.
        """
        began = time.monotonic()
        asked: bool | None = None
        while True:
            free = bool(released) and not self._is_down(released)  # what was told before this answer came before it
            for event in self._drain():
                if self._manager.answers(event):
                    return 0, True
                if event.type in _EVENTS and self._concerns(event, point, top):
                    return int(event.window.id), bool(released or asked)
            if free:
                return 0, True
            check()
            waited = time.monotonic() - began
            if released and waited < EAGER_SECONDS:
                continue  # a moment lost here is one in which a window may come, without reason to be suspected
            if asked is None:
                asked = self._manager.ask()
            if waited > (PATIENCE_SECONDS if asked else WATCH_SECONDS):
                if asked:
                    raise Unanswered
                return 0, False
            time.sleep(_POLL_SECONDS)

    def _is_down(self, button: int) -> bool:
        return bool(self._root.query_pointer().mask & X.Button1Mask << (button - 1))

    def _concerns(self, event: Any, point: Point, top: int) -> bool:
        if event.window.id == top:
            return event.type in (X.UnmapNotify, X.DestroyNotify)
        if event.type in (X.UnmapNotify, X.DestroyNotify):
            return False  # it lay over the point only if it came after the press, and that was told
        if event.type == X.ConfigureNotify:
            border = 2 * event.border_width
            return Rect(event.x, event.y, event.width + border, event.height + border).contains(point)
        with x11.vanishing():
            return x11.outer(event.window).contains(point)
        return True  # gone already: nobody knows what it covered

    def _drain(self) -> list[Any]:
        return [self._display.next_event() for _ in range(self._display.pending_events())]
