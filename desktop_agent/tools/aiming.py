"""From the points that a planner gave to the places where its call acts."""

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.desktop import Surroundings, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.step.regions import scope_region
from desktop_agent.tools.context import Aim, Sight, Spot, spot_at
from desktop_agent.tools.dropping import drop
from desktop_agent.tools.snapping import INSET, REACH, snap


class Snapping:
    """Points are moved to what must be meant, where they are a little beside it. They stay within the window there."""

    def at(self, sight: Sight, kind: ActionKind, point: Point, claimed: str) -> Spot:
        """What stands at `point`, moved to the element that a call of this `kind` must mean; within the scope.

        Args:
            sight: the run's.
            kind: of the call.
            point: that the planner gave.
            claimed: what the planner says that it aims at.

        Raises:
            ScopeGone: the scope's window is gone.
        """
        windows = sight.desk.windows
        window = windows.at(point)
        around = _around(sight, window, point)
        if window is None or around is None:
            return Spot(point, window, None)  # No accessibility: the pixels must do.
        bounds = window.frame.intersection(scope_region(windows, sight.scope))
        snapped = snap(kind, point, around, claimed, bounds)
        if snapped.point != point:
            there = windows.at(snapped.point)
            if there is None or there.id != window.id:
                return Spot(point, window, around.innermost(point))
        return Spot(snapped.point, window, around.innermost(snapped.point), snapped.note)

    def end(self, sight: Sight, start: Point, point: Point) -> Spot:
        """What stands at `point`, moved past the middle of the row there where another row of its list begins at
        `start`; within the scope.

        Args:
            sight: the run's.
            start: where the drag begins.
            point: where the planner says that it ends.

        Raises:
            ScopeGone: the scope's window is gone.
        """
        windows = sight.desk.windows
        window = windows.at(point)
        first, last = (_around(sight, window, each) for each in (start, point))
        if window is None or first is None or last is None:
            return Spot(point, window, None)
        end = drop(start, first, point, last)
        there = windows.at(end)
        bounds = scope_region(windows, sight.scope)
        if end == point or there is None or there.id != window.id or not bounds.contains(end):
            return Spot(point, window, last.innermost(point))
        return Spot(end, window, last.innermost(end), _ended(end, point))


class AsGiven:
    """What stands at the points, whatever is meant. Only an evaluation aims so, to measure what `Snapping` is worth."""

    def at(self, sight: Sight, kind: ActionKind, point: Point, claimed: str) -> Spot:
        return spot_at(sight, point)

    def end(self, sight: Sight, start: Point, point: Point) -> Spot:
        return spot_at(sight, point)


SNAPPING: Aim = Snapping()
AS_GIVEN: Aim = AsGiven()


def _around(sight: Sight, window: Window | None, point: Point) -> Surroundings | None:
    """The elements around `point`; None where nothing tells."""
    if window is None:
        return None
    try:
        return sight.desk.elements.around(window, point, REACH + INSET)
    except Unavailable:
        return None


def _ended(end: Point, point: Point) -> str:
    return f"The end was moved {abs(end.y - point.y)} px, past the middle of what lies there."
