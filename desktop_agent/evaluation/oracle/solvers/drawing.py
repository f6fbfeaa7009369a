"""Tasks in which something is drawn."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import quoted

FITTING = """
if (document.querySelector('svg path') === null) return false;
const dot = ['cx', 'cy'].map(name => Number(document.getElementById('circ').getAttribute(name)) - 4);
const straight = properDirection(arguments[0] ? 'horizontal' : 'vertical', findStandardDevs(arrayPoints));
return straight === 1 && touchesPoint(arrayPoints, dot) === 1;
"""
"""Whether the page would take what was drawn last, by its own measure: the point that it wants touched is the corner
beside the dot's middle."""


@solves("draw-line")
def draw_line(page: Page, _: Sequence[Deed]) -> Move:
    """From the dot to the farther edge: the page takes the points that it was told of, and between them it is blind."""
    across = "horizontal" in page.utterance
    if page.evaluate(FITTING, across):
        return click(page.box("#controls button"))
    dot, area = page.box("#circ").region.center, page.box("svg").region.grown(-12)
    if across:
        return drag(dot, Point(area.right if dot.x < area.center.x else area.x, dot.y))
    return drag(dot, Point(dot.x, area.bottom if dot.y < area.center.y else area.y))


@solves("number-checkboxes")
def number_checkboxes(page: Page, _: Sequence[Deed]) -> Move:
    """The digit, of boxes that are ticked."""
    rows = page.evaluate("return PATTERNS[arguments[0]]", int(quoted(page.utterance)))
    wanted = [bool(each) for row in rows for each in row]
    for box, ticked in zip(page.boxes("#checkboxes input"), wanted, strict=True):
        if box.checked is not ticked:
            return click(box)
    return click(page.box(SUBMIT))
