"""Widgets with an icon that keeps to the theme's colours when they change."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QLabel, QToolButton

from ui import theme


class IconLabel(QLabel):
    """An icon, `size` pixels large, in one of the theme's colours (a field of `theme.Colors`)."""

    def __init__(self, name: str, size: int, color: str = "text") -> None:
        super().__init__()
        self._name, self._size, self._color = name, size, color
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(theme.pixmap(self._name, self._size, getattr(theme.colors(), self._color)))


class IconButton(QToolButton):
    """A button that is only an icon; `name` is what a screen reader says and a tool tip shows."""

    def __init__(self, icon: str, name: str = "", color: str = "text") -> None:
        super().__init__()
        self._icon, self._color = icon, color
        theme.set_kind(self, "tool")
        self.setIconSize(QSize(20, 20))
        self.setToolTip(name)
        self.setAccessibleName(name)
        self._draw()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setIcon(theme.icon(self._icon, getattr(theme.colors(), self._color)))
