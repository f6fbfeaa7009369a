"""Where our windows stand so that they don't hide what they are about. Pure geometry, any unit."""

from typing import Literal

from desktop_agent.core.geometry import Point, Rect

Side = Literal["right", "left", "below", "above", "inside"]
GAP = 10


def beside(size: tuple[int, int], region: Rect, bounds: Rect, side: Side | None = None) -> tuple[Rect, Side]:
    """A rectangle of `size` within `bounds` next to `region`, not covering it where there is room.

    Args:
        size: width and height.
        region: what must stay visible.
        bounds: where the rectangle must lie; if it is too small, their top left corners meet.
        side: the side taken before; kept as long as there is room, so that a growing window doesn't jump about.

    Returns:
        The rectangle, and on which side of the region it lies. "inside" covers the region's bottom right corner.
    """
    order: list[Side] = ["right", "left", "below", "above"]
    if side in order:
        order.remove(side)
        order.insert(0, side)
    for each in order:
        rect = _inside(_at_side(each, size, region), bounds)
        if bounds.encloses(rect) and rect.intersection(region).empty:
            return rect, each
    corner = Rect(region.right - GAP - size[0], region.bottom - GAP - size[1], *size)
    return _inside(corner, bounds), "inside"


def in_corner(size: tuple[int, int], target: Rect, bounds: Rect) -> Rect:
    """A rectangle of `size` in the corner of `bounds` that hides least of `target`: bottom right, if it hides nothing
    there, else bottom left, top right, top left."""
    width, height = size
    left, right = bounds.x + 2 * GAP, bounds.right - 2 * GAP - width
    top, bottom = bounds.y + 2 * GAP, bounds.bottom - 2 * GAP - height
    corners = [_inside(Rect(x, y, width, height), bounds) for y in (bottom, top) for x in (right, left)]
    keep_free = target.grown(GAP)
    return min(corners, key=lambda corner: corner.intersection(keep_free).area)


def pill(size: tuple[int, int], pointer: Point, bounds: Rect) -> Rect:
    """A rectangle of `size` for a label below and to the right of the pointer, flipped where `bounds` end."""
    width, height = size
    x = pointer.x + 2 * GAP if pointer.x + 2 * GAP + width <= bounds.right else pointer.x - GAP - width
    y = pointer.y + 2 * GAP if pointer.y + 2 * GAP + height <= bounds.bottom else pointer.y - GAP - height
    return _inside(Rect(x, y, width, height), bounds)


def _at_side(side: Side, size: tuple[int, int], region: Rect) -> Rect:
    width, height = size
    match side:
        case "right":
            return Rect(region.right + GAP, region.y, width, height)
        case "left":
            return Rect(region.x - GAP - width, region.y, width, height)
        case "below":
            return Rect(region.x, region.bottom + GAP, width, height)
        case _:
            return Rect(region.x, region.y - GAP - height, width, height)


def _inside(rect: Rect, bounds: Rect) -> Rect:
    """`rect` moved, not resized, into `bounds`."""
    x = max(bounds.x, min(rect.x, bounds.right - rect.width))
    y = max(bounds.y, min(rect.y, bounds.bottom - rect.height))
    return Rect(x, y, rect.width, rect.height)
