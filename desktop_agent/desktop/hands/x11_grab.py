"""A server grab that can't last: while it is held nobody else's requests are executed, so a watchdog ends it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

# Without it python-xlib's locks do nothing, and the watchdog could not use the connection beside its owner. It counts
# for displays that are opened afterwards.
import Xlib.threaded  # noqa: F401

MAX_SECONDS = 0.05
ATTEMPTS = 5
_T = TypeVar("_T")


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

    def run(self, act: Callable[[], _T]) -> _T:
        """Call `act` within a grab. Where the watchdog ended it before `act` got past `ensure`, nothing has happened
        yet, and it is called again: a busy machine is slow now and then.

        Raises:
            GrabExpired: it was too slow each time.
        """
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(GrabExpired), self.hold():
                return act()
        with self.hold():
            return act()

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
                self._deadline = None
                # Also after the watchdog: on a busy machine it may have ungrabbed before the grab was even asked for.
                self._display.ungrab_server()
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
                    self._display.ungrab_server()
                    _send(self._display.display)


def _send(protocol: Any) -> None:
    """Send what is queued, and read nothing. `flush` reads as well, and python-xlib loses the answer that another
    thread waits for when it arrives just then."""
    with protocol.send_recv_lock:
        if protocol.send_active:
            return  # the other thread is sending, and goes on with what is queued
        with protocol.request_queue_lock:
            queued = protocol.request_queue[:]
            del protocol.request_queue[:]
        protocol.sent_requests += [request for request, answered in queued if answered]
        protocol.socket.sendall(b"".join(request._binary for request, _ in queued))
