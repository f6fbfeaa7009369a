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
"""Characters of a call; a longer one is given up."""

_VALUE_OPEN, _VALUE_CLOSE = "<arg_value>", "</arg_value>"
_IN_CALL = (CALL_CLOSE, _VALUE_OPEN, _VALUE_CLOSE)
_PAIR = re.compile(r"\s*<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)
_State = Literal["text", "reasoning", "call"]
_OPENERS: dict[str, tuple[str, ...]] = {
    "text": (THINK_OPEN, THINK_CLOSE, CALL_OPEN, *BOX_MARKERS),
    "reasoning": (THINK_CLOSE, *BOX_MARKERS),
    "call": _IN_CALL,
}
_TAGS = {state: re.compile("|".join(map(re.escape, tags))) for state, tags in _OPENERS.items()}


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
        self._looked_at = 0
        """How much of the buffer holds no tag that was not acted on."""
        self._in_value = False
        """Within a call: an argument's value is open."""
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
            self._buffer, self._looked_at = "", 0

    def end(self) -> Iterator[Event]:
        """The stream is over: give out what was held back."""
        rest, self._buffer, self._looked_at = self._buffer, "", 0
        if self._state == "call":
            self._enter(CALL_CLOSE)
            yield BadCall(CALL_OPEN + rest[:MAX_CALL], "The call is cut off: </tool_call> is missing.")
        elif rest:
            yield from self._say(rest)

    def _scan(self) -> Iterator[Event]:
        """Read the buffer up to what may be the beginning of a tag. What was looked at is not looked at again: a server
        may send a megabyte of tags in one piece."""
        start, position = 0, self._looked_at
        while match := _TAGS[self._state].search(self._buffer, position):
            position = match.end()
            if self._state != "call":
                yield from self._say(self._buffer[start : match.start()])
                start = position
                self._enter(match[0])
            elif match[0] != CALL_CLOSE:
                self._in_value = match[0] == _VALUE_OPEN
            elif not self._in_value:  # Inside an open value it is part of the value.
                yield self._call(self._buffer[start : match.start()])
                start = position
                self._enter(CALL_CLOSE)
        held_back = _partial_tag(self._buffer, _OPENERS[self._state], position)
        if self._state != "call":
            yield from self._say(self._buffer[start : len(self._buffer) - held_back])
            start = len(self._buffer) - held_back
        self._buffer = self._buffer[start:]
        self._looked_at = len(self._buffer) - held_back
        if self._state == "call" and len(self._buffer) > MAX_CALL:
            yield from self.end()

    def _enter(self, tag: str) -> None:
        if tag in BOX_MARKERS:
            return
        self._state = "call" if tag == CALL_OPEN else "reasoning" if tag == THINK_OPEN else "text"
        self._begun = self._in_value = False

    def _say(self, text: str) -> Iterator[Event]:
        if not self._begun:  # templates put a line feed before each part
            text = text.lstrip("\n")
        if text:
            self._begun = True
            yield ReasoningDelta(text) if self._state == "reasoning" else TextDelta(text)

    def _call(self, raw: str) -> CallEvent | BadCall:
        if len(raw) > MAX_CALL:
            return BadCall(CALL_OPEN + raw[:MAX_CALL], f"The call has more than {MAX_CALL} characters.")
        try:
            name, arguments = self._from_json(raw) if raw.lstrip().startswith("{") else self._from_tags(raw)
        except ValueError as error:
            return BadCall(f"{CALL_OPEN}{raw}{CALL_CLOSE}", str(error))
        self.calls += 1
        return CallEvent(ToolCall(f"call_{secrets.token_hex(6)}", name, arguments))

    def _from_json(self, raw: str) -> tuple[str, Mapping[str, Any]]:
        try:
            call = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The call is not valid JSON: {error}.") from error
        name = call.get("name")
        arguments = call.get("arguments", call.get("parameters", {}))
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except (ValueError, RecursionError) as error:
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
        raw = raw.strip()
        position = len(name)
        arguments: dict[str, Any] = {}
        while position < len(raw):
            match = _PAIR.match(raw, position)
            if match is None:
                raise ValueError(
                    "Arguments must be <arg_key>…</arg_key><arg_value>…</arg_value>, "
                    f"not {raw[position:].strip()[:60]!r}."
                )
            key = match[1].strip()
            if key in arguments:
                raise ValueError(f"The argument {key} is given twice.")
            arguments[key] = read_value(match[2], properties.get(key))
            position = match.end()
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
    except (ValueError, RecursionError):
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


def _partial_tag(buffer: str, tags: Sequence[str], start: int) -> int:
    """How many characters at the end of `buffer`, from `start` on, may be the beginning of a tag."""
    longest = max(len(tag) for tag in tags) - 1
    for size in range(min(longest, len(buffer) - start), 0, -1):
        if any(tag.startswith(buffer[-size:]) for tag in tags):
            return size
    return 0
