"""The transform between thousandths and the desktop, on any monitor layout; rectangles."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import THOUSAND, Point, Rect, View

ORIGINS = st.integers(-20_000, 20_000)
SIZES = st.integers(1, 16_000)
RECTS = st.builds(Rect, ORIGINS, ORIGINS, SIZES, SIZES)
VIEWS = st.builds(View, RECTS, st.integers(1, 8000), st.integers(1, 8000))
THOUSANDTHS = st.integers(0, THOUSAND) | st.floats(0, THOUSAND)
MAYBE_EMPTY = st.builds(Rect, ORIGINS, ORIGINS, st.integers(-3, 500), st.integers(-3, 500))


@given(VIEWS, THOUSANDTHS, THOUSANDTHS)
def test_to_screen_is_off_by_at_most_one_pixel(view: View, x: float, y: float) -> None:
    point, region = view.to_screen(x, y), view.region
    assert region.contains(point)
    assert abs(point.x - (region.x + x * region.width / THOUSAND)) <= 1
    assert abs(point.y - (region.y + y * region.height / THOUSAND)) <= 1


@given(VIEWS, st.data())
def test_the_way_back_is_off_by_at_most_half_a_thousandth(view: View, data: st.DataObject) -> None:
    region = view.region
    point = Point(
        data.draw(st.integers(region.x, region.right - 1)), data.draw(st.integers(region.y, region.bottom - 1))
    )
    x, y = view.to_thousandths(point)
    assert abs(x - (point.x + 0.5 - region.x) * THOUSAND / region.width) <= 0.5
    assert abs(y - (point.y + 0.5 - region.y) * THOUSAND / region.height) <= 0.5
    there = view.to_screen(x, y)
    assert abs(there.x - point.x) <= ceil(region.width / (2 * THOUSAND))
    assert abs(there.y - point.y) <= ceil(region.height / (2 * THOUSAND))


@given(VIEWS)
def test_the_corners_are_the_first_and_the_last_pixel(view: View) -> None:
    region = view.region
    assert view.to_screen(0, 0) == Point(region.x, region.y)
    assert view.to_screen(THOUSAND, THOUSAND) == Point(region.right - 1, region.bottom - 1)


@pytest.mark.parametrize("bad", [-1, 1001, -0.001, 1000.5, float("nan"), float("inf"), 10**400])
def test_values_outside_the_image_are_refused(bad: float) -> None:
    view = View(Rect(-1920, 0, 1920, 1080), 1092, 616)
    for x, y in ((bad, 5), (5, bad)):
        with pytest.raises(ValueError, match="outside the image"):
            view.to_screen(x, y)


@given(VIEWS, st.builds(Point, ORIGINS, ORIGINS))
def test_points_outside_the_region_have_no_thousandths(view: View, point: Point) -> None:
    if view.region.contains(point):
        return
    with pytest.raises(ValueError, match="outside"):
        view.to_thousandths(point)


@given(VIEWS, st.data())
def test_rectangles_go_to_the_image_and_back(view: View, data: st.DataObject) -> None:
    region = view.region
    x = data.draw(st.integers(region.x, region.right - 1))
    y = data.draw(st.integers(region.y, region.bottom - 1))
    rect = Rect(x, y, data.draw(st.integers(1, region.right - x)), data.draw(st.integers(1, region.bottom - y)))
    image = view.image_rect(rect)
    assert Rect(0, 0, view.width, view.height).encloses(image)
    if image.empty:
        return
    back = view.screen_rect(image)
    slack_x, slack_y = ceil(region.width / view.width) + 1, ceil(region.height / view.height) + 1
    assert abs(back.x - rect.x) <= slack_x
    assert abs(back.right - rect.right) <= slack_x
    assert abs(back.y - rect.y) <= slack_y
    assert abs(back.bottom - rect.bottom) <= slack_y


@given(VIEWS)
def test_the_whole_image_is_the_whole_region(view: View) -> None:
    assert view.image_rect(view.region) == Rect(0, 0, view.width, view.height)
    assert view.screen_rect(Rect(0, 0, view.width, view.height)) == view.region


@given(MAYBE_EMPTY, MAYBE_EMPTY, st.data())
def test_intersection_holds_exactly_what_both_hold(one: Rect, two: Rect, data: st.DataObject) -> None:
    shared = one.intersection(two)
    assert shared == two.intersection(one) or shared.empty
    around = data.draw(st.sampled_from([one, two]))
    point = Point(
        data.draw(st.integers(around.x - 2, max(around.right, around.x) + 2)),
        data.draw(st.integers(around.y - 2, max(around.bottom, around.y) + 2)),
    )
    assert shared.contains(point) == (one.contains(point) and two.contains(point))


@given(MAYBE_EMPTY, MAYBE_EMPTY)
def test_union_encloses_both(one: Rect, two: Rect) -> None:
    union = one.union(two)
    for each in (one, two):
        assert each.empty or union.encloses(each)
    if not one.empty:
        assert one.union(one) == one


@given(RECTS, st.integers(-5000, 5000), st.integers(-5000, 5000))
def test_moving_keeps_the_size(rect: Rect, dx: int, dy: int) -> None:
    moved = rect.moved(dx, dy)
    assert moved.area == rect.area
    assert moved.moved(-dx, -dy) == rect


@given(RECTS, st.integers(0, 100))
def test_growing_keeps_the_middle(rect: Rect, by: int) -> None:
    assert rect.grown(by).center == rect.center
    assert rect.grown(by).grown(-by) == rect
    assert rect.grown(by).encloses(rect)


@given(st.builds(Point, ORIGINS, ORIGINS), st.integers(1, 100))
def test_a_square_has_its_point_in_the_middle(point: Point, size: int) -> None:
    square = Rect.around(point, size)
    assert square.center == point
    assert (square.width, square.height) == (size, size)
    assert square.contains(point)


def test_the_first_pixel_outside_is_outside() -> None:
    rect = Rect(-10, -10, 10, 10)
    assert rect.contains(Point(-1, -1))
    assert not rect.contains(Point(0, -1))
    assert not rect.contains(Point(-1, 0))
    assert not Rect(0, 0, 0, 5).contains(Point(0, 0))
    assert Rect(0, 0, -3, 5).area == 0
