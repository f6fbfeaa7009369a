"""Finding a target by its picture, its words and its place, where its application tells nothing."""

from dataclasses import replace

import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.errors import Ambiguous, NotFound
from tests.unit.finding_support import find, record
from tests.unit.painted_desktop import DARK, LIGHT, Drawn, PaintedDesktop, button, entry, label, moved, window

NAMES = ("Save", "Open", "Cancel", "Delete", "Report 1", "Report 2")


def form(**how):
    buttons = [button(name, 20 + 100 * number, 40) for number, name in enumerate(NAMES)]
    fields = [label("Name", 20, 120), entry("", 150, 120), label("Town", 20, 200)]
    scale = how.get("scale", 1.0)
    size = Rect(100, 100, round(640 * scale), round(420 * scale))
    return Drawn(window(region=size), [*buttons, *fields], **({"accessible": False} | how))


def without(drawn, number):
    return replace(drawn, widgets=[each for index, each in enumerate(drawn.widgets) if index != number])


def played(before, now, number, **how):
    """Record the widget of that number, and find it in what is there now."""
    desktop = PaintedDesktop(before)
    target, data = record(desktop, before, before.widgets[number], **how)
    later = PaintedDesktop(*now) if isinstance(now, tuple) else PaintedDesktop(now)
    later.known = desktop.known
    return find(later, target, data)


@pytest.mark.parametrize("scale", [1.0, 1.25, 0.8, 1.5])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("number", range(len(NAMES)))
def test_it_is_found_moved_scaled_and_in_another_theme(number: int, theme, scale: float) -> None:
    now = moved(form(theme=theme, scale=scale), 70, 45)
    found = played(form(), now, number)
    assert now.placed(now.widgets[number]).contains(found.point)


@pytest.mark.parametrize("scale", [1.0, 1.25, 0.8])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("number", [0, 4, 5])
@pytest.mark.parametrize("read", [True, False], ids=["read", "unread"])
def test_what_is_gone_is_not_found_in_what_looks_like_it(number: int, theme, scale: float, read: bool) -> None:
    with pytest.raises(NotFound):
        played(form(), moved(without(form(theme=theme, scale=scale), number), 70, 45), number, read=read)
    with pytest.raises(NotFound):
        played(form(), without(form(theme=theme, scale=scale), number), number, read=read)


def test_of_twins_the_one_with_the_same_surroundings_is_meant() -> None:
    before, now = form(), form()
    now.widgets.append(button("Cancel", 400, 300))
    assert played(before, now, 2).point == now.placed(now.widgets[2]).center
    larger = replace(now, window=window(region=Rect(60, 60, 700, 480)))
    larger.widgets = [
        *form().widgets,
        *(replace(each, region=each.region.moved(0, 260)) for each in form().widgets[:6]),
    ]
    with pytest.raises(Ambiguous) as raised:
        played(before, larger, 2)
    assert len(raised.value.candidates) == 2


def test_twins_that_were_there_are_told_apart_by_their_place_in_a_window_of_the_same_size() -> None:
    boxes = [replace(button("", 40 + 150 * number, 200, shown="▢"), ref=str(number)) for number in range(4)]
    before = Drawn(window(), boxes, accessible=False)
    assert played(before, moved(before, 90, 60), 2).point == moved(before, 90, 60).placed(boxes[2]).center
    larger = replace(before, window=window(region=Rect(50, 50, 700, 500)))
    with pytest.raises(Ambiguous):
        played(before, larger, 2)


def test_only_its_own_window_is_searched() -> None:
    other = replace(moved(form(), 500, 300), window=window(11, "Other", region=Rect(600, 400, 640, 390)))
    with pytest.raises(NotFound):
        played(form(), (other, without(form(), 0)), 0)


def test_a_match_that_the_tree_calls_otherwise_is_refused() -> None:
    before = form(accessible=True)
    now = form(accessible=True)
    now.widgets[0] = replace(now.widgets[0], name="Send", shown="Save")
    with pytest.raises(NotFound, match=r"another thing: the push button “Send”"):
        played(before, now, 0)


def test_where_the_tree_was_cut_off_the_picture_counts() -> None:
    before = form(accessible=True)
    now = without(moved(form(accessible=True, capped=True), 30, 20), 0)
    now.widgets.append(replace(before.widgets[0], role="panel", name="", shown="Save"))
    assert played(before, now, 0).rung == "picture"


def test_words_that_stand_in_a_text_are_not_the_button_of_that_name() -> None:
    before = form(accessible=True)
    now = without(form(accessible=True), 0)
    now.widgets.append(entry("Notes", 20, 300, 400, 60, text="Save"))
    with pytest.raises(NotFound):
        played(before, now, 0)


def test_a_blank_place_counts_in_an_unchanged_window_only() -> None:
    blank = Drawn(window(), [label("", 300, 200), label("Ruler", 20, 20)], accessible=False)
    found = played(blank, moved(blank, 40, 30), 0)
    assert (found.rung, found.point) == ("place", moved(blank, 40, 30).placed(blank.widgets[0]).center)
    with pytest.raises(NotFound, match="its window has another size"):
        played(blank, replace(blank, window=window(region=Rect(100, 100, 641, 420))), 0)
    changed = replace(blank, widgets=[*blank.widgets, button("New", 330, 190)])
    with pytest.raises(NotFound, match="no longer looks as it did"):
        played(blank, changed, 0)
    dark = replace(blank, theme=DARK)
    with pytest.raises(NotFound, match="no longer looks as it did"):
        played(blank, dark, 0)


def test_an_unlabelled_field_is_found_by_the_words_around_it() -> None:
    def area(dx):
        texts = [label("Two new rows", 200 + dx, 155), label("Width", 200 + dx, 232)]
        return Drawn(window(), [label("", 220 + dx, 195, 80), *texts], accessible=False)

    now = area(90)
    found = played(area(0), now, 0)
    assert (found.rung, now.placed(now.widgets[0]).contains(found.point)) == ("text", True)
    one_gone = replace(now, widgets=[now.widgets[0], label("Two", 290, 155), now.widgets[2]])
    with pytest.raises(NotFound):
        played(area(0), one_gone, 0)
    drawn_over = replace(now, widgets=[button("Format", 310, 190), *now.widgets[1:]])
    with pytest.raises(NotFound):
        played(area(0), drawn_over, 0)


def test_a_large_picture_s_point_is_kept() -> None:
    before = form()
    desktop = PaintedDesktop(before)
    target, data = record(desktop, before, before.widgets[2], (70, 20))
    now = moved(form(), 33, 21)
    later = PaintedDesktop(now)
    later.known = desktop.known
    place = now.placed(now.widgets[2])
    assert find(later, target, data).point == Point(place.x + 70, place.y + 20)
