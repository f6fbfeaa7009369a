"""What is known in advance of what the mouse is on, and until when it counts."""

from dataclasses import dataclass

from desktop_agent.core.desktop import Element, Surroundings, Window
from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.jobs import Job

COUNTS_SECONDS = 3.0
"""How long what was asked for in advance counts."""


@dataclass(frozen=True)
class Act:
    """What was pressed last, a key, a button or the wheel: the number of its event, when it was, and where the mouse
    was, if it was the mouse's."""

    number: int = -1
    at: float = float("-inf")
    point: Point | None = None


@dataclass(frozen=True)
class Known:
    """What was on the screen at `at`, when what had been pressed last had the number `acted`: in `window` the elements
    `around` the mouse, or all of a list, and the innermost `element` at `point`."""

    at: float
    acted: int
    window: Window
    around: Surroundings
    element: Element
    point: Point

    def tells(self, window: Window, job: Job) -> bool:
        """Whether the job's point, in `window`, is on the same element."""
        here = job.point is not None and self.element.region.contains(job.point)
        return here and self.window.id == window.id and counts(self.at, self.acted, job)


def counts(at: float, acted: int, job: Job) -> bool:
    """Whether what was seen at `at`, after `acted`, is what the job met: nothing was pressed since that may have moved
    it."""
    return job.before <= acted and 0 <= job.at - at <= COUNTS_SECONDS
