"""Watches one run: its steps, what was asked, and how long planner and harness took."""

import time
from collections.abc import Callable

from desktop_agent.core.actions import StepResult
from desktop_agent.core.events import Decided, RunEnded, RunEvent, Said, Stepped, Thinking


class Witness:
    """A `Watcher` that keeps what an evaluation tells.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.steps: list[StepResult] = []
        self.asked: list[Decided] = []
        """Each request for approval, with its answer."""
        self.planner_seconds: list[float] = []
        """Of each turn, from when the planner was asked to its end."""
        self.step_seconds: list[float] = []
        """The harness's own time for each step: from the end of the planner's turn to the next one's beginning, shared
        out among the steps between."""
        self._clock = clock
        self._asked_at: float | None = None
        self._said_at: float | None = None
        self._since = 0
        """Steps since the planner has last spoken."""

    def __call__(self, event: RunEvent) -> None:
        match event:
            case Thinking(""):
                self._harness_done()
                self._asked_at = self._clock()
            case Said() if self._asked_at is not None:
                self._said_at = self._clock()
                self.planner_seconds.append(self._said_at - self._asked_at)
            case Stepped(_, result):
                self.steps.append(result)
                self._since += 1
            case Decided():
                self.asked.append(event)
            case RunEnded():
                self._harness_done()

    def _harness_done(self) -> None:
        if self._said_at is not None and self._since:
            each = (self._clock() - self._said_at) / self._since
            self.step_seconds += [each] * self._since
        self._said_at, self._since = None, 0
