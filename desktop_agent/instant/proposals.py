"""Turns one command into the call that does it, with GLM's tool names and parameters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop_agent.core.geometry import View
from desktop_agent.instant.commands import (
    Choose,
    Click,
    Command,
    Drag,
    Hover,
    Open,
    Play,
    Press,
    Read,
    Scroll,
    Type,
    Wait,
    WaitFor,
)
from desktop_agent.instant.moves import Move, Propose
from desktop_agent.instant.targets import APPEARING, AWAITED, Target, Targets

MIDDLE = [500, 500]
MAX_WAIT = 60.0
"""Seconds that one call of WAIT takes; longer waits are several."""
MAX_SCROLL = 50
"""Notches that one call of `scroll` takes."""
_CLICKS = {("left", 1): "left_click", ("left", 2): "left_double_click"}


@dataclass(frozen=True)
class Step:
    """What takes one acting call. `query` is what to look for where that says more than the name: its role."""

    command: Command
    query: str = ""


def expand(commands: Sequence[Command]) -> tuple[Step, ...]:
    """The steps of `commands`: a walk through a menu is one click for each part of its path."""
    return tuple(step for command in commands for step in _steps(command))


def _steps(command: Command) -> Iterator[Step]:
    match command:
        case Choose(path):
            yield from _menu_clicks(path)
        case Wait(seconds):
            while seconds > 0:
                yield Step(Wait(min(seconds, MAX_WAIT)))
                seconds -= MAX_WAIT
        case Scroll(direction, clicks, target):
            while clicks > 0:
                yield Step(Scroll(direction, min(clicks, MAX_SCROLL), target))
                clicks -= MAX_SCROLL
        case _:
            yield Step(command)


def _menu_clicks(path: Sequence[str]) -> Iterator[Step]:
    for index, name in enumerate(path):
        role = "menu" if index < len(path) - 1 else "menu item"
        named = name.casefold().endswith(("menu", "菜单"))
        yield Step(Click(name), name if named else f"{name} {role}")


def propose(step: Step, targets: Targets, is_first: bool) -> Move | None:
    """The call that does `step`, or what must come before it. None where there is nothing to do: a place that was
    waited for is there. `is_first`: nothing has been done yet, so the focus may be anywhere."""
    match step.command:
        case Wait(seconds):
            return _act(targets, "WAIT", seconds=seconds)
        case Press(keys):
            return _act(targets, "key", keys="+".join("plus" if key == "+" else key for key in keys))
        case Open(name):
            return _act(targets, "open_app", name=name)
        case Play(name, values):
            return _act(targets, "run_macro", name=name, values=dict(values))
        case Type(text, None) if not is_first:
            return _act(targets, "type", content=text)
        case Type(text, None):
            return _type_somewhere(text, targets)
        case Drag(start, end):
            return _drag(start, end, targets)
        case Read(None):
            return _act(targets, "read_text")
        case Scroll(direction, clicks, None):
            return _scroll(direction, clicks, targets)
    return _at_place(step, targets)


def _act(targets: Targets, tool: str, **arguments: object) -> Propose:
    return Propose("act", targets.step, tool, arguments)


def _at_place(step: Step, targets: Targets) -> Move | None:
    command = step.command
    if not isinstance(command, Click | Hover | Type | Scroll | Read | WaitFor) or command.target is None:
        raise TypeError(f"{command} has no place")
    waited_for = isinstance(command, WaitFor)
    if isinstance(command, Type):
        target = targets.field(command.target)
    else:
        target = targets.named(command.target, step.query, AWAITED if waited_for else APPEARING)
    if not isinstance(target, Target):
        # Several of what was waited for are as good as one: it is there.
        return None if waited_for and isinstance(target, Propose) and target.kind == "ask" else target
    match command:
        case Click(_, button, count):
            tool = _CLICKS.get((button, count), f"{button}_click")
            return _act(targets, tool, start_box=target.point, element_info=target.info)
        case Hover():
            return _act(targets, "hover", start_box=target.point, element_info=target.info)
        case Type(text):
            return _type_into(text, target, targets)
        case Scroll(direction, clicks):
            return _act(
                targets,
                "scroll",
                start_box=target.point,
                direction=direction,
                step=clicks,
                element_info=target.info,
            )
        case Read():
            return _act(targets, "read_text", box=target.box)
    return None


def _scroll(direction: str, clicks: int, targets: Targets) -> Move:
    view = targets.view()
    if not isinstance(view, View):
        return view
    return _act(targets, "scroll", start_box=MIDDLE, direction=direction, step=clicks)


def _type_into(text: str, target: Target, targets: Targets) -> Move:
    """A field that has the focus isn't clicked again: that would move the caret."""
    element = target.candidate.element
    if element is not None and "focused" in element.states:
        return _act(targets, "type", content=text)
    return _act(targets, "type", content=text, start_box=target.point, element_info=target.info)


def _type_somewhere(text: str, targets: Targets) -> Move:
    """Into the only place that takes text, or the one the person chooses; where none is known, into the focus."""
    view = targets.view()
    if not isinstance(view, View):
        return view
    fields = targets.locator.focusable_text(view)
    if not fields:
        return _act(targets, "type", content=text)
    target = targets.only(fields, view, "Where shall I type it?")
    return _type_into(text, target, targets) if isinstance(target, Target) else target


def _drag(start: str, end: str, targets: Targets) -> Move:
    first = targets.named(start)
    if not isinstance(first, Target):
        return first
    second = targets.named(end)
    if not isinstance(second, Target):
        return second
    return _act(
        targets,
        "left_drag",
        start_box=first.point,
        end_box=second.point,
        element_info=f"{first.info} → {second.info}",
    )


def may_have_no_effect(step: Step, following: Step | None) -> bool:
    """Whether `step` may have done its job though no effect was seen. A click that only gives the focus to what has it
    already is followed by typing, which is verified itself."""
    if isinstance(step.command, Click):
        return following is not None and isinstance(following.command, Type | Press)
    return isinstance(step.command, Hover | Scroll | Press | Wait | WaitFor)
