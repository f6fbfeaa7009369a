"""A run of the agent becomes a macro: what it did, with what it typed offered as parameters."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from desktop_agent.core.actions import (
    ActionKind,
    Click,
    Drag,
    Input,
    Move,
    Outcome,
    Press,
    Scroll,
    TypeSecret,
    TypeText,
)
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.text import one_line
from desktop_agent.macros.format import (
    Box,
    ClickStep,
    DragStep,
    ElementRef,
    HoverStep,
    Macro,
    OpenStep,
    Parameter,
    Place,
    PressStep,
    ScrollStep,
    Spot,
    Step,
    Target,
    TypeStep,
    WindowRef,
)
from desktop_agent.macros.recording.convert import Draft
from desktop_agent.macros.recording.pictures import cut
from desktop_agent.store.records import RunRecord, StoredStep, StoredWindow

UNKNOWN_TARGET = 24
"""Pixels of a side of what is taken for the target where no element is known."""
LONGEST_NAME = 120
LONGEST_PARAMETER = 40
_DONE = (Outcome.CONFIRMED, Outcome.NO_EFFECT_SEEN, Outcome.UNVERIFIABLE)
_COMMENTS = {
    Outcome.NO_EFFECT_SEEN: "When it was recorded no effect was seen.",
    Outcome.UNVERIFIABLE: "When it was recorded its effect could not be checked.",
}


class Pictures(Protocol):
    """The pictures of the store, by their digests (`store.images.Images`)."""

    def get(self, digest: str) -> Image:
        """One of them.

        Raises:
            StoreError: it can't be read.
        """


def from_run(
    record: RunRecord,
    images: Pictures,
    refer: Callable[[str, str], WindowRef] = lambda application, title: WindowRef(application=application, title=title),
) -> Draft:
    """What the run did, as a macro. What failed or was refused is left out, and told.

    Args:
        record: the run.
        images: its pictures.
        refer: how to refer to a window of that application and title.

    Raises:
        UsageError: there is nothing in it that could be played.
    """
    draft = _FromRun(record, images, refer).draft()
    if not draft.macro.steps:
        raise UsageError(
            "This run can't become a macro: nothing of it was done, or an older version kept too little of it.",
            "Run it again, or record a macro.",
        )
    return draft


class _FromRun:
    """Keeps parameters, pictures and remarks while it goes through the steps."""

    def __init__(self, record: RunRecord, images: Pictures, refer: Callable[[str, str], WindowRef]) -> None:
        self._record = record
        self._images = images
        self._refer = refer
        self._parameters: dict[str, Parameter] = {}
        self._pictures: dict[str, bytes] = {}
        self._remarks: dict[str, None] = {}
        self._shots: dict[int, Screenshot | None] = {}

    def draft(self) -> Draft:
        steps: list[Step] = []
        for each in self._record.steps:
            if each.outcome not in _DONE:
                self._remark(f"Left out, since it was not done: {one_line(each.words, 120)}")
                continue
            steps += self._steps(each)
        run = self._record.run
        macro = Macro(
            name=one_line(run.instruction, LONGEST_NAME) or "A run",
            parameters=tuple(self._parameters.values()),
            steps=tuple(step.model_copy(update={"id": f"s{index}"}) for index, step in enumerate(steps, 1)),
            recorded=f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(run.started_at))}, from a run of the agent",
        )
        return Draft(macro, self._pictures, tuple(self._remarks))

    def _steps(self, stored: StoredStep) -> Iterator[Step]:
        common: dict[str, Any] = {"id": "new", "comment": _COMMENTS.get(stored.outcome, "")}
        if stored.kind is ActionKind.OPEN_APP:
            if stored.application:
                yield OpenStep(do="open", application=stored.application, **common)
            return
        inputs = list(stored.inputs)
        while inputs:
            first = inputs.pop(0)
            if isinstance(first, Click) and inputs and isinstance(inputs[0], (TypeText, TypeSecret)):
                target = self._target(stored, first.point)
                yield TypeStep(do="type", text=self._typed(stored, inputs.pop(0)), target=target, **common)
            else:
                yield self._step(stored, first, common)

    def _step(self, stored: StoredStep, each: Input, common: dict[str, Any]) -> Step:
        match each:
            case Click(point, button, count, keys):
                target = self._target(stored, point)
                return ClickStep(do="click", target=target, button=button, count=count, keys=keys, **common)
            case Move(point):
                return HoverStep(do="hover", target=self._target(stored, point), **common)
            case Drag(start, end, button, keys):
                first, goal = self._target(stored, start), self._target(stored, end, is_end=True)
                return DragStep(do="drag", target=first, end=goal, button=button, keys=keys, **common)
            case Scroll(point, direction, clicks, keys):
                target = self._target(stored, point)
                return ScrollStep(do="scroll", target=target, direction=direction, clicks=clicks, keys=keys, **common)
            case Press(keys):
                return PressStep(do="press", keys=keys, window=self._window(stored.window), **common)
        return TypeStep(do="type", text=self._typed(stored, each), window=self._window(stored.window), **common)

    def _typed(self, stored: StoredStep, each: Input) -> str:
        """The text of a type step: a reference to a secret, or to a parameter whose default is what was typed."""
        if isinstance(each, TypeSecret):
            return f"{{{{secret:{each.name}}}}}"
        text = each.text if isinstance(each, TypeText) else ""
        label = stored.element.name if stored.element is not None else ""
        name = self._parameter_name(label)
        self._parameters[name] = Parameter(name=name, label=one_line(label, 80), default=text)
        return f"{{{{{name}}}}}"

    def _parameter_name(self, label: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_").lower()[:LONGEST_PARAMETER]
        start = plain if plain and not plain[0].isdigit() else f"text_{plain}".rstrip("_")
        name, number = start, 2
        while name in self._parameters:
            name, number = f"{start}_{number}", number + 1
        return name

    def _target(self, stored: StoredStep, point: Point, is_end: bool = False) -> Target:
        element = None if is_end else stored.element
        known = element is not None and element.region.contains(point)
        box = element.region if element is not None and known else Rect.around(point, UNKNOWN_TARGET)
        shot = self._shot(stored)
        found = cut(shot, box, point) if shot is not None else None
        if found is not None:
            self._pictures[found[1]] = found[2]
        return Target(
            words="" if is_end or known else one_line(stored.words, 200),
            window=self._window(stored.window),
            element=ElementRef(role=element.role, name=element.name) if element is not None and known else None,
            picture=found[0] if found is not None else None,
            place=self._place(stored, point),
        )

    def _place(self, stored: StoredStep, point: Point) -> Place:
        """Where it was. Of the monitor only the part is known that was seen."""
        window = stored.window.region if stored.window is not None else Rect(0, 0, 1, 1)
        seen = stored.before.region if stored.before is not None else window
        return Place(
            point=Spot(x=point.x - window.x, y=point.y - window.y),
            window=Box(
                x=window.x - seen.x, y=window.y - seen.y, width=max(1, window.width), height=max(1, window.height)
            ),
            monitor_width=max(1, seen.width),
            monitor_height=max(1, seen.height),
        )

    def _window(self, window: StoredWindow | None) -> WindowRef | None:
        return None if window is None else self._refer(window.application, window.title)

    def _shot(self, stored: StoredStep) -> Screenshot | None:
        if stored.number not in self._shots:
            self._shots[stored.number] = self._read(stored)
        return self._shots[stored.number]

    def _read(self, stored: StoredStep) -> Screenshot | None:
        if stored.before is None:
            return None
        try:
            image = self._images.get(stored.before.digest)
        except StoreError as error:
            self._remark(f"A picture is missing: {error.user_message}")
            return None
        return Screenshot("stored", stored.before.region, "", image, 0.0)

    def _remark(self, text: str) -> None:
        self._remarks[text] = None
