"""A server grab that can't last: while it is held nobody else's requests are executed, so a watchdog ends it."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

MAX_SECONDS = 0.05


class GrabExpired(Exception):
    """The watchdog ended the grab: what was checked may no longer hold."""


class ServerGrab:
    """Grabs the server for the connection `display`; one thread at a time."""

    def __init__(self, display: Any, max_seconds: float = MAX_SECONDS) -> None:
        self._display = display
        self._max_seconds = max_seconds
        self._change = threading.Condition()
        self._deadline: float | None = None
        self._closed = False
        self.longest = 0.0
        """Seconds that the longest grab so far lasted."""
        self._thread = threading.Thread(target=self._watch, name="grab-watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep everybody else's requests waiting. Call `ensure` before each event within."""
        started = time.monotonic()
        with self._change:
            self._deadline = started + self._max_seconds
            self._change.notify()
        self._display.grab_server()
        try:
            yield
        finally:
            with self._change:
                if self._deadline is not None:
                    pass
                self._deadline = None
            self._display.flush()
            self.longest = max(self.longest, time.monotonic() - started)

    def ensure(self) -> None:
        """Raises:
        GrabExpired: the watchdog has ended the grab.
        """
        if self._deadline is None:
            raise GrabExpired

    def _watch(self) -> None:
        with self._change:
            while not self._closed:
                if self._deadline is None:
                    self._change.wait()
                elif (left := self._deadline - time.monotonic()) > 0:
                    self._change.wait(left)
                else:
                    self._deadline = None
                    pass
                    self._display.flush()
