"""Tasks in which text is selected with the mouse, or copied."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT

BESIDE = 20
"""Pixels from the edge of the page's head to where a click only lets go of what is selected."""
SELECTED = "return getSelection().toString().replace(/\\s/g, '')"


def select(page: Page, css: str) -> Move | None:
    """What selects all text of an element; None where it is selected, and nothing else. What is selected wrongly is let
    go of first: a drag that begins in it would move it."""
    text = page.evaluate("return document.querySelector(arguments[0]).textContent", css)
    selected = page.evaluate(SELECTED)
    if selected == "".join(text.split()):
        return None
    if selected:
        beside = page.box("#query").region
        return click(Point(beside.right - BESIDE, beside.bottom - BESIDE))
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return drag(*page.span(css, start, end))


@solves("highlight-text")
def highlight_text(page: Page, _: Sequence[Deed]) -> Move:
    """The only paragraph."""
    return select(page, "#randomText") or click(page.box(SUBMIT))
