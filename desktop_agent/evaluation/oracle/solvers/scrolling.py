"""Tasks in which an area has to be scrolled."""

import re
from collections.abc import Sequence

from desktop_agent.evaluation.browser import ZOOM
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, scroll
from desktop_agent.evaluation.oracle.page import Box, Page
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


def scroll_into_view(page: Page, css: str, target: Box) -> Move | None:
    """What brings an area closer to showing all of `target`, which is within it; None where it does."""
    area = page.box(css)
    below, above = target.region.bottom - area.region.bottom, area.region.y - target.region.y
    if max(below, above) <= 0:
        return None
    notches = 1 + int(max(below, above) // (NOTCH * ZOOM))
    return scroll(area, "down" if below > 0 else "up", min(50, notches))


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


@solves("sign-agreement")
def sign_agreement(page: Page, _: Sequence[Deed]) -> Move:
    """Cancel at once; or sign, which can be done once the agreement was scrolled through, and press what is named."""
    if "enter the name" not in page.utterance:
        return click(page.box("#cancel"))
    if "disabled" in page.box("#name").attributes:
        end = scroll_to_end(page, "#text-area", bottom=True)
        return end or scroll(page.box("#text-area"), "up", 5)
    name, button = re.findall(r'"(\w+)"', page.utterance)
    return fill(page, "#name", name) or click(page.box("#area button", button))
