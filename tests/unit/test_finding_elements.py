"""Finding a target by its element: names that changed a little, equal names, what covers or disables it."""

from dataclasses import replace

import pytest

from desktop_agent.core.desktop import Level
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.errors import Ambiguous, NotFound, Unreachable
from desktop_agent.macros.finding.names import same
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from tests.unit.finding_support import find, record
from tests.unit.painted_desktop import STATES, Drawn, PaintedDesktop, button, entry, label, moved, own_window, window


def form(*more, **how):
    widgets = [
        button("Save", 20, 40),
        button("Cancel", 130, 40),
        label("Name", 20, 100),
        entry("", 150, 100),
        label("City", 20, 150),
        entry("", 150, 150),
    ]
    return Drawn(window(), [*widgets, *more], **how)


def rows(*names, y=220):
    """A row for each name: the name, and a button to delete it."""
    for number, name in enumerate(names):
        path = (Level("table", "", 0), Level("row", name, 0), Level("push button", "Delete", 0))
        yield label(name, 20, y + 40 * number)
        yield replace(button("Delete", 200, y + 40 * number, path=path), ref=f"delete {name}")


def recorded(drawn, ref):
    desktop = PaintedDesktop(drawn)
    return record(desktop, drawn, next(each for each in drawn.widgets if each.ref == ref))[0]


@pytest.mark.parametrize(
    ("before", "now", "is_same"),
    [
        ("Save", "Save", True),
        ("Save As…", "Save As...", True),
        ("Save", "_Save", True),
        ("保存(S)", "保存", True),
        ("Untitled 1", "*Untitled 1", True),
        ("Save", "Save As", False),
        ("*", "×", False),
        ("a", "A", False),
        ("OK", "ok", False),
        ("7", "8", False),
        ("", "Save", False),
    ],
)
def test_names_change_a_little(before: str, now: str, is_same: bool) -> None:
    assert same(before, now) is is_same


def test_an_element_is_found_wherever_its_window_is() -> None:
    drawn = form()
    target = recorded(drawn, "Save@20,40")
    now = moved(drawn, 300, 200)
    found = find(PaintedDesktop(now), target, None)
    assert (found.rung, found.region) == ("element", now.placed(now.widgets[0]))
    assert found.point == found.region.center
    assert found.window == now.window


def test_the_exact_name_counts_before_one_that_is_almost_the_same() -> None:
    target = recorded(form(), "Save@20,40")
    both = form(button("Save…", 20, 300))
    assert find(PaintedDesktop(both), target, None).element.name == "Save"
    both.widgets = both.widgets[1:]
    assert find(PaintedDesktop(both), target, None).element.name == "Save…"


def test_it_is_acted_on_where_it_was_acted_on() -> None:
    wide = form(button("Wide row", 20, 300, width=400))
    desktop = PaintedDesktop(wide)
    target, _ = record(desktop, wide, wide.widgets[-1], (8, 15))
    assert find(desktop, target, None).point == Point(128, 415)
    wide.widgets[-1] = button("Wide row", 20, 300, width=600)
    assert find(desktop, target, None).point == Point(128, 415)
    target, _ = record(desktop, wide, wide.widgets[-1], (300, 15))
    wide.widgets[-1] = button("Wide row", 20, 300, width=300)
    assert find(desktop, target, None).point == Point(270, 415)


def test_a_field_without_a_name_is_known_by_its_label() -> None:
    drawn = form()
    target = recorded(drawn, "@150,150")
    turned = form()
    turned.widgets[2], turned.widgets[4] = label("City", 20, 100), label("Name", 20, 150)
    assert find(PaintedDesktop(drawn), target, None).region == drawn.placed(drawn.widgets[5])
    assert find(PaintedDesktop(turned), target, None).region == turned.placed(turned.widgets[3])


