"""Who sees on what every press lands while a job is replayed, and trusts nobody's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from Xlib.ext import xinput

from desktop_agent.core.actions import Click, Drag
from desktop_agent.core.events import Acting, RunEvent
from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import Sight, Thing
from tests.desktop.raw_watch import RawWatch


class Presses:
    """Where the buttons of a display's pointers were pressed, as its server tells it."""

    def __init__(self, display: PrivateDisplay) -> None:
        self._points: list[Point] = []
        self._watch = RawWatch(display.name, [xinput.RawButtonPress])
        self._watch.start(self._take)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.close()

    @property
    def points(self) -> Sequence[Point]:
        """All that were seen so far, in order."""
        return tuple(self._points)

    def _take(self, _: object) -> None:
        there = self._watch.root.query_pointer()
        self._points.append(Point(there.root_x, there.root_y))


@dataclass(frozen=True)
class _Announced:
    """What lay at a point right before it was to be pressed."""

    point: Point
    thing: Thing


class Witness:
    """Watches one replay. Before each press it looks itself what lies there; afterwards it compares that with where
    the server saw presses, and with what the job wants pressed.

    Args:
        sight: its eyes.
        presses: of the display.
        wanted: what is to be pressed, in order.
    """

    def __init__(self, sight: Sight, presses: Presses, wanted: Sequence[Thing]) -> None:
        self._sight = sight
        self._presses = presses
        self._wanted = wanted
        self._before = len(presses.points)
        self._announced: list[_Announced] = []

    def watch(self, event: RunEvent) -> None:
        """What the player tells, on its thread: the hands act when this returns."""
        if isinstance(event, Acting) and any(isinstance(each, (Click, Drag)) for each in event.action.inputs):
            self.announce(event.action.point)

    def announce(self, point: Point | None) -> None:
        """That `point` is to be pressed next."""
        if point is not None:
            self._announced.append(_Announced(point, self._sight.thing_at(point)))

    @property
    def pressed(self) -> int:
        """How many presses there were."""
        return len(self._presses.points) - self._before

    def wrong(self) -> list[str]:
        """The presses that landed on anything else than what was to be pressed then."""
        wrong, announced = [], list(self._announced)
        for number, point in enumerate(self._presses.points[self._before :]):
            while announced and announced[0].point != point:
                announced.pop(0)  # The hands refused it.
            thing = announced.pop(0).thing if announced else None
            wanted = self._wanted[number] if number < len(self._wanted) else None
            if thing is None or wanted is None or thing != wanted:
                wrong.append(
                    f"pressed {thing or 'unannounced'} at {point.x},{point.y} instead of {wanted or 'nothing'}"
                )
        return wrong
