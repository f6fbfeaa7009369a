"""What the hands sent a moment ago. A person's trusted virtual device may be the very one that the hands act through:
what comes from it and was not sent by them is the person's."""

import threading
import time
from collections import defaultdict, deque

from desktop_agent.desktop.devices.person import Device

SEEN_WITHIN_SECONDS = 1.0
"""The server tells of an event at once; one that it didn't tell of (a motion to where the pointer is) is forgotten."""


class SentInput:
    """Counts events by device, direction and keycode or button. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[tuple[Device, bool, int], deque[float]] = defaultdict(deque)

    def add(self, device: Device, pressed: bool, detail: int = 0) -> None:
        """Such an event is about to be sent."""
        with self._lock:
            self._recent(device, pressed, detail).append(time.monotonic())

    def claim(self, device: Device, pressed: bool, detail: int) -> bool:
        """Whether an event that was seen is one of those; each counts once."""
        with self._lock:
            sent = self._recent(device, pressed, detail)
            if sent:
                sent.popleft()
                return True
            return False

    def _recent(self, device: Device, pressed: bool, detail: int) -> deque[float]:
        sent = self._sent[device, pressed, detail]
        while sent and sent[0] < time.monotonic() - SEEN_WITHIN_SECONDS:
            sent.popleft()
        return sent
