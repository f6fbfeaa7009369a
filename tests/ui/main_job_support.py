"""The real tray application and a person in front of it, with programs to work in that nobody here wrote."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton, QWidget
from shiboken6 import delete, isValid

from desktop_agent.core.desktop import Window
from desktop_agent.core.events import RunEnded, RunEvent, RunStarted, Stepped
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Windows
from desktop_agent.core.settings import Settings
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands import connect
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.command_line import Application as Program
from tests.desktop.hands_support import end_process
from tests.desktop.helpers import close_app, open_app
from ui.app import Application
from ui.approval_card import ApprovalCard
from ui.bridge import Run
from ui.instance import Instance
from ui.parts import Parts
from ui.prompt_window import PromptWindow
from ui.question import QuestionBox
from ui.tray import Tray

PATIENCE = 30.0
"""Seconds for whatever must happen, on a machine that does other things as well."""
Found = TypeVar("Found")
W = TypeVar("W", bound=QWidget)


def until(look: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """Let the windows live until `look` returns something true, and return that."""
    deadline = monotonic() + patience
    while not (found := look()):
        assert monotonic() < deadline, f"waited {patience:.0f} s for {what}"
        _live(10)
    return found


def _live(milliseconds: int) -> None:
    """Run the event loop. Unlike `QTest.qWait` and a mere sleep it lets the other threads run meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def apart(work: Callable[[], Found]) -> Found:
    """Do `work` on a thread while the windows live: accessibility asks every program of the display, this one too."""
    result: Future[Found] = Future()

    def body() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 # raised where it was ordered
            result.set_exception(error)

    threading.Thread(target=body, daemon=True).start()
    until(result.done, "work on a thread")
    return result.result()


@dataclass
class Followed:
    """A run as the windows were told of it."""

    text: str
    events: list[RunEvent] = field(default_factory=list)
    end: RunEnded | None = None

    @property
    def planner(self) -> str:
        """Who planned."""
        return next(event.planner for event in self.events if isinstance(event, RunStarted))

    @property
    def steps(self) -> list[Stepped]:
        return [event for event in self.events if isinstance(event, Stepped)]


