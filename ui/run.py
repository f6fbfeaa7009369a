"""One run as the windows follow it."""

import threading
import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_agent.core.events import (
    RunEnded,
    RunEvent,
    Saying,
    Thinking,
)

UPDATE_SECONDS = 1 / 30
"""Text that streams in is shown at most this often."""
SLICE_SECONDS = 0.01
"""Events are handed out for at most this long before the GUI gets its turn."""


class Run(QObject):
    """One question or instruction. Its signals come in the GUI thread, in the order of what happened.

    `event` carries each core event but the last, pieces of text that came close together joined into one; `ended`
    carries the `RunEnded`, exactly once, whatever happened.
    """

    event = Signal(object)
    ended = Signal(object)
    _arrived = Signal()

    def __init__(self, text: str, parent: QObject) -> None:
        super().__init__(parent)
        self.text = text
        self.result: RunEnded | None = None
        self._queue: deque[RunEvent] = deque()
        self._lock = threading.Lock()
        self._woken = False
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._deliver)
        self._arrived.connect(self._schedule, Qt.ConnectionType.QueuedConnection)

    def put(self, event: RunEvent) -> None:
        """Hand an event over, from the worker thread."""
        with self._lock:
            last = self._queue[-1] if self._queue else None
            match last, event:
                case Saying(before), Saying(text):
                    self._queue[-1] = Saying(before + text)
                case Thinking(before), Thinking(text) if before and text:
                    self._queue[-1] = Thinking(before + text)
                case _:
                    self._queue.append(event)
            if self._woken:
                return
            self._woken = True
        self._arrived.emit()

    def _schedule(self) -> None:
        """Deliver now, or when the last update is old enough if there is only text to add."""
        wait = self._last + UPDATE_SECONDS - time.monotonic()
        with self._lock:
            urgent = self._urgent()
        if wait <= 0 or urgent:
            self._deliver()
        elif not self._timer.isActive():
            self._timer.start(max(1, round(wait * 1000)))

    def _deliver(self) -> None:
        self._last = began = time.monotonic()
        with self._lock:
            batch, self._queue = self._queue, deque()
        while batch and time.monotonic() - began < SLICE_SECONDS:
            event = batch.popleft()
            if isinstance(event, RunEnded):
                self.result = event
                self.ended.emit(event)
            else:
                self.event.emit(event)
        with self._lock:
            self._queue.extendleft(reversed(batch))
            self._woken = bool(self._queue)
            urgent = self._urgent()
        if urgent:
            self._timer.start(0)  # through the event loop: the GUI gets its turn
        elif self._woken:
            self._timer.start(round(UPDATE_SECONDS * 1000))

    def _urgent(self) -> bool:
        """Whether more than text waits."""
        return any(not isinstance(event, Saying | Thinking) for event in self._queue)
