"""Whether an action did something, told from what was there before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Outcome
from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.step.observe import Observation
from desktop_agent.step.pixels import Change, change

PASSING_STATES = frozenset({"focused", "active", "armed", "pressed", "has tooltip", "visited"})
"""States that come with any click or keystroke, whatever it does."""
SHOWN = 80
"""Characters of a text that evidence quotes."""
TARGET_MARGIN = 4
"""Pixels around the target that pointing at it may redraw (highlight, focus ring)."""
_COPYING = (frozenset({"ctrl", "c"}), frozenset({"ctrl", "insert"}), frozenset({"ctrl", "shift", "c"}))


@dataclass(frozen=True)
class Finding:
    """What the check showed: the outcome, and in words what it rests on."""

    outcome: Outcome
    evidence: str
    is_hint: bool = False
    """What was seen may have another cause than the action."""

    @property
    def may_be_early(self) -> bool:
        """Whether a later look may show more: an effect that has not begun."""
        return self.outcome is Outcome.NO_EFFECT_SEEN or self.is_hint


def verify(action: Action, before: Observation, after: Observation) -> Finding:
    """Compare. `confirmed` needs evidence; its absence is said as it is."""
    if action.kind is ActionKind.TYPE:
        return _typed(action, before, after)
    evidence = next(_evidence(action, before, after), "")
    if evidence:
        return Finding(Outcome.CONFIRMED, evidence)
    copies = any(frozenset(keys) in _COPYING for keys in action.keys)
    if action.kind is ActionKind.KEY and _is_focused_field(action, after):
        # It was already, so the keys arrived; what they set off, such as a dialog, may still be coming.
        return Finding(Outcome.CONFIRMED, f"{_label(after.focused)} has the keyboard focus", is_hint=not copies)
    if action.kind is ActionKind.HOVER:
        return Finding(Outcome.CONFIRMED, "the pointer is there")
    if copies:
        return Finding(Outcome.UNVERIFIABLE, "copying leaves nothing to see")
    if _pixels(action, before, after) is None:
        return Finding(Outcome.UNVERIFIABLE, "the screen could not be compared")
    if _target_looks_different(action, before, after):
        lit = "only the target itself looks different, as it may when it is pointed at"
        return Finding(Outcome.UNVERIFIABLE, lit, is_hint=True)
    return Finding(Outcome.NO_EFFECT_SEEN, "nothing changed on the screen")


def _typed(action: Action, before: Observation, after: Observation) -> Finding:
    typed, old, new = _lines(action.typed), before.text, after.text
    if old is None or new is None:
        seen = next(_evidence(action, before, after), "")
        if seen:
            return Finding(Outcome.UNVERIFIABLE, f"the text can't be read back; {seen}")
        return Finding(Outcome.NO_EFFECT_SEEN, "the text can't be read back, and nothing changed on the screen")
    old, new = _lines(old), _lines(new)
    if new.count(typed) > old.count(typed):
        return Finding(Outcome.CONFIRMED, f"{_label(after.subject)} now holds it")
    if new != old:
        return Finding(Outcome.UNVERIFIABLE, f"{_label(after.subject)} changed and now reads {_quoted(new)}")
    seen = next(_evidence(action, before, after), "")
    if seen:
        return Finding(Outcome.UNVERIFIABLE, f"{_label(after.subject)} did not take it, but {seen}")
    return Finding(Outcome.NO_EFFECT_SEEN, f"{_label(after.subject)} still reads {_quoted(new)}")


def _evidence(action: Action, before: Observation, after: Observation) -> Iterator[str]:
    """What changed, strongest first."""
    yield from _of_windows(action, before, after)
    yield from _of_elements(action, before, after)
    yield from _of_pixels(action, before, after)
    # What a menu's entry did is told first. Of other popups nothing is concluded: a tooltip goes by itself.
    if action.window is not None and action.window.popup and all(each.id != action.window.id for each in after.windows):
        yield "the menu closed"


def _of_windows(action: Action, before: Observation, after: Observation) -> Iterator[str]:
    old, new = {each.id: each for each in before.windows}, {each.id: each for each in after.windows}
    pid = action.window.pid if action.window else 0
    for each in after.windows:
        if each.id not in old and each.popup and each.pid == pid:
            yield "a menu or list opened"
        if each.id not in old and not each.popup and not each.panel:
            yield f"the window {_title(each)} opened"
    for each in before.windows:
        if each.id not in new and each.pid == pid and not each.popup:
            yield f"the window {_title(each)} closed"
    for each in after.windows:
        known = old.get(each.id)
        if known and each.pid == pid and known.title != each.title:
            yield f"the window's title is now {_title(each)}"
        elif known and each.pid == pid and known.frame != each.frame:
            yield f"the window {_title(each)} moved or changed its size"


def _of_elements(action: Action, before: Observation, after: Observation) -> Iterator[str]:
    if action.kind is not ActionKind.KEY and _is_focused_field(action, after):
        yield f"{_label(after.focused)} has the keyboard focus"
    if not before.elements or not after.elements:
        return
    if before.text is not None and after.text is not None and before.text != after.text:
        yield f"{_label(after.subject)} now reads {_quoted(after.text)}"
    for ref, old in before.elements.items():
        new = after.elements.get(ref)
        if new is not None:
            yield from _changes(old, new)
        elif not after.capped:
            yield f"{_label(old)} is gone"
    moved = after.focused is not None and not _same(before.focused, after.focused)
    if moved and action.kind in (ActionKind.KEY, ActionKind.DRAG):
        yield f"{_label(after.focused)} has the keyboard focus"
    appeared = [new for ref, new in after.elements.items() if ref not in before.elements and not before.capped]
    yield from (f"{_label(new)} appeared" for new in appeared)


def _is_focused_field(action: Action, after: Observation) -> bool:
    """Whether the action's own element takes text and has the keyboard focus."""
    return action.element is not None and action.element.takes_text and _same(after.focused, action.element)


