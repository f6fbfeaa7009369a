"""Waiting in a run: until something is there, as long as the step, the run's budget and the person let it."""

import time
from collections.abc import Callable
from typing import TypeVar

from desktop_agent.core.errors import Stopped
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.playing.outcome import Over

POLL = 0.03
"""Seconds between two looks; a look itself takes longer."""
SLICE = 0.05
"""Seconds of a pause between two looks for a stop."""
UNCLEAR_SECONDS = 1.0
"""How long several places may be the target before it is halted: while a window opens, things are there twice."""
LOCK_SECONDS = 2.0
"""How long the answer counts that the screen is not locked."""
BUDGET = 3600.0
"""Seconds that a run may take."""
MAX_STEPS = 100_000
"""Steps that a run may play, each time that one is repeated counted."""

Seen = TypeVar("Seen")


class Clock:
    """The run's time.

    Args:
        stopped: the reason of a stop, or None.
        locked: why nothing may be played now, or nothing.
        budget: seconds that the run may take; waiting for the person to answer counts too.
    """

    def __init__(self, stopped: Callable[[], str | None], locked: Callable[[], str], budget: float = BUDGET) -> None:
        self._stopped = stopped
        self._locked = locked
        self._budget = budget
        self._end = time.monotonic() + budget
        self._unlocked_until = 0.0
        self._steps = 0

    def step(self) -> None:
        """A step begins.

        Raises:
            Stopped: the person stopped the run.
            Over: the screen is locked, or the run has taken too long.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Over("limit", f"It played {MAX_STEPS:,} steps, and no end was seen.", "Does it repeat without end?")
        self.check()

    def check(self) -> None:
        """Whether to go on; see `step`."""
        reason = self._stopped()
        if reason is not None:
            raise Stopped(f"Stopped: {reason}", "Start again when you are ready.")
        now = time.monotonic()
        if now > self._end:
            minutes = f"{self._budget / 60:g} minutes"
            raise Over("limit", f"It played for more than {minutes}, and no end was seen.", "Does it repeat endlessly?")
        if now > self._unlocked_until:
            if locked := self._locked():
                raise Over("failed", locked, "Unlock the screen, and play it again.")
            self._unlocked_until = now + LOCK_SECONDS

    def pause(self, seconds: float) -> None:
        """Wait, and notice a stop meanwhile; see `step`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(SLICE, left))

    def until(self, look: Callable[[], Seen | None], limit: float) -> Seen | None:
        """What `look` sees first, within `limit` seconds; None if it sees nothing. The first look is at once.

        Raises:
            NotFound, Ambiguous: what the last look raised.
        """
        end = time.monotonic() + limit
        unclear = 0.0
        while True:
            self.check()
            problem: NotFound | Ambiguous | None = None
            try:
                if (seen := look()) is not None:
                    return seen
            except NotFound as error:
                problem, unclear = error, 0.0
            except Ambiguous as error:
                problem, unclear = error, unclear or time.monotonic()
            halts = bool(unclear) and time.monotonic() - unclear > UNCLEAR_SECONDS
            if halts or time.monotonic() >= end:
                if problem is not None:
                    raise problem
                return None
            time.sleep(min(POLL, max(0.0, end - time.monotonic())))
