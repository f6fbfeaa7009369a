"""Steps that people name as one: a click or Tab into a field, what is typed there, and its line ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop_agent.core.desktop import TEXT_ROLES
from desktop_agent.macros.format import ClickStep, PressStep, Step, Target, TypeStep
from desktop_agent.macros.recording.events import WindowChange
from desktop_agent.macros.recording.gestures import Gesture
from desktop_agent.macros.recording.observation import Observation

SINGLE_LINE = TEXT_ROLES - {"terminal", "document text"}
"""Roles of fields that a click goes to as well as Tab does, unless they have several lines."""
_SELECT_ALL = ("ctrl", "a")


@dataclass(frozen=True)
class Done:
    """A gesture, what stood where it went, and the steps that it makes."""

    gesture: Gesture
    seen: Observation
    step: Step | None
    appeared: tuple[WindowChange, ...] = ()
    gone: tuple[WindowChange, ...] = ()


def joined(done: Iterable[Done]) -> list[Done]:
    """Steps that people name as one: a click or Tab into a field, what is typed there, and its line ends."""
    found: list[Done] = []
    for each in done:
        _join(found, each)
    return found


def _join(found: list[Done], each: Done) -> None:
    last = found[-1] if found else None
    if last is not None and _goes_on(last, each):
        found[-1] = replace(last, step=_longer(last.step, each.step))
        return
    if isinstance(each.step, TypeStep):
        each = _aimed(found, each)
    found.append(each)


def _goes_on(last: Done, each: Done) -> bool:
    """Whether `each` is typed on into the same field of several lines: more text, or a line end."""
    same_window = last.seen.window_id == each.seen.window_id and last.seen.window_id != 0
    if not isinstance(last.step, TypeStep) or not last.seen.multi_line or not same_window:
        return False
    if isinstance(each.step, PressStep):
        return each.step.keys == ("enter",)
    return isinstance(each.step, TypeStep) and _element(each.seen) == _element(last.seen)


def _longer(first: Step | None, second: Step | None) -> Step | None:
    if not isinstance(first, TypeStep):
        return first
    more = "\n" * second.times if isinstance(second, PressStep) else second.text if isinstance(second, TypeStep) else ""
    return first.model_copy(update={"text": first.text + more})


def _aimed(found: list[Done], each: Done) -> Done:
    """`each`, which types, with the field that it goes to, if that was clicked or reached by Tab; the steps that led
    there are taken out of `found`."""
    step, target = each.step, each.seen.target
    if not isinstance(step, TypeStep) or target is None:
        return each
    replaces = False
    if len(found) >= 2 and _selects_all(found[-1]) and _clicks_into(found[-2], each):
        found.pop()
        replaces = True
    if found and _clicks_into(found[-1], each):
        clicked = found.pop()
        comment = " ".join(dict.fromkeys(filter(None, (clicked.seen.note, step.comment))))
        aim = {"target": clicked.seen.target, "window": None, "replace": replaces, "comment": comment}
        return replace(each, gesture=clicked.gesture, step=step.model_copy(update=aim))
    if found and _tabs(found[-1]) and each.seen.role in SINGLE_LINE and not each.seen.multi_line:
        if len(found) >= 2 and isinstance(found[-2].step, TypeStep):
            found.pop()  # the click into the field does what Tab did
        aim = {"target": target, "window": None, "replace": True}
        return replace(each, step=step.model_copy(update=aim))
    return each


def _clicks_into(before: Done, typing: Done) -> bool:
    """Whether `before` is a plain click on the field that is typed into, which was there without ado."""
    step = before.step
    if before.seen.hovers:
        return False
    if not isinstance(step, ClickStep) or (step.button, step.count, step.keys) != ("left", 1, ()):
        return False
    if before.seen.window_id != typing.seen.window_id:
        return False
    element = _element(before.seen)
    return element is not None and element == _element(typing.seen)


def _selects_all(before: Done) -> bool:
    return isinstance(before.step, PressStep) and before.step.keys == _SELECT_ALL and before.step.times == 1


def _tabs(before: Done) -> bool:
    return isinstance(before.step, PressStep) and before.step.keys in (("tab",), ("shift", "tab"))


def _element(seen: Observation) -> object:
    """What tells the element of `seen` from others; None where none is known."""
    target: Target | None = seen.target
    element = target.element if target is not None else None
    return None if element is None else (element.role, element.name, element.path)
