"""What is wrong with a macro that the format alone can't tell: references to nothing, keys that there are none of."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.desktop.keyboard.names import MODIFIERS, key_name
from desktop_agent.macros import values
from desktop_agent.macros.format import (
    CaptureStep,
    ClickStep,
    IfStep,
    Macro,
    MacroStep,
    PressStep,
    RepeatStep,
    Step,
    TypeStep,
    walk,
)

_NO_TEXT = frozenset({"id", "do", "comment", "name", "type", "file", "format"})
"""Fields whose text is never searched for references."""


def problems(macro: Macro, known: Iterable[str] | None = None) -> Mapping[str, str]:
    """What is wrong with each step, by its id; steps with which nothing is wrong are left out.

    Args:
        macro: to be looked at.
        known: the names of the macros that it may play; None: not to be checked.
    """
    there = {each.name for each in macro.parameters}
    there |= {step.name for step, _ in walk(macro.steps) if isinstance(step, CaptureStep)}
    names = None if known is None else frozenset(each.casefold() for each in known)
    found = {step.id: _problem(step, there, names) for step, _ in walk(macro.steps)}
    return {step: problem for step, problem in found.items() if problem}


def _problem(step: Step, there: set[str], known: frozenset[str] | None) -> str:
    for text in texts(step):
        for name in sorted(values.references(text) - there):
            return f"There is no value “{name}”: make it a parameter, or capture it in an earlier step."
        typed = isinstance(step, TypeStep) and text == step.text
        if not typed and (secret := sorted(values.secret_names(text))):
            return f"The secret “{secret[0]}” stands where it would be shown: secrets can only be typed."
    match step:
        case PressStep(keys=keys):
            return _keys(keys)
        case ClickStep(keys=keys) if not set(keys) <= set(MODIFIERS):
            return f"Only {', '.join(MODIFIERS)} can be held while clicking."
        case TypeStep(text=""):
            return "There is nothing to type."
        case RepeatStep(steps=()):
            return "There is nothing to repeat."
        case IfStep(then=(), otherwise=()):
            return "There is nothing to do either way."
        case MacroStep(macro=name) if known is not None and name.casefold() not in known:
            return f"There is no macro called “{one_line(name, 80)}”."
    return ""


def _keys(keys: tuple[str, ...]) -> str:
    try:
        names = [key_name(key) for key in keys]
    except UsageError as error:
        return str(error)
    return "A key is pressed twice at once." if len(set(names)) < len(names) else ""


def texts(part: BaseModel) -> Iterable[str]:
    """All texts of a part of a macro that may hold references, without those of steps within it."""
    for name in type(part).model_fields:
        if name not in _NO_TEXT:
            yield from _texts(getattr(part, name))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, BaseModel):
        yield from texts(value)
    elif isinstance(value, tuple):
        for each in value:
            if not hasattr(each, "do"):
                yield from _texts(each)
