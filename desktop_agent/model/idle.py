"""Acts when something was not used for a while."""

import threading
import time
from collections.abc import Callable


class IdleTimer:
    """Calls `act`, in a thread of its own, once `seconds` have passed since `start` without a `stop`; 0 means never.
    What uses the thing watched calls `stop` before and `start` after, and must be able to bear `act` coming in between:
    whoever acts asks `due` under its own lock.
    """

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._seconds, self._act = seconds, act
        self._timer: threading.Timer | None = None
        self._since: float | None = None

    def start(self) -> None:
        """Begin to wait, anew."""
        self.stop()
        if self._seconds > 0:
            self._since = time.monotonic()
            self._timer = threading.Timer(min(self._seconds, threading.TIMEOUT_MAX), self._act)
            self._timer.name, self._timer.daemon = "idle", True
            self._timer.start()

    def stop(self) -> None:
        """Wait no longer."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._since = None

    @property
    def due(self) -> bool:
        """Whether the time has passed, and nothing was used since."""
        return self._since is not None and time.monotonic() - self._since >= self._seconds
