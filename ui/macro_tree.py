"""A macro's steps as the rows of a list, and the changes that an editor makes to them. Nothing here knows Qt."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import BaseModel

from desktop_agent.macros import values
from desktop_agent.macros.format import IfStep, Macro, Parameter, RepeatStep, Step, walk

Branch = Literal["steps", "then", "otherwise"]
Kind = Literal["step", "otherwise", "end"]
_NO_TEXT = frozenset({"id", "do", "name", "type", "file", "format"})
"""Fields of the format whose text is never searched for references."""


@dataclass(frozen=True)
class Place:
    """Between two steps: in that branch of the step `parent` ("": of the macro itself), before its `index`-th."""

    parent: str = ""
    branch: Branch = "steps"
    index: int = 0


@dataclass(frozen=True, eq=False)
class Row:
    """A line of the list: a step, or a line that says where the other branch of `step` begins or where it ends.
    `place` is that of `step`, and `number` counts the steps from 1 (0: not a step)."""

    kind: Kind
    step: Step
    depth: int
    place: Place
    number: int = 0

    def same(self, other: "Row") -> bool:
        """Whether it shows the same, but for the number."""
        return self.kind == other.kind and self.step is other.step and self.depth == other.depth

    @property
    def after(self) -> Place:
        """Where something that is put behind this row belongs."""
        if self.kind == "otherwise":
            return Place(self.step.id, "otherwise")
        if self.kind == "step" and isinstance(self.step, IfStep | RepeatStep):
            return Place(self.step.id, next(iter(branches(self.step))))
        return Place(self.place.parent, self.place.branch, self.place.index + 1)


def rows(steps: tuple[Step, ...]) -> tuple[Row, ...]:
    """All rows, top first."""
    found: list[Row] = []
    _collect(steps, 0, "", "steps", found)
    return tuple(found)


def branches(step: Step) -> dict[Branch, tuple[Step, ...]]:
    """The steps within `step`; none for one that holds no others."""
    match step:
        case IfStep(then=then, otherwise=otherwise):
            return {"then": then, "otherwise": otherwise}
        case RepeatStep(steps=inner):
            return {"steps": inner}
        case _:
            return {}


def replaced(steps: tuple[Step, ...], changes: Mapping[str, tuple[Step, ...]]) -> tuple[Step, ...]:
    """`steps` with some of them, nested ones too, replaced by others, or by none. What is not changed stays the very
    same object."""
    found: list[Step] = []
    for step in steps:
        if step.id in changes:
            found += changes[step.id]
            continue
        inner = {branch: (old, replaced(old, changes)) for branch, old in branches(step).items()}
        changed = {str(branch): new for branch, (old, new) in inner.items() if new is not old}
        found.append(step.model_copy(update=changed) if changed else step)
    same = len(found) == len(steps) and all(new is old for new, old in zip(found, steps, strict=True))
    return steps if same else tuple(found)


def inserted(steps: tuple[Step, ...], place: Place, new: tuple[Step, ...]) -> tuple[Step, ...]:
    """`steps` with `new` at `place`."""
    if not place.parent:
        return (*steps[: place.index], *new, *steps[place.index :])
    parent = find(steps, place.parent)
    inner = branches(parent)[place.branch]
    grown = (*inner[: place.index], *new, *inner[place.index :])
    return replaced(steps, {parent.id: (parent.model_copy(update={str(place.branch): grown}),)})


def moved(steps: tuple[Step, ...], ids: Collection[str], place: Place) -> tuple[Step, ...]:
    """`steps` with the chosen ones, in their order, at `place`.

    Raises:
        ValueError: `place` lies within one of them.
    """
    chosen = outermost(steps, ids)
    taken = {step.id for step in chosen}
    if place.parent in {inner.id for inner, _ in walk(chosen)}:
        raise ValueError("a step can't be put into itself")
    siblings = branches(find(steps, place.parent))[place.branch] if place.parent else steps
    before = sum(step.id in taken for step in siblings[: place.index])
    left = replaced(steps, dict.fromkeys(taken, ()))
    return inserted(left, Place(place.parent, place.branch, place.index - before), chosen)


def outermost(steps: tuple[Step, ...], ids: Collection[str]) -> tuple[Step, ...]:
    """The chosen steps, in their order, without those that lie within a chosen one."""
    found: list[Step] = []
    for step in steps:
        if step.id in ids:
            found.append(step)
        else:
            for inner in branches(step).values():
                found += outermost(inner, ids)
    return tuple(found)


def find(steps: tuple[Step, ...], step_id: str) -> Step:
    """The step of that id.

    Raises:
        KeyError: there is none.
    """
    for step, _ in walk(steps):
        if step.id == step_id:
            return step
    raise KeyError(step_id)


def copies(steps: Iterable[Step], taken: Collection[str]) -> tuple[Step, ...]:
    """The same steps under new ids, none of which is `taken`."""
    known = set(taken)
    return tuple(_copy(step, known) for step in steps)


def fresh_id(taken: Collection[str]) -> str:
    """An id that no step has."""
    while True:
        made = secrets.token_hex(4)
        if made not in taken:
            return made


def ids(macro: Macro) -> frozenset[str]:
    """The ids of all its steps."""
    return frozenset(step.id for step, _ in walk(macro.steps))


def with_parameters(macro: Macro, parameters: tuple[Parameter, ...], renamed: Mapping[str, str]) -> Macro:
    """`macro` with other parameters; references to the `renamed` ones, by their old names, follow."""
    steps = macro.steps
    if renamed:
        steps = tuple(cast(Step, _renamed(step, renamed)) for step in steps)
    return macro.model_copy(update={"parameters": parameters, "steps": steps})


def _collect(
    steps: tuple[Step, ...], depth: int, parent: str, branch: Branch, found: list[Row], number: int = 0
) -> int:
    """Append the rows of `steps`, whose first has the number after `number`; returns the last one's."""
    for index, step in enumerate(steps):
        place = Place(parent, branch, index)
        number += 1
        found.append(Row("step", step, depth, place, number))
        inner = branches(step)
        for name, each in inner.items():
            if name == "otherwise":
                found.append(Row("otherwise", step, depth, place))
            number = _collect(each, depth + 1, step.id, name, found, number)
        if inner:
            found.append(Row("end", step, depth, place))
    return number


def _copy(step: Step, taken: set[str]) -> Step:
    made = fresh_id(taken)
    taken.add(made)
    inner = {str(branch): tuple(_copy(each, taken) for each in old) for branch, old in branches(step).items()}
    return step.model_copy(update={"id": made, **inner})


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value`, a part of a macro, with references to other names."""
    if isinstance(value, str):
        return values.renamed(value, names)
    if isinstance(value, tuple):
        return tuple(_renamed(each, names) for each in value)
    if isinstance(value, Mapping):
        return {key: _renamed(each, names) for key, each in value.items()}
    if not isinstance(value, BaseModel):
        return value
    fields = {name: getattr(value, name) for name in type(value).model_fields if name not in _NO_TEXT}
    changed = {name: new for name, old in fields.items() if (new := _renamed(old, names)) != old}
    return value.model_copy(update=changed) if changed else value
