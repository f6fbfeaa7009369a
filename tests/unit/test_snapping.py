"""Where a planner's point goes that is a little off."""

from dataclasses import replace

import pytest

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.desktop import Surroundings
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.tools.snapping import INSET, REACH, snap
from tests.unit.toy_desktop import element

BOUNDS = Rect(0, 0, 800, 600)
CLICK, TYPE, DRAG, DOUBLE, SCROLL = (
    ActionKind.LEFT_CLICK,
    ActionKind.TYPE,
    ActionKind.DRAG,
    ActionKind.DOUBLE_CLICK,
    ActionKind.SCROLL,
)
SAVE = element("save", "push button", "Save", Rect(100, 100, 80, 24))


def snapped(kind, x, y, *elements, claimed="", clickable=(), bounds=BOUNDS):
    return snap(kind, Point(x, y), Surroundings(elements, frozenset(clickable)), claimed, bounds)


def is_alone(result, x, y):
    return (result.point, result.element) == (Point(x, y), None)


def test_a_point_beside_a_button_is_moved_into_it_and_the_planner_is_told():
    result = snapped(CLICK, 92, 112, SAVE)
    assert (result.point, result.element) == (Point(100 + INSET, 112), SAVE)
    assert result.note == "The point was moved 14 px to the button “Save”."


def test_it_reaches_no_farther_than_16_px():
    assert snapped(CLICK, 100 - REACH, 112, SAVE).element is SAVE
    assert is_alone(snapped(CLICK, 99 - REACH, 112, SAVE), 99 - REACH, 112)
    assert snapped(CLICK, 140, 123 + REACH, SAVE).element is SAVE
    assert is_alone(snapped(CLICK, 140, 124 + REACH, SAVE), 140, 124 + REACH)
    assert is_alone(snapped(CLICK, 88, 88, SAVE), 88, 88)  # 17 px from the corner


def test_a_point_at_an_edge_is_pulled_in_and_one_in_the_middle_stays():
    assert snapped(CLICK, 100, 123, SAVE).point == Point(106, 117)
    assert is_alone(snapped(CLICK, 110, 110, SAVE), 110, 110)
    tick = element("t", "check box", "", Rect(100, 100, 13, 13))
    assert snapped(CLICK, 112, 100, tick).point == Point(106, 106)


@pytest.mark.parametrize("role", ["page tab", "combo box", "tree item", "list item", "split button"])
def test_what_has_parts_is_left_where_it_was_hit(role):
    part = element("p", role, "Part", Rect(100, 100, 80, 24), ["enabled", "selectable"])
    assert is_alone(snapped(CLICK, 101, 101, part), 101, 101)


@pytest.mark.parametrize("role", [
    "canvas", "drawing area", "image", "slider", "scroll bar", "text", "entry", "terminal", "document frame",
    "password text", "spin button",
])  # fmt: skip
@pytest.mark.parametrize("kind", [CLICK, TYPE, DRAG, DOUBLE, SCROLL])
def test_nothing_moves_where_the_place_matters(role, kind):
    place = element("c", role, "", Rect(0, 0, 400, 300))
    assert is_alone(snapped(kind, 92, 112, place, SAVE, claimed="Save button"), 92, 112)


def test_an_element_within_a_picture_stays_a_part_of_it():
    picture = element("c", "image map", "", Rect(0, 0, 400, 300))
    area = element("a", "link", "France", Rect(100, 100, 80, 24))
    assert is_alone(snapped(CLICK, 101, 101, picture, area), 101, 101)


def test_words_are_left_unless_the_planner_means_something_else():
    words = element("w", "static", "Read all about it in", Rect(0, 100, 400, 20))
    link = element("l", "link", "the paper", Rect(100, 120, 80, 20))
    assert is_alone(snapped(CLICK, 120, 112, words, link), 120, 112)
    assert is_alone(snapped(CLICK, 120, 112, words, link, claimed="all about it"), 120, 112)
    assert snapped(CLICK, 120, 112, words, link, claimed="“the paper”").element is link
    assert snapped(CLICK, 120, 112, words, link, claimed="the link").element is link
    assert is_alone(snapped(DOUBLE, 120, 112, words, link, claimed="the paper"), 120, 112)
    assert is_alone(snapped(CLICK, 120, 112, words, link, claimed="the Contact link"), 120, 112)


