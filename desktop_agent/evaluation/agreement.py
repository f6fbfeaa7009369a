"""Whether two answers of planners to the same conversation do the same. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from desktop_agent.core.chat import Message, Picture, ToolCall
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.desktop.keyboard.names import parse_combination
from desktop_agent.tools.grounding import box_in, point_in
from desktop_agent.tools.result import ToolProblem

NEAR = 16
"""Pixels between two points that mean the same, as far as the product moves a point to an element."""
_ENOUGH = 0.5
"""The overlap from which on two boxes to be looked at mean the same."""
_SAME_TEXT = ("content", "name", "direction")
"""Arguments that must be equal. Others (`step`, `summary`, `question`, `element_info`, `seconds`) may differ."""


@dataclass(frozen=True)
class Ground:
    """What the places of a turn's calls are measured on.

    Args:
        pictures: those that the planner saw, latest last.
        near: pixels of the desktop between two points that mean the same.
    """

    pictures: Sequence[Picture]
    near: int = NEAR

    def view(self, call: ToolCall) -> View | None:
        """What the places of `call` refer to: the picture that it names, else the latest of the desktop."""
        named = [each for each in self.pictures if each.id == call.arguments.get("image")]
        seen = [each.view for each in named or self.pictures if each.view is not None]
        return seen[-1] if seen else None

    def point(self, call: ToolCall, key: str = "start_box") -> Point | None:
        """Where `call` points; None where it doesn't, or not within the picture."""
        view = self.view(call)
        if view is None or key not in call.arguments:
            return None
        try:
            return point_in(call.arguments[key], view)
        except ToolProblem:
            return None


def difference(stored: Message, new: Message, targets: Sequence[Rect | None], ground: Ground) -> str:
    """How `new` does something else than `stored`, in a sentence; empty where both do the same.

    Args:
        stored: the one answer.
        new: the other.
        targets: for each stored call, the rectangle of the desktop that it aimed at: an element's, where one was known.
        ground: what their places are measured on.
    """
    if len(stored.calls) != len(new.calls):
        return f"{_calls(stored)} stored, {_calls(new)} now."
    calls = zip(stored.calls, new.calls, targets, strict=True)
    return next((said for one, other, target in calls if (said := call_difference(one, other, target, ground))), "")


def call_difference(stored: ToolCall, new: ToolCall, target: Rect | None, ground: Ground) -> str:
    """How `new` does something else than `stored`, which aimed at `target`; empty where both do the same."""
    if stored.name.casefold() != new.name.strip().casefold():
        return f"{stored.name} stored, {new.name[:60]} now."
    for key in _SAME_TEXT:
        if stored.arguments.get(key) != new.arguments.get(key):
            return f"Another {key}."
    if _keys(stored) != _keys(new):
        return "Other keys."
    return (
        _point_difference(stored, new, "start_box", target, ground)
        or _point_difference(stored, new, "end_box", None, ground)
        or _box_difference(stored, new, ground)
    )


def _calls(message: Message) -> str:
    names = ", ".join(call.name[:60] for call in message.calls)
    return names or "words"


def _keys(call: ToolCall) -> Any:
    keys = call.arguments.get("keys")
    try:
        return parse_combination(keys) if isinstance(keys, str) else keys
    except UsageError:
        return keys


def _point_difference(stored: ToolCall, new: ToolCall, key: str, target: Rect | None, ground: Ground) -> str:
    one, other = ground.point(stored, key), ground.point(new, key)
    if one is None or other is None:
        same = stored.arguments.get(key) == new.arguments.get(key)
        return "" if same else f"One of them has no {key} that can be read."
    distance = hypot(one.x - other.x, one.y - other.y)
    if distance <= ground.near or (target is not None and target.contains(one) and target.contains(other)):
        return ""
    return f"The {key} is {distance:.0f} pixels off, and not on the same element."


def _box_difference(stored: ToolCall, new: ToolCall, ground: Ground) -> str:
    one, other = _box(stored, ground), _box(new, ground)
    if one is None or other is None:
        same = stored.arguments.get("box") == new.arguments.get("box")
        return "" if same else "One of them has no box that can be read."
    shared = one.intersection(other).area
    overlap = shared / (one.area + other.area - shared)
    return "" if overlap >= _ENOUGH else f"Another box: an overlap of {overlap:.0%}."


def _box(call: ToolCall, ground: Ground) -> Rect | None:
    view = ground.view(call)
    if view is None or "box" not in call.arguments:
        return None
    try:
        return box_in(call.arguments["box"], view)
    except ToolProblem:
        return None
