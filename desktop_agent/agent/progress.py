"""Whether a run gets anywhere, told from what it tried."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from desktop_agent.agent.limits import Limits
from desktop_agent.agent.screens import Screen, same, screen_of
from desktop_agent.core.actions import ActionKind, Drag, Outcome, Press, Scroll, StepResult, TypeSecret, TypeText
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import THOUSAND, Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.desktop.settle import alike
from desktop_agent.tools.result import ToolResult

NEAR = 5
"""Thousandths of the picture by which two places may differ and still be the same."""
LINE = 200
"""Characters of a line that tells one attempt."""
SHOWN = 5
"""Lines that tell what was tried last."""
WHOLE = frozenset({"screenshot", "wait"})
"""Tools, casefolded, whose picture shows the whole scope."""
PLACES = frozenset({"start_box", "end_box", "box"})
NOT_TOLD_APART = frozenset({"element_info", "image"})
"""Arguments that don't make a call another one: what was seen is compared instead."""


@dataclass(frozen=True)
class Signature:
    """What makes two calls the same: all that is compared exactly, and the places, in thousandths."""

    exact: str
    places: tuple[float, ...] = ()

    def near(self, other: "Signature") -> bool:
        """Whether both are the same call, give or take a hair."""
        if self.exact != other.exact or len(self.places) != len(other.places):
            return False
        return all(abs(one - two) <= NEAR for one, two in zip(self.places, other.places, strict=True))


@dataclass(frozen=True)
class Tried:
    """One call and what came of it. `line` tells it to people; `acts`: it did something or was meant to, and did not
    only look; `changed`: the check saw an effect. `before` and `after` are the whole scope; `seen` what one that looked
    brought back; `text` what it read, or why nothing was done."""

    signature: Signature
    line: str
    acts: bool = False
    changed: bool = False
    before: Screen | None = None
    after: Screen | None = None
    seen: tuple[Screen, ...] = ()
    text: str = ""

    def again(self, other: "Tried") -> bool:
        """Whether `other` is the same call with the same result."""
        if not self.signature.near(other.signature) or self.text != other.text or len(self.seen) != len(other.seen):
            return False
        return all(same(one, two) for one, two in zip(self.seen, other.seen, strict=True))


def tried(call: ToolCall, result: ToolResult) -> Tried:
    """What `call`, which ended as `result`, means for the run's progress."""
    if result.step is not None:
        return _acted(result.step)
    line = one_line(f"{call.name}: {result.summary}", LINE)
    seen = tuple(screen_of(each.image, each.view.region) for each in result.pictures if each.view is not None)
    whole = seen[0] if seen and call.name.strip().casefold() in WHOLE else None
    text = "" if result.pictures else result.text  # Beside pictures the text names them, each time by another name.
    return Tried(_asked(call), line, acts=result.problem, before=whole, after=whole, seen=seen, text=text)


def trouble(history: Sequence[Tried], limits: Limits) -> str | None:
    """Why the run seems to get nowhere, as a sentence; None while it does get on. `history` holds its calls, or those
    since the person let it go on."""
    if not history:
        return None
    last = history[-1]
    if sum(each.again(last) for each in _on_this_screen(history)) >= limits.repeats:
        return f"The same was tried {limits.repeats} times, and nothing changed."
    if len(_idle(history)) >= limits.idle:
        return f"{limits.idle} steps in a row changed nothing."
    if last.acts and _rounds(history) >= limits.rounds:
        return f"It goes round in circles: the same step from the same screen, {limits.rounds} times."
    return None


def told(history: Sequence[Tried]) -> tuple[str, ...]:
    """The last attempts, oldest first; the same ones in a row as one line."""
    lines: list[tuple[str, int]] = []
    for each in history:
        count = 1
        if lines and lines[-1][0] == each.line:
            count += lines.pop()[1]
        lines.append((each.line, count))
    return tuple(line if count == 1 else f"{count} × {line}" for line, count in lines[-SHOWN:])


