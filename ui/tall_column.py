"""Widgets below one another, as high as they need, up to what the screen has; then they scroll."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui import pixels, theme

SCREEN_PART = 0.8
"""The rest is for the window's frame, its buttons and the desktop's panels."""


class TallColumn(QScrollArea):
    """`fitted` comes whenever the height became another one, so that the window can follow."""

    fitted = Signal()

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nobody would see that it has the keyboard
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(theme.HUGE, theme.SMALL, theme.HUGE, theme.SMALL)
        column.setSpacing(theme.LARGE)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch()
        self.setWidget(self._content)
        self._content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Comes after something within was shown, hidden or got another text.
        if event.type() is QEvent.Type.LayoutRequest:
            self.fit(self.width())
        return super().eventFilter(watched, event)

    def fit(self, width: int) -> None:
        """Be as high as the widgets need in `width` pixels: before it is shown, so that the window finds its place."""
        layout = self._content.layout()
        assert layout is not None  # noqa: S101 - set above
        most = round(pixels.screen_under(self).availableGeometry().height() * SCREEN_PART)
        height = min(most, layout.totalHeightForWidth(width))
        if height != self.height():
            self.setFixedHeight(height)
            self.fitted.emit()
