"""Asks the person to mark a region, for whoever wants one."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.step.privacy import Privacy
from ui import pictures, pixels
from ui.capture import Captured, CaptureOverlay
from ui.exposure import wait_until_gone

PATIENCE_SECONDS = 0.3
REPAINT_SECONDS = 0.03
"""For what is beneath to paint itself, once our window is gone."""
SAMPLES = 400


class Regions(QObject):
    """Shows the capture overlay for one asker at a time. Made at start, the overlay is there at once when wanted.

    Signals:
        failed: the `AgentError` for which what the person marked can't be had.
    """

    failed = Signal(object)

    def __init__(self, screen: Screen, windows: Windows, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._screen = screen
        self._then: Callable[[Captured], None] | None = None
        self._hidden: QWidget | None = None
        self.overlay = CaptureOverlay(screen, windows, privacy, self)
        self.overlay.captured.connect(self._captured)
        self.overlay.cancelled.connect(self._finish)
        self.overlay.failed.connect(self.failed)

    def capture(self, then: Callable[[Captured], None], hide: QWidget | None = None) -> None:
        """Let the person mark a region, and call `then` with it, unless the person gives up. `hide` is a window of ours
        that stays out of the picture; it comes back afterwards.

        Raises:
            CaptureFailed: the screen could not be read.
        """
        if self.overlay.visible:
            return
        self._then = then
        if hide is not None and hide.isVisible() and not hide.isMinimized():
            self._hidden = hide
            self._hide(hide)
        try:
            self.overlay.show_frozen()
        except Exception:
            self._finish()
            raise

    def close(self) -> None:
        """Give the overlay back, at once: a timer of its own would otherwise use the screen after that is closed."""
        self.overlay.close()
        delete(self.overlay)

    def _hide(self, window: QWidget) -> None:
        screen = window.screen()
        area, ours = pixels.from_qt(window.geometry(), screen), pictures.grab_widget(window)
        area = area.intersection(pixels.region_of(screen))
        window.hide()
        if not area.empty:
            wait_until_gone(
                lambda: _same(self._screen.grab(area).image, ours), PATIENCE_SECONDS, QCoreApplication.processEvents
            )
        settled = time.monotonic() + REPAINT_SECONDS
        while time.monotonic() < settled:
            QCoreApplication.processEvents()

    def _captured(self, captured: Captured) -> None:
        then = self._then
        self._finish()
        if then is not None:
            then(captured)

    def _finish(self) -> None:
        self._then = None
        hidden, self._hidden = self._hidden, None
        if hidden is not None:
            hidden.show()
            hidden.activateWindow()


def _same(shown: Image, ours: Image) -> bool:
    """Whether most of `shown` is still our window. It was shown long before, so that unlike `exposure.Cover` nothing
    tells what is beneath. Pixels are sampled: this needs no numpy, which takes 20 MB."""
    if (shown.width, shown.height) != (ours.width, ours.height):
        return False  # partly off the screen: nothing to compare with
    step = max(1, shown.width * shown.height // SAMPLES)
    places = [4 * number for number in range(0, shown.width * shown.height, step)]
    equal = sum(shown.bgra[place : place + 3] == ours.bgra[place : place + 3] for place in places)
    return equal > len(places) / 2