def _acted(step: StepResult) -> Tried:
    line = one_line(f"{step.action.words}: {step.message}", LINE)
    before, after = _screen(step.before), _screen(step.after)
    if step.outcome is Outcome.REFUSED:
        # Nothing was done: only the same refusal is the same, and only on the screen on which it was refused, since
        # what the planner saw may have changed before.
        before = after or before
        return Tried(_done(step), line, True, before=before, after=before, text=step.message)
    return Tried(_done(step), line, True, _has_changed(step), before, after or before)


def _has_changed(step: StepResult) -> bool:
    """Whether it had an effect. That a pointer is where it was moved to is none, nor is what nobody could check, unless
    the screen shows some."""
    if step.outcome is Outcome.NO_EFFECT_SEEN:
        return False
    if step.outcome is Outcome.CONFIRMED and step.action.kind is not ActionKind.HOVER:
        return True
    before, after = step.before, step.after
    if before is None or after is None:
        return False
    return before.region != after.region or not alike(before.image, after.image)


def _on_this_screen(history: Sequence[Tried]) -> list[Tried]:
    """The latest calls since the screen changed, by an action or by itself."""
    found: list[Tried] = []
    shown: Screen | None = None
    for each in reversed(history):
        moved = shown is not None and each.after is not None and not same(each.after, shown)
        if each.changed or moved:
            break
        found.append(each)
        shown = each.before or shown
    return found


def _idle(history: Sequence[Tried]) -> list[Tried]:
    """The latest actions in a row without an effect. What the screen does by itself is none of theirs."""
    actions = (each for each in reversed(history) if each.acts)
    return list(takewhile(lambda each: not each.changed, actions))


def _rounds(history: Sequence[Tried]) -> int:
    """How often the screen before the latest action was come back to, to do that same action there."""
    last, count, away = history[-1], 0, True
    if last.before is None:
        return 0
    for each in history:
        away = away or _elsewhere(each.before, last.before)
        is_counted = away and each.acts and not _elsewhere(each.before, last.before) and each.again(last)
        if is_counted:
            count, away = count + 1, False
        elif each is last:
            return 0  # It has not been away since: that is no coming back.
        away = away or _elsewhere(each.after, last.before)
    return count


def _elsewhere(screen: Screen | None, other: Screen) -> bool:
    return screen is not None and not same(screen, other)


def _screen(shot: Screenshot | None) -> Screen | None:
    return screen_of(shot.image, shot.region) if shot is not None else None


def _done(step: StepResult) -> Signature:
    """Of an action: what it does, whatever the planner wrote to get it."""
    action, exact, points = step.action, list[Any](), list[Point]()
    for each in action.inputs:
        match each:
            case TypeText(text):
                exact.append(text)
            case TypeSecret(name):
                exact.append(name)
            case Press(keys):
                exact.append(keys)
            case Drag(start, end):
                points += (start, end)
            case Scroll(point, direction, clicks):
                exact.append((direction, clicks))
                points.append(point)
            case _:
                points.append(each.point)
    region = step.before.region if step.before is not None else Rect(0, 0, THOUSAND, THOUSAND)
    places = [
        place
        for point in points
        for place in (
            (point.x - region.x) * THOUSAND / max(1, region.width),
            (point.y - region.y) * THOUSAND / max(1, region.height),
        )
    ]
    return Signature(json.dumps([action.kind, action.application, exact], ensure_ascii=False), tuple(places))


def _asked(call: ToolCall) -> Signature:
    """Of a call that only looked, or could not be carried out: what the planner wrote."""
    places: list[float] = []
    exact: dict[str, Any] = {}
    for name, value in sorted(call.arguments.items()):
        if name in PLACES and isinstance(value, list) and all(isinstance(each, int | float) for each in value):
            places += value
        elif name not in NOT_TOLD_APART:
            exact[name] = value
    return Signature(json.dumps([call.name, exact], sort_keys=True, ensure_ascii=False, default=str), tuple(places))
