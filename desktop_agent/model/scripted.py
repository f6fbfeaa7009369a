"""A planner that plays turns given beforehand: for a single tool call, and for tests."""

import threading
from collections.abc import Iterator, Sequence

from desktop_agent.core.chat import CallEvent, End, Event, Message, Options, ToolSpec


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

    @property
    def name(self) -> str:
        return self._name

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Play the next turn. What is asked makes no difference to it."""
        self._cancelled = threading.Event()
        return self._play(next(self._turns, ()), self._cancelled)

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