def test_of_two_that_were_alike_the_one_that_is_left_is_not_taken_for_the_other() -> None:
    target = recorded(form(*rows("Alice", "Bob")), "delete Bob")
    assert target.element.others == 1
    with pytest.raises(NotFound, match="beside it is not what was beside the target"):
        find(PaintedDesktop(form(*rows("Alice"))), target, None)
    found = find(PaintedDesktop(form(*rows("Bob"))), target, None)
    assert found.element.ref == "delete Bob"


@pytest.mark.parametrize("order", [("Bob", "Alice", "Carol"), ("Carol", "Bob"), ("Zoe", "Alice", "Carol", "Bob")])
def test_rows_may_come_go_and_change_their_order(order: tuple[str, ...]) -> None:
    target = recorded(form(*rows("Alice", "Bob", "Carol")), "delete Bob")
    assert find(PaintedDesktop(form(*rows(*order))), target, None).element.ref == "delete Bob"


@pytest.mark.parametrize("others", [(), ((470, 380),)])
def test_the_twin_of_one_that_is_gone_is_not_taken_for_it(others: tuple[tuple[int, int], ...]) -> None:
    """Although what was beside that one is now nearest to it, and it got that one's number among its siblings."""

    def closes(*places):
        around = [button("Save", 170, 30, 110), button("Save As", 320, 90, 110), button("Open", 320, 30, 110)]
        paths = [(Level("panel", "", 0), Level("push button", "Close", number)) for number in range(2)]
        more = [button("Close", x, y, 110, path=(Level("push button", "Close", 0),)) for x, y in others]
        twins = [button("Close", x, y, 110, path=path) for (x, y), path in zip(places, paths, strict=False)]
        return [*twins, *around], more

    before, decoys = closes((20, 30), (20, 90))
    target = recorded(Drawn(window(), before), "Close@20,30")
    assert find(PaintedDesktop(Drawn(window(), before)), target, None).element.ref == "Close@20,30"
    now, _ = closes((20, 90))
    with pytest.raises((NotFound, Ambiguous)):
        find(PaintedDesktop(Drawn(window(), [*now, *decoys])), target, None)


def test_siblings_that_changed_their_places_are_not_told_apart_by_what_is_beside_them() -> None:
    """Other than rows, which take what is beside them along."""

    def line(*numbers):
        made = [label("North", 200, 40), label("South", 200, 120)]
        for number, y in zip(numbers, (40, 120), strict=True):
            path = (Level("panel", "", 0), Level("push button", "Go", number))
            made.append(replace(button("Go", 20, y, path=path), ref=f"go {number}"))
        return Drawn(window(), made)

    target = recorded(line(0, 1), "go 0")
    assert find(PaintedDesktop(line(0, 1)), target, None).element.ref == "go 0"
    with pytest.raises(Ambiguous):
        find(PaintedDesktop(line(1, 0)), target, None)


def test_nothing_tells_twins_apart() -> None:
    def pairs(*heights):
        return Drawn(window(), [each for y in heights for each in (button("Save", 20, y), label("Name", 150, y))])

    target = recorded(pairs(40), "Save@20,40")
    with pytest.raises(Ambiguous) as raised:
        find(PaintedDesktop(pairs(40, 300)), target, None)
    assert [each.label for each in raised.value.candidates] == ["Save", "Save"]


def test_way_and_number_tell_apart_what_has_no_text_beside_it() -> None:
    def bar(count):
        tools = [
            replace(button("", 20 + 60 * each, 40, 40, path=(Level("push button", "", each),)), ref=f"tool {each}")
            for each in range(count)
        ]
        return Drawn(window(), tools)

    target = recorded(bar(4), "tool 2")
    assert find(PaintedDesktop(moved(bar(4), 50, 50)), target, None).element.ref == "tool 2"
    with pytest.raises(Ambiguous):  # one may have come before it
        find(PaintedDesktop(bar(5)), target, None)
    larger = replace(bar(4), window=window(region=Rect(100, 100, 700, 420)))
    with pytest.raises(Ambiguous):  # two may have changed places
        find(PaintedDesktop(larger), target, None)