def _changes(old: Element, new: Element) -> Iterator[str]:
    if new.text != old.text:
        yield f"{_label(new)} now reads {_quoted(new.text)}"
    if new.name != old.name:
        yield f"{_label(old)} is now called {_quoted(new.name)}"
    gained, lost = sorted(new.states - old.states - PASSING_STATES), sorted(old.states - new.states - PASSING_STATES)
    if gained or lost:
        said = [f"is {each}" for each in gained] + [f"is no longer {each}" for each in lost]
        yield f"{_label(new)} {', '.join(said)}"


def _of_pixels(action: Action, before: Observation, after: Observation) -> Iterator[str]:
    found = _pixels(action, before, after)
    if found is not None and found.count and not (action.element is not None and found.caret_like):
        yield f"{found.count} pixels of the picture changed"


def _pixels(action: Action, before: Observation, after: Observation) -> Change | None:
    """What changed in the part that is watched and that both pictures show. None: can't be compared."""
    old, new = before.shot, after.shot
    if old is None or new is None:
        return None
    common = old.region.intersection(new.region)  # A menu that closed makes a window's scope smaller.
    part = common.intersection(_watched(action, common))
    if part.empty:
        return None
    ignored = [*old.masked, *new.masked, *_passing_popups(before, after), *_lit(action)]
    return _change(old, new, part, ignored, before.seen)


def _target_looks_different(action: Action, before: Observation, after: Observation) -> bool:
    """Whether the target that was pressed has another look than before."""
    old, new = before.shot, after.shot
    if old is None or new is None:
        return False
    common = old.region.intersection(new.region)
    parts = [each.intersection(common) for each in _lit(action)]
    masked = [*old.masked, *new.masked]
    return any(_change(old, new, part, masked, before.seen).count for part in parts if not part.empty)


def _lit(action: Action) -> Iterator[Rect]:
    """What pointing at the target may light up. What scrolling and typing do shows in the target itself."""
    if _pressed(action) and action.element is not None and not action.element.takes_text:
        yield action.element.region.grown(TARGET_MARGIN)


def _change(
    old: Screenshot, new: Screenshot, part: Rect, ignored: Sequence[Rect], earlier: Screenshot | None
) -> Change:
    """What changed in a part of the desktop that both pictures show, but for what had changed since the `earlier` one
    already."""
    corner = old.view.image_rect(part)
    shifted = [old.view.image_rect(each).moved(-corner.x, -corner.y) for each in ignored]
    restless = _part_of(earlier, part) if earlier and earlier.region.encloses(part) else None
    return change(_part_of(old, part), _part_of(new, part), shifted, restless)


def _passing_popups(before: Observation, after: Observation) -> Iterator[Rect]:
    """Where a popup came or went: what a menu did is told by the menu, and a tooltip goes by itself."""
    old, new = ({each.id: each.frame for each in seen.windows if each.popup} for seen in (before, after))
    yield from (frame for number, frame in {**old, **new}.items() if (number in old) != (number in new))


def _watched(action: Action, whole: Rect) -> Rect:
    """Where an effect is looked for: in the target's window; everywhere, where there is none, or where a drag leaves
    it."""
    window = action.window
    if window is None or window.popup:
        return whole
    leaves = any(not window.region.contains(each.end) for each in action.inputs if isinstance(each, Drag))
    return whole if leaves else window.region


def _part_of(shot: Screenshot, part: Rect) -> Image:
    return shot.image.crop(shot.view.image_rect(part))


def _pressed(action: Action) -> bool:
    return any(isinstance(each, Click) for each in action.inputs)


def _same(one: Element | None, other: Element | None) -> bool:
    return one is not None and other is not None and one.ref == other.ref


def _label(element: Element | None) -> str:
    if element is None:
        return "the focused element"
    return f"{_quoted(element.name)} ({element.role})" if element.name else f"the {element.role}"


def _title(window: Window) -> str:
    return _quoted(window.title or window.application)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= SHOWN else line[: SHOWN - 1] + '…'}”"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
