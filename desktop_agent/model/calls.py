"""Reads what a GLM model writes: reasoning, text, and tool calls.

A call is `<tool_call>name\\n<arg_key>k</arg_key>\\n<arg_value>v</arg_value>…</tool_call>`, string values raw and others
as JSON. The family sometimes writes `{"name": …, "arguments": {…}}` between the tags instead (llama.cpp#15186, #15904),
and other vision models always do: both are read.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from desktop_agent.core.chat import BadCall, CallEvent, Event, ReasoningDelta, TextDelta, ToolCall, ToolSpec

CALL_OPEN, CALL_CLOSE = "<tool_call>", "</tool_call>"
THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
BOX_MARKERS = ("<|begin_of_box|>", "<|end_of_box|>")
MAX_CALL = 200_000
"""Characters after which a call that never closes is given up."""

_VALUE_OPEN, _VALUE_CLOSE = "<arg_value>", "</arg_value>"
_PAIR = re.compile(r"\s*<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)
_State = Literal["text", "reasoning", "call"]
_OPENERS: dict[str, tuple[str, ...]] = {
    "text": (THINK_OPEN, THINK_CLOSE, CALL_OPEN, *BOX_MARKERS),
    "reasoning": (THINK_CLOSE, *BOX_MARKERS),
}


class CallParser:
    """Turns streamed pieces into events. Feed it every piece in order, then `end` it.

    Args:
        tools: their schemas say which arguments are strings.
        reasoning: the prompt ended inside `<think>`, so the answer begins with reasoning.
    """

    def __init__(self, tools: Sequence[ToolSpec], reasoning: bool = False) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._state: _State = "reasoning" if reasoning else "text"
        self._buffer = ""
        self._begun = False
        self.calls = 0
        """Calls that could be read so far."""

    @property
    def reasoning(self) -> bool:
        """Whether the last piece was reasoning."""
        return self._state == "reasoning"

    @property
    def in_call(self) -> bool:
        """Whether a call is open."""
        return self._state == "call"

    def feed(self, piece: str, markup: bool = True) -> Iterator[Event]:
        """Read one piece.

        Args:
            piece: the text of one or more tokens.
            markup: whether tags in it count. False for tokens that spell a tag out of ordinary text where the
                vocabulary has the tag as a token of its own: then the model quotes something, a screen perhaps,
                and doesn't call.
        """
        if self._state == "call" or markup:
            self._buffer += piece
            yield from self._scan()
        else:
            yield from self._say(self._buffer + piece)
            self._buffer = ""

    def end(self) -> Iterator[Event]:
        """The stream is over: give out what was held back."""
        rest, self._buffer = self._buffer, ""
        if self._state == "call":
            self._state = "text"
            yield BadCall(CALL_OPEN + rest, "The call is cut off: </tool_call> is missing.")
        elif rest:
            yield from self._say(rest)

    def _scan(self) -> Iterator[Event]:
        while True:
            if self._state == "call":
                length = _call_length(self._buffer)
                if length is None:
                    if len(self._buffer) > MAX_CALL:
                        yield from self.end()
                    return
                raw, self._buffer = self._buffer[:length], self._buffer[length + len(CALL_CLOSE) :]
                self._state = "text"
                self._begun = False
                yield self._call(raw)
                continue
            tags = _OPENERS[self._state]
            found = min(((self._buffer.find(tag), tag) for tag in tags if tag in self._buffer), default=None)
            if found is None:
                keep = _partial_tag(self._buffer, tags)
                ready, self._buffer = self._buffer[: len(self._buffer) - keep], self._buffer[len(self._buffer) - keep :]
                yield from self._say(ready)
                return
            position, tag = found
            ready, self._buffer = self._buffer[:position], self._buffer[position + len(tag) :]
            yield from self._say(ready)
            self._enter(tag)

    def _enter(self, tag: str) -> None:
        if tag in BOX_MARKERS:
            return
        self._state = "call" if tag == CALL_OPEN else "reasoning" if tag == THINK_OPEN else "text"
        self._begun = False

    def _say(self, text: str) -> Iterator[Event]:
        if not self._begun:  # templates put a line feed before each part
            text = text.lstrip("\n")
        if text:
            self._begun = True
            yield ReasoningDelta(text) if self._state == "reasoning" else TextDelta(text)

    def _call(self, raw: str) -> CallEvent | BadCall:
        try:
            name, arguments = self._from_json(raw) if raw.lstrip().startswith("{") else self._from_tags(raw)
        except ValueError as error:
            return BadCall(f"{CALL_OPEN}{raw}{CALL_CLOSE}", str(error))
        self.calls += 1
        return CallEvent(ToolCall(f"call_{secrets.token_hex(6)}", name, arguments))

    def _from_json(self, raw: str) -> tuple[str, Mapping[str, Any]]:
        try:
            call = json.loads(raw)
        except ValueError as error:
            raise ValueError(f"The call is not valid JSON: {error}.") from error
        name = call.get("name")
        arguments = call.get("arguments", call.get("parameters", {}))
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except ValueError as error:
                raise ValueError(f"The call's arguments are not valid JSON: {error}.") from error
        if not isinstance(name, str) or not name:
            raise ValueError("The call has no name.")
        if not isinstance(arguments, dict):
            raise ValueError("The call's arguments are no JSON object.")
        return name, arguments

    def _from_tags(self, raw: str) -> tuple[str, Mapping[str, Any]]:
        name = re.split(r"[\s<]", raw.lstrip(), maxsplit=1)[0]
        if not name:
            raise ValueError("The call has no name.")
        properties = self._properties(name)
        rest = raw.lstrip()[len(name) :]
        arguments: dict[str, Any] = {}
        while rest.strip():
            match = _PAIR.match(rest)
            if match is None:
                raise ValueError(
                    f"Arguments must be <arg_key>…</arg_key><arg_value>…</arg_value>, not {rest.strip()[:60]!r}."
                )
            key = match[1].strip()
            if key in arguments:
                raise ValueError(f"The argument {key} is given twice.")
            arguments[key] = read_value(match[2], properties.get(key))
            rest = rest[match.end() :]
        return name, arguments

    def _properties(self, name: str) -> Mapping[str, Any]:
        tool = self._tools.get(name)
        properties = tool.parameters.get("properties", {}) if tool else {}
        return properties if isinstance(properties, Mapping) else {}


def read_value(raw: str, schema: Any) -> Any:
    """The value of an argument: as written where the schema takes strings only, else as JSON where it is JSON.

    What is neither stays a string, for the tool to refuse with its own words.
    """
    kinds = _kinds(schema)
    if kinds == {"string"}:
        return raw
    text = raw.strip()
    for marker in BOX_MARKERS:
        text = text.replace(marker, "")
    try:
        value = json.loads(text)
    except ValueError:
        return raw
    return raw if isinstance(value, str) and not kinds else value


def _kinds(schema: Any) -> set[str]:
    """The JSON types that a schema names; empty where it says nothing."""
    if not isinstance(schema, Mapping):
        return set()
    kind = schema.get("type")
    if isinstance(kind, str):
        return {kind}
    if isinstance(kind, Sequence):
        return {str(each) for each in kind}
    if isinstance(schema.get("enum"), Sequence) and all(isinstance(each, str) for each in schema["enum"]):
        return {"string"}
    return {kind for key in ("anyOf", "oneOf") for each in schema.get(key, ()) for kind in _kinds(each)}


def _call_length(buffer: str) -> int | None:
    """Where the call that `buffer` begins with ends. A `</tool_call>` inside an open value is part of the value."""
    position = 0
    while True:
        close = buffer.find(CALL_CLOSE, position)
        if close < 0:
            return None
        opened = buffer.rfind(_VALUE_OPEN, 0, close)
        if opened < 0 or buffer.find(_VALUE_CLOSE, opened, close) >= 0:
            return close
        position = close + 1


def _partial_tag(buffer: str, tags: Sequence[str]) -> int:
    """How many characters at the end of `buffer` may be the beginning of a tag."""
    longest = max(len(tag) for tag in tags) - 1
    for size in range(min(longest, len(buffer)), 0, -1):
        if any(tag.startswith(buffer[-size:]) for tag in tags):
            return size
    return 0
