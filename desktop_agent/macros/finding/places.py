"""The fourth rung: the recorded place, only in a window of the same size whose picture around it is as it was."""

import numpy

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import CaptureFailed, Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.macros.finding import matching
from desktop_agent.macros.finding.elements import ambiguous
from desktop_agent.macros.finding.guard import refusal
from desktop_agent.macros.finding.look import Look, Miss, Pane
from desktop_agent.macros.finding.names import is_surrounded
from desktop_agent.macros.finding.points import place_in
from desktop_agent.macros.format import PictureRef
from desktop_agent.macros.found import Found
from desktop_agent.macros.wording import target_name

CHANGED = 10
"""Gray levels by which a pixel may differ and still count as the same."""
TOLERANCE = 0.03
"""The share of the pixels that may differ: a caret, a clock."""
SIDE = 24


def find(look: Look) -> Found | Miss:
    """The recorded place.

    Raises:
        Ambiguous: several windows are as the recorded one was.
        CaptureFailed: the screen can't be read.
    """
    place, ref, picture = look.target.place, look.target.picture, look.picture
    if place is None or ref is None or picture is None:
        return Miss("is not known of it, or not how it looked")
    panes = [each for each in look.panes if not each.surface.popup]
    sized = [(each, point) for each in panes if (point := place_in(each.region, place)) is not None]
    if not sized:
        return Miss("means nothing: its window has another size")
    same = [(pane, point) for pane, point in sized if _is_unchanged(look, pane, point, ref, picture)]
    if not same:
        return Miss("no longer looks as it did")
    if len(same) > 1:
        name = target_name(look.target)
        squares = [(pane, Rect.around(point, SIDE)) for pane, point in same]
        raise ambiguous(
            look.target, tuple(Candidate(name, square, "text", "place", pane.window.title) for pane, square in squares)
        )
    pane, point = same[0]
    problem = _contradicted(look, pane, point) or refusal(look, pane, point, is_sure=False)
    top = look.surface(pane, point)
    if problem or top is None:
        return Miss(problem or f"is covered by {look.above(point)}")
    region = _region(point, ref).intersection(pane.region)
    evidence = "Its window has the same size, and looks the same around the recorded place."
    return Found("place", top, region, point, pane.innermost(point), evidence)


def _region(point: Point, ref: PictureRef | None) -> Rect:
    """Where the target is when it was acted on at `point`."""
    if ref is None:
        return Rect.around(point, SIDE)
    return Rect(point.x + ref.box.x - ref.point.x, point.y + ref.box.y - ref.point.y, ref.box.width, ref.box.height)


def _is_unchanged(look: Look, pane: Pane, point: Point, ref: PictureRef, picture: Image) -> bool:
    """Whether the picture around `point` is what it was, give or take a caret."""
    shot = look.shot(pane)
    whole = Rect(0, 0, picture.width, picture.height)
    x, y = point.x - ref.point.x - shot.region.x, point.y - ref.point.y - shot.region.y
    there = whole.moved(x, y).intersection(Rect(0, 0, shot.image.width, shot.image.height))
    if 2 * there.area < whole.area or not there.contains(Point(x + ref.point.x, y + ref.point.y)):
        return False
    box = Rect(ref.box.x, ref.box.y, ref.box.width, ref.box.height).intersection(whole)
    aim = Rect.around(Point(ref.point.x, ref.point.y), SIDE)
    parts = (there, box.moved(x, y).intersection(there), aim.moved(x, y).intersection(there))
    return all(_is_same(shot.image.crop(each), picture.crop(each.moved(-x, -y))) for each in parts if not each.empty)


def _is_same(now: Image, then: Image) -> bool:
    levels = (matching.gray(each).astype(numpy.int16) for each in (now, then))
    return bool((numpy.abs(next(levels) - next(levels)) > CHANGED).mean() <= TOLERANCE)


def _contradicted(look: Look, pane: Pane, point: Point) -> str:
    """Why it isn't the place although it looks the same; empty where nothing speaks against it."""
    target = look.target
    there = pane.innermost(point)
    if target.element is not None and pane.told and (there is None or there.role != target.element.role):
        return "is as it was, but another thing is there"
    region = there.region if there is not None and target.element is not None else _region(point, target.picture)
    try:
        if target.near and not is_surrounded(target.near, look.near(pane, region)):
            return "is as it was, but beside it is not what was beside it"
    except CaptureFailed:
        raise
    except Unavailable:
        return "is as it was, but it can't be read what is beside it"
    return ""
