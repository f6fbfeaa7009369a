import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.tools.grounding import box_in, point_in
from desktop_agent.tools.result import ToolProblem

VIEW = View(Rect(-1000, 200, 1000, 500), 500, 250)


@pytest.mark.parametrize("value", [
    [120, 400],
    [[120, 400]],
    [[[120, 400]]],
    "[120, 400]",
    "[[120,400]]",
    "120 400",
    "(120, 400)",
    "<|begin_of_box|>[[120, 400]]<|end_of_box|>",
    "<|begin_of_box|>[120,400]<|end_of_box|>",
    ["120", "400"],
    {"x": 120, "y": 400},
    [120.0, 400.0],
    [100, 380, 140, 420],
    "[[100, 380, 140, 420]]",
    [[100, 380], [140, 420]],
    {"x1": 100, "y1": 380, "x2": 140, "y2": 420},
])  # fmt: skip
def test_all_ways_to_write_a_place_mean_the_same(value):
    assert point_in(value, VIEW) == Point(-880, 400)


@pytest.mark.parametrize("value", [
    [], [1], [1, 2, 3], [1, 2, 3, 4, 5], "", "here", None, True, [True, False], {}, {"a": 1}, [float("nan"), 1],
    [float("inf"), 1], [[], []], [10**400, 5], [-(10**400), 5], 10**400, "9" * 400,
])  # fmt: skip
def test_what_is_no_place_is_explained(value):
    with pytest.raises(ToolProblem, match="thousandths"):
        point_in(value, VIEW)


@pytest.mark.parametrize("value", [[-1, 5], [5, 1001], [1920, 1080], "[-3, 4]"])
def test_pixels_are_not_taken_for_thousandths(value):
    with pytest.raises(ToolProblem, match="not pixels"):
        point_in(value, VIEW)


def test_a_box_may_have_its_corners_the_wrong_way_round():
    assert box_in([500, 500, 100, 200], VIEW) == box_in([100, 200, 500, 500], VIEW) == Rect(-900, 300, 401, 151)
    with pytest.raises(ToolProblem):
        box_in([1, 2], VIEW)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_anything_at_all_is_a_point_in_the_region_or_a_problem(value):
    try:
        point = point_in(value, VIEW)
    except ToolProblem:
        return
    assert VIEW.region.contains(point)
