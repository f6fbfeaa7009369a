"""Tasks in which something is dragged."""

import re
from collections.abc import Sequence

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag, press
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import found

NUDGES = 3
"""Values that are made up for with a key instead of another drag."""
FAR = 5
"""Pixels of the page that count as dragged."""
MOVED = """
const shape = document.querySelector(arguments[0]), now = shapes.gridCoords(shape), before = shape.getBBox();
return [now.x - before.x, now.y - before.y];
"""
"""How far a shape was dragged from where it was drawn, along both axes."""
KINDS = {"rectangles": "#area_svg rect:not(#shape-container)", "circles": "circle", "triangles": "polygon"}
PLACES = 4
"""Shapes that there are at most."""
CONTAINED = """
return Array.from(document.querySelectorAll(arguments[0]), insideContainer);
"""
RESIZED = """
const area = $('#tt').resizable('instance'), before = area.originalSize, dimension = arguments[0];
return before && before[dimension] ? area.element[dimension]() - before[dimension] : 0;
"""


@solves("drag-box")
def drag_box(page: Page, _: Sequence[Deed]) -> Move:
    """The small box into the middle of the large one. Where it lies over it, the large one's corner is what shows."""
    small, large = page.box("#draggableSmall"), page.box("#draggableLarge")
    inside = large.region.grown(-8).encloses(small.region)
    return click(page.box(SUBMIT)) if inside else drag(small, large.region.center)


@solves("use-slider")
def use_slider(page: Page, _: Sequence[Deed]) -> Move:
    """The handle to the value."""
    return slide(page, "#slider", _number(page.utterance)) or click(page.box(SUBMIT))


def slide(page: Page, css: str, wanted: int) -> Move | None:
    """What brings a slider closer to a value: its handle to where that lies, then a key at a time, since a pixel may be
    several values. None where it is set."""
    value, low, high, across = page.evaluate(
        "const s = $(arguments[0]); return [s.slider('value'), s.slider('option', 'min'), s.slider('option', 'max'),"
        " s.slider('option', 'orientation') === 'horizontal']",
        css,
    )
    if value == wanted:
        return None
    handle = page.box(f"{css} .ui-slider-handle")
    if handle.focused and abs(value - wanted) <= NUDGES:
        return press("right" if value < wanted else "left")
    bar, share = page.box(css).region, (wanted - low) / (high - low)
    place = round(share * (bar.width if across else bar.height))
    end = Point(bar.x + place, bar.center.y) if across else Point(bar.center.x, bar.bottom - place)
    return drag(handle, end)


@solves("drag-circle", "drag-single-shape")
def drag_in_direction(page: Page, _: Sequence[Deed]) -> Move:
    """To that edge of where it can be."""
    direction = found(r"the (?:circle|item) (\w+) then", page.utterance)
    along, down = page.evaluate(MOVED, "svg > *")
    moved = {"left": -along, "right": along, "up": -down, "down": down}[direction]
    if moved > FAR:
        return click(page.box(SUBMIT))
    shape = page.box("svg > *")
    return drag(shape, edge(shape.region, page.box("svg").region, direction))


def edge(shape: Rect, area: Rect, direction: str) -> Point:
    """Where the middle of a shape is, when it is moved straight to an edge of an area and still within it."""
    center, across, down = shape.center, shape.width // 2, shape.height // 2
    return {
        "left": Point(area.x + across, center.y),
        "right": Point(area.right - across, center.y),
        "up": Point(center.x, area.y + down),
        "down": Point(center.x, area.bottom - down),
    }[direction]


@solves("drag-shapes")
def drag_shapes(page: Page, _: Sequence[Deed]) -> Move:
    """All of that kind into the black box, beside each other."""
    css = KINDS[found(r"all (\w+) into", page.utterance)]
    shapes, inside = page.boxes(css), page.evaluate(CONTAINED, css)
    container = page.box("#shape-container").region
    for index, shape in enumerate(shapes):
        if not inside[index]:
            return drag(shape, slot(container, index))
    return click(page.box(SUBMIT))


def slot(container: Rect, index: int) -> Point:
    """The middle of one of the places that are next to each other in a box. A shape counts as within by its left upper
    corner, so the places lie to the right."""
    width = container.width / PLACES
    return Point(round(container.x + (index + 0.7) * width), container.center.y)


def _number(utterance: str) -> int:
    return int(re.findall(r"-?\d+", utterance)[0])


@solves("use-slider-2")
def use_slider_2(page: Page, _: Sequence[Deed]) -> Move:
    """Three sliders, one after the other."""
    numbers = found(r"\[(.*)\]", page.utterance).split(",")
    moves = (slide(page, f"#slider-{index}", int(each)) for index, each in enumerate(numbers, 1))
    return next((move for move in moves if move is not None), None) or click(page.box(SUBMIT))


@solves("resize-textarea")
def resize_textarea(page: Page, _: Sequence[Deed]) -> Move:
    """The corner, away from the text or into it."""
    across, larger = " width is" in page.utterance, "larger" in page.utterance
    by = page.evaluate(RESIZED, "width" if across else "height")
    if by > 0 if larger else by < 0:
        return click(page.box("#submit"))
    corner = page.box(".ui-resizable-se")
    if corner.point is None:
        raise Lost("the corner can't be reached")
    far = 30 if larger else -30
    return drag(corner, Point(corner.point.x + far * across, corner.point.y + far * (not across)))
