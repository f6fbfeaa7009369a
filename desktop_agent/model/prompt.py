"""Turns a conversation into segments: the template's own text, in which control tokens count, content, in which they
don't, and pictures.

A screen may show `<|assistant|>` or `</tool_response>`. So the template never sees what stands in a message: it gets a
placeholder that nobody can guess, and the rendered text is split at the placeholders afterwards.
"""

import json
import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.chat import Message, Picture, Text, ToolSpec
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.calls import THINK_OPEN
from desktop_agent.model.template import OTHER_MODEL, ChatTemplate


@dataclass(frozen=True)
class Markup:
    """Text of the template: its control tokens count."""

    text: str


@dataclass(frozen=True)
class Content:
    """Text of a message, a tool or a call: control tokens that it spells are mere text."""

    text: str


Segment = Markup | Content | Picture


@dataclass(frozen=True)
class Prompt:
    """A rendered conversation. `reasoning`: the model's answer begins inside `<think>`."""

    segments: tuple[Segment, ...]
    reasoning: bool


class PromptRenderer:
    """Renders conversations for one model.

    Args:
        template: the model's.
        specials: texts of the vocabulary's control and user-defined tokens. Tools' schemas are given to the template as
            they are, except for strings that hold one of these.
    """

    def __init__(self, template: ChatTemplate, specials: Collection[str] = ()) -> None:
        self._template = template
        self._special = special_pattern(specials)

    def render(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], thinking: bool, generate: bool = True
    ) -> Prompt:
        """Render the conversation. With `generate`, the prompt ends where the model's answer begins.

        Raises:
            PlannerError: the template fails, or loses what stands in a message, or the tools.
        """
        plain = self._try(messages, tools, thinking, generate, typed=False)
        # Some templates take a message's content only as a list of typed parts.
        prompt = plain or self._try(messages, tools, thinking, generate, typed=True)
        if prompt is None:
            raise PlannerError("The model's chat template drops parts of the conversation.", OTHER_MODEL)
        # Without `generate` it may be cut short, and some templates declare tools beside the last question only.
        if generate and not all(self._declares(prompt, tool) for tool in tools):
            raise PlannerError(
                "The model's chat template has no place for tools: the model can look and answer, but not act.",
                "Choose a model that was made for tool calls, or ask this one without tools (ask --no-tools).",
            )
        return prompt

    def _declares(self, prompt: Prompt, tool: ToolSpec) -> bool:
        if self._special and self._special.search(tool.name):
            return True  # it stands in a placeholder
        written = {tool.name, *(json.dumps(tool.name, ensure_ascii=only)[1:-1] for only in (True, False))}
        texts = [segment.text for segment in prompt.segments if isinstance(segment, Markup)]
        return any(name in text for name in written for text in texts)

    def _try(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], thinking: bool, generate: bool, typed: bool
    ) -> Prompt | None:
        slots = _Slots(self._special)
        rows = [_row(message, slots, typed) for message in messages]
        text = self._template.render(rows, _declared(tools, slots), thinking, generate, slots.json_strings)
        segments = tuple(slots.split(text))
        if slots.lost:
            return None
        last = segments[-1] if segments else Markup("")
        return Prompt(segments, isinstance(last, Markup) and last.text.rstrip().endswith(THINK_OPEN))


def special_pattern(specials: Collection[str]) -> re.Pattern[str] | None:
    """Finds each place where one of `specials` begins, overlapping ones too. Blank ones and single characters don't
    count."""
    texts = sorted({text for text in specials if len(text) > 1 and text.strip()}, key=len, reverse=True)
    return re.compile("(?=" + "|".join(map(re.escape, texts)) + ")") if texts else None


def break_specials(text: str, pattern: re.Pattern[str] | None) -> list[str]:
    """`text` in pieces of which none holds a special token's text.

    Tokenisers find user-defined tokens such as `<tool_call>` even where control tokens are not to be parsed, so content
    is tokenised in pieces that begin one character into each such text.
    """
    cuts = [match.start() + 1 for match in pattern.finditer(text)] if pattern else []
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True) if start < end]


