"""What all prompt windows have in common: they stay on top, don't take the focus, arm themselves late, answer once."""

import contextlib
import time
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShortcutEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.devices import Witness
from ui import pixels, placement, theme
from ui.synthetic_input import SyntheticInputFilter

ARM_MS = 500
"""Nothing can be pressed for so long after the window was painted: a click meant for something else must not answer."""
BAR = 3


class PromptWindow(QWidget):
    """Base of the approval card and the question card. Frameless; can be dragged by its ground.

    Signals:
        answered: once, with the answer. Escape, closing and running out of time are answers too.
    """

    answered = Signal(object)

    def __init__(self, deadline: float, witness: Witness | None) -> None:
        """`deadline` in `time.monotonic` seconds; `witness` tells the person's input from a program's."""
        super().__init__(
            None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.deadline = deadline
        self.armed = False
        self.was_active = False
        """Whether it ever had the focus, so that somebody must give it back."""
        self._answered = False
        self._painted = False
        self._witness = witness
        self._news: QSocketNotifier | None = None
        self._person_acts = False
        self._filter: SyntheticInputFilter | None = None
        self._buttons: list[QPushButton] = []
        # Qt lets other timers end up to a twentieth too early.
        self._arming = QTimer(self, interval=ARM_MS, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._arming.timeout.connect(self._arm)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)

    @property
    def accent(self) -> QColor:
        """The colour of the bar at its top."""
        return theme.colors().accent

    def refusal(self) -> object:
        """What Escape and closing answer."""
        raise NotImplementedError

    def timed_out(self) -> object:
        """What running out of time answers."""
        raise NotImplementedError

    def stopped(self) -> object:
        """What it answers when everything stops."""
        raise NotImplementedError

    def ignored_input(self) -> None:
        """A program's input was ignored."""

    def show_remaining(self, text: str) -> None:
        """Show how much time is left, as "4:59"."""
        raise NotImplementedError

    def add_button(
        self, text: str, kind: str, shortcut: str, icon: str, color: QColor | None = None, refuses: bool = False
    ) -> QPushButton:
        """A button that works once the window is armed, and one that `refuses` then stays so."""
        button = PromptButton(text)
        theme.set_kind(button, kind)
        if icon:
            button.setIcon(theme.icon(icon, color))
        if shortcut:
            button.setShortcut(shortcut)
            button.setToolTip(shortcut)
        button.setEnabled(False)
        button.setProperty("refuses", refuses)
        self._buttons.append(button)
        return button

    def place_beside(self, target: Rect) -> None:
        """Go to the corner of the target's monitor that hides least of it."""
        screen = pixels.screen_of(target)
        self.setScreen(screen)
        self.adjustSize()
        ratio = screen.devicePixelRatio()
        size = (round(self.width() * ratio), round(self.height() * ratio))
        place = placement.in_corner(size, target, pixels.work_area(screen))
        self.move(pixels.to_qt(place, screen).topLeft())

    @contextlib.contextmanager
    def person_acting(self) -> Iterator[None]:
        """For the window's own controls: what they do meanwhile is done by the person's key or button. What a program
        does to them through accessibility comes without one."""
        self._person_acts = True
        try:
            yield
        finally:
            self._person_acts = False

    def answer(self, value: object) -> None:
        """Answer, unless it was answered already. What isn't a no counts only from the person's key or button."""
        if not self._person_acts and value not in (self.refusal(), self.timed_out(), self.stopped()):
            self.ignored_input()
        elif not self._answered:
            self._answered = True
            self._clock.stop()
            self._arming.stop()
            self.answered.emit(value)

    def set_ready(self, button: QPushButton, ready: bool) -> None:
        """Whether `button` may be pressed once the window is armed."""
        button.setProperty("ready", ready)
        button.setEnabled(ready and self.armed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()
        self._clock.start()
        self._filter = SyntheticInputFilter(int(self.winId()), self._witness, self.ignored_input, self._disarm)
        _application().installNativeEventFilter(self._filter)
        if self._witness is not None:
            self._witness.watch(int(self.winId()))
            self._news = QSocketNotifier(self._witness.fileno(), QSocketNotifier.Type.Read, self)
            self._news.activated.connect(self._look_around)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._news is not None:
            self._news.setEnabled(False)
        if self._filter is not None:
            _application().removeNativeEventFilter(self._filter)
            self._filter = None

    def closeEvent(self, event: QCloseEvent) -> None:
        self.answer(self.refusal())
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.answer(self.refusal())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.windowHandle().startSystemMove()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.was_active = self.was_active or self.isActiveWindow()

    def paintEvent(self, _: QPaintEvent) -> None:
        colors = theme.colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.surface)
        painter.setPen(colors.outline)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(0, 0, self.width(), BAR, self.accent)
        painter.end()
        if not self._painted:
            self._painted = True
            self._arming.start()

    def _look_around(self) -> None:
        if self._witness is not None and self._witness.stirred():
            self._disarm()

    def _disarm(self) -> None:
        """Something came, went or moved where the window stands: a click may have been meant for that."""
        self.armed = False
        for button in self._buttons:
            if not button.property("refuses"):
                button.setEnabled(False)
        if self._painted:
            self._arming.start()

    def _arm(self) -> None:
        self.armed = True
        for button in self._buttons:
            button.setEnabled(button.property("ready") is not False)

    def _tick(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.answer(self.timed_out())
            return
        seconds = round(left)
        self.show_remaining(f"{seconds // 60}:{seconds % 60:02}")


class PromptButton(QPushButton):
    """Pressed by the person's mouse, by its shortcut or by a blank, and never by Enter: on some desktops Enter presses
    whichever button has the focus."""

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QShortcutEvent) or event.isAmbiguous():
            return super().event(event)
        with _acting(self):
            self.click()  # Qt would press it for a moment and click later, when nobody acts any more.
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        with _acting(self):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        with _acting(self):
            super().keyReleaseEvent(event)


class PromptLine(QLineEdit):
    """A line of text whose Enter answers."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with _acting(self):
            super().keyPressEvent(event)


class PromptCheckBox(QCheckBox):
    """A box that only the person's mouse or keyboard can tick."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.chosen = False
        """Whether it is ticked, and by the person."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.chosen = self.isChecked()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        self.chosen = self.isChecked()


def _acting(control: QWidget) -> contextlib.AbstractContextManager[None]:
    window = control.window()
    return window.person_acting() if isinstance(window, PromptWindow) else contextlib.nullcontext()


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("make a QApplication first")
    return application
