"""A planner that plays a script: for trajectories, for tests, and to show the program without a model."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, get_args

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    EndReason,
    Event,
    Message,
    Options,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from desktop_agent.core.errors import UsageError


class ScriptedPlanner:
    """Implements `core.protocols.Planner`: each stream plays the next turn, and ends at once when none is left.

    Args:
        turns: the events of each turn. Where `End` is missing it is added: "calls" behind a call, "stop" otherwise.
        name: a word for the record.
        pace: seconds between two events.
    """

    def __init__(self, turns: Sequence[Sequence[Event]], name: str = "scripted", pace: float = 0.0) -> None:
        self._turns = iter([tuple(turn) for turn in turns])
        self._name = name
        self._pace = pace
        self._cancelled = threading.Event()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a script: `{"turns": [[EVENT, …], …]}`, each event an object with one of these keys:

        `text`, `reasoning`: a string. `call`: `{"name": …, "arguments": {…}}`, with or without an `id`.
        `bad_call`: `{"raw": …, "problem": …}`. `usage`: numbers by the names of `Usage`. `end`: a reason of `End`.

        Raises:
            UsageError: the file can't be read, or is no script.
        """
        try:
            script = json.loads(path.read_text("utf-8"))
            turns = [
                [_event(event, f"{number}.{place}") for place, event in enumerate(turn, 1)]
                for number, turn in enumerate(script["turns"], 1)
            ]
        except OSError as error:
            raise UsageError(f"The script {path} can't be read: {error.strerror}.", "", str(error)) from error
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise UsageError(
                f"{path} is no script: {error}.", 'A script looks like {"turns": [[{"text": "Hello"}]]}.', repr(error)
            ) from error
        return cls(turns, name=f"scripted:{path.stem}")

    @property
    def name(self) -> str:
        return self._name

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Play the next turn. What is asked makes no difference to it."""
        self._cancelled = threading.Event()
        return self._play(next(self._turns, ()), self._cancelled)

    def prefill(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> None:
        """Does nothing: a script has nothing to evaluate."""

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self.cancel()

    def _play(self, turn: Sequence[Event], cancelled: threading.Event) -> Iterator[Event]:
        called = False
        for event in turn:
            if cancelled.wait(self._pace):
                yield End("cancelled")
                return
            called |= isinstance(event, CallEvent)
            yield event
            if isinstance(event, End):
                return
        yield End("cancelled" if cancelled.is_set() else "calls" if called else "stop")


def _event(raw: Mapping[str, Any], place: str) -> Event:
    (kind, value), *others = raw.items()
    if others or kind not in _READERS:
        raise ValueError(f"event {place} must have one of the keys {', '.join(_READERS)}")
    return _READERS[kind](value, place)


def _call(value: Mapping[str, Any], place: str) -> CallEvent:
    arguments = value.get("arguments", {})
    if not isinstance(arguments, dict):
        raise ValueError(f"the arguments of event {place} are not an object")
    return CallEvent(ToolCall(_string(value.get("id", f"call_{place}")), _string(value["name"]), arguments))


def _end(value: Any, place: str) -> End:
    if value not in get_args(EndReason):
        raise ValueError(f"event {place} ends for an unknown reason")
    return End(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a string")
    return value


_READERS: Mapping[str, Callable[[Any, str], Event]] = {
    "text": lambda value, _: TextDelta(_string(value)),
    "reasoning": lambda value, _: ReasoningDelta(_string(value)),
    "call": _call,
    "bad_call": lambda value, _: BadCall(_string(value["raw"]), _string(value["problem"])),
    "usage": lambda value, _: Usage(**value),
    "end": _end,
}
