"""Which window had the keyboard when a key was pressed that is no typing."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from desktop_agent.macros.recording.jobs import Job

PATIENCE_SECONDS = 0.5
"""How long a key waits that was pressed while no window was known to have the keyboard, as when a dialog has just
come."""


class Placing:
    """Hands jobs on with their window. What the key does may take the keyboard elsewhere, so that it can't be asked
    afterwards: what counts is what was told before the key, and where that was no window, the first one after it. One
    thread at a time.

    Args:
        observe: takes the jobs.
    """

    def __init__(self, observe: Callable[[Job], None]) -> None:
        self._observe = observe
        self._window: int | None = None
        """None where nobody tells."""
        self._waiting: deque[Job] = deque()

    @property
    def waiting(self) -> int:
        """Jobs that wait for a window."""
        return len(self._waiting)

    def take(self, job: Job) -> None:
        """Hand `job` on once its window is known, or can't be."""
        if self._window == 0:
            self._waiting.append(job)
        else:
            self._observe(replace(job, window=self._window or 0))

    def focused(self, window: int) -> None:
        """From now on `window` has the keyboard, 0: none."""
        self._window = window
        while window and self._waiting:
            self._observe(replace(self._waiting.popleft(), window=window))

    def due(self, now: float) -> None:
        """Let those go that have waited for long enough."""
        while self._waiting and now >= self._waiting[0].at + PATIENCE_SECONDS:
            self._observe(self._waiting.popleft())

    def next_due(self) -> float | None:
        """When `due` may do something."""
        return self._waiting[0].at + PATIENCE_SECONDS if self._waiting else None
