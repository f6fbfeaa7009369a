"""Tools that use the pointer, by the names and parameters that GLM was trained on."""

from dataclasses import replace
from typing import Any

from desktop_agent.core.actions import Action, ActionKind, Button, Click, Drag, Input, Move, Scroll
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.tools import words
from desktop_agent.tools.context import (
    ELEMENT_INFO,
    IMAGE,
    POINT,
    Context,
    Run,
    Spot,
    Tool,
    act,
    current,
    desktop_of,
    spec,
)
from desktop_agent.tools.gallery import Shown
from desktop_agent.tools.grounding import point_in
from desktop_agent.tools.result import ToolResult

TARGET = 24
"""Side, in pixels, of what the ring surrounds where no element is known."""


def target_of(spot: Spot) -> Rect:
    """What the ring surrounds."""
    if spot.element is not None and spot.element.region.contains(spot.point):
        return spot.element.region
    return Rect.around(spot.point, TARGET)


def _aimed(context: Context, arguments: dict[str, Any], key: str = "start_box") -> tuple[Shown, Point]:
    shown = current(context, arguments.get("image", ""))
    view = shown.picture.view
    if view is None:
        raise TypeError("a current picture has a view")
    return shown, point_in(arguments[key], view)


def _pointing(kind: ActionKind, verb: str, make: Any) -> Run:
    def run(context: Context, arguments: dict[str, Any]) -> ToolResult:
        shown, point = _aimed(context, arguments)
        claimed = str(arguments.get("element_info", ""))
        spot = context.aim.at(desktop_of(context), kind, point, claimed)
        place = words.place(spot.point, spot.element, spot.window, claimed)
        said = f"{verb} {place.removeprefix('at ') if verb.endswith(' at') else place}"
        return _do(context, shown, kind, said, (make(spot.point),), spot, claimed)

    return run


def _do(
    context: Context, shown: Shown, kind: ActionKind, said: str, inputs: tuple[Input, ...], spot: Spot, claimed: str
) -> ToolResult:
    if shown.screenshot is None:
        raise TypeError("a current picture has a screenshot")
    action = Action(kind, said, inputs, shown.screenshot.id, target_of(spot), spot.window, spot.element, claimed)
    return act(context, action, shown.screenshot, spot.note)


def _click(button: Button, count: int = 1) -> Any:
    return lambda point: Click(point, button, count)


def _drag(context: Context, arguments: dict[str, Any]) -> ToolResult:
    shown, start = _aimed(context, arguments)
    _, end = _aimed(context, arguments, "end_box")
    sight = desktop_of(context)
    claimed = str(arguments.get("element_info", ""))
    spot = context.aim.at(sight, ActionKind.DRAG, start, claimed)
    goal = context.aim.end(sight, spot.point, end)
    said = (
        f"Drag {words.place(spot.point, spot.element, spot.window, claimed)} "
        f"to {words.place(goal.point, goal.element, goal.window, '')}"
    )
    told = replace(spot, note=" ".join(note for note in (spot.note, goal.note) if note))
    return _do(context, shown, ActionKind.DRAG, said, (Drag(spot.point, goal.point),), told, claimed)


def _scroll(context: Context, arguments: dict[str, Any]) -> ToolResult:
    shown, point = _aimed(context, {"start_box": [500, 500], **arguments})
    direction, clicks = arguments["direction"], arguments.get("step", 5)
    claimed = str(arguments.get("element_info", ""))
    spot = context.aim.at(desktop_of(context), ActionKind.SCROLL, point, claimed)
    said = f"Scroll {direction} by {clicks} {words.place(spot.point, spot.element, spot.window, claimed)}"
    return _do(context, shown, ActionKind.SCROLL, said, (Scroll(spot.point, direction, clicks),), spot, claimed)


_AT = {"start_box": POINT, "element_info": ELEMENT_INFO, "image": IMAGE}

TOOLS = (
    Tool(
        spec("left_click", "Click with the left button.", _AT, "start_box"),
        _pointing(ActionKind.LEFT_CLICK, "Click", _click("left")),
    ),
    Tool(
        spec("right_click", "Click with the right button; opens a context menu.", _AT, "start_box"),
        _pointing(ActionKind.RIGHT_CLICK, "Right-click", _click("right")),
    ),
    Tool(
        spec("middle_click", "Click with the middle button.", _AT, "start_box"),
        _pointing(ActionKind.MIDDLE_CLICK, "Middle-click", _click("middle")),
    ),
    Tool(
        spec("left_double_click", "Double-click with the left button.", _AT, "start_box"),
        _pointing(ActionKind.DOUBLE_CLICK, "Double-click", _click("left", 2)),
    ),
    Tool(
        spec("hover", "Move the pointer there without pressing anything.", _AT, "start_box"),
        _pointing(ActionKind.HOVER, "Point at", Move),
    ),
    Tool(
        spec(
            "left_drag",
            "Press the left button at one place, move to another, and release it.",
            {"start_box": POINT, "end_box": POINT, "element_info": ELEMENT_INFO, "image": IMAGE},
            "start_box",
            "end_box",
        ),
        _drag,
    ),
    Tool(
        spec(
            "scroll",
            "Turn the mouse wheel at a place.",
            {
                "start_box": POINT,
                "direction": {"type": "string", "enum": ["up", "down", "left", "right"]},
                "step": {"type": "integer", "minimum": 1, "maximum": 50, "description": "wheel clicks, 5 by default"},
                "element_info": ELEMENT_INFO,
                "image": IMAGE,
            },
            "direction",
        ),
        _scroll,
    ),
)
