"""Shows where a macro would act: a ring around each place that a dry run finds, for a moment."""

import threading

from PySide6.QtCore import QObject, Qt

from desktop_agent.core.events import Proposed, RunEvent, Watcher
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen
from ui.bridge import Bridge
from ui.exposure import wait_until_gone
from ui.ring import Ring

SHOWN_SECONDS = 0.7


class Rings(QObject):
    """One at a time.

    Args:
        screen: see `Ring`.
        bridge: its stop ends the showing at once.
        seconds: how long each is shown.
    """

    def __init__(
        self, screen: Screen, bridge: Bridge, seconds: float = SHOWN_SECONDS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._screen, self._bridge, self._seconds = screen, bridge, seconds
        self._ring: Ring | None = None
        self._stopped = threading.Event()
        bridge.stopping.connect(self._stopped.set, Qt.ConnectionType.DirectConnection)

    def watching(self, watch: Watcher) -> Watcher:
        """`watch`, which also shows the place of each action that is proposed. The worker that tells of it waits
        meanwhile: what it looks at next must not have a ring on it."""
        self._stopped.clear()

        def told(event: RunEvent) -> None:
            watch(event)
            if isinstance(event, Proposed) and event.action.target is not None and not self._stopped.is_set():
                self._show(event.action.target)

        return told

    def close(self) -> None:
        """Give the ring back."""
        if self._ring is not None:
            self._ring.close()

    def _show(self, place: Rect) -> None:
        ring = self._bridge.call_and_wait(self._the_ring)
        self._bridge.call_and_wait(lambda: ring.show_at(place))
        self._stopped.wait(self._seconds)
        self._bridge.call_and_wait(ring.hide)
        wait_until_gone(ring.remains)

    def _the_ring(self) -> Ring:
        if self._ring is None:
            self._ring = Ring(self._screen)
        return self._ring