class Office:
    """One start of the application, and the person who uses it.

    Args:
        display: where all happens; this process's environment points at it.
        person: in front of it.
        windows: of the display.
        settings: the person's.
    """

    def __init__(self, display: PrivateDisplay, person: Person, windows: Windows, settings: Settings) -> None:
        self.display = display
        self.person = person
        self.windows = windows
        self.runs: list[Followed] = []
        self.cards: list[PromptWindow] = []
        self._closed = False
        until(Tray.available, "the tray")
        self._instance = Instance()
        assert self._instance.claim()
        self.app = Application(settings, self._instance)
        until(lambda: self.app.parts is not None, "the application to be ready")
        assert self.parts.prompts.prompter is not None
        self.parts.prompts.prompter.opened.connect(self.cards.append)
        self.parts.bridge.started.connect(self._follow)

    @property
    def parts(self) -> Parts:
        assert self.app.parts is not None
        return self.app.parts

    @property
    def box(self) -> QuestionBox:
        """The question box that is open."""
        (found,) = _shown(QuestionBox)
        return found

    @property
    def box_status(self) -> str:
        """The line below the answer."""
        return self.box._status.text()

    def close(self) -> None:
        """Quit, once."""
        if self._closed:
            return
        self._closed = True
        self.app.quit()
        assert self.app.ended_cleanly
        until(lambda: self.parts.bridge.current is None, "the end of the run to be told")
        for each in (self.app, self._instance):  # here and now: garbage may be collected in any thread
            delete(each)

    def mark(self, window: Window) -> None:
        """Press the hotkey and click a window: the question box opens, with the keyboard in it."""
        self.summon()
        center = window.region.center
        self.glide(center)
        regions = self.parts.prompts.regions
        assert regions is not None
        until(lambda: (s := regions.overlay._selection) is not None and s.hovered is not None, "the window's outline")
        self.person.click(center.x, center.y)
        until(lambda: _shown(QuestionBox), "the question box")
        until(self.box.isActiveWindow, "the question box to have the keyboard")

    def summon(self, hotkey: str = "ctrl+alt+a") -> None:
        """Press the hotkey: the frozen screen appears."""
        regions = self.parts.prompts.regions
        assert regions is not None
        self.person.press(hotkey)
        until(lambda: regions.overlay.visible, "the frozen screen")

    def say(self, text: str) -> Followed:
        """Type into whatever has the keyboard, and Enter. Returns the run that began."""
        before = len(self.runs)
        self.person.type(text + "\n")
        until(lambda: len(self.runs) > before, f"{text!r} to begin")
        return self.runs[-1]

    def card(self) -> ApprovalCard:
        """The next card, when it takes an answer."""
        until(lambda: self.cards, "a card")
        card = self.cards.pop(0)
        assert isinstance(card, ApprovalCard)
        until(lambda: card.armed, "the card to be armed")
        return card

    def press(self, button: QWidget) -> None:
        """Click its middle with the mouse."""
        self.click(self.middle(button))

    def approve(self, card: ApprovalCard) -> None:
        """Click Approve until the card goes: it takes no answer for half a second after anything stirred around it."""

        def answered() -> bool:
            if not isValid(card) or not card.isVisible():
                return True
            if card.armed:
                self.press(card.approve_button)
                _live(300)  # so that the click that counted has been heard of
            return not isValid(card) or not card.isVisible()

        until(answered, "the approval")

    def glide(self, place: Point) -> None:
        """Move the mouse there as a hand does. Qt knows nothing of a pointer that jumps: a motion to where it saw the
        pointer last is lost on it, and a menu takes the click's own release for a choice."""
        for beside in (20, 8, 0):
            self.person.move(place.x - beside, place.y)
            _live(15)

    def click(self, place: Point, button: int = 1) -> None:
        """Move there and click."""
        self.glide(place)
        self.person.click(place.x, place.y, button)

    def middle(self, widget: QWidget) -> Point:
        """Where its middle is on the screen."""
        return self.place(widget, widget.rect().center())

    def place(self, widget: QWidget, point: QPoint) -> Point:
        """Where a point of it is on the screen, once Qt has heard where the window manager put its window."""
        window = widget.window()

        def heard() -> bool:
            real, known = self.windows.get(int(window.winId())), window.geometry()
            return real is not None and real.region == Rect(known.x(), known.y(), known.width(), known.height())

        until(heard, "the window to be in its place")
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # what came or went makes others move
        place = widget.mapToGlobal(point)
        return Point(place.x(), place.y())

    def ended(self, run: Followed) -> RunEnded:
        """Wait until it ended."""
        end = until(lambda: run.end, f"the end of {run.text!r}")
        assert end is not None
        return end

    def focus_box(self) -> None:
        """Give the question box the keyboard, with a click on its ground."""
        self.click(self.place(self.box, QPoint(6, 6)))
        until(self.box.isActiveWindow, "the question box to have the keyboard")

    def close_box(self) -> None:
        """Close it with Escape."""
        self.focus_box()
        self.person.press("escape")
        until(lambda: not _shown(QuestionBox), "the question box to close")

    def docked(self) -> bool:
        """Whether the icon is where it can be clicked: a panel takes it in a moment after it was made."""
        place = self.app.tray._icon.geometry().center()
        point = Point(place.x(), place.y())
        return any(each.panel and each.frame.contains(point) for each in self.windows.stacking())

    def window(self, kind: type[W]) -> W:
        """The window of that kind, once it has the keyboard."""
        shown = until(
            lambda: next(
                (each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()), None
            ),
            kind.__name__,
        )
        assert shown is not None
        until(shown.isActiveWindow, f"{kind.__name__} in front")
        return shown

    def choose_in_tray(self, text: str) -> None:
        """Click the tray icon with the right button, and then the menu's entry whose text begins so."""
        until(self.docked, "the tray icon")
        icon = self.app.tray._icon
        place, menu = icon.geometry().center(), icon.contextMenu()
        self.click(Point(place.x(), place.y()), button=3)
        until(menu.isVisible, "the tray's menu")
        self.choose(menu, text)

    def choose(self, menu: QMenu, text: str) -> None:
        """Click an entry of an open menu."""
        entry = until(
            lambda: next((each for each in menu.actions() if each.text().startswith(text)), None), f"{text!r} in it"
        )
        place = menu.mapToGlobal(menu.actionGeometry(entry).center())
        self.click(Point(place.x(), place.y()))
        until(lambda: not menu.isVisible(), "the menu to close")

    def choose_below(self, button: QToolButton, text: str) -> None:
        """Click a button that has a menu, and then an entry. Such a menu has an event loop of its own, which ends with
        it, so that this click comes from within."""
        menu = button.menu()
        looking = QTimer(interval=20)

        def look() -> None:
            if menu.isVisible() and any(each.text().startswith(text) for each in menu.actions()):
                looking.stop()
                self.choose(menu, text)

        looking.timeout.connect(look)
        looking.start()
        self.press(button)
        until(lambda: not (looking.isActive() or menu.isVisible()), f"{text!r} to be chosen")

    def write(self, edit: QLineEdit, text: str) -> None:
        """Replace what a field holds."""
        self.press(edit)
        until(edit.hasFocus, "the field to have the keyboard")
        self.person.press("ctrl+a")
        self.person.type(text)
        until(lambda: edit.text() == text, f"{text!r} in the field")

    def active(self) -> int:
        """The window that has the keyboard, in the whole display."""
        window = self.windows.active()
        return window.id if window is not None else 0

    def text_of(self, program: Program) -> str:
        """What the program shows."""
        return apart(lambda: program.text)

    def _follow(self, run: Run) -> None:
        followed = Followed(run.text)
        self.runs.append(followed)
        run.event.connect(followed.events.append)
        run.ended.connect(lambda end: setattr(followed, "end", end))


