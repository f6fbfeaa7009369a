"""Where a conversation stands: the instruction, which calls the instant planner has made since, and how they ended.

Everything is read from the messages, so the planner keeps nothing between two calls. What a call was for stands in its
id, "instant-SERIAL-STEP-KIND".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import Message, Text, ToolCall
from desktop_agent.core.geometry import View

Kind = Literal["act", "clear", "wait", "look", "ask", "end"]
_ID = re.compile(r"instant-\d+-(\d+)-(act|clear|wait|look|ask|end)")
_OUTCOME = re.compile("(" + "|".join(Outcome) + r")(?:: ?|$)", re.MULTILINE)
NOT_ACTING = frozenset({"WAIT", "read_text", "screenshot", "ask_user"})
"""Tools whose results begin with no outcome."""


@dataclass(frozen=True)
class Past:
    """One call that was made for step number `step`, and the text and pictures that came back."""

    call: ToolCall
    step: int
    kind: Kind
    result: str
    has_picture: bool

    @property
    def outcome(self) -> Outcome | None:
        """How the action ended, as its result begins with; None for tools that don't act."""
        match = _OUTCOME.match(self.result)
        return Outcome(match[1]) if match else None

    @property
    def problem(self) -> str:
        """Why the call was not carried out at all; empty where it was. The result of a call that was carried out begins
        with its outcome, that of one that wasn't with the tool's name."""
        if self.call.name in NOT_ACTING and not self.result.startswith(f"{self.call.name}: "):
            return ""
        return self.result.removeprefix(f"{self.call.name}: ").strip() if self.outcome is None else ""

    @property
    def explanation(self) -> str:
        """The first line of the result without the outcome."""
        lines = self.result.strip().splitlines()
        return _OUTCOME.sub("", lines[0], count=1).strip() if lines else ""

    @property
    def text_read(self) -> str:
        """The text that `read_text` found. It stands below a line that says where it comes from and ends in a colon."""
        head, _, text = self.result.partition("\n")
        return text if head.rstrip().endswith(":") else ""

    @property
    def answer(self) -> str:
        """The person's answer to `ask_user`, which stands behind a colon."""
        return self.result.partition(": ")[2].strip()


@dataclass(frozen=True)
class Progress:
    """`past` holds the calls since the instruction, in order. `view`: of the latest picture of the desktop."""

    instruction: str
    past: tuple[Past, ...]
    view: View | None
    serial: int

    @property
    def last(self) -> Past | None:
        return self.past[-1] if self.past else None

    def of(self, step: int, kind: Kind) -> tuple[Past, ...]:
        """The calls of one kind that were made for `step`."""
        return tuple(each for each in self.past if each.step == step and each.kind == kind)

    def call_id(self, step: int, kind: Kind) -> str:
        """The id of the next call: unique, because the conversation only grows."""
        return f"instant-{self.serial}-{step}-{kind}"


def progress(messages: Sequence[Message]) -> Progress:
    """Where `messages` stand."""
    said = (index for index, message in enumerate(messages) if message.role == "user" and not message.by_program)
    start = max(said, default=len(messages))
    results = {message.call_id: message for message in messages[start:] if message.role == "tool"}
    past = []
    for message in messages[start:]:
        for call in message.calls:
            match = _ID.fullmatch(call.id)
            if match and call.id in results:
                result = results[call.id]
                kind: Kind = match[2]  # type: ignore[assignment]  # the pattern allows no other
                past.append(Past(call, int(match[1]), kind, result.text, bool(result.pictures)))
    return Progress(_words(messages[start:]), tuple(past), _view(messages), len(messages))


def _words(messages: Sequence[Message]) -> str:
    """The person's own words: the last text of their message, behind the pictures and what names these."""
    texts = [part.text for part in messages[0].parts if isinstance(part, Text)] if messages else []
    return texts[-1].strip() if texts else ""


def _view(messages: Sequence[Message]) -> View | None:
    for message in reversed(messages):
        for picture in reversed(message.pictures):
            if picture.view is not None:
                return picture.view
    return None
