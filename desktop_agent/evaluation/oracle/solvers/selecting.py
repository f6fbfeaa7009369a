"""Tasks in which text is selected with the mouse, or copied."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT

SELECTED = "return getSelection().toString().replace(/\\s/g, '')"


def select(page: Page, css: str) -> Move | None:
    """What selects all text of an element; None where it is selected, and nothing else."""
    text = page.evaluate("return document.querySelector(arguments[0]).textContent", css)
    if page.evaluate(SELECTED) == "".join(text.split()):
        return None
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return drag(*page.span(css, start, end))


@solves("highlight-text")
def highlight_text(page: Page, _: Sequence[Deed]) -> Move:
    """The only paragraph."""
    return select(page, "#randomText") or click(page.box(SUBMIT))