def test_words_of_their_own_are_a_goal_only_where_just_they_are_said():
    words = element("w", "static", "Sit amet", Rect(0, 100, 98, 16))
    piece = element("p", "static", "Vestibulum", Rect(100, 100, 60, 16))
    assert is_alone(snapped(CLICK, 92, 108, words, piece), 92, 108)
    assert is_alone(snapped(CLICK, 92, 108, words, piece, claimed="a link"), 92, 108)
    assert snapped(CLICK, 92, 108, words, piece, claimed="the Vestibulum link").element is piece
    for kind in (DOUBLE, DRAG, ActionKind.RIGHT_CLICK):
        assert is_alone(snapped(kind, 92, 108, words, piece, claimed="Vestibulum"), 92, 108)
    tick = element("t", "check box", "Vestibulum", Rect(165, 101, 13, 13))
    assert snapped(CLICK, 155, 108, piece, tick, claimed="Vestibulum").element is tick  # from its label
    assert snapped(CLICK, 162, 98, piece, tick, claimed="Vestibulum").element is tick
    tall = replace(piece, region=Rect(100, 100, 300, 60))
    assert is_alone(snapped(CLICK, 92, 108, words, tall, claimed="Vestibulum"), 92, 108)


def test_a_link_over_several_lines_is_no_goal():
    link = element("l", "link", "more", Rect(100, 100, 300, 60))
    assert is_alone(snapped(CLICK, 95, 120, link), 95, 120)
    assert is_alone(snapped(CLICK, 101, 101, link), 101, 101)
    assert is_alone(snapped(CLICK, 120, 130, link, replace(SAVE, region=Rect(130, 170, 80, 24))), 120, 130)


def test_the_nearest_wins_and_of_two_as_near_none():
    other = element("other", "push button", "Open", Rect(100, 140, 80, 24))
    assert snapped(CLICK, 120, 126, SAVE, other).element is SAVE
    tied = snapped(CLICK, 120, 131, SAVE, other)
    assert is_alone(tied, 120, 131)
    assert tied.note == "The point is as near to the button “Save” and the button “Open”, so it was left as it is."


@pytest.mark.parametrize(("role", "gap"), [("check box", 5), ("switch", 5), ("radio button", 3), ("push button", 3)])
def test_between_two_that_are_close_a_point_stays_the_more_so_where_harm_would_stay(role, gap):
    first, second = (element(each, role, "", Rect(100, y, 13, 13)) for each, y in (("1", 100), ("2", 113 + gap)))
    for y in range(113, 113 + gap):
        assert is_alone(snapped(CLICK, 106, y, first, second), 106, y)
    farther = replace(second, region=Rect(100, 113 + gap + 2, 13, 13))
    assert snapped(CLICK, 106, 113, first, farther).element is first


def test_the_name_decides_between_two():
    other = element("other", "push button", "Open", Rect(100, 140, 80, 24))
    assert snapped(CLICK, 120, 131, SAVE, other, claimed="Open").element is other
    assert snapped(CLICK, 120, 126, SAVE, other, claimed="the Open button").element is other


def test_what_contradicts_the_planner_is_no_goal():
    assert is_alone(snapped(CLICK, 92, 112, SAVE, claimed="Cancel button"), 92, 112)


def test_a_neighbour_that_the_planner_names_is_meant():
    first = element("1", "radio button", "One", Rect(100, 100, 80, 20))
    second = element("2", "radio button", "Two", Rect(100, 120, 80, 20))
    assert snapped(CLICK, 120, 117, first, second, claimed="Two").element is second
    assert is_alone(snapped(CLICK, 120, 110, first, second, claimed="The radio buttons"), 120, 110)
    assert is_alone(snapped(CLICK, 120, 110, first, second, claimed="Three"), 120, 110)
    both = [element(each, "push button", "Delete", Rect(100, y, 80, 20)) for each, y in (("a", 100), ("b", 120))]
    assert is_alone(snapped(CLICK, 120, 110, *both, claimed="Delete"), 120, 110)


def test_a_neighbour_is_meant_where_only_it_can_be():
    search = element("b", "push button", "Search", Rect(100, 100, 80, 24))
    field = element("f", "entry", "", Rect(100, 74, 200, 24), ["enabled", "editable"])
    assert snapped(CLICK, 120, 103, field, search, claimed="the text field").element is field
    assert snapped(CLICK, 120, 103, field, search, claimed="the button").element is search
    assert snapped(CLICK, 120, 103, field, search).element is search
    other = element("o", "push button", "", Rect(100, 74, 200, 24))
    assert snapped(CLICK, 120, 103, other, search, claimed="“Cancel”").element is not other


