"""Where in a thing that was found to act."""

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.format import PictureRef, Place

EDGE = 24
"""Pixels from an edge within which the distance to it is kept when the thing became larger or smaller: a check box's
mark stays at its start, however wide its row is."""


def point_in(region: Rect, picture: PictureRef | None) -> Point:
    """The point of `region` at which it was acted on when it looked like `picture`; its middle where that isn't
    known."""
    if picture is None:
        return region.center
    box, point = picture.box, picture.point
    x = _moved(point.x - box.x, box.width, region.width)
    y = _moved(point.y - box.y, box.height, region.height)
    return Point(region.x + x, region.y + y)


def _moved(offset: int, before: int, now: int) -> int:
    if not 0 <= offset < before:
        return now // 2
    if offset < min(EDGE, before // 4):
        moved = offset
    elif before - offset <= min(EDGE, before // 4):
        moved = now - (before - offset)
    else:
        moved = offset * now // before
    return min(max(moved, 0), now - 1)


def place_in(window: Rect, place: Place | None) -> Point | None:
    """The recorded point in a window that is as large as it was; None in another, and where none was recorded."""
    if place is None or (window.width, window.height) != (place.window.width, place.window.height):
        return None
    return Point(window.x + place.point.x, window.y + place.point.y)


def pinned(before: Rect, size: tuple[int, int], now: Rect, size_now: tuple[int, int], slack: int) -> bool:
    """Whether a thing kept its distance to an edge of its window both across and along, give or take `slack` pixels.

    Args:
        before: where it was, counted from the window's corner.
        size: the window's width and height then.
        now: where it is, counted likewise.
        size_now: the window's width and height now.
        slack: pixels.
    """
    across = (before.x - now.x, (size[0] - before.right) - (size_now[0] - now.right))
    along = (before.y - now.y, (size[1] - before.bottom) - (size_now[1] - now.bottom))
    return min(map(abs, across)) <= slack and min(map(abs, along)) <= slack
