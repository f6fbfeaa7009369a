"""Conversations: messages that hold text and pictures, and the events a planner streams."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop_agent.core.geometry import View
from desktop_agent.core.images import Image

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True)
class Text:
    """Text of a message. Never interpreted as markup or control tokens, whoever wrote it."""

    text: str


Use = Literal["scope", "zoom", "attachment"]
"""What a picture is for, by which a model knows how large it should be: what a run sees, a part of another picture, or
what the person attached."""


@dataclass(frozen=True)
class Picture:
    """An image of a message. Tools take it by `id` ("img1"). `view` is set where it shows the desktop."""

    id: str
    image: Image
    view: View | None = None
    use: Use = "scope"


Part = Text | Picture


@dataclass(frozen=True)
class ToolCall:
    """A call of a native tool. `arguments` were parsed, but not yet checked against the tool's schema."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One turn. An assistant's `calls` are answered by "tool" messages that carry their `call_id`. `by_program`: what
    stands in a "user" turn is a note of this program to the planner, and not the person's words."""

    role: Role
    parts: tuple[Part, ...]
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    by_program: bool = False

    @property
    def text(self) -> str:
        """All text parts, joined by newlines."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(part for part in self.parts if isinstance(part, Picture))


@dataclass(frozen=True)
class ToolSpec:
    """A tool as planners see it; `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """How to generate. `thinking`: off, on, or at most that many tokens. `max_tokens` counts new tokens."""

    thinking: bool | int = False
    max_tokens: int = 4096
    greedy: bool = False
    temperature: float = 0.8
    top_p: float = 0.6
    top_k: int = 2
    repeat_penalty: float = 1.1


@dataclass(frozen=True)
class ReasoningDelta:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class CallEvent:
    """A complete tool call."""

    call: ToolCall


@dataclass(frozen=True)
class BadCall:
    """A tool call that could not be read. `problem` is told to the model."""

    raw: str
    problem: str


@dataclass(frozen=True)
class Usage:
    """What one turn took, as far as the planner tells.

    Args:
        prompt: tokens of the conversation, images included; 0 where it isn't told.
        reused: of these, how many were not evaluated again.
        generated: new tokens, reasoning included; 0 where it isn't told.
        prompt_seconds: until the first new token, without loading the model.
        generate_seconds: from there to the end.
        encoded: how many images went through the image encoder; None where that isn't told.
        reuse_told: whether `reused` is known.
        by: which of several servers answered; empty where there was no choice.
    """

    prompt: int = 0
    reused: int = 0
    generated: int = 0
    prompt_seconds: float = 0.0
    generate_seconds: float = 0.0
    encoded: int | None = None
    reuse_told: bool = True
    by: str = ""

    @property
    def tokens_per_second(self) -> float | None:
        """The speed of generating after the first token; None where there was nothing to measure."""
        return (self.generated - 1) / self.generate_seconds if self.generated > 1 and self.generate_seconds else None


EndReason = Literal["stop", "calls", "length", "repeats", "cancelled", "gave_up"]
"""`repeats`: it went round in circles and was ended. `gave_up`: the text says why there is no answer; only a planner
without a model knows that of itself."""


@dataclass(frozen=True)
class End:
    """The last event of every stream that did not raise."""

    reason: EndReason


Event = ReasoningDelta | TextDelta | CallEvent | BadCall | Usage | End


@dataclass
class Turn:
    """Collects a stream's events into an assistant message."""

    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    bad_calls: list[BadCall] = field(default_factory=list)
    usage: Usage = Usage()
    end: EndReason | None = None

    def add(self, event: Event) -> None:
        match event:
            case TextDelta(text):
                self.text.append(text)
            case ReasoningDelta(text):
                self.reasoning.append(text)
            case CallEvent(call):
                self.calls.append(call)
            case BadCall():
                self.bad_calls.append(event)
            case Usage():
                self.usage = event
            case End(reason):
                self.end = reason

    @property
    def message(self) -> Message:
        text = "".join(self.text)
        return Message("assistant", (Text(text),) if text else (), "".join(self.reasoning), tuple(self.calls))
