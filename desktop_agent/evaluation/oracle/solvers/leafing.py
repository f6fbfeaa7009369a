"""Tasks in which what is looked for stands on one of several pages."""

import calendar
from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import fill
from desktop_agent.evaluation.oracle.solvers.words import found

EACH = 3
"""Search results on a page."""
MONTHS = list(calendar.month_name)
"""Their names in English, from 1: this program sets no locale."""


@solves("phone-book")
def phone_book(page: Page, _: Sequence[Deed]) -> Move:
    """The detail of the person, whose name may be on any page."""
    name = found(r"Find (.*) in the contact book", page.utterance)
    if page.box("#contact .name").text.strip() != name:
        return click(page.box("#pagination .next a"))
    wanted = found(r"click on their (\w+)", page.utterance)
    return click(page.box(f"#contact .{wanted}"))


@solves("search-engine")
def search_engine(page: Page, _: Sequence[Deed]) -> Move:
    """The result with that number, three to a page."""
    name = found(r'enter "(.*?)"', page.utterance)
    if not page.boxes("#page-content a") or page.box("#search-text").value != name:
        return fill(page, "#search-text", name) or click(page.box("#search"))
    index = int(found(r"click the (\d+)\w\w search result", page.utterance)) - 1
    number = index // EACH + 1
    if page.box("#pagination .active").text.strip() != str(number):
        return click(page.box("#pagination a", str(number)))
    return click(page.boxes("#page-content a")[index % EACH])


@solves("choose-date", "choose-date-easy", "choose-date-medium", "choose-date-nodelay")
def choose_date(page: Page, _: Sequence[Deed]) -> Move:
    """The day, from the calendar that opens at a month before or after."""
    return pick_day(page, found(r"([\d/]+)", page.utterance)) or click(page.box("#subbtn"))


def pick_day(page: Page, date: str) -> Move | None:
    """What brings a field with a calendar closer to holding a date such as "10/05/2016"; None where it does."""
    if page.box("#datepicker").value == date:
        return None
    month, day, year = (int(each) for each in date.split("/"))
    title = [each for each in page.boxes("#ui-datepicker-div .ui-datepicker-title") if each.point is not None]
    if not title:
        return click(page.box("#datepicker"))
    name, shown = title[0].text.split()
    away = (year - int(shown)) * 12 + month - MONTHS.index(name)
    if away:
        return click(page.box(f".ui-datepicker-{'next' if away > 0 else 'prev'}"))
    return click(page.box("#ui-datepicker-div td a", str(day)))
