"""What the scripted person of the demo does, and what is checked afterwards.

The person knows what to say and where the windows are; the program's planner gets nothing but the instructions.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from shiboken6 import isValid

from desktop_agent.core.desktop import Window
from desktop_agent.core.events import RunEnded, RunEvent, RunStarted, Stepped
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation import report
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from ui import threads
from ui.app import Application
from ui.approval_card import ApprovalCard
from ui.capture import CaptureOverlay
from ui.prompt_window import PromptWindow
from ui.run import Run

LINES = ("Dear reader,", "two lines, typed by the agent.")
PATIENCE = 20.0
"""Seconds that the person waits for anything; then the story ends as failed."""
RUN_PATIENCE = 120.0
POLL = 0.02
BOX = "Ask about a region"
MARGIN = 6
"""Pixels from the question box's corner, where there is nothing but its ground."""
READING = 0.9
"""Seconds a person needs to read a card; it takes no answer in its first half second anyway."""
HEEDED = 1.0
"""Seconds within which a card that heeds an answer is gone."""
Found = TypeVar("Found")
_log = logging.getLogger(__name__)


class StoryBroke(Exception):
    """What the person waited for did not happen."""


@dataclass
class Chapter:
    """One instruction and what came of it."""

    title: str
    instruction: str
    planner: str = ""
    steps: list[Stepped] = field(default_factory=list)
    figures: list[report.Figure] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)
    end: RunEnded | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def section(self) -> report.Section:
        """The chapter for the report."""
        status, summary = (self.end.status, self.end.summary) if self.end else ("failed", "It did not end.")
        entries = tuple(report.entry(each.number, each.result) for each in self.steps)
        return report.Section(
            self.title, self.instruction, status, summary, entries, tuple(self.figures), tuple(self.checks)
        )


