"""Labels for foreign text: never read as markup, with what hides itself made visible, shortened where it is long."""

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import theme, visible_text

MOST_LINES = 7
"""Lines of verbatim text shown before it scrolls."""


def plain_label(text: str, role: str = "", wrap: bool = False) -> QLabel:
    """A label whose text is shown as it is, whatever it looks like."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setText(text)
    if role:
        theme.set_role(label, role)
    return label


def icon_label(name: str, size: int, color: QColor) -> QLabel:
    """A label that shows the icon `name`, `size` device-independent pixels large."""
    label = QLabel()
    label.setPixmap(theme.pixmap(name, size, color))
    return label


def plain_tool_tip(text: str) -> str:
    """`text` as a tool tip that isn't read as markup."""
    return f"<qt>{html.escape(text)}</qt>"


class ElidedLabel(QLabel):
    """One line of foreign text, shortened in the middle to the room that there is; the tool tip has all of it."""

    def __init__(self, text: str, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            theme.set_role(self, role)
        shown = visible_text.line(text)
        self.setText(shown)
        self.setToolTip(plain_tool_tip(shown))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class ExpandableText(QWidget):
    """Foreign text in a few lines; what is longer than `limit` characters is shortened and can be unfolded.

    Args:
        text: may be anything.
        limit: characters shown folded.
        role: see `theme`.
    """

    def __init__(self, text: str, limit: int, role: str = "") -> None:
        super().__init__()
        self._text = visible_text.line(text)
        self._limit = limit
        self._label = plain_label(self._text, role, wrap=True)
        self._all = VerbatimText(self._text)
        self._all.hide()
        self._toggle = QPushButton(self.tr("Show all"))
        theme.set_kind(self._toggle, "link")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._unfold)
        self._toggle.setVisible(len(self._text) > limit)
        if len(self._text) > limit:
            self._label.setText(_shortened(self._text, limit))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.TINY)
        layout.addWidget(self._label)
        layout.addWidget(self._all)
        layout.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)

    def _unfold(self, unfolded: bool) -> None:
        self._all.setVisible(unfolded)
        self._label.setVisible(not unfolded)
        self._toggle.setText(self.tr("Show less") if unfolded else self.tr("Show all"))
        self.window().adjustSize()


class VerbatimText(QPlainTextEdit):
    """Text shown exactly, in a fixed-width font; as high as it needs up to `MOST_LINES` lines, then it scrolls."""

    def __init__(self, text: str) -> None:
        super().__init__()
        theme.set_kind(self, "code")
        self.setReadOnly(True)
        self.setFont(theme.mono_font())
        self.setPlainText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        lines = min(MOST_LINES, self._lines())
        frame = self.height() - self.viewport().height() if self.isVisible() else 16
        height = lines * QFontMetrics(self.font()).lineSpacing() + 2 * round(self.document().documentMargin()) + frame
        return QSize(super().sizeHint().width(), height)

    def _lines(self) -> int:
        """Lines after wrapping, estimated before the widget has its width."""
        document = self.document()
        if self.isVisible():
            return round(document.size().height())
        columns = 46
        return sum(max(1, -(-len(block) // columns)) for block in self.toPlainText().split("\n"))


def _shortened(text: str, limit: int) -> str:
    """The beginning and the end: both ends of what is foreign matter."""
    tail = limit // 4
    return f"{text[: limit - tail - 1].rstrip()} … {text[-tail:].lstrip()}"
