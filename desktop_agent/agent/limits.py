"""When a run has gone on long enough."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import ToolCall
from desktop_agent.tools.result import ToolResult


@dataclass(frozen=True)
class Limits:
    """`steps`: calls carried out; `seconds`: the person's time to answer not counted; `repeats`: the same call
    that changes nothing."""

    steps: int = 20
    seconds: float = 600.0
    repeats: int = 3


class Meter:
    """Counts one run against its limits.

    Args:
        limits: what is allowed.
        clock: seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._started = clock()
        self._waited = 0.0
        self._calls = 0
        self._last = ""
        self._repeats = 0

    def waited(self, seconds: float) -> None:
        """The person was asked for that long."""
        self._waited += seconds

    def count(self, call: ToolCall, result: ToolResult) -> None:
        """Note a call and how it ended."""
        self._calls += 1
        signature = _signature(call, result)
        if result.step is not None and result.step.outcome is Outcome.CONFIRMED:
            self._last, self._repeats = "", 0  # It did something, so doing it again is no repetition.
            return
        self._repeats = self._repeats + 1 if signature == self._last else 1
        self._last = signature

    def exceeded(self) -> str | None:
        """Which limit is reached, as a sentence; None while there is room."""
        if self._repeats >= self._limits.repeats:
            return f"The same was tried {self._repeats} times, and nothing changed."
        if self._calls >= self._limits.steps:
            return f"The limit of {self._limits.steps} steps is reached."
        return self.out_of_time()

    def out_of_time(self) -> str | None:
        """That the time is over, as a sentence; None while there is some left. From any thread."""
        if self._clock() - self._started - self._waited > self._limits.seconds:
            return f"The limit of {self._limits.seconds:.0f} seconds is reached."
        return None


def _signature(call: ToolCall, result: ToolResult) -> str:
    """What makes two calls the same: the tool, its arguments, and for one that looked what it saw."""
    arguments = {name: value for name, value in call.arguments.items() if name != "element_info"}
    seen = "" if result.step is not None else [part.image.digest for part in result.pictures] or result.text
    return json.dumps([call.name, arguments, seen], sort_keys=True, ensure_ascii=False, default=str)
