"""Whether two answers do the same."""

from typing import Any

import pytest

from desktop_agent.core.chat import Message, Picture, ToolCall
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.evaluation.agreement import Ground, call_difference, difference
from tests.unit.stored_runs import VIEW, call

PICTURE = Picture("img1", Image(VIEW.width, VIEW.height, bytes(VIEW.width * VIEW.height * 4)), VIEW)
GROUND = Ground([PICTURE], near=16)
CLICK = call("left_click", start_box=[500, 500])
TARGET = Rect(300, 290, 200, 20)
"""Wide around what `CLICK` points at, which is 350, 300 on the desktop."""


def at(x: int, y: int, **more: Any) -> ToolCall:
    return call("left_click", start_box=[x, y], **more)


@pytest.mark.parametrize(
    ("new", "target", "same"),
    [
        (at(500, 500, element_info="else"), None, True),
        (at(531, 500), None, True),  # 15 pixels.
        (at(534, 500), None, False),  # 17 pixels.
        (at(521, 526), None, False),  # 10 and 13 pixels, which is 16.4.
        (call("left_click", start_box=[[480, 480, 520, 520]]), None, True),
        (at(790, 500), TARGET, True),  # On the same element.
        (at(810, 500), TARGET, False),
        (at(790, 530), TARGET, False),
        (at(1200, 500), TARGET, False),  # Outside the picture.
        (call("left_click"), None, False),
        (call("right_click", start_box=[500, 500]), None, False),
        (call("LEFT_CLICK", start_box=[500, 500]), None, True),
    ],
)
def test_places_are_the_same_when_near_or_on_one_element(new: ToolCall, target: Rect | None, same: bool) -> None:
    assert (call_difference(CLICK, new, target, GROUND) == "") is same


def test_the_target_must_hold_the_stored_point_too() -> None:
    assert call_difference(CLICK, at(700, 500), Rect(440, 290, 20, 20), GROUND)


@pytest.mark.parametrize(
    ("stored", "new", "same"),
    [
        (call("key", keys="ctrl+s"), call("key", keys="CTRL + S"), True),
        (call("key", keys="ctrl+s"), call("key", keys="ctrl+a"), False),
        (call("key", keys="nonsense+"), call("key", keys="nonsense+"), True),
        (call("type", content="a"), call("type", content="a"), True),
        (call("type", content="a"), call("type", content="a "), False),
        (call("type", content="a"), call("type", content="a", start_box=[5, 5]), False),
        (call("scroll", direction="down", step=5), call("scroll", direction="down", step=3), True),
        (call("scroll", direction="down"), call("scroll", direction="up"), False),
        (
            call("left_drag", start_box=[1, 1], end_box=[500, 500]),
            call("left_drag", start_box=[1, 1], end_box=[520, 500]),
            True,
        ),
        (
            call("left_drag", start_box=[1, 1], end_box=[500, 500]),
            call("left_drag", start_box=[1, 1], end_box=[600, 500]),
            False,
        ),
        (call("open_app", name="Files"), call("open_app", name="Terminal"), False),
        (call("DONE", summary="Saved."), call("DONE"), True),
        (call("DONE"), call("FAIL"), False),
        (call("zoom", box=[0, 0, 500, 500]), call("zoom", box=[0, 0, 520, 500]), True),
        (call("zoom", box=[0, 0, 500, 500]), call("zoom", box=[400, 400, 900, 900]), False),
        (call("read_text", box=[0, 0, 500, 500]), call("read_text"), False),
        (call("read_text"), call("read_text"), True),
    ],
)
def test_what_else_a_call_says(stored: ToolCall, new: ToolCall, same: bool) -> None:
    assert (call_difference(stored, new, None, GROUND) == "") is same


def test_coordinates_refer_to_the_picture_that_the_call_names() -> None:
    zoomed = Picture("img2", PICTURE.image, View(Rect(300, 250, 100, 100), 250, 250))
    ground = Ground([PICTURE, zoomed])
    assert (ground.point(at(0, 0)), ground.point(at(0, 0, image="img1"))) == (Point(300, 250), Point(100, 50))
    assert call_difference(at(0, 0, image="img1"), at(0, 0), None, ground)  # Written the same, and elsewhere.
    look = call("zoom", box=[0, 0, 100, 100])
    assert call_difference(look, call("zoom", box=[0, 0, 100, 100], image="img1"), None, ground)
    assert not call_difference(at(510, 500, image="img1"), at(550, 500), None, ground)


def test_without_a_picture_of_the_desktop_only_equal_places_are_the_same() -> None:
    ground = Ground([])
    assert not call_difference(CLICK, CLICK, None, ground)
    assert call_difference(CLICK, at(501, 500), None, ground)


def test_answers_must_have_as_many_calls() -> None:
    one, two = Message("assistant", (), calls=(CLICK,)), Message("assistant", (), calls=(CLICK, CLICK))
    assert difference(one, two, (None,), GROUND) == "left_click stored, left_click, left_click now."
    assert difference(one, Message("assistant", ()), (None,), GROUND) == "left_click stored, words now."
    assert difference(two, two, (None, None), GROUND) == ""
