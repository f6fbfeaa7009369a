"""When a run has gone on long enough, or nowhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """When a run pauses and asks. `steps`: calls carried out; `seconds`: the person's time to answer not counted;
    `repeats`: the same call on an unchanged screen; `idle`: actions in a row that changed nothing; `rounds`: the same
    action from the same screen, come back to."""

    steps: int = 20
    seconds: float = 600.0
    repeats: int = 3
    idle: int = 4
    rounds: int = 3


class Meter:
    """Counts one run's calls and its time against its limits.

    Args:
        limits: what is allowed at first.
        clock: seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._started = clock()
        self._waited = 0.0
        self._calls = 0
        self._steps, self._seconds = limits.steps, limits.seconds

    def waited(self, seconds: float) -> None:
        """The person was asked for that long."""
        self._waited += seconds

    def count(self) -> None:
        """Note a call."""
        self._calls += 1

    def extend(self) -> None:
        """The person lets it go on: what is used up is given once more."""
        if self._calls >= self._steps:
            self._steps = self._calls + self._limits.steps
        if self.out_of_time() is not None:
            self._seconds = self._used() + self._limits.seconds

    def exceeded(self) -> str | None:
        """Which limit is reached, as a sentence; None while there is room."""
        if self._calls >= self._steps:
            return f"The limit of {self._steps} steps is reached."
        return self.out_of_time()

    def out_of_time(self) -> str | None:
        """That the time is over, as a sentence; None while there is some left. From any thread."""
        if self._used() > self._seconds:
            return f"The limit of {self._seconds:.0f} seconds is reached."
        return None

    def _used(self) -> float:
        return self._clock() - self._started - self._waited
