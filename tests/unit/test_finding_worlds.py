"""Random windows as people have them: whatever became of them, nothing but the target is ever clicked.

FINDING_EXAMPLES says how many are tried; with more than usual, other ones each time.
"""

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from desktop_agent.core.geometry import Rect
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import Target
from desktop_agent.macros.found import Found
from tests.unit.finding_support import find, record
from tests.unit.finding_worlds import MAIN, Case, Form, Item, Row, cases
from tests.unit.painted_desktop import LIGHT, Drawn, PaintedDesktop, Widget, window

USUAL = 100
EXAMPLES = int(os.environ.get("FINDING_EXAMPLES", USUAL))
MANY = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == USUAL,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


def outcome(case: Case) -> tuple[Target, Found | None, PaintedDesktop]:
    """What was recorded, what is found, and where."""
    before = case.before()
    desktop = PaintedDesktop(*before)
    target, data = record(desktop, before[0], next(each for each in before[0].widgets if each.ref == case.key))
    later = PaintedDesktop(*case.after())
    later.known = desktop.known
    try:
        return target, find(later, target, data), later
    except (NotFound, Ambiguous):
        return target, None, later


def wrong(case: Case) -> str:
    """What is wrong with what is found; empty where nothing is."""
    target, found, later = outcome(case)
    if found is None:
        return ""
    allowed = _allowed(case, later)
    if any(drawn.placed(widget).contains(found.point) and _top(later, found) is drawn for drawn, widget in allowed):
        return ""
    return f"{found} instead of {[widget for _, widget in allowed] or 'nothing'}: {target}"


def _allowed(case: Case, later: PaintedDesktop) -> list[tuple[Drawn, Widget]]:
    """The target. Where it is gone: what is in its place and can't be told from it; where it was the only one of its
    kind, the only one that is there now; where its window is gone, the same thing in another one of that title."""
    there = [(drawn, widget) for drawn in later.drawn for widget in drawn.widgets]
    same = [each for each in there if each[1].ref == case.key]
    if same:
        return same
    before = case.before()[0].widgets
    was = next(each for each in before if each.ref == case.key)
    alike = [(drawn, each) for drawn, each in there if _is_alike(was, each, case.told[0] and drawn.accessible)]
    if not case.stays and (again := [each for each in alike if each[1].ref.split()[2:] == case.key.split()[1:]]):
        return again
    instead = [each for each in alike if each[1].ref == "instead"]
    every = [each for drawn in case.before()[: None if case.stays else 1] for each in drawn.widgets]
    only = sum(_is_alike(was, each, case.told[0]) for each in every) == 1
    called = was.name if case.told[0] else _written(was)
    return instead or (alike if only and called and len(alike) == 1 else [])


def _is_alike(one: Widget, other: Widget, told: bool) -> bool:
    return (one.role, one.name) == (other.role, other.name) if told else _written(one) == _written(other)


def _written(widget: Widget) -> str:
    """What is drawn on it."""
    return widget.shown or widget.text or ("" if widget.role == "text" else widget.name)


def _top(later: PaintedDesktop, found: Found) -> Drawn | None:
    return next((each for each in later.drawn if each.window.frame.contains(found.point)), None)


DELETE = Item("", "Delete")
FIELD = Item("", "", "text")
MORE = Item("", "Edit")


def listing(*labels: str, beside: Item = DELETE, tools: tuple[Item, ...] = (), whose: str = "main") -> Form:
    """A list with one thing beside each label."""
    rows = tuple(Row(f"{whose} {each}", each, (replace(beside, key=f"{whose} {each} 0"),)) for each in labels)
    return Form(tools, rows, ())


def case(form: Form, key: str, now: Form, told: tuple[bool, bool], **more: Any) -> Case:
    return Case(form, key, now, more.pop("theme", LIGHT), more.pop("scale", 1.0), MAIN, told, **more)


def wide(*labels: str, last: Item = MORE) -> Form:
    """A list with two things in each row, the second one below a tool."""
    form = listing(*labels, tools=tuple(Item(f"main tool {number}", each) for number, each in enumerate("abcd")))
    rows = (replace(row, items=(*row.items, replace(last, key=f"main {row.label} 1"))) for row in form.rows)
    return replace(form, rows=tuple(rows))