def test_a_neighbour_that_only_shares_a_word_is_not_meant():
    copy = element("c", "push button", "Save as", Rect(100, 76, 80, 24))
    assert snapped(CLICK, 120, 103, copy, SAVE, claimed="the Save as copy button").element is not copy
    assert snapped(CLICK, 120, 103, copy, SAVE, claimed="the Save as button").element is copy


def test_of_two_with_the_name_the_kind_tells():
    tab = element("t", "page tab", "3", Rect(100, 97, 20, 24), ["enabled", "selectable"])
    link = element("l", "link", "3", Rect(102, 98, 18, 23))
    assert snapped(CLICK, 100, 97, tab, link, claimed="the link 3").element is link
    assert is_alone(snapped(CLICK, 100, 97, tab, link, claimed="3"), 100, 97)
    wide = replace(link, region=Rect(102, 98, 21, 23))  # larger than the tab that it is in, and out of it by a little
    assert snapped(CLICK, 100, 97, tab, wide, claimed="the link 3").element is wide


def test_the_deepest_that_fits_is_meant():
    row = element("row", "list item", "Row", Rect(100, 100, 300, 30), ["enabled", "selectable"])
    link = element("link", "link", "More", Rect(110, 105, 60, 20))
    label = element("label", "static", "More", Rect(112, 107, 40, 16))
    result = snapped(CLICK, 120, 97, row, link, label)
    assert result.element is link
    assert link.region.contains(result.point)
    assert snapped(CLICK, 111, 110, row, link, label).element is link
    assert is_alone(snapped(CLICK, 102, 110, row, link, label), 102, 110)
    assert snapped(CLICK, 102, 110, row, link, label, claimed="the More link").element is link


def test_a_row_that_cannot_be_chosen_is_a_part_of_the_page():
    cell = element("cell", "table cell", "", Rect(0, 0, 400, 300))
    assert snapped(CLICK, 92, 112, cell, SAVE).element is SAVE
    chosen = element("cell", "table cell", "A1", Rect(0, 0, 400, 300), ["enabled", "selectable"])
    assert is_alone(snapped(CLICK, 92, 112, chosen, SAVE), 92, 112)


def test_what_is_disabled_is_no_goal():
    grey = element("grey", "push button", "Save", Rect(100, 100, 80, 24), ["showing"])
    assert is_alone(snapped(CLICK, 92, 112, grey), 92, 112)
    calendar = element("c", "entry", "", Rect(100, 100, 80, 24), ["showing", "read only"])
    assert snapped(CLICK, 92, 112, calendar).element is calendar
    below = replace(SAVE, region=Rect(100, 124, 80, 24))
    assert snapped(CLICK, 120, 116, grey, below).element is not below


def test_what_a_page_handles_clicks_of_is_a_goal_but_not_the_page():
    part = element("part", "section", "", Rect(100, 100, 40, 20))
    word = element("word", "static", "Play", Rect(104, 102, 30, 16))
    mark = element("mark", "static", "•", Rect(101, 102, 3, 16))
    root = element("root", "section", "", Rect(0, 0, 800, 600))
    assert is_alone(snapped(CLICK, 92, 112, root, part, word), 92, 112)
    result = snapped(CLICK, 92, 112, root, part, mark, word, clickable=["root", "part"])
    assert result.element is part
    assert "“Play”" in result.note
    large = element("large", "section", "", Rect(100, 100, 300, 200))
    assert is_alone(snapped(CLICK, 92, 112, root, large, clickable=["large"]), 92, 112)
    assert snapped(CLICK, 92, 112, root, SAVE, clickable=["root"]).element is SAVE


def test_a_row_that_a_page_draws_itself_is_left_where_it_was_hit_and_no_goal():
    row = element("row", "section", "", Rect(0, 100, 300, 40))
    star = element("star", "section", "", Rect(100, 105, 14, 14))
    assert is_alone(snapped(CLICK, 92, 110, row, star, clickable=["row", "star"]), 92, 110)
    assert is_alone(snapped(CLICK, 200, 95, row, star, clickable=["row", "star"]), 200, 95)
    assert snapped(CLICK, 92, 95, row, star, clickable=["row", "star"]).element is star


def test_a_list_that_tells_of_clicks_is_still_its_rows():
    box = element("box", "list box", "", Rect(100, 100, 80, 53), ["enabled"])
    rows = [
        element(n, "list item", n, Rect(101, y, 78, 17), ["enabled", "selectable"]) for n, y in (("A", 101), ("B", 118))
    ]
    assert snapped(CLICK, 120, 100, box, *rows, clickable=["box"]).element is rows[0]


