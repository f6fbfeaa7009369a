"""What is known in advance of what stands at a point, and until when it counts."""

from dataclasses import dataclass

from desktop_agent.core.desktop import Element, Surroundings, Window
from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.gestures import apart
from desktop_agent.macros.recording.jobs import Job

COUNTS_SECONDS = 3.0
"""How long what was asked for in advance counts, of what the mouse rested on and of what a menu or list holds."""
NEAR_SECONDS = 1.0
"""And of what is near that: a page may move by itself what nobody points at."""


@dataclass(frozen=True)
class Act:
    """What was pressed last, a key, a button or the wheel: the number of its event, when it was, and where the mouse
    was, if it was the mouse's."""

    number: int = -1
    at: float = float("-inf")
    point: Point | None = None


@dataclass(frozen=True)
class Reading:
    """The elements of `window` that lie at most `reach` pixels from `point`, as they were told from `began` to `ended`,
    when what had been pressed last had the number `acted`."""

    began: float
    ended: float
    acted: int
    window: Window
    point: Point
    reach: int
    around: Surroundings

    def tells(self, window: Window, job: Job) -> bool:
        """Whether what the job's point met, in `window`, is among them: nothing was pressed since that may have moved
        it."""
        if job.point is None or apart(job.point, self.point) > self.reach or job.before > self.acted:
            return False
        rested = self.around.innermost(job.point) is self.around.innermost(self.point)
        patience = COUNTS_SECONDS if rested or window.popup else NEAR_SECONDS
        there = (self.window.id, self.window.frame) == (window.id, window.frame)
        return there and 0 <= job.at - self.began <= patience

    def at(self, point: Point) -> "Known | None":
        """What is at `point`."""
        element = self.around.innermost(point)
        return Known(self, point, element) if element is not None else None


@dataclass(frozen=True)
class Known:
    """The innermost element at `point`, and where it was read."""

    reading: Reading
    point: Point
    element: Element