def test_two_windows_of_the_application_are_ambiguous() -> None:
    drawn = form()
    other = moved(replace(form(), window=window(11, region=Rect(0, 0, 640, 420))), 600, 350)
    other.widgets = [replace(each, ref=f"other {each.ref}") for each in other.widgets]
    with pytest.raises(Ambiguous):
        find(PaintedDesktop(drawn, other), recorded(drawn, "Save@20,40"), None)


def test_a_disabled_one_is_there_but_can_t_be_used_and_nothing_else_is_tried() -> None:
    drawn = form()
    desktop = PaintedDesktop(drawn)
    target, data = record(desktop, drawn, drawn.widgets[0])
    drawn.widgets[0] = replace(drawn.widgets[0], states=frozenset({"showing", "visible"}))
    with pytest.raises(Unreachable, match="disabled"):
        find(desktop, target, data)


@pytest.mark.parametrize(
    "cover", [window(20, "Question", "Former", Rect(90, 110, 300, 90)), own_window(Rect(0, 0, 900, 700))]
)
def test_one_that_is_covered_is_not_clicked_through_what_covers_it(cover) -> None:
    drawn = form()
    desktop = PaintedDesktop(drawn)
    target, data = record(desktop, drawn, drawn.widgets[0])
    covered = PaintedDesktop(Drawn(cover), drawn)
    covered.known = desktop.known
    with pytest.raises(Unreachable, match="lies over it"):
        find(covered, target, data)


def test_one_that_another_element_covers_is_not_clicked() -> None:
    drawn = form()
    target = recorded(drawn, "Save@20,40")
    drawn.widgets.append(button("Buy now", 55, 45, 30, 20))
    with pytest.raises(Unreachable, match="Buy now"):
        find(PaintedDesktop(drawn), target, None)


def test_a_vague_window_needs_a_second_witness() -> None:
    drawn = replace(form(), window=window(title="note.txt - Former"))
    target = recorded(drawn, "Save@20,40")
    assert target.window.title == "* - Former"
    other = Drawn(window(title="Delete all? - Former"), [button("Save", 20, 40), button("Everything", 200, 40)])
    with pytest.raises(NotFound):
        find(PaintedDesktop(other), target, None)
    same_window = replace(form(), window=window(title="other.txt - Former"))
    assert find(PaintedDesktop(same_window), target, None).rung == "element"


def test_a_macro_written_by_hand_needs_no_witnesses() -> None:
    target = Target(window=WindowRef(application="Former"), element=ElementRef(role="push button", name="Save"))
    assert find(PaintedDesktop(form()), target, None).rung == "element"


def test_what_is_missing_is_named_with_what_was_there_instead() -> None:
    drawn = form(button("Save copy", 20, 300))
    target = recorded(drawn, "Save copy@20,300")
    with pytest.raises(NotFound) as raised:
        find(PaintedDesktop(form()), target, None)
    assert "there is no push button “Save copy”; what is called most alike is the push button “Save”" in str(
        raised.value
    )
    with pytest.raises(NotFound, match=r"its window, “Form” of Former, is not on the screen. There are “Other” of App"):
        find(PaintedDesktop(Drawn(window(title="Other", application="App"))), target, None)


def test_an_element_of_a_menu_is_found_in_its_popup() -> None:
    item = button("Quit", 20, 100)
    drawn = form(replace(item, role="menu item", states=STATES))
    popup = Drawn(
        replace(window(12, "", region=Rect(110, 190, 200, 150)), popup=True), [replace(item, role="menu item")]
    )
    popup.widgets = [replace(drawn.widgets[-1], region=drawn.widgets[-1].region.moved(-10, -90))]
    desktop = PaintedDesktop(popup, drawn)
    target = recorded(drawn, "Quit@20,100")
    found = find(desktop, target, None)
    assert (found.window.id, found.element.name) == (12, "Quit")
