"""Tasks in which an area has to be scrolled."""

import re
from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, scroll
from desktop_agent.evaluation.oracle.page import Box, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill

NOTCH = 106
"""Pixels of the screen that a wheel click scrolls, at least."""
FLIGHTS = """
return Array.from(document.querySelectorAll('.flight'), each => [
  Number(each.querySelector('[data-price]').dataset.price),
  Number(each.querySelector('[data-duration]').dataset.duration),
]);
"""
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
    return scroll(page.box(css), "down" if bottom else "up", _notches(left * page.scale))


def scroll_into_view(page: Page, css: str, target: Box) -> Move | None:
    """What brings an area closer to showing all of `target`, which is within it; None where it does."""
    area = page.box(css)
    below, above = target.region.bottom - area.region.bottom, area.region.y - target.region.y
    if max(below, above) <= 0:
        return None
    return scroll(area, "down" if below > 0 else "up", _notches(max(below, above)))


def reach(page: Page, css: str, area: str) -> Move:
    """Click what may be scrolled away in an area, or bring it closer."""
    target = page.box(css)
    away = scroll_into_view(page, area, target) if target.point is None else None
    return away or click(target)


def _notches(pixels: float) -> int:
    """Wheel clicks that scroll so far, as many as one call may ask for."""
    return min(50, 1 + int(pixels // NOTCH))


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


@solves("buy-ticket")
def buy_ticket(page: Page, _: Sequence[Deed]) -> Move:
    """The one that is cheapest, dearest, shortest or longest."""
    said, flights = page.utterance, page.evaluate(FLIGHTS)
    column = [each["duration" in said] for each in flights]
    best = (min if "cheapest" in said or "shortest" in said else max)(column)
    return reach(page, f".flight:nth-of-type({column.index(best) + 1}) .buy-ticket", "#area")
