"""Replaying a job once, and what came of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.macro_changes import Change, made
from tests.bench.macro_job import ANSWER_SECONDS, App, Raw, things
from tests.bench.macro_raw import Pyautogui
from tests.bench.macro_stand import Stand
from tests.bench.macro_witness import Witness
from tests.waiting import wait_until

LAST_SECONDS = 0.1
"""Until the last press was told by the server."""


@dataclass(frozen=True)
class Attempt:
    """One replay. `done`: the application shows the result, and the player says so; `claimed`: it says so. `said` is
    what it says; `wrong` are presses that landed elsewhere, and what the application shows of them."""

    job: str
    change: str
    done: bool
    claimed: bool
    said: str
    wrong: tuple[str, ...]
    seconds: float

    @property
    def line(self) -> str:
        """For people; only of what is not as it should be."""
        wrong = f"; WRONG: {'; '.join(self.wrong)}" if self.wrong else ""
        lie = "; CLAIMED, but the application shows no result" if self.claimed and not self.done else ""
        return f"{self.change}, {self.job}: {self.said}{wrong}{lie}"


def ours(stand: Stand, app: App, change: Change, number: int) -> Attempt:
    """By the player."""
    with made(change, app, stand.display, number):
        witness = Witness(stand.sight, stand.presses, tuple(things(app.job)))
        began = time.monotonic()
        played = stand.play(app.job, witness.watch)
        seconds = time.monotonic() - began
        claimed = played.status == "done"
        done = claimed and is_done(app)
        return Attempt(
            app.job.name,
            change.name,
            done,
            claimed,
            f"{played.status}: {played.summary}",
            _wrong(stand, app, witness),
            seconds,
        )


def by_coordinates(stand: Stand, app: App, change: Change, number: int, raw: Sequence[Raw]) -> Attempt:
    """By pyautogui, which says nothing of what comes of it."""
    with made(change, app, stand.display, number):
        witness = Witness(stand.sight, stand.presses, tuple(things(app.job)))
        began = time.monotonic()
        other = Pyautogui(stand.display)
        try:
            other.replay(raw, witness.announce)
        finally:
            other.close()
        seconds = time.monotonic() - began
        done = is_done(app)
        said = "done" if done else "not done"
        return Attempt(app.job.name, change.name, done, False, said, _wrong(stand, app, witness), seconds)


def is_done(app: App, seconds: float = ANSWER_SECONDS) -> bool:
    """Whether the application shows the result, or does soon."""
    try:
        return wait_until(app.is_done, seconds)
    except AssertionError:
        return False


def _wrong(stand: Stand, app: App, witness: Witness) -> tuple[str, ...]:
    time.sleep(LAST_SECONDS)
    shown = app.job.astray(stand.display, stand.sight, app.window)
    return (*witness.wrong(), *([shown] if shown else []))