class Story(QObject):
    """Plays on a thread of its own, so that the application stays as it is for any person."""

    ended = Signal()
    progressed = Signal(str)
    """A chapter begins; carries its title."""
    _look_wanted = Signal(object, object)

    def __init__(self, display: PrivateDisplay, application: Application) -> None:
        super().__init__()
        self._display = display
        self._application = application
        self._chapters: list[Chapter] = []
        self._cards: list[PromptWindow] = []
        self._screen = open_screen(display.name)
        self._windows = open_windows(display.name)
        self._elements = open_elements(display.name)
        self._look_wanted.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self._file = Path(display.environment["HOME"]) / "letter.txt"

    def start(self) -> None:
        """Begin. Connected to the application's `ready`."""
        parts = self._application.parts
        if parts is None or parts.prompts.prompter is None:
            raise RuntimeError("the application has no prompts to answer")
        parts.bridge.started.connect(self._follow)
        parts.prompts.prompter.opened.connect(self._card_opened, Qt.ConnectionType.DirectConnection)
        threads.start(self._play, "story")

    @property
    def planners(self) -> set[str]:
        """The planners that answered."""
        return {chapter.planner for chapter in self._chapters}

    def sections(self) -> list[report.Section]:
        """What happened, for the report."""
        return [chapter.section() for chapter in self._chapters]

    def _play(self) -> None:
        try:
            with Person.on(self._display) as person:
                self._tell(person)
        except Exception:  # noqa: BLE001 - whatever broke it, the demo must end and say so
            _log.exception("the demo's story broke off")
            if self._chapters:
                self._chapters[-1].checks.append(("The story went as planned.", False))
        finally:
            self.ended.emit()

    def _tell(self, person: Person) -> None:
        self._display.start(["mousepad"])
        editor = self._window("Mousepad")
        instruction = (
            f'type "{LINES[0]}" into the text area, then press enter, then type "{LINES[1]}", '
            f'then click File, then click "Save As...", then type "{self._file}", then click "Save"'
        )
        chapter = self._chapter("Letter", instruction)
        self._mark_window(person, editor, chapter)
        self._instruct(person, chapter)
        self._until(self._file.exists, "the saved file")
        written = self._file.read_text("utf-8")
        chapter.checks.append((f"{self._file.name} holds both lines.", written.rstrip("\n") == "\n".join(LINES)))

        self._display.start(["galculator"])
        calculator = self._window("galculator")
        chapter = self._chapter("Sum", "click 7, then click *, then click 8, then click =")
        self._mark_window(person, calculator, chapter)
        self._instruct(person, chapter)
        chapter.checks.append(("galculator shows 56.", "56" in self._texts(calculator)))

        chapter = self._chapter("Reading", "what does it say?")
        self._mark_region(person, self._result(calculator), chapter)
        answer = self._instruct(person, chapter)
        chapter.checks.append(("The answer, read from the screen, is 56.", "56" in answer))

    def _chapter(self, title: str, instruction: str) -> Chapter:
        self._chapters.append(Chapter(title, instruction))
        self.progressed.emit(title)
        return self._chapters[-1]

    def _mark_window(self, person: Person, window: Window, chapter: Chapter) -> None:
        """A click takes the window."""
        self._summon(person)
        center = window.region.center
        person.move(center.x, center.y)
        time.sleep(0.3)
        self._photograph(chapter, "The frozen screen: a click takes the window.")
        person.click(center.x, center.y)

    def _mark_region(self, person: Person, region: Rect, chapter: Chapter) -> None:
        """Drag over a region."""
        self._summon(person)
        person.move(region.x, region.y)
        person.press_button()
        for share in (0.3, 0.6, 0.9, 1.0):
            person.move(region.x + int(region.width * share), region.y + int(region.height * share))
        time.sleep(0.2)
        self._photograph(chapter, "Dragging over a region, with its size shown.")
        person.release_button()

    def _summon(self, person: Person) -> None:
        overlay = self._regions_overlay()
        person.press("ctrl+alt+a")
        self._until(lambda: overlay.visible, "the region capture")
        time.sleep(0.2)

    def _instruct(self, person: Person, chapter: Chapter) -> str:
        """Type into the question box, answer the cards, and wait for the end. Returns the answer."""
        self._until(self._box_has_focus, "the question box")
        person.type(chapter.instruction + "\n")
        deadline = time.monotonic() + RUN_PATIENCE
        while not chapter.over.wait(POLL):
            if time.monotonic() > deadline:
                raise StoryBroke("the run did not end")
            if self._cards:
                self._answer(person, self._cards.pop(), chapter)
        time.sleep(0.2)
        self._photograph(chapter, "The answer beside the region.")
        box = self._until(self._box, "the question box")
        person.click(box.region.x + MARGIN, box.region.y + MARGIN)
        self._until(self._box_has_focus, "the question box to take the keyboard")
        person.press("escape")
        self._until(lambda: self._box() is None, "the question box to close")
        return chapter.end.summary if chapter.end else ""

    def _answer(self, person: Person, card: PromptWindow, chapter: Chapter) -> None:
        """Read the card, then press Approve: by mouse the first time, by keyboard after that."""
        time.sleep(READING)
        if not isinstance(card, ApprovalCard):
            raise StoryBroke("the planner asked something that this person has no answer to")
        first = not any("card" in figure.caption for figure in chapter.figures)
        if first:
            self._photograph(chapter, "The approval card, and the ring around the target.")
        self._until(lambda: self._approves(person, card, by_mouse=first), "the card to take the answer")

    def _approves(self, person: Person, card: ApprovalCard, by_mouse: bool) -> bool:
        """Press Approve where the card takes an answer, which it does not for half a second after something stirred
        around it. Whether it is gone."""

        def is_gone() -> bool:
            return not isValid(card) or not card.isVisible()

        def middle() -> QPoint | None:
            armed = not is_gone() and card.armed
            return card.approve_button.mapToGlobal(card.approve_button.rect().center()) if armed else None

        place = self._in_gui(middle)
        if place is not None and by_mouse:
            person.click(place.x(), place.y())
        elif place is not None:
            person.press("ctrl+alt+y")
            focused = self._until(
                lambda: self._in_gui(lambda: "gone" if is_gone() else card.isActiveWindow() and "active"),
                "the card to take the keyboard",
            )
            if focused == "active":
                person.press("alt+a")
        looked_until = time.monotonic() + HEEDED
        while not (gone := self._in_gui(is_gone)) and time.monotonic() < looked_until:
            time.sleep(POLL)
        return gone

    def _in_gui(self, look: Callable[[], Found]) -> Found:
        """What `look` returns in the GUI thread, where widgets may be touched."""
        found: Future[Found] = Future()
        self._look_wanted.emit(look, found)
        return found.result(PATIENCE)

    @staticmethod
    def _look(look: Callable[[], Found], found: "Future[Found]") -> None:
        try:
            found.set_result(look())
        except RuntimeError as error:  # the card was answered and is deleted
            found.set_exception(StoryBroke(str(error)))

    def _photograph(self, chapter: Chapter, caption: str) -> None:
        shot = self._screen.grab(self._screen.layout().bounds)
        chapter.figures.append(report.figure(caption, shot.image))

    def _window(self, application: str) -> Window:
        def look() -> Window | None:
            found = (each for each in self._windows.stacking() if each.application.lower() == application.lower())
            return next(found, None)

        return self._until(look, application)

    def _texts(self, window: Window) -> list[str]:
        return [element.text.strip() for element in self._elements.tree(window).elements]

    def _result(self, calculator: Window) -> Rect:
        """Where the calculator shows its result."""
        texts = [each for each in self._elements.tree(calculator).elements if each.text.strip() == "56"]
        if not texts:
            raise StoryBroke("galculator shows no 56 to mark")
        return texts[0].region

    def _box(self) -> Window | None:
        return next((each for each in self._windows.stacking() if each.title == BOX), None)

    def _box_has_focus(self) -> bool:
        active = self._windows.active()
        return active is not None and active.title == BOX

    def _regions_overlay(self) -> CaptureOverlay:
        parts = self._application.parts
        if parts is None or parts.prompts.regions is None:
            raise StoryBroke("there is no region capture")
        return parts.prompts.regions.overlay

    def _until(self, look: Callable[[], Found | None], what: str) -> Found:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(POLL)
        raise StoryBroke(f"waited {PATIENCE:.0f} seconds for {what}")

    def _follow(self, run: Run) -> None:
        chapter = self._chapters[-1]
        run.event.connect(lambda event: self._note(chapter, event))
        run.ended.connect(lambda end: self._end(chapter, end))

    def _note(self, chapter: Chapter, event: RunEvent) -> None:
        match event:
            case Stepped():
                chapter.steps.append(event)
            case RunStarted():
                chapter.planner = event.planner

    def _end(self, chapter: Chapter, end: RunEnded) -> None:
        chapter.end = end
        chapter.over.set()

    def _card_opened(self, window: PromptWindow) -> None:
        self._cards.append(window)
