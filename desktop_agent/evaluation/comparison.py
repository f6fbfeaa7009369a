"""What snapping is worth: the same episodes with it and without, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.evaluation import scores
from desktop_agent.evaluation.scores import NOT_ATTEMPTED, Score


@dataclass(frozen=True)
class Comparison:
    """Episodes that were run both ways, in the same order: `snapped`, where points are moved to what they must mean,
    and `raw`, where they are clicked as they are given."""

    snapped: tuple[Score, ...]
    raw: tuple[Score, ...]

    @property
    def failure_ratio(self) -> float | None:
        """The failures with snapping as a share of those without; None where nothing fails without."""
        raw = failures(self.raw)
        return failures(self.snapped) / raw if raw else None

    def __str__(self) -> str:
        with_it, without = failures(self.snapped), failures(self.raw)
        said = (
            f"Of {len(self.raw)} episodes that were run both ways, {with_it} failed with snapping "
            f"({scores.success_rate(self.snapped):.1%} succeeded) and {without} without "
            f"({scores.success_rate(self.raw):.1%} succeeded)"
        )
        return f"{said}." if self.failure_ratio is None else f"{said}: {self.failure_ratio:.2f} times the failures."

    def to_json(self) -> dict[str, Any]:
        """The figures, as JSON knows them."""
        return {
            "episodes": len(self.raw),
            "snapped": {"success_rate": scores.success_rate(self.snapped), "failures": failures(self.snapped)},
            "raw": {"success_rate": scores.success_rate(self.raw), "failures": failures(self.raw)},
            "failure_ratio": self.failure_ratio,
        }


def compared(given: Sequence[Score]) -> Comparison | None:
    """The episodes among `given` that were run both ways; None where none was. What nobody attempted tells nothing."""
    run = [score for score in given if score.status != NOT_ATTEMPTED]
    snapped, raw = ({(each.task, each.seed): each for each in run if each.snapping is kind} for kind in (True, False))
    both = [each for each in snapped if each in raw]
    return Comparison(tuple(snapped[each] for each in both), tuple(raw[each] for each in both)) if both else None


def failures(given: Sequence[Score]) -> int:
    """How many episodes failed."""
    return sum(not score.success for score in given)
