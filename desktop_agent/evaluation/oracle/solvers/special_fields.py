"""Tasks with fields that do more than hold what is typed."""

import re
from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, press, type_text
from desktop_agent.evaluation.oracle.page import Box, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.dragging import slide
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill
from desktop_agent.evaluation.oracle.solvers.scrolling import reach
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted

DATE_ORDER = """
const parts = new Intl.DateTimeFormat(navigator.language).formatToParts();
return parts.map(each => each.type).filter(each => each !== 'literal');
"""
FIRST_PART = 16
"""Pixels of the screen from a date field's left edge to where its first part surely is."""


@solves("enter-date")
def enter_date(page: Page, _: Sequence[Deed]) -> Move:
    """Its digits, from the field's first part on: it moves on by itself, and typing anew replaces what is there."""
    month, day, year = re.findall(r"\d+", page.utterance)
    field = page.box("#tt")
    if field.value == f"{year}-{month}-{day}":
        return click(page.box(SUBMIT))
    digits = {"month": month, "day": day, "year": year}
    first = Point(field.region.x + FIRST_PART, field.region.center.y)
    return type_text("".join(digits[part] for part in page.evaluate(DATE_ORDER)), first)


@solves("use-autocomplete", "use-autocomplete-nodelay")
def use_autocomplete(page: Page, _: Sequence[Deed]) -> Move:
    """An item that fits, from the list that opens below what is typed."""
    start = found(r'starts with "([^"]*)"', page.utterance)
    end = found(r'ends with "([^"]*)"', page.utterance) if "ends with" in page.utterance else ""
    fitting = [each for each in page.evaluate("return ITEMS") if each.startswith(start) and each.endswith(end)]
    entries = [each for each in page.boxes(".ui-autocomplete .ui-menu-item-wrapper") if not each.region.empty]
    wanted = next((index for index, each in enumerate(entries) if each.text in fitting), None)
    if wanted is not None:
        return _pick(entries, wanted)
    if page.box("#tags").value in fitting:
        return click(page.box(SUBMIT))
    return fill(page, "#tags", start) or press("down")  # which opens the list, where it did not open by itself


def _pick(entries: Sequence[Box], wanted: int) -> Move:
    """What brings an open list closer to that entry being chosen, an arrow key at a time."""
    chosen = next((index for index, each in enumerate(entries) if "ui-state-active" in each.attributes["class"]), -1)
    if chosen == wanted:
        return press("enter")
    return press("down" if chosen < wanted else "up")


@solves("form-sequence")
def form_sequence(page: Page, _: Sequence[Deed]) -> Move:
    """A slider, then one of three boxes."""
    move = slide(page, "#slider", int(found(r"Select (-?\d+)", page.utterance)))
    if move is not None:
        return move
    wanted = ORDINALS[found(r"the (\w+) checkbox", page.utterance)]
    for index, box in enumerate(page.boxes("#area input[type=checkbox]")):
        if box.checked is not (index == wanted):
            return click(box)
    return click(page.box(SUBMIT))


@solves("form-sequence-3")
def form_sequence_3(page: Page, _: Sequence[Deed]) -> Move:
    """An entry of a list that the page draws itself, then a button."""
    name = found(r"Choose (.*) from the dropdown", page.utterance)
    if page.evaluate("return document.getElementById('dropdown').value") == name:
        return click(page.box("#buttons button", quoted(page.utterance)))
    if page.boxes(".selectric-open"):
        place = [each.text.strip() for each in page.boxes(".selectric-items li")].index(name) + 1
        return reach(page, f".selectric-items li:nth-of-type({place})", ".selectric-scroll")
    return click(page.box(".selectric"))


@solves("use-spinner")
def use_spinner(page: Page, _: Sequence[Deed]) -> Move:
    """The arrows, one step at a time: keys don't reach the field."""
    away = int(found(r"Select (-?\d+)", page.utterance)) - int(page.box("#spinner").value)
    if away:
        return click(page.box(f".ui-spinner-{'up' if away > 0 else 'down'}"))
    return click(page.box(SUBMIT))
