"""Where a thing that is dragged is let go, among others of its kind. Pure functions over what stands around.

In lists that are put in order by dragging, the thing takes the place of another one once the pointer has passed that
one's middle: jQuery UI's and Qt's lists do so, GTK's take the upper and lower quarter for "between". A planner that
means a row points at it, not at that half of it.
"""

from desktop_agent.core.desktop import Element, Surroundings
from desktop_agent.core.geometry import Point
from desktop_agent.tools.goals import ROWS
from desktop_agent.tools.snapping import GRIP

BETWEEN = 3
"""Pixels from the edge where one enters a row, at which the place between two rows is meant."""
PAST = 8
"""The part of a row's height by which its middle is passed: an eighth."""
_ALIKE = 2
"""Pixels by which rows of one list may differ."""


def drop(start: Point, at_start: Surroundings, end: Point, at_end: Surroundings) -> Point:
    """The point to let go at instead of `end`, which may be `end` itself: past the middle of the row that lies there.

    Args:
        start: where the drag begins, in desktop pixels.
        at_start: the elements around it.
        end: where the planner says that it ends.
        at_end: the elements around that.
    """
    held, there = _row(at_start, start), _row(at_end, end)
    if held is None or there is None or not _are_of_one_column(held, there):
        return end
    region, down = there.region, there.region.y > held.region.y
    entered = end.y - region.y if down else region.bottom - 1 - end.y
    if entered < BETWEEN:
        return end
    past = max(1, region.height // PAST)
    return Point(end.x, region.center.y + (past if down else -past))


def _row(around: Surroundings, point: Point) -> Element | None:
    """The smallest row at that point."""
    rows = [each for each in around.elements if each.role in ROWS and each.region.contains(point)]
    return min(rows, key=lambda each: each.region.area, default=None)


def _are_of_one_column(one: Element, other: Element) -> bool:
    """Whether they are rows of one list, one below the other."""
    first, second = one.region, other.region
    differences = (first.x - second.x, first.width - second.width, first.height - second.height)
    is_alike = one.role == other.role and all(abs(each) <= _ALIKE for each in differences)
    return (
        is_alike and first.height <= GRIP and (first.bottom <= second.y + _ALIKE or second.bottom <= first.y + _ALIKE)
    )
