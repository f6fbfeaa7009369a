"""A recording becomes a macro: steps that a person would name. Pure."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop_agent.macros.files import picture_names
from desktop_agent.macros.format import (
    MAX_SECONDS,
    ClickStep,
    Condition,
    DragStep,
    HoverStep,
    Macro,
    OpenStep,
    PressStep,
    ScrollStep,
    Step,
    Target,
    TypeStep,
    WaitStep,
    WindowRef,
)
from desktop_agent.macros.recording.events import Key, Masked, WindowChange
from desktop_agent.macros.recording.gestures import (
    Chord,
    Click,
    Drag,
    Gesture,
    Hidden,
    Scroll,
    Typing,
    gestures,
    without_nothing,
)
from desktop_agent.macros.recording.joining import Done, joined
from desktop_agent.macros.recording.observation import Observation
from desktop_agent.macros.recording.recording import Recording
from desktop_agent.macros.values import escape

LONG_SECONDS = 5.0
"""A window that takes longer than this to appear is waited for by a step of its own."""
PATIENCE = 3
"""How many times as long as it took it is waited for."""
LEAST_WAIT = 60.0
LONGEST_TEXT = 100_000


@dataclass(frozen=True)
class Draft:
    """A macro that is not kept yet, the PNGs that it names, and what people should know of how it came about."""

    macro: Macro
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def convert(
    recording: Recording,
    name: str = "",
    entry: Callable[[str], str] = str,
) -> Draft:
    """What was recorded, as a macro.

    Args:
        recording: what was recorded.
        name: of the macro; empty for one of its time.
        entry: the desktop entry of an application, by its windows' class name, if there is one; else that name.
    """
    return _Converter(recording, entry).draft(name)


class _Converter:
    """Keeps the remarks while it converts."""

    def __init__(self, recording: Recording, entry: Callable[[str], str]) -> None:
        self._recording = recording
        self._entry = entry
        self._remarks = dict.fromkeys(recording.remarks)

    def draft(self, name: str) -> Draft:
        typed = {each.number for each in self._recording.events if isinstance(each, Masked) or _types(each)}
        breaks = frozenset(typed & set(self._recording.observations))
        found = without_nothing(gestures(self._recording.events, breaks, self._recording.repeat))
        done = [each for each in map(self._done, found) if each is not None]
        steps = self._steps(self._with_windows(joined(done)))
        numbered = tuple(step.model_copy(update={"id": f"s{index}"}) for index, step in enumerate(steps, 1))
        macro = Macro(name=name or self._name(), steps=numbered, recorded=self._recorded())
        pictures = {
            each: self._recording.pictures[each] for each in picture_names(macro) if each in self._recording.pictures
        }
        return Draft(macro, pictures, tuple(self._remarks))

    # One gesture

    def _done(self, gesture: Gesture) -> Done | None:
        """The gesture with its step; None for one that is not to be recorded."""
        seen = self._recording.observations.get(gesture.number, Observation(gesture.number))
        if seen.own:
            return None
        return Done(gesture, seen, self._step(gesture, seen))

    def _step(self, gesture: Gesture, seen: Observation) -> Step | None:
        common: dict[str, Any] = {"id": "new", "comment": seen.note}
        match gesture:
            case Typing():
                return self._type(gesture, seen, common)
            case Chord(keys=keys, times=times):
                comment = "It was held down: how often it came is worked out from how long." if gesture.guessed else ""
                common["comment"] = " ".join(filter(None, (seen.note, comment)))
                return PressStep(do="press", keys=keys, times=times, window=seen.window, **common)
        if seen.target is None:
            self._remark("A click, drag or turn of the wheel went where no window was known, and was left out.")
            return None
        return self._pointing(gesture, seen.target, common)

    def _pointing(self, gesture: Click | Drag | Scroll, target: Target, common: dict[str, Any]) -> Step | None:
        match gesture:
            case Click(button=button, count=count, held=held):
                return ClickStep(do="click", target=target, button=button, count=count, keys=held, **common)
            case Scroll(direction=direction, clicks=clicks):
                keys = gesture.held
                return ScrollStep(do="scroll", target=target, direction=direction, clicks=clicks, keys=keys, **common)
            case Drag(button=button, held=held):
                end = self._recording.observations.get(gesture.end_number)
                if end is None or end.target is None:
                    self._remark("A drag ended where no window was known, and was left out.")
                    return None
                return DragStep(do="drag", target=target, end=end.target, button=button, keys=held, **common)

    def _type(self, typing: Typing, seen: Observation, common: dict[str, Any]) -> Step | None:
        if typing.unknown:
            self._remark(
                f"{typing.unknown} keys wrote something that can't be told from the keyboard: check the texts."
            )
        text = "".join(
            f"{{{{secret:{part.name}}}}}" if isinstance(part, Hidden) else escape(part) for part in typing.parts
        )
        if not text:
            return None
        if not seen.known and not any(isinstance(part, Hidden) for part in typing.parts):
            where = f" in {seen.window.application}" if seen.window and seen.window.application else ""
            self._remark(
                f"What was typed{where} stands in the macro, since it can't be told there which field is a password: "
                "mark it as secret if it is one."
            )
        return TypeStep(do="type", text=text[:LONGEST_TEXT], window=seen.window, **common)

    def _remark(self, text: str) -> None:
        self._remarks[text] = None

    # Windows that came and went

    def _with_windows(self, done: Sequence[Done]) -> list[Done]:
        """Each with the windows that came or went after it, before the next one."""
        found = list(done)
        for change in self._recording.changes:
            index = self._cause(change, done)
            if index is None:
                continue
            each = found[index]
            if change.appeared:
                found[index] = replace(each, appeared=(*each.appeared, change))
            elif any(came.window == change.window for came in each.appeared):
                found[index] = replace(
                    each, appeared=tuple(came for came in each.appeared if came.window != change.window)
                )
            else:
                found[index] = replace(each, gone=(*each.gone, change))
        return found

    def _cause(self, change: WindowChange, done: Sequence[Done]) -> int | None:
        """Which gesture a change follows. One that acted in a window that had only just been seen can't have opened
        it."""
        before = [index for index, each in enumerate(done) if each.gesture.at <= change.at]
        while before and change.appeared and done[before[-1]].seen.window_id == change.window:
            before.pop()
        return before[-1] if before else None

    # All together

    def _steps(self, done: Sequence[Done]) -> list[Step]:
        steps: list[Step] = []
        opened: set[str] = set()
        for each, following in itertools.zip_longest(done, done[1:]):
            if each.step is None:
                continue
            launched = self._launched(each, opened)
            if launched is not None:
                opened.add(launched)
                steps.append(OpenStep(do="open", id="new", application=self._entry(launched)))
                continue
            steps += [HoverStep(do="hover", id="new", target=target) for target in each.seen.hovers]
            steps += self._with_effect(each, following)
        return steps

    def _launched(self, each: Done, opened: set[str]) -> str | None:
        """The application that a click on a panel or the desktop started."""
        if not each.seen.panel or not each.appeared:
            return None
        applications = {change.application for change in each.appeared if change.application}
        return next(iter(sorted(applications - opened)), None) if len(applications) == 1 else None

    def _with_effect(self, each: Done, following: Done | None) -> list[Step]:
        """The step, with what it must bring about, and a wait where that took long."""
        step = each.step
        if step is None:
            return []
        change = self._effect(each, following)
        if change is None or isinstance(step, (WaitStep, OpenStep)):
            return [step]
        condition = Condition(window=_reference(change), gone=not change.appeared)
        took = change.at - each.gesture.at
        if took <= LONG_SECONDS:
            return [step.model_copy(update={"expect": condition})]
        limit = min(MAX_SECONDS, max(LEAST_WAIT, took * PATIENCE))
        return [step, WaitStep(do="wait", id="new", until=condition, limit=limit)]

    def _effect(self, each: Done, following: Done | None) -> WindowChange | None:
        """The change that shows that the step did what it should: the window in which the next step acts, else another
        one that came, else one that went, rather the step's own."""
        next_window = following.seen.window_id if following is not None else 0
        for change in each.appeared:
            if change.window == next_window:
                return change
        gone = sorted(filter(self._is_alone, each.gone), key=lambda change: change.window != each.seen.window_id)
        return next(iter((*each.appeared, *gone)), None)

    def _is_alone(self, change: WindowChange) -> bool:
        """Whether no other window that `change`'s reference means may be there: then that one is gone can be told."""
        reference = _reference(change)
        others = [
            each for each in self._recording.changes if each.window != change.window and _reference(each) == reference
        ]
        return bool(reference.title) and not others

    def _name(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self._recording.started))
        windows = [each.window for _, each in sorted(self._recording.observations.items()) if each.window]
        applications = [each.application for each in windows if each.application]
        return f"{applications[0]}, {when}" if applications else f"Recorded {when}"

    def _recorded(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self._recording.started))
        return f"{when}, {self._recording.where}" if self._recording.where else when


def _types(event: object) -> bool:
    return isinstance(event, Key) and event.down and event.types


def _reference(change: WindowChange) -> WindowRef:
    return WindowRef(application=change.application, title=change.title)
