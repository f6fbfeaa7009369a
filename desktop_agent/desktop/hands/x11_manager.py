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
    window of ours that is never shown, in order with all other events. Each request has a window of its own: a late
    answer to one that nobody waits for any more must not be taken for the next one's."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._window: Any = None
        self._request = display.intern_atom("_NET_REQUEST_FRAME_EXTENTS")
        self._answer = display.intern_atom("_NET_FRAME_EXTENTS")

    def wait(self, check: Callable[[], None]) -> None:
        """Return when it has nothing left to do, or doesn't say. `check` is called meanwhile and may raise.

        Raises:
            Refused: it does not answer.
        """
        if not self.ask():
            return
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not any(self.answers(self._display.next_event()) for _ in range(self._display.pending_events())):
            check()
            if time.monotonic() > deadline:
                raise Refused("The window manager does not answer, so nothing was clicked.", "Try again in a moment.")
            time.sleep(_POLL_SECONDS)

    def ask(self) -> bool:
        """Ask it for a sign of life, which comes when it has worked off what it was sent before; False where it gives
        none."""
        if self._request not in x11.numbers(self._root, "_NET_SUPPORTED"):
            return False
        before = self._window
        self._window = self._root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        if before is not None:
            before.destroy()  # afterwards, since python-xlib gives its id away again at once
        ask = event.ClientMessage(window=self._window, client_type=self._request, data=(32, [0] * 5))
        self._root.send_event(ask, X.SubstructureNotifyMask | X.SubstructureRedirectMask)
        self._display.flush()
        return True

    def answers(self, found: Any) -> bool:
        """Whether the event `found` is that sign."""
        return bool(found.type == X.PropertyNotify and found.window == self._window and found.atom == self._answer)