class _Slots:
    """Placeholders, and what stands for each."""

    def __init__(self, special: re.Pattern[str] | None) -> None:
        self._special = special
        self._nonce = secrets.token_hex(12)
        self._held: list[str | Picture] = []
        self._needed: set[int] = set()

    def hold(self, what: str | Picture, needed: bool = False) -> str:
        """A placeholder for `what`. Blank text stays as it is, since templates ask for it."""
        if isinstance(what, str) and not what.strip():
            return what
        if needed:
            self._needed.add(len(self._held))
        self._held.append(what)
        return f"S{self._nonce}R{len(self._held) - 1}E"

    def guard(self, value: Any, every: bool) -> Any:
        """`value` with its strings held: `every` one, or those that hold a special token's text."""
        if isinstance(value, str):
            return self.hold(value) if every or (self._special and self._special.search(value)) else value
        if isinstance(value, Mapping):
            return {self.guard(key, every): self.guard(each, every) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.guard(each, every) for each in value]
        return value

    def json_strings(self, text: str) -> str:
        """Mark the placeholders in `text`, which is JSON: what stands for them must be escaped."""
        return text.replace(f"S{self._nonce}R", f"S{self._nonce}J")

    @property
    def lost(self) -> bool:
        """Whether something needed has not been seen by `split`."""
        return bool(self._needed)

    def split(self, text: str) -> Iterator[Segment]:
        """The segments of a rendered text."""
        pieces = re.split(f"S{self._nonce}([RJ])([0-9]+)E", text)
        for markup, kind, number in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], "0"], strict=True):
            if self._nonce in markup:
                raise PlannerError("The model's chat template changes what stands in messages.", OTHER_MODEL)
            if markup:
                yield Markup(markup)
            if kind:
                self._needed.discard(int(number))
                held = self._held[int(number)]
                if isinstance(held, Picture):
                    yield held
                else:
                    yield Content(json.dumps(held, ensure_ascii=False)[1:-1] if kind == "J" else held)


def _row(message: Message, slots: _Slots, typed: bool) -> dict[str, Any]:
    # Some templates drop what an assistant says beside its calls, which does no harm.
    content = [slots.hold(part, needed=message.role != "assistant") for part in _joined(message)]
    row: dict[str, Any] = {"role": message.role, "content": "".join(content)}
    if typed and message.role in ("system", "user"):
        row["content"] = [{"type": "text", "text": text} for text in content]
    if message.role == "assistant":
        row["reasoning_content"] = slots.hold(message.reasoning.strip())
        if message.calls:
            row["tool_calls"] = [
                {
                    "id": slots.hold(call.id),
                    "type": "function",
                    "function": {
                        "name": slots.hold(call.name),
                        "arguments": slots.guard(dict(call.arguments), every=True),
                    },
                }
                for call in message.calls
            ]
    if message.role == "tool":
        row["tool_call_id"] = slots.hold(message.call_id)
    return row


def _joined(message: Message) -> Iterator[str | Picture]:
    """The parts, texts that follow one another joined by a line feed. An assistant's text is stripped, as templates
    do."""
    texts: list[str] = []
    for part in message.parts:
        if isinstance(part, Text):
            texts.append(part.text)
            continue
        if texts:
            yield "\n".join(texts)
            texts = []
        yield part
    if texts:
        text = "\n".join(texts)
        yield text.strip() if message.role == "assistant" else text


def _declared(tools: Sequence[ToolSpec], slots: _Slots) -> list[Any]:
    return [
        {
            "type": "function",
            "function": {
                "name": slots.guard(tool.name, every=False),
                "description": slots.guard(tool.description, every=False),
                "parameters": slots.guard(dict(tool.parameters), every=False),
            },
        }
        for tool in tools
    ]
