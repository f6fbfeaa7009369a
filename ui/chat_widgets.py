"""What the cards of a conversation are made of. All text is shown as it is, never as markup."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui import theme
from ui.chat_entries import Shot
from ui.icons import IconButton
from ui.pictures import thumbnail
from ui.visible_text import line

CHUNK = 1500
"""Characters after which a text goes on in another label, so that adding to it costs the same at any length."""
MAX_SHOWN = 60_000
"""Characters of one text that are shown; all of them can be copied."""
THUMBNAIL = QSize(280, 160)


class PlainLabel(QLabel):
    """Wrapped text that can be selected and is never markup.

    It remembers its height: Qt lays the whole text out whenever a layout asks, and the layouts around a text that
    streams in ask every label of the conversation.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)
        if role:
            theme.set_role(self, role)

    def setText(self, text: str) -> None:
        """Show another text."""
        self._heights.clear()
        super().setText(text)

    def heightForWidth(self, width: int) -> int:
        """The height that the text takes at that width."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def changeEvent(self, event: QEvent) -> None:
        """Fit a new font or style."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._heights.clear()


class StatusLine(QLabel):
    """One line at the right edge, cut with an ellipsis where there is no room. Screen readers get all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show `text`, which may be foreign, in one line."""
        self._whole = line(text)
        self.setAccessibleName(self._whole)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class Body(QWidget):
    """A text that may grow while it streams in."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._pieces: list[str] = []
        self._shown = 0
        self._open = ""
        self._label: QLabel | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.append(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def append(self, text: str) -> None:
        """Add to the end."""
        if not text:
            return
        self._pieces.append(text)
        room = MAX_SHOWN - self._shown
        if room <= 0:
            return
        self._shown += len(text)
        if len(text) >= room:
            text = text[:room] + "\n" + self.tr("… (the rest is too long to show; Copy takes all of it)")
        self._show(text)

    def _show(self, text: str) -> None:
        self._open += text
        while len(self._open) > CHUNK:
            cut = self._open.find("\n", CHUNK, 2 * CHUNK)
            if cut < 0 and len(self._open) < 2 * CHUNK:
                break
            cut = cut if cut >= 0 else 2 * CHUNK
            self._current().setText(self._open[:cut])
            self._open = self._open[cut:].removeprefix("\n")
            self._label = None
        if self._open:
            self._current().setText(self._open)

    def _current(self) -> QLabel:
        if self._label is None:
            self._label = PlainLabel(role=self._role)
            self._layout.addWidget(self._label)
        return self._label


class Chip(QLabel):
    """A word on a tinted ground."""

    def __init__(self, text: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(theme.SMALL, 2, theme.SMALL, 2)
        theme.set_role(self, tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, then the text."""
        c = theme.colors()
        grounds = {"success": c.success_soft, "warning": c.warning_soft, "danger": c.danger_soft}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(grounds.get(self._tone, c.raised))
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()
        super().paintEvent(event)


class PictureButton(QToolButton):
    """A small picture; pressed, it opens large."""

    def __init__(self, shot: Shot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_kind(self, "tool")
        self.setStyleSheet("padding: 0")
        self._shot = shot
        picture = thumbnail(shot.preview(), THUMBNAIL, self.devicePixelRatioF())
        self.setIcon(QIcon(picture))
        self.setIconSize(picture.deviceIndependentSize().toSize())
        self.setAccessibleName(
            self.tr("Picture {name}, {size}. Press to enlarge.").format(
                name=shot.label, size=f"{shot.width} × {shot.height}"
            )
        )
        self.clicked.connect(self._enlarge)

    def _enlarge(self) -> None:
        from ui.chat_picture import PictureWindow

        large = PictureWindow(self._shot, self.window())
        large.show()
        large.activateWindow()


class Disclosure(QWidget):
    """A title that shows and hides what is below it."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, beside: QWidget | None = None) -> None:
        super().__init__()
        self._content = content
        self._button = IconButton("expand", color="muted")
        self._button.setCheckable(True)
        self._button.setIconSize(QSize(14, 14))
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setAccessibleName(title)
        self._button.toggled.connect(self._toggle)
        content.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.TINY)
        if beside is None:
            self._button.setText(title)
            head.addWidget(self._button)
            head.addStretch()
        else:
            head.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
            head.addWidget(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.TINY)
        layout.addLayout(head)
        layout.addWidget(content)

    def open(self) -> None:
        """Show the content."""
        self._button.setChecked(True)

    def _toggle(self, opened: bool) -> None:
        self.toggled.emit(opened)
        self._content.setVisible(opened)
        self._button.set_icon("collapse" if opened else "expand")
