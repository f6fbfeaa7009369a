"""Tasks with fields that do more than hold what is typed."""

import re
from collections.abc import Mapping, Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, press, type_text
from desktop_agent.evaluation.oracle.page import Box, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.dragging import slide
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill
from desktop_agent.evaluation.oracle.solvers.scrolling import reach
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted

ORDER = """
const parts = new Intl.DateTimeFormat(navigator.language, arguments[0]).formatToParts();
return parts.map(each => each.type).filter(each => each !== 'literal');
"""
"""Of the parts of a date or a time, as the browser's language has it."""
FIRST_PART = 8
"""Pixels of the page from the left edge of a field for a date or a time to where its first part surely is."""


@solves("enter-date")
def enter_date(page: Page, _: Sequence[Deed]) -> Move:
    """Its digits, from the field's first part on: it moves on by itself, and typing anew replaces what is there."""
    month, day, year = re.findall(r"\d+", page.utterance)
    field = page.box("#tt")
    if field.value == f"{year}-{month}-{day}":
        return click(page.box(SUBMIT))
    return enter_parts(page, field, {"month": month, "day": day, "year": year}, page.evaluate(ORDER, {}))


@solves("enter-time")
def enter_time(page: Page, _: Sequence[Deed]) -> Move:
    """Its digits, and whether it is before or after noon, where the field asks for it."""
    hour, minute = time_of_day(page.utterance)
    field = page.box("#tt")
    if field.value == f"{hour:02}:{minute:02}":
        return click(page.box(SUBMIT))
    order = page.evaluate(ORDER, {"hour": "numeric", "minute": "numeric"})
    return enter_parts(page, field, clock(hour, minute, halves="dayPeriod" in order), order)


def enter_parts(page: Page, field: Box, parts: Mapping[str, str], order: Sequence[str]) -> Move:
    """Type the parts of a date or a time, from the field's first one on."""
    first = Point(field.region.x + round(FIRST_PART * page.scale), field.region.center.y)
    return type_text("".join(parts[part] for part in order), first)


def clock(hour: int, minute: int, halves: bool) -> dict[str, str]:
    """The parts of a time as they are typed: of a day of 24 hours, or of two `halves`."""
    parts = {"hour": f"{hour:02}", "minute": f"{minute:02}"}
    if halves:
        parts |= {"hour": f"{hour % 12 or 12:02}", "dayPeriod": "AM" if hour < 12 else "PM"}
    return parts


def time_of_day(said: str) -> tuple[int, int]:
    """The hour, from 0 to 23, and the minute of a time such as "5:09 PM" or "17:09".

    Raises:
        Lost: no time is said.
    """
    hour, minute = int(found(r"(\d+):\d\d", said)), int(found(r"\d+:(\d\d)", said))
    half = re.search(r"\d\s?([AP])M", said)
    if half is None:
        return hour, minute
    return hour % 12 + 12 * (half[1] == "P"), minute


@solves("use-autocomplete", "use-autocomplete-nodelay")
def use_autocomplete(page: Page, _: Sequence[Deed]) -> Move:
    """An item that fits, from the list that opens below what is typed."""
    start = found(r'starts with "([^"]*)"', page.utterance)
    end = found(r'ends with "([^"]*)"', page.utterance) if "ends with" in page.utterance else ""
    fitting = [each for each in page.evaluate("return ITEMS") if each.startswith(start) and each.endswith(end)]
    entries = open_entries(page)
    wanted = next((index for index, each in enumerate(entries) if each.text in fitting), None)
    if wanted is not None:
        return pick(entries, wanted)
    if page.box("#tags").value in fitting:
        return click(page.box(SUBMIT))
    return fill(page, "#tags", start) or press("down")  # which opens the list, where it did not open by itself


def open_entries(page: Page) -> list[Box]:
    """What the open list below a field offers; nothing where none is open."""
    return [each for each in page.boxes(".ui-autocomplete .ui-menu-item-wrapper") if not each.region.empty]


def pick(entries: Sequence[Box], wanted: int) -> Move:
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
