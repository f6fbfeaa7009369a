"""Gives a planner the conversations of a stored run, each exactly as it was, and compares its answers with the stored
ones. Nothing is carried out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.chat import Message, Options, Picture, Turn
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.protocols import Planner
from desktop_agent.evaluation.agreement import NEAR, Ground, difference
from desktop_agent.evaluation.trajectory import StoredTurn, Trajectory

Verdict = Literal["same", "parted", "words", "lost", "failed"]
"""`words`: both answer without a call, which nobody can compare; `lost`: the picture is gone; `failed`: the planner
broke off. Only the first two count."""
PATIENCE = 3
"""Turns in a row at which the planner may break off before it counts as gone."""


@dataclass(frozen=True)
class Compared:
    """One turn of both planners. `new` is None where there was no answer. `why` they part, or could not be compared."""

    turn: StoredTurn
    new: Message | None
    verdict: Verdict
    why: str
    seconds: float
    ground: Ground


@dataclass(frozen=True)
class Agreement:
    """What the turns of a run come to: how many of those that count are the same, and the first at which they part."""

    turns: int
    same: int
    first_divergence: int | None

    @property
    def rate(self) -> float | None:
        """The share that is the same; None of no turns."""
        return self.same / self.turns if self.turns else None


def replayed(planner: Planner, trajectory: Trajectory, options: Options, near: int = NEAR) -> Iterator[Compared]:
    """Compare turn after turn. Ends early where the planner broke off `PATIENCE` times in a row.

    Args:
        planner: the other one.
        trajectory: the run.
        options: how to generate.
        near: pixels by which a point may be off.
    """
    broken = 0
    for turn in trajectory.turns:
        pictures = [part for message in turn.prompt for part in message.parts if isinstance(part, Picture)]
        ground = Ground(pictures, near)
        compared = _compared(planner, turn, trajectory, options, ground)
        broken = broken + 1 if compared.verdict == "failed" else 0
        yield compared
        if broken == PATIENCE:
            return


def agreement(compared: Sequence[Compared]) -> Agreement:
    """What `compared` come to."""
    counted = [each for each in compared if each.verdict in ("same", "parted")]
    parted = [each.turn.number for each in counted if each.verdict == "parted"]
    return Agreement(len(counted), len(counted) - len(parted), min(parted, default=None))


def _compared(
    planner: Planner, stored: StoredTurn, trajectory: Trajectory, options: Options, ground: Ground
) -> Compared:
    if stored.lost:
        return Compared(stored, None, "lost", "The picture that it answers is gone from the store.", 0.0, ground)
    turn, started = Turn(), time.monotonic()
    try:
        for event in planner.stream(stored.prompt, trajectory.tools, options):
            turn.add(event)
    except PlannerError as error:
        return Compared(stored, None, "failed", str(error), time.monotonic() - started, ground)
    seconds = time.monotonic() - started
    if turn.bad_calls:
        why = f"A call could not be read: {turn.bad_calls[0].problem}"
        return Compared(stored, turn.message, "parted", why, seconds, ground)
    why = difference(stored.answer, turn.message, stored.targets, ground)
    verdict: Verdict = "parted" if why else "same" if stored.answer.calls else "words"
    return Compared(stored, turn.message, verdict, why, seconds, ground)
