"""The windows that are open, one of a kind."""

from typing import TypeGuard, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)


class OpenWindows:
    """Each has a name. Closed, a window is gone."""

    def __init__(self) -> None:
        self._windows: dict[str, QWidget] = {}

    def shown(self, name: str) -> bool:
        """Bring the window of that name to the front; False where none is open."""
        window = self._windows.get(name)
        if not is_open(window):
            return False
        present(window)
        return True

    def keep(self, name: str, window: QWidget) -> None:
        """Show a new window, and know it by that name as long as it is open."""
        self._windows = {each: known for each, known in self._windows.items() if is_open(known)}
        self._windows[name] = window
        present(window)


def is_open(window: W | None) -> TypeGuard[W]:
    """Whether there is still a window, and it was not closed."""
    return window is not None and isValid(window) and window.isVisible()


def present(window: QWidget) -> None:
    """Show it in front of the others, with the keyboard."""
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.showNormal() if window.isMinimized() else window.show()
    window.raise_()
    window.activateWindow()
