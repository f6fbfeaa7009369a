"""Waiting until the window manager has worked off its events.

One with click-to-focus holds each press, and the pointer with it, until it replays it. While it is busy (a change of
the keyboard mapping costs openbox 45 ms and more), a button would stay down, and its release come long after a stop.
"""

import time
from collections.abc import Callable
from typing import Any

from Xlib import X
from Xlib.protocol import event

from desktop_agent.core.errors import Refused
from desktop_agent.desktop import x11

PATIENCE_SECONDS = 3.0
_POLL_SECONDS = 0.0005


class X11Manager:
    """The window manager, as seen from the connection `display`. It answers `_NET_REQUEST_FRAME_EXTENTS` (EWMH) for a
    window of ours that is never shown, in order with all other events."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._window = self._root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        self._request = display.intern_atom("_NET_REQUEST_FRAME_EXTENTS")
        self._answer = display.intern_atom("_NET_FRAME_EXTENTS")

    def wait(self, check: Callable[[], None]) -> None:
        """Return when it has nothing left to do, or doesn't say. `check` is called meanwhile and may raise.

        Raises:
            Refused: it does not answer.
        """
        if self._request not in x11.numbers(self._root, "_NET_SUPPORTED"):
            return
        ask = event.ClientMessage(window=self._window, client_type=self._request, data=(32, [0] * 5))
        self._root.send_event(ask, X.SubstructureNotifyMask | X.SubstructureRedirectMask)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answered():
            check()
            if time.monotonic() > deadline:
                raise Refused("The window manager does not answer, so nothing was clicked.", "Try again in a moment.")
            time.sleep(_POLL_SECONDS)

    def _answered(self) -> bool:
        events = [self._display.next_event() for _ in range(self._display.pending_events())]
        return any(each.type == X.PropertyNotify and each.atom == self._answer for each in events)
