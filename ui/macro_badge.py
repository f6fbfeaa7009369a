"""The badge on the screen while a macro is recorded."""

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui import theme
from ui.labels import plain_label

UPDATE_MS = 250
MARGIN = 24
DOT = 6


class RecordingBadge(QWidget):
    """On top of everything, without ever taking the focus: what is typed goes to the application. It belongs to our
    own process, whose windows are neither recorded nor seen in pictures. It can be dragged by its ground.

    Signals:
        pause_wanted, resume_wanted, stop_wanted: the buttons.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, count: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        """`count` says how many events there are by now."""
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAccessibleName(self.tr("Recording a macro"))
        self.setWindowTitle(self.tr("Recording a macro"))
        self._count, self._clock = count, clock
        self._since, self._before = clock(), 0.0
        self.paused = False
        self._hotkey = ""
        self._grip: QPoint | None = None
        self._dot = QLabel()
        self._dot.setFixedWidth(2 * DOT + 4)
        self.state, self.facts = plain_label("", "title"), plain_label("", "muted")
        self.facts.setMinimumWidth(self.facts.fontMetrics().horizontalAdvance("00:00:00 · 0000000 events"))
        self.pause, self.stop = QPushButton(), QPushButton(self.tr("Stop"))
        theme.set_kind(self.stop, "danger")
        for button in (self.pause, self.stop):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pause.clicked.connect(self._toggle)
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.SMALL, theme.SMALL)
        row.setSpacing(theme.SMALL)
        for widget in (self._dot, self.state, self.facts, self.pause, self.stop):
            row.addWidget(widget)
        self._timer = QTimer(self, interval=UPDATE_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._show_state()

    @property
    def seconds(self) -> float:
        """How long it has recorded, pauses left out."""
        return self._before + (0.0 if self.paused else self._clock() - self._since)

    def show_in_corner(self) -> None:
        """Show it at the top of the primary screen, in the middle."""
        self.adjustSize()
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.move(room.center().x() - self.width() // 2, room.top() + MARGIN)
        self.show()

    def set_paused(self, paused: bool) -> None:
        """Show that it is paused, or goes on."""
        if paused == self.paused:
            return
        if paused:
            self._before = self.seconds
        self._since = self._clock()
        self.paused = paused
        self._show_state()

    def show_hotkey(self, hotkey: str) -> None:
        """The hotkey that pauses, for people; empty where there is none."""
        self._hotkey = hotkey
        self._show_state()
        self.adjustSize()

    def show_stopping(self) -> None:
        """The steps are being made of what was recorded."""
        self._timer.stop()
        self.state.setText(self.tr("Making steps …"))
        self.pause.hide()
        self.stop.hide()

    def paintEvent(self, _: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), c.surface)
        painter.setPen(QPen(c.danger if not self.paused else c.outline, 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.muted if self.paused else c.danger)
        middle = self._dot.geometry().center()
        painter.drawEllipse(QRectF(middle.x() - DOT, middle.y() - DOT, 2 * DOT, 2 * DOT))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def _toggle(self) -> None:
        (self.resume_wanted if self.paused else self.pause_wanted).emit()

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop_wanted.emit()

    def _show_state(self) -> None:
        self.state.setText(self.tr("Paused") if self.paused else self.tr("Recording"))
        does = self.tr("Go on") if self.paused else self.tr("Pause")
        self.pause.setText(f"{does} ({self._hotkey})" if self._hotkey else does)
        self._tick()
        self.update()

    def _tick(self) -> None:
        whole = int(self.seconds)
        hours, rest = divmod(whole, 3600)
        clock = f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
        self.facts.setText(self.tr("{time} · {number} events").format(time=clock, number=self._count()))
