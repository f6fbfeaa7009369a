"""Waiting until a window's program has worked off the events it was sent.

`_NET_WM_PING` (EWMH) is answered in order with all other events. A program without it gets a fixed time.
"""

import itertools
import time
from collections.abc import Callable
from typing import Any

from Xlib import X
from Xlib.protocol import event

from desktop_agent.desktop import x11

WITHOUT_PING_SECONDS = 0.1
PING_SECONDS = 2.0
_POLL_SECONDS = 0.0005


class X11Barrier:
    """Barriers on the connection `display`."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._ping = display.intern_atom("_NET_WM_PING")
        self._protocols = display.intern_atom("WM_PROTOCOLS")
        self._numbers = itertools.count(1)

    def wait(self, window: int, check: Callable[[], None]) -> bool:
        """Wait until the program of `window` has handled what it was sent so far; False when it does not answer.
        `check` is called meanwhile and may raise."""
        if not self.answers(window):
            _pause(WITHOUT_PING_SECONDS, check)
            return True
        client = self._display.create_resource_object("window", window)
        # Qt answers with a mask that only StructureNotify on the root lets through.
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask | X.StructureNotifyMask)
        try:
            return self._round_trip(client, check)
        finally:
            self._root.change_attributes(event_mask=X.NoEventMask)
            self._drain()

    def _round_trip(self, client: Any, check: Callable[[], None]) -> bool:
        number = next(self._numbers)
        data = (32, [self._ping, number, client.id, 0, 0])
        client.send_event(event.ClientMessage(window=client, client_type=self._protocols, data=data))
        deadline = time.monotonic() + PING_SECONDS
        while time.monotonic() < deadline:
            for each in self._drain():
                if each.type == X.ClientMessage and each.client_type == self._protocols:
                    answer = list(each.data[1])
                    if answer[0] == self._ping and answer[1] == number:
                        return True
            check()
            time.sleep(_POLL_SECONDS)
        return False

    def answers(self, window: int) -> bool:
        """Whether the program of `window` says that it answers pings."""
        client = self._display.create_resource_object("window", window)
        return self._ping in x11.numbers(client, "WM_PROTOCOLS")

    def _drain(self) -> list[Any]:
        return [self._display.next_event() for _ in range(self._display.pending_events())]


def _pause(seconds: float, check: Callable[[], None]) -> None:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        check()
        time.sleep(min(left, 0.01))
