"""The chunks of a streamed chat completion as our events. What a server sends is checked, not trusted."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    EndReason,
    Event,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from desktop_agent.core.text import encodable
from desktop_agent.model import arguments
from desktop_agent.model.calls import CallParser

MAX_CALLS = 64
"""Calls of one turn; a server that sends more is broken."""

CUT_OFF = "the call is cut off: the answer reached its greatest length"
REASONING_FIELDS = ("reasoning_content", "reasoning")
"""What servers call the reasoning; vLLM renamed it in 0.12, and some send both."""
_WITHHELD = ("content_filter", "sensitive")
_TOO_LONG = ("length", "model_context_window_exceeded")
_BROKEN = ("network_error", "error")
"""Ends that the publisher's API and SGLang name where generating failed in the middle."""


class BadStream(Exception):
    """The server sent something that no chat completion contains."""


class Incomplete(BadStream):
    """The stream ended before the answer did."""


class Withheld(BadStream):
    """The server's filter held the answer back."""


@dataclass
class _Pending:
    """A call whose pieces are still arriving."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    whole: Mapping[str, Any] | None = None
    """Arguments that came as an object, which some servers send."""


class Deltas:
    """Turns the chunks of one turn into events. Feed it each, then `end` it.

    Args:
        tools: for reading calls that stand in the text.
        calls_in_text: the server has no parser for the model's calls, as far as is known, so they stand in the text.
    """

    def __init__(self, tools: Sequence[ToolSpec], calls_in_text: bool) -> None:
        self._parser = CallParser(tools)
        self._calls_in_text = calls_in_text
        self._calls: list[_Pending] = []
        self._by_index: dict[int, _Pending] = {}
        self.finish = ""
        """Why the server says it ended; empty as long as it goes on."""
        self.reasoning_field = ""
        """The one of `REASONING_FIELDS` in which reasoning came."""
        self.prompt = self.reused = self.generated = 0
        """Tokens, as the server counted them."""
        self.reuse_told = False
        """Whether it said how many were reused."""

    @property
    def calls_by_server(self) -> bool:
        """Whether the server has parsed a call."""
        return bool(self._calls)

    def feed(self, chunk: object) -> Iterator[Event]:
        """Read one chunk.

        Raises:
            BadStream: it is none.
        """
        chunk = _mapping(chunk, "the chunk")
        if usage := chunk.get("usage"):
            self._count(_mapping(usage, "usage"))
        if timings := chunk.get("timings"):  # llama-server's
            self._count_reused(_mapping(timings, "timings"), "cache_n")
        choices = chunk.get("choices") or []
        if not isinstance(choices, list):
            raise BadStream("choices is not a list")
        for each in choices[:1]:
            choice = _mapping(each, "the choice")
            yield from self._delta(_mapping(choice.get("delta") or {}, "delta"))
            self.finish = _text(choice, "finish_reason") or self.finish

    def end(self) -> Iterator[Event]:
        """Give out what was held back: the rest of the text, and the calls.

        Raises:
            BadStream: the answer is not whole, or a call has no name.
        """
        if not self.finish or self.finish in _BROKEN:
            raise Incomplete(self.finish or "no reason for the end")
        if self.finish in _WITHHELD:
            raise Withheld(self.finish)
        yield from self._parser.end(whole=not self._too_long)
        for call in self._calls:
            yield self._call(call)

    @property
    def reason(self) -> EndReason:
        """How the turn ended."""
        if self._too_long:
            return "length"
        return "calls" if self._calls or self._parser.calls else "stop"

    @property
    def _too_long(self) -> bool:
        return self.finish in _TOO_LONG

    def _delta(self, delta: Mapping[str, Any]) -> Iterator[Event]:
        for name in REASONING_FIELDS:
            if reasoning := _text(delta, name):
                self.reasoning_field = name
                yield ReasoningDelta(reasoning)
                break
        if content := _text(delta, "content"):
            if self._calls_in_text:
                yield from self._parser.feed(content)
            else:
                yield TextDelta(content)
        calls = delta.get("tool_calls") or []
        if not isinstance(calls, list):
            raise BadStream("tool_calls is not a list")
        for call in calls:
            self._add(_mapping(call, "the tool call"))

    def _add(self, piece: Mapping[str, Any]) -> None:
        pending = self._pending(piece.get("index"), _text(piece, "id"))
        function = _mapping(piece.get("function") or {}, "function")
        pending.name = pending.name or _text(function, "name")
        if isinstance(function.get("arguments"), Mapping):
            pending.whole = function["arguments"]
        elif given := _text(function, "arguments"):
            pending.arguments.append(given)

    def _pending(self, index: object, call_id: str) -> _Pending:
        """The call that a piece belongs to. Some servers leave the index out, or give every call the index 0."""
        known = self._by_index.get(index) if isinstance(index, int) else self._calls[-1] if self._calls else None
        if known is not None and (not call_id or known.id in ("", call_id)):
            known.id = known.id or call_id
            return known
        if len(self._calls) == MAX_CALLS:
            raise BadStream(f"more than {MAX_CALLS} calls")
        pending = _Pending(call_id)
        self._calls.append(pending)
        if isinstance(index, int):
            self._by_index[index] = pending
        return pending

    def _call(self, call: _Pending) -> CallEvent | BadCall:
        if not call.name:
            raise BadStream("a call without a name")
        text = "".join(call.arguments)
        try:
            given = arguments.checked(call.whole) if call.whole is not None else arguments.parse(text)
        except arguments.BadArguments as error:
            return BadCall(f"{call.name}({text})", CUT_OFF if self._too_long else str(error))
        if self._too_long and call is self._calls[-1]:
            return BadCall(f"{call.name}({text})", CUT_OFF)
        return CallEvent(ToolCall(call.id or f"call_{secrets.token_hex(6)}", call.name, given))

    def _count(self, usage: Mapping[str, Any]) -> None:
        details = usage.get("prompt_tokens_details")
        self.prompt = _number(usage, "prompt_tokens")
        self.generated = _number(usage, "completion_tokens")
        if isinstance(details, Mapping):
            self._count_reused(details, "cached_tokens")

    def _count_reused(self, counts: Mapping[str, Any], key: str) -> None:
        if isinstance(counts.get(key), int):
            self.reused, self.reuse_told = _number(counts, key), True

    def usage(self, prompt_seconds: float, generate_seconds: float, by: str) -> Usage:
        """What the server counted, with the seconds that were measured here, and which server it was."""
        seconds = prompt_seconds, generate_seconds
        return Usage(self.prompt, self.reused, self.generated, *seconds, reuse_told=self.reuse_told, by=by)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadStream(f"{what} is not an object")
    return value


def _text(mapping: Mapping[str, Any], key: str) -> str:
    value = mapping.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadStream(f"{key} is not text")
    return encodable(value)


def _number(mapping: Mapping[str, Any], key: str) -> int:
    value = mapping.get(key)
    return value if isinstance(value, int) and value >= 0 else 0
