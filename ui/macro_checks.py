"""What is wrong with a macro that the format alone can't tell: references to nothing, keys that there are none of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.desktop.keyboard.names import MODIFIERS, key_name
from desktop_agent.macros import values
from desktop_agent.macros.format import (
    CaptureStep,
    ClickStep,
    DragStep,
    IfStep,
    Macro,
    MacroStep,
    PressStep,
    RepeatStep,
    ScrollStep,
    Step,
    TypeStep,
    walk,
)

_NO_TEXT = frozenset({"id", "do", "comment", "name", "type", "file", "format"})
"""Fields whose text is never searched for references."""


@dataclass(frozen=True)
class _Facts:
    """What stands in `step`: references to values, secrets where they would be shown, and what is wrong by itself."""

    step: Step
    references: frozenset[str]
    shown_secrets: frozenset[str]
    problem: str


class Checker:
    """Finds what is wrong with a macro. Steps that are the same objects as the last time are not looked at again."""

    def __init__(self) -> None:
        self._facts: dict[str, _Facts] = {}

    def problems(self, macro: Macro, known: Iterable[str] | None = None) -> Mapping[str, str]:
        """What is wrong with each step, by its id; steps with which nothing is wrong are left out.

        Args:
            macro: to be looked at.
            known: the names of the macros that it may play; None: not to be checked.
        """
        steps = [step for step, _ in walk(macro.steps)]
        self._facts = {step.id: self._of(step) for step in steps}
        there = {each.name for each in macro.parameters}
        there |= {step.name for step in steps if isinstance(step, CaptureStep)}
        names = None if known is None else frozenset(each.casefold() for each in known)
        found = {facts.step.id: _problem(facts, there, names) for facts in self._facts.values()}
        return {step: problem for step, problem in found.items() if problem}

    def _of(self, step: Step) -> _Facts:
        before = self._facts.get(step.id)
        if before is not None and before.step is step:
            return before
        found = list(texts(step))
        shown = [text for text in found if not (isinstance(step, TypeStep) and text == step.text)]
        references = frozenset[str]().union(*map(values.references, found))
        return _Facts(step, references, frozenset[str]().union(*map(values.secret_names, shown)), _alone(step))


def _problem(facts: _Facts, there: set[str], known: frozenset[str] | None) -> str:
    if missing := sorted(facts.references - there):
        return f"There is no value “{missing[0]}”: make it a parameter, or capture it in an earlier step."
    if facts.shown_secrets:
        return f"The secret “{min(facts.shown_secrets)}” stands where it would be shown: secrets can only be typed."
    step = facts.step
    if isinstance(step, MacroStep) and known is not None and step.macro.casefold() not in known:
        return f"There is no macro called “{one_line(step.macro, 80)}”."
    return facts.problem


def _alone(step: Step) -> str:
    """What is wrong with it, whatever stands around it."""
    match step:
        case PressStep(keys=keys):
            return _keys(keys)
        case ClickStep(keys=keys) | DragStep(keys=keys) | ScrollStep(keys=keys) if not set(keys) <= set(MODIFIERS):
            return f"Only {', '.join(MODIFIERS)} can be held while the mouse is used."
        case TypeStep(text=""):
            return "There is nothing to type."
        case RepeatStep(steps=()):
            return "There is nothing to repeat."
        case IfStep(then=(), otherwise=()):
            return "There is nothing to do either way."
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
