"""Reads what a model writes: reasoning, text, and tool calls, from a stream of pieces."""

import functools
import re
import secrets
from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Literal

from desktop_agent.core.chat import BadCall, CallEvent, Event, ReasoningDelta, TextDelta, ToolCall, ToolSpec
from desktop_agent.model.call_body import BOX_MARKERS, VALUE_CLOSE, VALUE_OPEN, BadBody, read_body, read_unclosed

CALL_OPEN, CALL_CLOSE = "<tool_call>", "</tool_call>"
THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
MAX_CALL = 200_000
"""Characters of a call; a longer one is given up."""

_State = Literal["text", "reasoning", "call"]
_OPENERS: dict[str, tuple[str, ...]] = {
    "text": (THINK_OPEN, THINK_CLOSE, CALL_OPEN, *BOX_MARKERS),
    "reasoning": (THINK_CLOSE, *BOX_MARKERS),
}
TAGS = _OPENERS["text"]
"""All that count outside of calls."""
_IN_CALL = (CALL_CLOSE, VALUE_OPEN, VALUE_CLOSE)
_IN_TAGS = re.compile("|".join(map(re.escape, _IN_CALL)))
_IN_JSON = re.compile(rf'"|{CALL_CLOSE}')
_IN_STRING = re.compile(r'"|\\.', re.DOTALL)
_FILLED = re.compile(r"\S")


class CallParser:
    """Turns streamed pieces into events. Feed it every piece in order, then `end` it.

    Args:
        tools: their schemas say which arguments are strings.
        reasoning: the prompt ended inside `<think>`, so the answer begins with reasoning.
        spelled: those of `TAGS` that the vocabulary has no token for.
    """

    def __init__(
        self, tools: Sequence[ToolSpec], reasoning: bool = False, spelled: Collection[str] = frozenset()
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._spelled = spelled
        self._state: _State = "reasoning" if reasoning else "text"
        self._buffer = ""
        """What was not given out yet."""
        self._looked_at = 0
        """How much of the buffer holds no tag that was not acted on."""
        self._json: bool | None = None
        """Within a call: whether it is written as JSON; None while it has only blanks."""
        self._quoted = False
        """Within a call: an argument's value is open, or a string of JSON. There the closing tag is mere text."""
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
            markup: whether all tags in it count. False for ordinary tokens: what spells a tag that the vocabulary has a
                token for is a quotation then, of a screen perhaps, and no call.
        """
        self._buffer += piece
        start: int | None = 0
        while start is not None:
            start = yield from self._scan(start, markup)
        if self._state == "call" and len(self._buffer) > MAX_CALL:
            yield from self.end(whole=False)

    def end(self, whole: bool = True) -> Iterator[Event]:
        """The stream is over: give out what was held back.

        Args:
            whole: the model ended its turn by itself. Then a call that lacks nothing but closing tags is one.
        """
        rest, self._buffer, self._looked_at = self._buffer, "", 0
        if self._state != "call":
            yield from self._say(rest)
            return
        self._enter(CALL_CLOSE)
        if whole:
            yield self._call(rest, closed=False)
        else:
            yield BadCall(CALL_OPEN + rest[:MAX_CALL], f"The call is cut off: {CALL_CLOSE} is missing.")

    def _scan(self, start: int, markup: bool) -> Generator[Event, None, int | None]:
        """Give out the buffer from `start` to the next tag, and return where that ends; or None where there is none any
        more, and then only what must be held back is left in the buffer."""
        if self._state == "call":
            end = self._end_of_call()
            if end is not None:
                yield self._call(self._buffer[start:end], closed=True)
                self._enter(CALL_CLOSE)
                return self._looked_at
            held_back = start
        else:
            tags = tuple(tag for tag in _OPENERS[self._state] if markup or tag in self._spelled)
            if match := _any_of(tags).search(self._buffer, self._looked_at):
                yield from self._say(self._buffer[start : match.start()])
                self._looked_at = match.end()
                self._enter(match[0])
                return match.end()
            self._looked_at = held_back = len(self._buffer) - _partial_tag(self._buffer, tags, self._looked_at)
            yield from self._say(self._buffer[start:held_back])
        self._buffer, self._looked_at = self._buffer[held_back:], self._looked_at - held_back
        return None

    def _end_of_call(self) -> int | None:
        """Where the open call's body ends; None where that has not come yet. What was looked at is not looked at again:
        a server may send a megabyte of tags in one piece."""
        if self._json is None:
            filled = _FILLED.search(self._buffer, self._looked_at)
            self._looked_at = filled.start() if filled else len(self._buffer)
            self._json = filled and filled[0] == "{"
        while match := self._mark().search(self._buffer, self._looked_at):
            self._looked_at = match.end()
            if match[0] == '"':
                self._quoted = not self._quoted
            elif match[0] in (VALUE_OPEN, VALUE_CLOSE):
                self._quoted = match[0] == VALUE_OPEN
            elif match[0] == CALL_CLOSE and not self._quoted:
                return match.start()
        half_an_escape = bool(self._json and self._quoted and self._buffer.endswith("\\", self._looked_at))
        self._looked_at = len(self._buffer) - (half_an_escape or _partial_tag(self._buffer, _IN_CALL, self._looked_at))
        return None

    def _mark(self) -> re.Pattern[str]:
        """What matters next in the open call."""
        return _IN_TAGS if not self._json else _IN_STRING if self._quoted else _IN_JSON

    def _enter(self, tag: str) -> None:
        if tag in BOX_MARKERS:
            return
        self._state = "call" if tag == CALL_OPEN else "reasoning" if tag == THINK_OPEN else "text"
        self._begun = self._quoted = False
        self._json = None

    def _say(self, text: str) -> Iterator[Event]:
        if not self._begun:  # templates put a line feed before each part
            text = text.lstrip("\n")
        if text:
            self._begun = True
            yield ReasoningDelta(text) if self._state == "reasoning" else TextDelta(text)

    def _call(self, raw: str, closed: bool) -> CallEvent | BadCall:
        if len(raw) > MAX_CALL:
            return BadCall(CALL_OPEN + raw[:MAX_CALL], f"The call has more than {MAX_CALL} characters.")
        try:
            name, arguments = (read_body if closed else read_unclosed)(raw, self._tools)
        except BadBody as error:
            return BadCall(f"{CALL_OPEN}{raw}{CALL_CLOSE if closed else ''}", str(error))
        self.calls += 1
        return CallEvent(ToolCall(f"call_{secrets.token_hex(6)}", name, arguments))


@functools.cache
def _any_of(tags: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, tags)) or r"(?!)")


def _partial_tag(buffer: str, tags: Sequence[str], start: int) -> int:
    """How many characters at the end of `buffer`, from `start` on, may be the beginning of a tag."""
    longest = max(map(len, tags), default=1) - 1
    for size in range(min(longest, len(buffer) - start), 0, -1):
        if any(tag.startswith(buffer[-size:]) for tag in tags):
            return size
    return 0