EDIT = Item("main tool 0", "Edit")
SAVE = Item("main foot 0", "Save", icon="+")
PLAIN = replace(listing("Mail"), feet=(SAVE,))
OTHER = replace(listing("Mail", whose="other 0"), feet=(replace(SAVE, key="other 0 foot 0"),))
OPEN_SAVE = (Item("main tool 0", "Open"), Item("main tool 1", "Save", "check box"))
LYING_OVER = Drawn(window(34, "", "Other", Rect(300, 450, 170, 60), 300))
PINNED = {
    "its row is gone, and its window no longer tells": case(
        listing("Trip", "Photo", "Mail"), "main Photo 0", listing("Trip", "Mail"), (True, False)
    ),
    "its row is gone and another has come": case(
        listing("Invoice", "Mail", "Song"), "main Invoice 0", listing("Mail", "Song", "Zebra"), (False, False)
    ),
    "its row is gone and another has come, and its window tells now": case(
        listing("Invoice", "Mail", "Song"), "main Invoice 0", listing("Mail", "Song", "Zebra"), (False, True)
    ),
    "its row is gone, and an empty field looks like any other": case(
        listing("Trip", "Mail", beside=FIELD), "main Trip 0", listing("Mail", "Song", beside=FIELD), (False, False)
    ),
    "its row is gone and another has come, where one of that name has no text beside it": case(
        listing("Trip", "Mail", beside=replace(EDIT, key=""), tools=(EDIT,)),
        "main Trip 0",
        listing("Mail", "Song", beside=replace(EDIT, key=""), tools=(EDIT,)),
        (True, True),
    ),
    "another window of its application has one, and its own does not tell": case(
        PLAIN, "main foot 0", PLAIN, (True, False), others=(OTHER,)
    ),
    "another window of its application has one that looks more like it": case(
        PLAIN, "main foot 0", PLAIN, (False, False), others=(OTHER,), others_told=False, scale=0.8
    ),
    "another window of its application has one, and here it has another name": case(
        replace(PLAIN, tools=(Item("main tool 0", "Stop"),)),
        "main foot 0",
        replace(PLAIN, tools=(Item("main tool 0", "Halt"),), feet=(replace(SAVE, name="Sichern"),)),
        (True, True),
        others=(replace(listing("Song", whose="other 0"), feet=(DELETE, replace(SAVE, key="other 0 foot 1"))),),
    ),
    "another window of its title has one, and here it is gone": case(
        replace(PLAIN, tools=(Item("main tool 0", "Stop"),)),
        "main foot 0",
        replace(PLAIN, tools=(Item("main tool 0", "Stop"),), feet=(replace(SAVE, key="instead", name="Open"),)),
        (True, True),
        others=(OTHER,),
    ),
    "the first row is gone, and what was beside it was above the list": case(
        wide("Trip", "Letter", "Song"),
        "main Trip 1",
        wide("Letter", "Song"),
        (True, True),
    ),
    "not all elements are told, and of two only the new one": case(
        Form(OPEN_SAVE, (), (Item("main foot 0", "Close"), Item("main foot 1", "7"))),
        "main foot 1",
        Form((*OPEN_SAVE, Item("twin", "7")), (), (Item("main foot 0", "Close"), Item("main foot 1", "7"))),
        (True, True),
        untold=frozenset({"main foot 1"}),
    ),
    "the first row of twins is gone, and what was beside it was above the list": case(
        wide("Trip", "Letter", "Song"), "main Trip 1", wide("Letter", "Song", "Extra"), (False, False)
    ),
    "the first row of a list of fields is gone, and what was beside it was above the list": case(
        wide("Trip", "Letter", "Song", last=FIELD),
        "main Trip 1",
        wide("Letter", "Song", "Extra", last=FIELD),
        (False, False),
    ),
    "its name was not written on it, but on something else": case(
        Form((*OPEN_SAVE, replace(SAVE, key="main tool 2")), (), ()),
        "main tool 2",
        Form(OPEN_SAVE, (), ()),
        (True, False),
    ),
    "one of two others that look like it lies elsewhere": case(
        Form((Item("main tool 0", "Open"), replace(SAVE, key="main tool 1")), (), ()),
        "main tool 1",
        Form((), (), (Item("a", "Cancel", icon="+"), Item("b", "Close", icon="+"))),
        (False, False),
        over=(LYING_OVER,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("pinned", PINNED.values(), ids=PINNED)
def test_what_was_once_taken_for_the_target(pinned: Case) -> None:
    assert wrong(pinned) == ""


@MANY
@given(cases())
def test_nothing_but_the_target_is_ever_clicked(case: Case) -> None:
    assert wrong(case) == ""
