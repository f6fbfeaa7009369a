"""What a solver answers with: one call of a native tool, its places still in pixels of the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.page import Box, Lost
from desktop_agent.evaluation.oracle.seen import FEW, called


@dataclass(frozen=True)
class Move:
    """A call of the tool `name`. `start` and `end` are the points that it takes, if it takes any."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    start: Point | None = None
    end: Point | None = None


def click(target: Box | Point) -> Move:
    """Click it."""
    return Move("left_click", _info(target), _point(target))


def double_click(target: Box | Point) -> Move:
    """Double-click it."""
    return Move("left_double_click", _info(target), _point(target))


def hover(target: Box | Point) -> Move:
    """Move the pointer there."""
    return Move("hover", _info(target), _point(target))


def drag(start: Box | Point, end: Box | Point) -> Move:
    """Press at one place, release at the other."""
    return Move("left_drag", _info(start), _point(start), _point(end))


def type_text(text: str, target: Box | Point | None = None) -> Move:
    """Type; with a target, click there first."""
    if target is None:
        return Move("type", {"content": text})
    return Move("type", {"content": text, **_info(target)}, _point(target))


def press(keys: str) -> Move:
    """Press keys together, such as "ctrl+a"."""
    return Move("key", {"keys": keys})


def scroll(target: Box | Point, direction: Literal["up", "down", "left", "right"], step: int) -> Move:
    """Turn the wheel there."""
    return Move("scroll", {"direction": direction, "step": step, **_info(target)}, _point(target))


def wait(seconds: float) -> Move:
    """Wait."""
    return Move("WAIT", {"seconds": seconds})


def done(summary: str) -> Move:
    """The task is done."""
    return Move("DONE", {"summary": summary})


def fail(reason: str) -> Move:
    """The task can't be done."""
    return Move("FAIL", {"reason": reason})


def _point(target: Box | Point) -> Point:
    if isinstance(target, Point):
        return target
    if target.point is None:
        raise Lost(f"the {target.tag} “{target.text[:FEW]}” can't be reached: it is covered, or scrolled away")
    return target.point


def _info(target: Box | Point) -> dict[str, str]:
    if isinstance(target, Point):
        return {}
    info = called(target)
    return {"element_info": info} if info else {}
