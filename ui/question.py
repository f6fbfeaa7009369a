"""The question box beside a captured region: ask or tell there, read the answer there."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_agent.core.desktop import Scope, Screenshot
from ui import pictures, pixels, placement, theme
from ui.labels import ElidedLabel, plain_label
from ui.rule import rule

WIDTH = 440
THUMBNAIL = QSize(88, 56)
MOST_ANSWER_HEIGHT = 300
"""From here on the answer scrolls."""
MOST_CHARACTERS = 4000
"""Of a question."""


class QuestionBox(QWidget):
    """Takes a question or an instruction about `screenshot` and shows the answer as it comes.

    The application starts the run on `submitted`, and calls `append_answer`, `set_status` and `finish`. Then another
    question can be asked.

    Signals:
        submitted: the text.
        stop_requested: the person pressed Stop.
        dismissed: the person closed it, once; a run that is going on should be stopped.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    dismissed = Signal()

    def __init__(self, screenshot: Screenshot, scope: Scope) -> None:
        super().__init__(
            None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._region = scope.region
        self._side: placement.Side | None = None
        self._running = False
        self._text = QLineEdit(maxLength=MOST_CHARACTERS)
        self._text.setPlaceholderText(self.tr("Ask, or say what to do here"))
        self._text.setAccessibleName(self.tr("Question or instruction"))
        self._text.returnPressed.connect(self._submit)
        self._text.textChanged.connect(self._update_button)
        self._button = QPushButton()
        self._button.clicked.connect(self._press)
        self._status = plain_label("", "small", wrap=True)
        self._answer = _Answer()
        self._answer.setAccessibleName(self.tr("Answer"))
        self._answer.grown.connect(self._fit)
        self._copy = QPushButton(theme.icon("copy"), self.tr("Copy"))
        theme.set_kind(self._copy, "quiet")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._answer.toPlainText()))
        self._below = self._make_below()
        self._lay_out(screenshot, scope)
        self.setWindowTitle(self.tr("Ask about a region"))
        self.setAccessibleName(self.tr("Ask about a region"))
        self.setFixedWidth(WIDTH)
        self._update_button()

    @property
    def running(self) -> bool:
        return self._running

    @property
    def answer(self) -> str:
        """The answer so far."""
        return self._answer.toPlainText()

    def open(self) -> None:
        """Show it beside the region, with the keyboard in the text field."""
        self._fit()
        self.show()
        self.raise_()
        self.activateWindow()
        self._text.setFocus()

    def append_answer(self, text: str) -> None:
        """Add a piece of the answer."""
        self._answer.append_piece(text)
        self._show_below()

    def set_status(self, text: str) -> None:
        """Say in a line what is going on."""
        theme.set_role(self._status, "small")
        self._status.setText(text)
        self._show_below()

    def finish(self, summary: str, ok: bool) -> None:
        """The run is over. `summary` says how it ended; it is the answer where none came."""
        self._running = False
        said = summary.strip()
        if ok and said and not self.answer.strip():
            self._answer.append_piece(said)
            said = ""
        else:
            said = _without(said, self.answer)
        theme.set_role(self._status, "small" if ok else "danger")
        self._status.setText(said)
        self._copy.setVisible(bool(self.answer))
        self._text.setReadOnly(False)
        self._text.selectAll()  # what is typed next replaces it
        self._update_button()
        self._show_below()
        if self.isActiveWindow():
            self._text.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.dismissed.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colors = theme.colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.surface)
        painter.setPen(colors.outline)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _lay_out(self, screenshot: Screenshot, scope: Scope) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.MEDIUM)
        head.addWidget(self._thumbnail(screenshot), 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(theme.SMALL)
        right.addLayout(self._caption(scope))
        line = QHBoxLayout()
        line.setSpacing(theme.SMALL)
        line.addWidget(self._text, 1)
        line.addWidget(self._button)
        right.addLayout(line)
        head.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.MEDIUM, theme.MEDIUM)
        layout.setSpacing(theme.MEDIUM)
        layout.addLayout(head)
        layout.addWidget(self._below)

    def _caption(self, scope: Scope) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        if scope.kind == "window":
            row.addWidget(ElidedLabel(scope.label, "small"), 1)
        else:
            kind = self.tr("Monitor") if scope.kind == "monitor" else self.tr("Region")
            row.addWidget(plain_label(f"{kind}  {scope.region.width} × {scope.region.height}", "small"), 1)
        close = QPushButton(theme.icon("close", theme.colors().muted), "")
        theme.set_kind(close, "bare")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.setToolTip(self.tr("Close (Esc)"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.close)
        row.addWidget(close)
        return row

    def _thumbnail(self, screenshot: Screenshot) -> QWidget:
        label = QLabel()
        label.setPixmap(pictures.thumbnail(screenshot.image, THUMBNAIL, self.devicePixelRatioF()))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setFixedSize(THUMBNAIL)
        label.setAccessibleName(self.tr("The region"))
        frame = QFrame()
        theme.set_kind(frame, "picture")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(label)
        return frame

    def _make_below(self) -> QWidget:
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SMALL)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(rule())
        layout.addWidget(self._answer)
        layout.addLayout(foot)
        self._answer.hide()
        self._copy.hide()
        below.hide()
        return below

    def _press(self) -> None:
        if self._running:
            self.stop_requested.emit()
        else:
            self._submit()

    def _submit(self) -> None:
        text = self._text.text().strip()
        if self._running or not text:
            return
        self._running = True
        self._answer.start_over()
        self._answer.hide()
        self._copy.hide()
        self._text.setReadOnly(True)
        self._update_button()
        self.set_status(self.tr("Thinking…"))
        self.submitted.emit(text)

    def _update_button(self) -> None:
        colors = theme.colors()
        if self._running:
            self._button.setText(self.tr("Stop"))
            self._button.setIcon(theme.icon("stop", colors.danger))
            theme.set_kind(self._button, "")
            self._button.setEnabled(True)
        else:
            self._button.setText(self.tr("Ask"))
            self._button.setIcon(theme.icon("send", colors.on_accent))
            theme.set_kind(self._button, "primary")
            self._button.setEnabled(bool(self._text.text().strip()))

    def _show_below(self) -> None:
        self._answer.setVisible(bool(self.answer))
        self._status.setVisible(bool(self._status.text()) or not self._copy.isHidden())
        self._below.show()
        self._fit()

    def _fit(self) -> None:
        """Take the size that the content needs, still beside the region and on its monitor."""
        self.adjustSize()
        screen = pixels.screen_of(self._region)
        ratio = screen.devicePixelRatio()
        size = (round(self.width() * ratio), round(self.height() * ratio))
        place, self._side = placement.beside(size, self._region, pixels.work_area(screen), self._side)
        self.move(pixels.to_qt(place, screen).topLeft())


