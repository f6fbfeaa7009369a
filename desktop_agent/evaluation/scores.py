"""What an evaluation is told: episodes and how they ended, as plain data that goes over a socket."""

import dataclasses
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

BROKEN = "broken"
"""The status of an episode that could not be run to its end; the others are those of a run."""
NOT_ATTEMPTED = "not_attempted"
"""The status of an episode that nobody began, because its planner can't do the task."""


@dataclass(frozen=True)
class Job:
    """One episode to run. `snapping`: whether points are moved to the elements that they must mean, as the product
    does, or clicked as they are given."""

    task: str
    seed: int
    snapping: bool = True


@dataclass(frozen=True)
class Approval:
    """One request for approval, and the answer."""

    words: str
    category: str
    policy_class: str
    answer: str


@dataclass(frozen=True)
class StepLine:
    """One step, for the report. `picture` is its number among the score's pictures, -1 where there is none."""

    words: str
    reason: str
    decision: str
    outcome: str
    message: str
    picture: int = -1


@dataclass(frozen=True)
class Score:
    """How an episode ended. `reward` is the page's raw one, 0 where it has not `decided`. `status` and `summary` are
    the run's, or BROKEN and why. `step_seconds` is the harness's own time for each step, `planner_seconds` the
    planner's for each turn; `parts` what of the former went where, in seconds for the whole episode."""

    task: str
    seed: int
    utterance: str = ""
    decided: bool = False
    reward: float = 0.0
    success: bool = False
    status: str = BROKEN
    summary: str = ""
    step_seconds: tuple[float, ...] = ()
    planner_seconds: tuple[float, ...] = ()
    parts: Mapping[str, float] = dataclasses.field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    steps: tuple[StepLine, ...] = ()
    snapping: bool = True

    @property
    def false_done(self) -> bool:
        """Whether the run ended as done although the task was not."""
        return self.status == "done" and not self.success

    @property
    def failure(self) -> str:
        """Why it counts as a failure, in a sentence; empty where it is none."""
        if self.success:
            return ""
        if self.status in (BROKEN, NOT_ATTEMPTED):
            return self.summary
        page = f"reward {self.reward:g}" if self.decided else "the page never decided"
        return f"{page}; the run ended as {self.status}: {self.summary}"

    @classmethod
    def unrun(cls, job: Job, why: str, status: str = BROKEN) -> Self:
        """The score of an episode without a run, or without the end of one."""
        return cls(job.task, job.seed, status=status, summary=why, snapping=job.snapping)

    def to_json(self) -> dict[str, Any]:
        """As JSON knows it."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """What `to_json` made."""
        return cls(
            **{
                **raw,
                "step_seconds": tuple(raw["step_seconds"]),
                "planner_seconds": tuple(raw["planner_seconds"]),
                "approvals": tuple(Approval(**each) for each in raw["approvals"]),
                "steps": tuple(StepLine(**each) for each in raw["steps"]),
            }
        )


@dataclass(frozen=True)
class TaskScore:
    """All episodes of one task."""

    task: str
    episodes: int
    successes: int
    failures: tuple[str, ...]

    @property
    def success_rate(self) -> float:
        return self.successes / self.episodes


def by_task(scores: Iterable[Score]) -> tuple[TaskScore, ...]:
    """The scores, task by task, in the tasks' first order."""
    grouped: dict[str, list[Score]] = {}
    for score in scores:
        grouped.setdefault(score.task, []).append(score)
    return tuple(
        TaskScore(
            task,
            len(each),
            sum(score.success for score in each),
            tuple(f"seed {score.seed}: {score.failure}" for score in each if not score.success),
        )
        for task, each in grouped.items()
    )


def measured(given: Sequence[Score]) -> list[Score]:
    """The episodes that count: those with snapping, as the product acts; where there are none, those without."""
    return [score for score in given if score.snapping] or list(given)


def not_attempted(given: Iterable[Score]) -> dict[str, str]:
    """Why, for each task that nobody attempted."""
    return {score.task: score.summary for score in given if score.status == NOT_ATTEMPTED}


def success_rate(scores: Sequence[Score]) -> float:
    """The share of all episodes that succeeded; 0 where there are none."""
    return sum(score.success for score in scores) / len(scores) if scores else 0.0


def median_step_ms(scores: Iterable[Score]) -> float | None:
    """The median of the harness's own time for a step, in milliseconds; None where there was no step."""
    seconds = [each for score in scores for each in score.step_seconds]
    return 1000 * statistics.median(seconds) if seconds else None
