"""Where shapes are put, against what the pages count as within a box."""

import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.moves import drag
from desktop_agent.evaluation.oracle.page import Box
from desktop_agent.evaluation.oracle.solvers.dragging import CONTAINER, SHAPES, put, slot

SIDE = 17
"""Pixels of the page that a shape measures."""
GRIPS = {"rect": 0.5, "circle": 0.6, "polygon": 0.4}
"""Where in a shape of that kind the pointer is while it is dragged, as a share of its side."""
MOST = 5
LEFT, RIGHT = Rect(100, 100, 140, 100), Rect(264, 100, 140, 100)


@pytest.mark.parametrize("kind", GRIPS)
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("size", [(80, 45), (70, 50)])
def test_every_place_is_within_although_the_planner_points_a_pixel_beside_it(kind, scale, size):
    width, height = size
    container = Rect(90, 70, width * scale, height * scale)
    for index in range(MOST):
        place = slot(container, index)
        for beside in (-1, 1):
            x = (place.x + beside - container.x) / scale - GRIPS[kind] * SIDE
            y = (place.y + beside - container.y) / scale - GRIPS[kind] * SIDE
            assert 0 < x < width
            assert 0 < y < height


def test_no_two_shapes_in_a_box_lie_on_each_other():
    places = [slot(LEFT, index) for index in range(MOST)]
    for index, one in enumerate(places):
        for other in places[:index]:
            assert max(abs(one.x - other.x), abs(one.y - other.y)) >= 2 * SIDE


def shape(tag, colour, place):
    given = {"rect": {"width": "17"}, "circle": {"r": "8.5"}, "polygon": {"points": "0,17 8.5,0 17,17"}}[tag]
    region = Rect.around(place, 34)
    return Box(tag, "", "", False, False, {"fill": colour, **given}, region, region.center)


class Board:
    """A page with two boxes, and what lies there."""

    def __init__(self, *shapes):
        self.shapes = shapes

    def boxes(self, css):
        containers = [Box("rect", "", "", False, False, {"fill": "none"}, each, None) for each in (LEFT, RIGHT)]
        return {SHAPES: self.shapes, CONTAINER: tuple(containers)}[css]

    def evaluate(self, script, *arguments):
        return [[box.contains(each.region.center) for box in (LEFT, RIGHT)] for each in self.shapes]


OUTSIDE, WITHIN_LEFT, WITHIN_RIGHT = Point(120, 300), LEFT.center, RIGHT.center


def test_one_shape_after_the_other_is_put_where_it_belongs():
    red, blue = shape("circle", "red", OUTSIDE), shape("rect", "blue", OUTSIDE)
    assert put(Board(red, blue), "red shape", others=1) == drag(red, slot(LEFT, 0))
    there = shape("circle", "red", WITHIN_LEFT)
    assert put(Board(there, blue), "red shape", others=1) == drag(blue, slot(RIGHT, 1))
    assert put(Board(there, shape("rect", "blue", WITHIN_RIGHT)), "red shape", others=1) is None


def test_what_lies_in_the_wrong_box_is_put_into_the_right_one():
    wrong = shape("polygon", "red", WITHIN_RIGHT)
    assert put(Board(wrong), "triangle", others=1) == drag(wrong, slot(LEFT, 0))
    assert put(Board(wrong), "circle", others=1) is None


def test_with_one_box_the_others_stay_where_they_are():
    square, ball = shape("rect", "red", OUTSIDE), shape("circle", "red", OUTSIDE)
    assert put(Board(square, ball), "circle", others=None) == drag(ball, slot(LEFT, 1))
    assert put(Board(square), "circle", others=None) is None
