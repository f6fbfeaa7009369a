"""A session whose runs a test steps through, with real core events."""

import threading
import time
from collections.abc import Callable, Sequence

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Click,
    Decision,
    Outcome,
    Ruling,
    StepResult,
    TypeText,
    Verdict,
)
from desktop_agent.core.chat import Message, Usage
from desktop_agent.core.desktop import Layout, Monitor, Scope, Screenshot, Window
from desktop_agent.core.events import RunEnded, RunEvent, RunStarted, Said, Saying, Watcher
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.model_state import ModelState
from desktop_agent.store.conversations import ConversationSummary

SCREEN = Rect(0, 0, 1920, 1080)
Script = Callable[[Watcher, str], RunEnded]


def picture(width: int = 640, height: int = 360, shade: int = 200) -> Image:
    row = b"".join(bytes((shade, x * 255 // width, 255 - x * 255 // width, 255)) for x in range(width))
    return Image(width, height, row * height)


def screenshot(image: Image | None = None) -> Screenshot:
    image = image or picture()
    return Screenshot("s1", Rect(100, 100, image.width, image.height), "layout", image, time.monotonic())


def window(number: int = 1, title: str = "notes.txt – Mousepad", application: str = "Mousepad") -> Window:
    return Window(number, title, application, 4242, Rect(100, 100, 640, 480), Rect(98, 80, 644, 502))


def step(
    words: str = 'Click "Save" (push button) in "notes.txt – Mousepad"',
    outcome: Outcome = Outcome.CONFIRMED,
    message: str = "The button was pressed and the title lost its star.",
    pictures: bool = True,
) -> StepResult:
    shot = screenshot() if pictures else None
    return StepResult(
        Action(ActionKind.LEFT_CLICK, words, (Click(Point(120, 130)),), "s1", Rect(110, 120, 60, 24), window()),
        outcome,
        message,
        Verdict(Ruling.ASK, "Acting is asked for.", "acting"),
        Decision(Answer.APPROVED, by="card"),
        "title changed",
        shot,
        shot,
    )


def typed(text: str) -> StepResult:
    action = Action(ActionKind.TYPE, f"Type “{text}” into the text area", (TypeText(text),), "s1", window=window())
    verdict = Verdict(Ruling.ASK, "Typing is asked for.", "acting")
    return StepResult(action, Outcome.CONFIRMED, "The text arrived.", verdict, Decision(Answer.APPROVED, by="card"))


class FakeScreen:
    def layout(self) -> Layout:
        return Layout("layout", (Monitor("DP-1", SCREEN, True),))

    def grab(self, region: Rect) -> Screenshot:
        part = region.intersection(SCREEN)
        return Screenshot("shot", part, "layout", Image(part.width, part.height, bytes(part.area * 4)), 0.0)


class FakeWindows:
    def __init__(self, windows: Sequence[Window]) -> None:
        self.all = list(windows)
        self.activated: list[int] = []

    def active(self) -> Window | None:
        return self.all[0] if self.all else None

    def at(self, point: Point) -> Window | None:
        return next((each for each in self.all if each.frame.contains(point)), None)

    def stacking(self) -> tuple[Window, ...]:
        return tuple(self.all)

    def get(self, number: int) -> Window | None:
        return next((each for each in self.all if each.id == number), None)

    def activate(self, number: int) -> bool:
        self.activated.append(number)
        return True


class FakeConversations:
    def __init__(self) -> None:
        self.stored: dict[str, list[Message]] = {}
        self.titles: dict[str, str] = {}

    def recent(self, limit: int) -> tuple[ConversationSummary, ...]:
        now = time.time()
        return tuple(
            ConversationSummary(key, self.titles.get(key, key), now, now, len(messages))
            for key, messages in list(self.stored.items())[:limit]
        )

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        return tuple(self.stored[conversation_id])


class SessionDouble:
    """`script` is what the next runs do; `calls` what was asked for."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or answering("It says 56.")
        self.calls: list[tuple[str, str, Scope | None, Image | None, str | None]] = []
        self.screen = FakeScreen()
        self.windows = FakeWindows([window()])
        self.conversations = FakeConversations()
        self.looked_ahead: list[tuple[Image, Scope, Callable[[], bool]]] = []
        self.latched: str | None = None
        self.model = ModelState()
        self.stop_called = threading.Event()
        self.closed = False

    def ask(
        self,
        question: str,
        *,
        image: Image | None = None,
        scope: Scope | None = None,
        watch: Watcher,
        conversation: str | None = None,
        planner: str | None = None,
    ) -> RunEnded:
        self.calls.append(("ask", question, scope, image, conversation))
        return self.script(watch, question)

    def do(
        self,
        instruction: str,
        *,
        scope: Scope,
        watch: Watcher,
        conversation: str | None = None,
        planner: str | None = None,
    ) -> RunEnded:
        self.calls.append(("do", instruction, scope, None, conversation))
        return self.script(watch, instruction)

    def look_ahead(self, image: Image, scope: Scope, wanted: Callable[[], bool]) -> None:
        self.looked_ahead.append((image, scope, wanted))

    def prepare(self) -> None:
        """It has nothing to load."""

    def is_command(self, text: str) -> bool:
        return text.startswith(("click", "type", "press"))

    def stop(self, reason: str) -> None:
        self.latched = reason
        self.stop_called.set()

    def stopped(self) -> str | None:
        return self.latched

    def resume(self) -> None:
        self.latched = None

    def close(self) -> None:
        self.closed = True


def started(text: str = "", conversation: str = "c1") -> RunStarted:
    return RunStarted("r1", conversation, text, None, "instant")


def answering(text: str, pieces: int = 3) -> Script:
    """A run that streams `text` and ends."""

    def run(watch: Watcher, question: str) -> RunEnded:
        watch(started(question))
        size = -(-len(text) // pieces)
        for start in range(0, len(text), size):
            watch(Saying(text[start : start + size]))
        watch(Said(text, Usage()))
        return RunEnded("r1", "done", text)

    return run


class Held:
    """A run that does what the test tells it to: `emit` events, then `end`."""

    def __init__(self) -> None:
        self._watch: Watcher | None = None
        self._begun = threading.Event()
        self._ended = threading.Event()
        self._result: RunEnded | BaseException = RunEnded("r1", "done", "")

    def __call__(self, watch: Watcher, text: str) -> RunEnded:
        self._watch = watch
        self._begun.set()
        if not self._ended.wait(20):
            raise TimeoutError("the test never ended the run")
        if isinstance(self._result, BaseException):
            raise self._result
        return self._result

    @property
    def begun(self) -> bool:
        return self._begun.is_set()

    def emit(self, *events: RunEvent) -> None:
        assert self._begun.wait(5), "the run never began"
        assert self._watch is not None
        for event in events:
            self._watch(event)

    def end(self, result: RunEnded | BaseException | None = None) -> None:
        if result is not None:
            self._result = result
        self._ended.set()
