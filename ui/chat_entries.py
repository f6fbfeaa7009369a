"""What a conversation shows, entry by entry, as plain data: from stored messages, and from a run's events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar

from PySide6.QtCore import QCoreApplication

from desktop_agent.core.actions import Answer, Decision, StepResult, Verdict
from desktop_agent.core.chat import Message, Text
from desktop_agent.core.errors import AgentError
from desktop_agent.core.images import Image
from desktop_agent.core.pause import Pause, Reply, Resolution

PREVIEW_WIDTH, PREVIEW_HEIGHT = 560, 320
S = TypeVar("S")
NoticeKind = Literal["done", "info", "warning", "error"]


class Shot:
    """A picture that an entry shows. `compress` makes it a tenth as large; a conversation may hold hundreds."""

    def __init__(self, image: Image, label: str) -> None:
        self.label = label
        self.width, self.height = image.width, image.height
        self._image: Image | None = image
        self._preview: Image | None = None
        self._png = b""

    @classmethod
    def stored(cls, png: bytes, size: tuple[int, int], label: str) -> Self:
        """A picture as the store keeps it."""
        shot = cls.__new__(cls)
        shot.label, (shot.width, shot.height) = label, size
        shot._image = shot._preview = None
        shot._png = png
        return shot

    def compress(self) -> None:
        """Keep it as PNG and a small preview. Takes some 50 ms for a screen: not for the GUI thread."""
        image = self._image
        if image is not None:
            shrink = min(1.0, PREVIEW_WIDTH / image.width, PREVIEW_HEIGHT / image.height)
            self._preview = image.scaled(max(1, round(image.width * shrink)), max(1, round(image.height * shrink)))
            self._png = image.encode_png()
            self._image = None

    def image(self) -> Image:
        """The pixels."""
        return self._image or Image.decode(self._png, self.label)

    def preview(self) -> Image:
        """The pixels, or a smaller picture where there is one already."""
        return self._preview or self.image()


@dataclass(frozen=True)
class OwnEntry:
    """What the person said."""

    text: str
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True)
class AnswerEntry:
    """What the planner said."""

    text: str
    reasoning: str = ""


@dataclass(frozen=True)
class StepEntry:
    """An action's way. `outcome` is a core `Outcome` value, or empty where only the conversation was kept."""

    title: str
    outcome: str
    number: int = 0
    facts: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True)
class LookEntry:
    """The use of a tool that does not act."""

    tool: str
    summary: str
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True)
class NoticeEntry:
    """Something about the run itself: how it ended, or what went wrong and what to do."""

    kind: NoticeKind
    text: str
    hint: str = ""


@dataclass(frozen=True)
class OfferEntry:
    """A run whose steps were confirmed may become a macro. `run` is its id in the store."""

    run: str


Entry = OwnEntry | AnswerEntry | StepEntry | LookEntry | NoticeEntry | OfferEntry


def of_error(error: AgentError) -> NoticeEntry:
    """An error in the place where it happened."""
    return NoticeEntry("error", error.user_message, error.hint)


def of_step(number: int, result: StepResult) -> StepEntry:
    """A finished step with all that is known of it."""
    shots = [Shot(shot.image, label) for shot, label in shot_labels(number, result.before, result.after)]
    facts = facts_of(result.message, result.evidence, result.verdict, result.decision, result.settled)
    return StepEntry(result.action.words, result.outcome.value, number, facts, tuple(shots))


def of_pause(pause: Pause, reply: Reply) -> tuple[Entry, ...]:
    """A run that got nowhere, and what the person said to it."""
    words = {
        Resolution.GO_ON: QCoreApplication.translate("chat", "You let it go on."),
        Resolution.TELL: QCoreApplication.translate("chat", "You let it go on, and told it:"),
        Resolution.STOP: QCoreApplication.translate("chat", "You stopped it there."),
        Resolution.UNANSWERED: QCoreApplication.translate("chat", "It was not answered whether to go on."),
    }
    notice = NoticeEntry("info", pause.reason, words[reply.resolution])
    return (notice, OwnEntry(reply.words)) if reply.words else (notice,)


def facts_of(
    message: str, evidence: str, verdict: Verdict, decision: Decision | None, settled: bool
) -> tuple[str, ...]:
    """What is told of a step besides its words, each thing once."""
    unsettled = (
        "" if settled else QCoreApplication.translate("chat", "The screen was still changing when it was checked.")
    )
    facts = (message, evidence, verdict.reason, _decided(decision), unsettled)
    return tuple(dict.fromkeys(fact for fact in facts if fact))


def shot_labels(number: int, before: S | None, after: S | None) -> list[tuple[S, str]]:
    """The pictures that a step has, with what they are called."""
    pairs = (
        (before, QCoreApplication.translate("chat", "Before step {number}")),
        (after, QCoreApplication.translate("chat", "After step {number}")),
    )
    return [(shot, label.format(number=number)) for shot, label in pairs if shot is not None]


def of_messages(messages: Iterable[Message]) -> tuple[Entry, ...]:
    """A stored conversation. Tool calls are shown by what they returned."""
    return tuple(_entries(messages))


def _entries(messages: Iterable[Message]) -> Iterator[Entry]:
    names: dict[str, str] = {}
    for message in messages:
        shots = tuple(Shot(picture.image, picture.id) for picture in message.pictures)
        for shot in shots:
            shot.compress()
        match message.role:
            case "user" if message.by_program:
                told = QCoreApplication.translate("chat", "The program told the planner so.")
                yield NoticeEntry("info", message.text, told)
            case "user":
                yield OwnEntry(_own_words(message), shots)
            case "assistant":
                names.update((call.id, call.name) for call in message.calls)
                if message.text or message.reasoning:
                    yield AnswerEntry(message.text, message.reasoning)
            case "tool":
                yield LookEntry(names.get(message.call_id, ""), message.text, shots)


def _decided(decision: Decision | None) -> str:
    if decision is None:
        return ""
    words = {
        Answer.APPROVED: QCoreApplication.translate("chat", "Approved"),
        Answer.DENIED: QCoreApplication.translate("chat", "Denied"),
        Answer.STOPPED: QCoreApplication.translate("chat", "Stopped by you"),
        Answer.TIMED_OUT: QCoreApplication.translate("chat", "Not answered in time"),
        Answer.FAILED: QCoreApplication.translate("chat", "Asking failed"),
    }
    return f"{words[decision.answer]} ({decision.by})." if decision.by else f"{words[decision.answer]}."


@dataclass
class Talk:
    """Collects a run's streaming text: what is being said now, and all that was said."""

    saying: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def finish(self, text: str) -> AnswerEntry:
        """The planner's turn is over, with `text` as its whole text."""
        entry = AnswerEntry(text or "".join(self.saying), "".join(self.reasoning))
        self.said.append(entry.text)
        self.saying.clear()
        self.reasoning.clear()
        return entry

    def news_in(self, summary: str) -> str:
        """What `summary` tells beyond the last answer, which it may repeat with other line breaks."""
        text = " ".join(summary.split())
        for said in self.said:
            known = " ".join(said.split())
            if text in known:
                return ""
            if known and text.startswith(known):
                return text.removeprefix(known).strip()
        return summary


def _own_words(message: Message) -> str:
    """What the person wrote: the last text. Those before it are captions of pictures, for the planner."""
    return next((part.text for part in reversed(message.parts) if isinstance(part, Text)), "")
