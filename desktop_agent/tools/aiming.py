"""From the point that a planner gave to the place where its call acts."""

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.step.regions import scope_region
from desktop_agent.tools.context import Sight, Spot, spot_at
from desktop_agent.tools.snapping import INSET, REACH, snap


def aim(sight: Sight, kind: ActionKind, point: Point, claimed: str) -> Spot:
    """What stands at `point`, moved to the element that a call of this `kind` must mean where it is a little beside it.
    It stays within the window at `point` and within the scope.

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
    if window is None:
        return Spot(point, None, None)
    try:
        around = sight.desk.elements.around(window, point, REACH + INSET)
    except Unavailable:
        return Spot(point, window, None)  # No accessibility: the pixels must do.
    bounds = window.frame.intersection(scope_region(windows, sight.scope))
    snapped = snap(kind, point, around, claimed, bounds)
    if snapped.point != point:
        there = windows.at(snapped.point)
        if there is None or there.id != window.id:
            return Spot(point, window, around.innermost(point))
    return Spot(snapped.point, window, around.innermost(snapped.point), snapped.note)


def as_given(sight: Sight, kind: ActionKind, point: Point, claimed: str) -> Spot:
    """What stands at `point`, whatever is meant. Only an evaluation aims so, to measure what `aim` is worth."""
    return spot_at(sight, point)