def labels(window: QWidget) -> list[str]:
    """All that a window says."""
    return [each.text() for each in window.findChildren(QLabel) if each.isVisible()]


def program_presses(display: PrivateDisplay, *names: str) -> None:
    """Keys together, as any program can press them, the agent's own hands among them: through XTEST."""
    from Xlib import X
    from Xlib.ext import xtest

    from desktop_agent.desktop.keyboard.x11_names import keysym_of

    connection = x11.open_display(display.name)
    codes = [connection.keysym_to_keycode(keysym_of(name)) for name in names]
    for code in codes:
        xtest.fake_input(connection, X.KeyPress, code)
    for code in reversed(codes):
        xtest.fake_input(connection, X.KeyRelease, code)
    connection.sync()
    connection.close()


def program_clicks(display: PrivateDisplay, place: Point) -> None:
    """A click as any program can make one."""
    from Xlib import X
    from Xlib.ext import xtest

    connection = x11.open_display(display.name)
    xtest.fake_input(connection, X.MotionNotify, x=place.x, y=place.y)
    for kind in (X.ButtonPress, X.ButtonRelease):
        xtest.fake_input(connection, kind, 1)
    connection.sync()
    connection.close()


def end_hands(display: PrivateDisplay) -> None:
    """End the hands process of the test's home."""
    if address_of(display.name).socket.exists():
        with connect("watch", display=display.name, linger=0.1) as client:
            pid = client.status().pid
        end_process(pid, 0)


def _shown(kind: type[Found]) -> list[Found]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]


Start = Callable[..., Office]


@pytest.fixture(name="start")
def start_fixture(app: QApplication, ui_display: PrivateDisplay, person: Person, windows: Windows) -> Iterator[Start]:
    """Start the application with settings; all that was started is ended, and the stop keys are up again."""
    with ExitStack() as stack:
        stack.callback(end_hands, ui_display)

        def start(settings: Settings = Settings()) -> Office:  # noqa: B008 # frozen
            office = Office(ui_display, person, windows, settings)
            stack.callback(office.close)
            return office

        yield start


@pytest.fixture(name="open_program")
def open_program_fixture(app: QApplication, ui_display: PrivateDisplay) -> Iterator[Callable[..., Program]]:
    """Open programs on the display; they are ended."""
    with ExitStack() as stack:

        def opened(command: Sequence[str], title: str) -> Program:
            window = open_app(ui_display, command, title)
            stack.callback(close_app, ui_display, window)
            return Program(window)

        yield opened


@pytest.fixture(name="galculator")
def galculator_fixture(open_program: Callable[..., Program]) -> Program:
    """galculator, which shows 0."""
    return open_program(["galculator"], "galculator")


@pytest.fixture(name="mousepad")
def mousepad_fixture(open_program: Callable[..., Program], home: Path) -> Program:
    """mousepad with an empty file, notes.txt."""
    notes = home / "notes.txt"
    notes.write_text("")
    return open_program(["mousepad", "--disable-server", str(notes)], "notes.txt")
