"""Our own windows out of the way, and back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui.open_windows import is_open

KINDS = (Qt.WindowType.Window, Qt.WindowType.Dialog)


class Aside:
    """Knows which windows it has put aside. Where our own windows stand nothing is seen, recorded or done."""

    def __init__(self) -> None:
        self._windows: list[QWidget] = []

    def step(self) -> None:
        """Minimise what is open."""
        found = [each for each in QApplication.topLevelWidgets() if each.windowType() in KINDS]
        self._windows += [each for each in found if each.isVisible() and not each.isMinimized()]
        for window in self._windows:
            window.showMinimized()

    def come_back(self) -> None:
        """Bring back what was put aside and is still there."""
        windows, self._windows = self._windows, []
        for window in windows:
            if is_open(window) and window.isMinimized():
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
