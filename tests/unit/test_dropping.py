"""Where a drag ends among rows."""

import pytest

from desktop_agent.core.desktop import Element, Surroundings
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.tools.dropping import BETWEEN, drop
from tests.unit.toy_desktop import element

HEIGHT = 24
ROWS = tuple(
    element(str(row), "list item", f"Row {row}", Rect(100, 100 + HEIGHT * row, 80, HEIGHT)) for row in range(5)
)


def dropped(start: Point, end: Point, *elements: Element) -> Point:
    around = Surroundings(elements or ROWS, frozenset())
    return drop(start, around, end, around)


def at(row: int, y: int = HEIGHT // 2) -> Point:
    return Point(140, 100 + HEIGHT * row + y)


@pytest.mark.parametrize("y", range(BETWEEN, HEIGHT))
def test_below_it_is_let_go_past_the_middle_of_the_row(y: int) -> None:
    assert dropped(at(0), at(2, y)) == at(2, HEIGHT // 2 + HEIGHT // 8)


@pytest.mark.parametrize("y", range(HEIGHT - BETWEEN))
def test_above_likewise_from_below(y: int) -> None:
    assert dropped(at(4), at(1, y)) == at(1, HEIGHT // 2 - HEIGHT // 8)


@pytest.mark.parametrize("y", range(BETWEEN))
def test_between_two_rows_stays_between_them(y: int) -> None:
    assert dropped(at(0), at(2, y)) == at(2, y)
    assert dropped(at(4), at(1, HEIGHT - 1 - y)) == at(1, HEIGHT - 1 - y)


def test_sideways_it_is_left_as_it_is() -> None:
    assert dropped(at(0), Point(101, at(2).y)).x == 101


@pytest.mark.parametrize("start", [Point(500, 500), at(2, 3)])
def test_what_is_no_other_row_s_drag_ends_where_it_is_said(start: Point) -> None:
    assert dropped(start, at(2, 5)) == at(2, 5)


@pytest.mark.parametrize(
    "other",
    [
        element("folder", "icon", "Folder", Rect(100, 200, 80, HEIGHT)),
        element("wide", "list item", "Wide", Rect(100, 200, 200, HEIGHT)),
        element("high", "list item", "High", Rect(100, 200, 80, 60)),
        element("beside", "list item", "Beside", Rect(200, 100, 80, HEIGHT)),
        element("tree", "tree item", "Of a tree", Rect(100, 200, 80, HEIGHT)),
    ],
)
def test_what_is_of_another_kind_or_size_or_beside_it_is_left_as_it_is(other: Element) -> None:
    end = Point(other.region.x + 10, other.region.y + 5)
    assert dropped(at(0), end, ROWS[0], other) == end


def test_parts_of_the_page_are_no_rows() -> None:
    parts = [element(str(y), "list item", "Long", Rect(0, y, 600, 200)) for y in (0, 200)]
    assert dropped(Point(50, 50), Point(50, 220), *parts) == Point(50, 220)
