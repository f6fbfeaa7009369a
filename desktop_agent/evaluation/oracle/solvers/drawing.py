"""Tasks in which something is drawn."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves

FITTING = """
if (document.querySelector('svg path') === null) return false;
const [across, down] = [0, 1].map(axis => {
  const places = arrayPoints.map(each => each[axis]);
  return Math.max(...places) - Math.min(...places);
});
const [x, y] = ['cx', 'cy'].map(name => Number(document.getElementById('circ').getAttribute(name)));
const near = arrayPoints.some(([left, top]) => Math.hypot(left - x, top - y) < 5);
return near && (arguments[0] ? across > 40 && down < 2 : down > 30 && across < 2);
"""


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
