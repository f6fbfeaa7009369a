"""Tasks in which text is selected with the mouse, or copied."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag, press
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import ALL_SELECTED, SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found

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


@solves("highlight-text-2")
def highlight_text_2(page: Page, _: Sequence[Deed]) -> Move:
    """The paragraph at that place."""
    number = ORDINALS[found(r"the (\w+) paragraph", page.utterance)] + 1
    return select(page, f"#randomText p:nth-of-type({number})") or click(page.box(SUBMIT))


@solves("copy-paste")
def copy_paste(page: Page, deeds: Sequence[Deed]) -> Move:
    """The only text area."""
    return copy(page, deeds, "#to-copy", "#answer-input") or click(page.box(SUBMIT))


@solves("copy-paste-2")
def copy_paste_2(page: Page, deeds: Sequence[Deed]) -> Move:
    """The text area at that place."""
    number = ORDINALS[found(r"the (\w+) text area", page.utterance)] + 1
    return copy(page, deeds, f"#text-{number}", "#answer-input") or click(page.box(SUBMIT))


def copy(page: Page, deeds: Sequence[Deed], source: str, target: str) -> Move | None:
    """What brings a field closer to holding, by way of the clipboard, what another one does; None where it does."""
    if page.box(target).value == page.box(source).value:
        return None
    if not _is_copied(deeds):
        return mark(page, source) or press("ctrl+c")
    return mark(page, target) or press("ctrl+v")


def mark(page: Page, css: str) -> Move | None:
    """What brings all that a field holds closer to being selected; None where it is."""
    field = page.box(css)
    if not field.focused:
        return click(field)
    return None if page.evaluate(ALL_SELECTED) else press("ctrl+a")


def _is_copied(deeds: Sequence[Deed]) -> bool:
    """Whether the clipboard should be right: something was copied, and not pasted since, which would show."""
    keys = [str(deed.arguments.get("keys")) for deed in deeds if deed.acted and deed.name == "key"]
    used = [each for each in keys if each in ("ctrl+c", "ctrl+v")]
    return used[-1:] == ["ctrl+c"]
