"""Hundreds of drawn desktops: what is found is always the target, and what is gone is never found."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_agent.core.desktop import Level
from desktop_agent.core.geometry import Rect
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.found import Found
from tests.unit.finding_support import find, record
from tests.unit.painted_desktop import DARK, LIGHT, Drawn, PaintedDesktop, Widget, button, entry, label, window

NAMES = (
    "Save",
    "Save As",
    "Open",
    "Close",
    "Cancel",
    "OK",
    "7",
    "8",
    "9",
    "+",
    "Report 1",
    "Report 2",
    "Delete",
    "Löschen",
)
SLOTS = [(20 + 150 * column, 30 + 60 * row) for row in range(6) for column in range(4)]
CASES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def windows(draw: Callable) -> list[Widget]:
    """Widgets in slots of a grid: buttons with names that may be alike, fields, labels."""
    places = draw(st.lists(st.sampled_from(SLOTS), min_size=4, max_size=14, unique=True))
    widgets = []
    for number, (x, y) in enumerate(places):
        kind = draw(st.sampled_from(("button", "button", "button", "label", "entry")))
        name = draw(st.sampled_from(NAMES))
        made = (
            button(name, x, y, 110)
            if kind == "button"
            else label(f"{name} {number}", x, y)
            if kind == "label"
            else entry("", x, y, 120)
        )
        path = (Level("panel", "", 0), Level(made.role, made.name, number))
        widgets.append(replace(made, ref=f"{kind} {number}", path=path))
    return widgets


@dataclass(frozen=True)
class Change:
    """What became of the window in the meantime."""

    drop: bool
    shift: int
    decoy: str
    rename: bool

    def __call__(self, widgets: list[Widget], target: Widget) -> list[Widget]:
        now = [each for each in widgets if not (self.drop and each is target)]
        if self.rename:
            now = [each if each is target or each.role == "text" else _renamed(each) for each in now]
        now = [replace(each, region=each.region.moved(self.shift, self.shift // 2)) for each in now]
        if self.decoy:
            name = target.name if self.decoy == "same" else target.name + "!"
            now.append(replace(target, ref="decoy", name=name, region=Rect(470, 420, 110, 30), path=()))
        return now


CHANGES = st.builds(
    Change, st.booleans(), st.sampled_from((0, 0, 10, 60)), st.sampled_from(("", "same", "other")), st.booleans()
)


def _renamed(widget: Widget) -> Widget:
    """Half of the neighbours are called otherwise."""
    return replace(widget, name=widget.name + " too") if int(widget.ref.split()[1]) % 2 else widget


def _grid(*placed: tuple[str, int]) -> list[Widget]:
    """Buttons of these names in these slots."""
    made = [(number, name, button(name, *SLOTS[slot], 110)) for number, (name, slot) in enumerate(placed)]
    return [
        replace(each, ref=f"button {number}", path=(Level("panel", "", 0), Level("push button", name, number)))
        for number, name, each in made
    ]


# One "Close" is gone and another has come elsewhere; what was beside the first is now nearest to the second.
CLOSES = _grid(("Close", 0), ("Save", 1), ("Close", 4), ("Save As", 6), ("Open", 2))
# "Save" is gone, but can still be read as a part of "Save As".
SAVES = _grid(*(("Save As", slot) for slot in (0, 1, 2)), ("Save", 4), ("Save As", 3), ("Open", 8), ("Save As", 5))
# One of several empty fields is gone, and around another one it looks somewhat as it did around that one.
FIELDS = [
    *_grid(*(("Save", slot) for slot in (6, 11, 17, 20, 2, 22, 10, 9, 15)), ("Save As", 0)),
    *(replace(entry("", *SLOTS[slot], 120), ref=f"entry {10 + slot}") for slot in (4, 1, 5, 12)),
]


@pytest.mark.parametrize("accessible", [True, False], ids=["told", "untold"])
@CASES
@given(
    widgets=windows(),
    number=st.integers(0, 13),
    change=CHANGES,
    dark=st.booleans(),
    scale=st.sampled_from((1.0, 1.0, 1.0, 1.25, 0.8)),
    size=st.sampled_from(((660, 470), (660, 470), (760, 560))),
)
@example(widgets=CLOSES, number=0, change=Change(True, 0, "same", False), dark=False, scale=1.0, size=(660, 470))
@example(widgets=SAVES, number=3, change=Change(True, 0, "", False), dark=False, scale=1.0, size=(660, 470))
@example(widgets=FIELDS, number=10, change=Change(True, 0, "", False), dark=False, scale=1.0, size=(660, 470))
def test_nothing_but_the_target_is_ever_found(
    accessible: bool,
    widgets: list[Widget],
    number: int,
    change: Change,
    dark: bool,
    scale: float,
    size: tuple[int, int],
) -> None:
    target_widget = widgets[number % len(widgets)]
    before = Drawn(window(region=Rect(50, 40, 660, 470)), widgets, accessible=accessible)
    desktop = PaintedDesktop(before)
    target, data = record(desktop, before, target_widget)
    region = Rect(120, 60, round(size[0] * scale), round(size[1] * scale))
    now = Drawn(window(region=region), change(widgets, target_widget), DARK if dark else LIGHT, scale, accessible)
    later = PaintedDesktop(now)
    later.known = desktop.known
    found: Found | None = None
    try:
        found = find(later, target, data)
    except (NotFound, Ambiguous):
        pass
    there = [each for each in now.widgets if each.ref == target_widget.ref]
    # The only one of its name and role in the window is the target, whatever else became of the window.
    there = there or [each for each in now.widgets if (each.ref, each.name) == ("decoy", target_widget.name)]
    if found is not None:
        assert there, f"found {found} although it is gone: {target}"
        assert now.placed(there[0]).contains(found.point), f"{found} instead of {there[0]}: {target}"


@CASES
@given(widgets=windows(), number=st.integers(0, 13), dark=st.booleans(), dx=st.integers(0, 400), dy=st.integers(0, 250))
def test_a_unique_button_is_always_found(widgets: list[Widget], number: int, dark: bool, dx: int, dy: int) -> None:
    buttons = [each for each in widgets if each.role == "push button"]
    unique = [each for each in buttons if [other.name for other in buttons].count(each.name) == 1]
    if not unique:
        return
    target_widget = unique[number % len(unique)]
    before = Drawn(window(region=Rect(50, 40, 660, 470)), widgets)
    desktop = PaintedDesktop(before)
    target, data = record(desktop, before, target_widget)
    now = replace(before, window=window(region=Rect(50 + dx, 40 + dy, 660, 470)), theme=DARK if dark else LIGHT)
    later = PaintedDesktop(now)
    later.known = desktop.known
    found = find(later, target, data)
    assert (found.rung, now.placed(target_widget).contains(found.point)) == ("element", True)
