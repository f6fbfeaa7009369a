"""Tasks in which something is dragged."""

import re
from collections.abc import Sequence

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag, press
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.shapes import fits
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
SHAPES = "#area_svg > :not(#shape-container)"
CONTAINER = "#shape-container"
ROWS, COLUMNS = 2, 3
"""Of the places in a box: as many as there are shapes at most, and one more."""
ASIDE = 0.6
"""Where in its place a shape's middle comes to be, as a share: it counts as within by its left upper corner."""
CONTAINED = """
const [shapes, containers] = Array.from(arguments, css => Array.from(document.querySelectorAll(css)));
const corners = containers.map(each => ['x', 'y'].map(name => Number(each.getAttribute(name))));
return shapes.map(shape => corners.map(corner => insideContainer(shape, ...corner)));
"""
"""Of each shape, in which of the boxes it is. Where there is only one, the page looks at no corner."""
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
    """All of that kind into the black box. The others are outside from the beginning, and stay there."""
    return put(page, found(r"Drag all (.*)s into", page.utterance), others=None) or click(page.box(SUBMIT))


@solves("drag-shapes-2")
def drag_shapes_2(page: Page, _: Sequence[Deed]) -> Move:
    """All of that kind or colour into the left box, the others into the right one."""
    return put(page, found(r"Drag all (.*)s into", page.utterance), others=1) or click(page.box(SUBMIT))


def put(page: Page, words: str, others: int | None) -> Move | None:
    """What brings the shapes that fit `words` closer to being in the first box, and all `others` in the box with that
    number, or where they may be anywhere, in none; None where they are. Each has a place of its own."""
    containers, contained = page.boxes(CONTAINER), page.evaluate(CONTAINED, SHAPES, CONTAINER)
    for index, (shape, inside) in enumerate(zip(page.boxes(SHAPES), contained, strict=True)):
        wanted = 0 if fits(shape, words) else others
        if wanted is not None and not inside[wanted]:
            return drag(shape, slot(containers[wanted].region, index))
    return None


def slot(container: Rect, index: int) -> Point:
    """The middle of a shape that is put into one of the places of a box, which are counted row by row."""
    row, column = divmod(index, COLUMNS)
    width, height = container.width / COLUMNS, container.height / ROWS
    return Point(round(container.x + (column + ASIDE) * width), round(container.y + (row + ASIDE) * height))


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
