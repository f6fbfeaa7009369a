"""How long a replay takes, beside a script with the shortest fixed sleeps that succeed."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.macro_changes import UNCHANGED, made
from tests.bench.macro_job import App, Raw
from tests.bench.macro_raw import xdotool
from tests.bench.macro_replays import is_done
from tests.bench.macro_stand import Stand

SLEEPS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Seconds that are tried."""
LATE_SECONDS = 1.0
"""How long the result of a script may take to show."""


@dataclass(frozen=True)
class Times:
    """Seconds of each run, until the application shows the result. `sleep` is the script's."""

    sleep: float
    script: Sequence[float]
    ours: Sequence[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.script)


def compare(stand: Stand, app: App, raw: Sequence[Raw], runs: int, report: Callable[[str], None]) -> Times:
    """Both in turn, so that whatever else the machine does hits both.

    Raises:
        AssertionError: one of them did not do the job.
    """
    sleep = shortest(stand, app, raw, runs)
    report(f"{app.job.name}: the shortest sleep that succeeds {runs} of {runs} is {sleep * 1000:.0f} ms")
    scripts, ours = [], []
    for number in range(runs):
        seconds = by_script(stand, app, raw, sleep, number)
        if seconds is not None:  # it may yet fail by chance
            scripts.append(seconds)
        with made(UNCHANGED, app, stand.display, number):
            began = time.monotonic()
            played = stand.play(app.job)
            if played.status != "done" or not is_done(app, LATE_SECONDS):
                raise AssertionError(f"{app.job.name} was not done: {played.summary}")
            ours.append(time.monotonic() - began)
    return Times(sleep, scripts, ours)


def shortest(stand: Stand, app: App, raw: Sequence[Raw], runs: int) -> float:
    """The shortest of `SLEEPS` with which the script succeeds every time, by bisection.

    Raises:
        AssertionError: none does.
    """
    fails, succeeds = -1, len(SLEEPS)
    while succeeds - fails > 1:
        middle = (fails + succeeds) // 2
        if all(by_script(stand, app, raw, SLEEPS[middle], number) is not None for number in range(runs)):
            succeeds = middle
        else:
            fails = middle
    if succeeds == len(SLEEPS):
        raise AssertionError(f"no script with fixed sleeps does {app.job.name}")
    return SLEEPS[succeeds]


def by_script(stand: Stand, app: App, raw: Sequence[Raw], sleep: float, number: int) -> float | None:
    """The seconds that the script takes, until the application shows the result; None where it does not do the job."""
    with made(UNCHANGED, app, stand.display, number):
        began = time.monotonic()
        xdotool(stand.display, raw, sleep)
        done = is_done(app, LATE_SECONDS)
        return time.monotonic() - began if done else None
