"""Tasks in which what is looked for has to be scrolled to."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, scroll
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill

NOTCH = 53
"""Pixels of the page that a wheel click scrolls, at least, at this zoom."""
REACH = """
const area = document.querySelector(arguments[0]);
return [area.scrollTop, area.scrollHeight - area.clientHeight - area.scrollTop];
"""


def scroll_to_end(page: Page, css: str, bottom: bool) -> Move | None:
    """What brings an area closer to its bottom or top; None where it is there."""
    above, below = page.evaluate(REACH, css)
    left = below if bottom else above
    if left < 1:
        return None
    return scroll(page.box(css), "down" if bottom else "up", min(50, 1 + int(left // NOTCH)))


@solves("scroll-text")
def scroll_text(page: Page, _: Sequence[Deed]) -> Move:
    """The last word, which has to be scrolled to before it can be read."""
    word = page.box("#text-area").value.split()[-1].strip(".,")
    typed = page.box("#answer-input").value
    away = scroll_to_end(page, "#text-area", bottom=True) if typed != word else None
    return away or fill(page, "#answer-input", word) or click(page.box(SUBMIT))


@solves("scroll-text-2")
def scroll_text_2(page: Page, _: Sequence[Deed]) -> Move:
    """To the top or to the bottom."""
    bottom = "to the bottom" in page.utterance
    return scroll_to_end(page, "#text-area", bottom) or click(page.box(SUBMIT))
