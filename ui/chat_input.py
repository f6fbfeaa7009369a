"""Where the person writes: the input line, the attached picture, the buttons beside it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_agent.core.images import Image
from ui import theme
from ui.icons import IconButton
from ui.pictures import thumbnail

MAX_LINES = 7
MAX_RECALLED = 50
CHIP = QSize(120, 40)


class InputEdit(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a line, Up on an empty line recalls what was sent. It grows with its text."""

    sent = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Message"))
        self.setPlaceholderText(self.tr("Ask something, or say what to do …"))
        self._sent: list[str] = []
        self._recalled = 0
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def remember(self, text: str) -> None:
        """Keep `text` for Up."""
        self._sent = [each for each in self._sent if each != text][1 - MAX_RECALLED :]
        self._sent.append(text)
        self._recalled = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.sent.emit(self.toPlainText().strip())
        elif event.key() == Qt.Key.Key_Up and self._may_recall():
            self._recall(1)
        elif event.key() == Qt.Key.Key_Down and self._recalled and self._may_recall():
            self._recall(-1)
        else:
            self._recalled = 0
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit a new font or style."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the style, which is known only now."""
        super().showEvent(event)
        self._fit()

    def _may_recall(self) -> bool:
        return not self.toPlainText() or bool(self._recalled)

    def _recall(self, step: int) -> None:
        self._recalled = max(0, min(self._recalled + step, len(self._sent)))
        self.setPlainText(self._sent[-self._recalled] if self._recalled else "")
        self.moveCursor(QTextCursor.MoveOperation.End)

    def _fit(self) -> None:
        lines = max(1, min(int(self.document().size().height()), MAX_LINES))
        shown = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines == MAX_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(shown)
        inside = self.contentsMargins()
        margins = inside.top() + inside.bottom() + 2 * round(self.document().documentMargin())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margins)


class PictureChip(QFrame):
    """The picture that goes with the next message, with a button that takes it off."""

    removed = Signal()

    def __init__(self, image: Image, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_kind(self, "card")
        preview = QLabel()
        preview.setPixmap(thumbnail(image, CHIP, self.devicePixelRatioF()))
        name = QLabel(label, textFormat=Qt.TextFormat.PlainText)
        theme.set_role(name, "small")
        remove = IconButton("close", self.tr("Remove the picture"))
        remove.clicked.connect(self.removed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.TINY, theme.TINY, theme.TINY, theme.TINY)
        for widget in (preview, name, remove):
            layout.addWidget(widget)


class Composer(QWidget):
    """The lower edge of the chat. `sent` carries the text; `region_wanted` and `stop_wanted` are the other buttons."""

    sent = Signal(str)
    region_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = InputEdit()
        self.edit.sent.connect(self._send)
        self.edit.textChanged.connect(self._update)
        self.attach = IconButton("region", self.tr("Attach a region of the screen"))
        self.attach.clicked.connect(self.region_wanted)
        self.send = QPushButton(self.tr("Send"))
        theme.set_kind(self.send, "primary")
        self.send.clicked.connect(lambda: self._send(self.edit.toPlainText().strip()))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stop the run at once"))
        theme.set_kind(self.stop, "danger")
        self.stop.clicked.connect(self.stop_wanted)
        self.stop.hide()
        self.attached: Image | None = None
        self._running = False
        self._chip: PictureChip | None = None

        self._chips = QHBoxLayout()
        self._chips.addStretch()
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.edit, 1)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._chips)
        layout.addLayout(row)
        self._update()

    def set_running(self, running: bool) -> None:
        """Stop takes the place of Send while something runs. The text may be written on."""
        had_focus = self.send.hasFocus() or self.stop.hasFocus()
        self._running = running
        self.send.setVisible(not running)
        self.stop.setVisible(running)
        if had_focus:
            self.edit.setFocus()
        self._update()

    def attach_image(self, image: Image | None, label: str = "") -> None:
        """Put a picture beside the next message, or take it off."""
        if self._chip is not None:
            self._chips.removeWidget(self._chip)
            self._chip.hide()
            self._chip.deleteLater()
            self._chip = None
        self.attached = image
        if image is not None:
            self._chip = PictureChip(image, label)
            self._chip.removed.connect(lambda: self.attach_image(None))
            self._chips.insertWidget(0, self._chip)

    def sent_off(self, text: str) -> None:
        """The text was taken: clear the line."""
        self.edit.remember(text)
        self.edit.clear()
        self.attach_image(None)

    def _send(self, text: str) -> None:
        if text and not self._running:
            self.sent.emit(text)

    def _update(self) -> None:
        self.send.setEnabled(bool(self.edit.toPlainText().strip()) and not self._running)
        self.attach.setEnabled(not self._running)
