"""From a step and the places that were found for it to the actions that do it."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Click,
    Drag,
    Input,
    Move,
    Press,
    Scroll,
    TypeSecret,
    TypeText,
)
from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop.keyboard.names import MODIFIERS, combination_text, parse_combination
from desktop_agent.macros import wording
from desktop_agent.macros.format import (
    ClickStep,
    DragStep,
    HoverStep,
    PressStep,
    ScrollStep,
    Target,
    TypeStep,
)
from desktop_agent.macros.values import Secret
from desktop_agent.tools import words

PointerStep = ClickStep | DragStep | ScrollStep | HoverStep
SELECT_ALL = Press(("ctrl", "a"))
_CLICKS = {
    "left": (ActionKind.LEFT_CLICK, "Click"),
    "middle": (ActionKind.MIDDLE_CLICK, "Middle-click"),
    "right": (ActionKind.RIGHT_CLICK, "Right-click"),
}
_OFTEN = {1: "", 2: " twice", 3: " three times"}


@dataclass(frozen=True)
class Spot:
    """Where to act: what was there in `shot`, on which the action is based. `point` is None for keys, which go to the
    window, or to the element in it that has the focus. `claimed` is what the macro says that it is, where no element
    tells."""

    shot: Screenshot
    window: Window | None
    element: Element | None
    region: Rect | None
    point: Point | None = None
    claimed: str = ""

    @property
    def place(self) -> str:
        """It in words."""
        if self.point is None:
            return words.field(self.element, self.window).removeprefix("in ")
        return words.place(self.point, self.element, self.window, self.claimed)


def pointing(step: PointerStep, spot: Spot, end: Point | None = None) -> Action:
    """What a step does that uses the pointer at `spot`, and for a drag at its `end`.

    Raises:
        UsageError: there are no such keys.
    """
    at = _point(spot)
    match step:
        case ClickStep():
            return _click(step, spot, at)
        case DragStep(button=button) if end is not None:
            keys = _modifiers(step.keys)
            said = _held(keys, f"Drag {spot.place} to {end.x},{end.y}")
            return _action(ActionKind.DRAG, said, (Drag(at, end, button, keys),), spot, step.id)
        case ScrollStep(direction=direction, clicks=clicks):
            keys = _modifiers(step.keys)
            said = _held(keys, f"Scroll {direction} by {clicks} {spot.place}")
            return _action(ActionKind.SCROLL, said, (Scroll(at, direction, clicks, keys),), spot, step.id)
        case HoverStep():
            said = f"Point at {spot.place.removeprefix('at ')}"
            return _action(ActionKind.HOVER, said, (Move(at),), spot, step.id)
    raise TypeError(f"{step.do} does not point, or has no end")


def pressing(step: PressStep, spot: Spot) -> Action:
    """Pressing keys.

    Raises:
        UsageError: there are no such keys.
    """
    keys = _keys(step.keys)
    times = f" {step.times} times" if step.times > 1 else ""
    said = f"Press {combination_text(keys)}{times} in {spot.place}"
    return _action(ActionKind.KEY, said, (Press(keys),) * step.times, spot, step.id)


def typing(step: TypeStep, what: str | Secret, spot: Spot, first: bool) -> Action:
    """Typing one part of a step's text. The `first` one clicks its target before, where it has one, and selects what is
    to be replaced."""
    inputs: list[Input] = [Click(spot.point)] if first and spot.point is not None else []
    if first and step.replace:
        inputs += [SELECT_ALL] if what else [SELECT_ALL, Press(("delete",))]
    if isinstance(what, Secret):
        inputs.append(TypeSecret(what.name))
    elif what:
        inputs.append(TypeText(what))
    shown = f'the secret "{what.name}"' if isinstance(what, Secret) else words.quoted(what)
    said = f"Replace by {shown} in {spot.place}" if first and step.replace else f"Type {shown} into {spot.place}"
    secret = what.name if isinstance(what, Secret) else ""
    return _action(ActionKind.TYPE, said, tuple(inputs), spot, step.id, secret)


def opening(name: str, application: str, shot: Screenshot, part: str) -> Action:
    """Starting the application with the id `application`."""
    return Action(ActionKind.OPEN_APP, f'Open "{name}"', (), shot.id, application=application, part=part)


def claim(target: Target, element: Element | None) -> str:
    """What the macro says that the target is. Where an element says it, that is what counts: people may call it
    otherwise."""
    return "" if element is not None else wording.target_name(target)


def _click(step: ClickStep, spot: Spot, at: Point) -> Action:
    kind, verb = _CLICKS[step.button]
    kind = ActionKind.DOUBLE_CLICK if step.button == "left" and step.count > 1 else kind
    keys = _modifiers(step.keys)
    said = _held(keys, f"{verb} {spot.place}{_OFTEN[step.count]}")
    return _action(kind, said, (Click(at, step.button, step.count, keys),), spot, step.id)


def _held(keys: tuple[str, ...], said: str) -> str:
    return f"Hold {combination_text(keys)} and {said[:1].lower()}{said[1:]}" if keys else said


def _modifiers(names: Sequence[str]) -> tuple[str, ...]:
    keys = _keys(names) if names else ()
    other = next((each for each in keys if each not in MODIFIERS), None)
    if other is not None:
        raise UsageError(f"“{other}” can't be held while the mouse is used.", f"Use {', '.join(MODIFIERS)}.")
    return keys


def _keys(names: Sequence[str]) -> tuple[str, ...]:
    return parse_combination("+".join("plus" if each == "+" else each for each in names))


def _point(spot: Spot) -> Point:
    if spot.point is None:
        raise TypeError("the pointer needs a point")
    return spot.point


def _action(kind: ActionKind, said: str, inputs: tuple[Input, ...], spot: Spot, part: str, secret: str = "") -> Action:
    return Action(
        kind,
        said,
        inputs,
        spot.shot.id,
        spot.region,
        spot.window,
        spot.element,
        spot.claimed,
        secret=secret,
        part=part,
    )