def _without(summary: str, answer: str) -> str:
    """What `summary` says beyond `answer`: it may repeat its beginning, on one line, cut off by an ellipsis."""
    one, other = " ".join(summary.split()), " ".join(answer.split())
    head, cut, rest = one.partition("…")
    if cut and other.startswith(head):
        return rest.strip()
    return one.removeprefix(other).strip()


class _Answer(QPlainTextEdit):
    """Text that streams in: selectable, never read as markup, as high as it needs up to a limit."""

    grown = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_kind(self, "answer")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._held = ""
        """White space at the end, shown once something follows."""
        self._adapt()

    def start_over(self) -> None:
        """Forget the text."""
        self._held = ""
        self.clear()
        self._adapt()

    def append_piece(self, text: str) -> None:
        """Add text at the end, and follow it unless the person has scrolled up."""
        text = self._held + text if self.toPlainText() else text.lstrip()
        shown = text.rstrip()
        self._held = text[len(shown) :]
        if not shown:
            return
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 1
        end = QTextCursor(self.document())  # the widget's own would take the view and the selection along
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(shown)
        self._adapt()
        if following:
            bar.setValue(bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._adapt()

    def _adapt(self) -> None:
        lines = max(1, round(self.document().size().height()))
        height = min(MOST_ANSWER_HEIGHT, lines * self.fontMetrics().lineSpacing() + 4)
        if height != self.height():
            self.setFixedHeight(height)
            self.grown.emit()
