"""The calendar of a day, in which an event is made by dragging over the time that it takes."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import fill
from desktop_agent.evaluation.oracle.solvers.scrolling import reach, scroll_into_view
from desktop_agent.evaluation.oracle.solvers.words import found, quoted

AREA = "#area"
TAKEN = """
return Array.from(document.querySelectorAll('.event:not(#newEvent)'), each => {
  const start = Math.round((each.offsetTop - 4) / (HALF_HOUR_HEIGHT + 0.42));
  return [start, start + Number(each.dataset.duration)];
});
"""
"""Of each event that is there, its first half hour and the one behind it, from midnight."""
MADE = """
const event = document.querySelector('#newEvent');
return event ? ['start', 'duration'].map(name => Number(event.dataset[name])) : null;
"""
"""The same of the event that is being made, with its duration in half hours."""


@solves("daily-calendar")
def daily_calendar(page: Page, _: Sequence[Deed]) -> Move:
    """An event in a free part of that time, with its name."""
    said = page.utterance
    halves, (first, last) = duration_in(said), window_in(said)
    made = page.evaluate(MADE)
    if made is None:
        return _draw(page, free(page.evaluate(TAKEN), first, last, halves), halves)
    if not page.boxes("#create-event"):
        return reach(page, "#newEvent", AREA)  # the button was released where the page did not see it
    if made[1] != halves or not first <= made[0] <= last - halves:
        return reach(page, "#create-event .cancel", AREA)
    return fill(page, "#event-name", quoted(said)) or reach(page, "#create-event .create", AREA)


def _draw(page: Page, starts: Sequence[int], halves: int) -> Move:
    """Drag over so many half hours from one of `starts`, or scroll there."""
    for start in starts:
        upper, lower = page.box(f"#hh-{start}"), page.box(f"#hh-{start + halves - 1}")
        if scroll_into_view(page, AREA, upper) is None and scroll_into_view(page, AREA, lower) is None:
            inset = upper.region.height // 4
            x = upper.region.center.x
            return drag(Point(x, upper.region.y + inset), Point(x, lower.region.bottom - inset))
    upper, lower = page.box(f"#hh-{starts[0]}"), page.box(f"#hh-{starts[0] + halves - 1}")
    return scroll_into_view(page, AREA, lower) or scroll_into_view(page, AREA, upper) or click(upper)


def free(taken: Sequence[Sequence[int]], first: int, last: int, halves: int) -> list[int]:
    """The half hours from which so many are free, between `first` and before `last`.

    Raises:
        Lost: there are none.
    """
    starts = [
        start
        for start in range(first, last - halves + 1)
        if all(start + halves <= begin or end <= start for begin, end in taken)
    ]
    if not starts:
        raise Lost("there is no room for the event")
    return starts


def duration_in(said: str) -> int:
    """How many half hours "30 mins" or "1.5 hours" are."""
    if "min" in said:
        return int(found(r"a (\d+) mins", said)) // 30
    return round(float(found(r"a ([\d.]+) hour", said)) * 2)


def window_in(said: str) -> tuple[int, int]:
    """The half hours from midnight that "between 8AM and 12PM" means: the first one, and the one behind the last."""
    times = [found(rf"between {pattern}", said) for pattern in (r"(\d+[AP]M) and", r"\w+ and (\d+[AP]M)")]
    return half_hour(times[0]), half_hour(times[1])


def half_hour(time: str) -> int:
    """The half hour from midnight that a time such as "12PM" begins."""
    return 2 * (int(time[:-2]) % 12 + 12 * (time[-2:] == "PM"))