def test_typing_goes_to_what_takes_text():
    field = element("f", "entry", "Name", Rect(100, 128, 200, 24), ["enabled", "editable"])
    label = element("l", "label", "Name", Rect(100, 108, 60, 18))
    fixed = element("x", "entry", "Name", Rect(100, 128, 200, 24), ["enabled", "read only"])
    assert snapped(TYPE, 120, 117, label, field).element is field
    assert snapped(TYPE, 120, 120, SAVE, field).element is field
    assert is_alone(snapped(TYPE, 120, 117, label, fixed), 120, 117)
    assert is_alone(snapped(TYPE, 92, 112, SAVE), 92, 112)


def test_a_slider_is_reached_across_and_never_along():
    slider = element("s", "slider", "Volume", Rect(100, 100, 200, 16))
    for kind in (CLICK, DRAG):
        result = snapped(kind, 103, 92, slider)
        assert (result.element, result.point) == (slider, Point(103, 106))
    assert is_alone(snapped(CLICK, 92, 108, slider), 92, 108)
    upright = element("s", "scroll bar", "", Rect(100, 100, 16, 200))
    assert snapped(DRAG, 92, 101, upright).point == Point(106, 101)
    assert is_alone(snapped(DRAG, 108, 92, upright), 108, 92)


def test_a_drag_begins_where_it_was_said_unless_a_name_tells_otherwise():
    item = element("i", "list item", "Bananas", Rect(100, 100, 80, 20))
    assert is_alone(snapped(DRAG, 120, 95, item), 120, 95)
    assert snapped(DRAG, 120, 95, item, claimed="Bananas").element is item


def test_a_thing_that_is_surely_meant_is_taken_hold_of_by_its_middle():
    item = element("i", "list item", "Bananas", Rect(100, 100, 200, 20))
    assert snapped(DRAG, 120, 103, item, claimed="Bananas").point == Point(120, 110)
    assert snapped(DRAG, 120, 95, item, claimed="Bananas").point == Point(120, 110)
    assert is_alone(snapped(DRAG, 120, 103, item), 120, 103)
    assert is_alone(snapped(DRAG, 120, 103, item, claimed="Apples"), 120, 103)
    tile = element("d", "icon", "Disk", Rect(100, 100, 40, 40))
    assert snapped(DRAG, 103, 137, tile, claimed="Disk").point == Point(120, 120)
    assert snapped(CLICK, 103, 137, tile, claimed="Disk").point != Point(120, 120)


def test_a_drag_takes_hold_of_a_handle_that_a_page_draws_itself():
    handle = element("h", "section", "", Rect(100, 100, 14, 14), ["enabled", "focusable"])
    track = element("t", "section", "", Rect(60, 102, 200, 10), ["enabled"])
    assert snapped(DRAG, 92, 92, track, handle).element is handle
    assert is_alone(snapped(CLICK, 92, 92, track, handle), 92, 92)
    words = element("w", "static", "So it is", Rect(0, 80, 300, 16))
    assert is_alone(snapped(DRAG, 92, 92, words, track, handle), 92, 92)
    for no_handle in (replace(handle, region=Rect(100, 100, 90, 14)), replace(handle, states=frozenset({"enabled"}))):
        assert is_alone(snapped(DRAG, 92, 92, track, no_handle), 92, 92)


def test_scrolling_goes_into_what_scrolls():
    pane = element("p", "scroll pane", "", Rect(100, 100, 200, 200))
    assert snapped(SCROLL, 92, 150, pane).element is pane
    page = element("w", "document web", "", Rect(0, 0, 800, 600))
    assert is_alone(snapped(SCROLL, 92, 150, page, pane), 92, 150)


def test_it_stays_within_bounds():
    assert is_alone(snapped(CLICK, 92, 112, SAVE, bounds=Rect(0, 0, 100, 600)), 92, 112)
    part = snapped(CLICK, 92, 112, SAVE, bounds=Rect(0, 0, 110, 600))
    assert part.element is SAVE
    assert part.point == Point(104, 112)


def test_something_smaller_over_the_goal_is_not_hit_instead():
    badge = element("b", "push button", "3", Rect(98, 96, 14, 20))
    result = snapped(CLICK, 120, 95, SAVE, badge)
    assert result.element is SAVE
    over = element("b", "image", "", Rect(112, 92, 20, 20))
    assert is_alone(snapped(CLICK, 120, 90, SAVE, over), 120, 90)
