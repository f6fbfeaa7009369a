"""Moves a planner's point to the element that it must mean. Pure functions over what stands around it.

A model's points are off by some pixels, and small controls are no larger than that. Three things speak for an element:
that it is of a kind that the call fits, that it is near, and that the planner calls it by its name. Where the place
itself matters (a text, a slider, a canvas, a picture) and where two elements are as likely, the point stays as it is.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.desktop import Element, Surroundings
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.safety.claims import contradicts, likeness, names_kind
from desktop_agent.tools.goals import (
    PLAIN,
    TOGGLES,
    TRACKS,
    WORDS,
    are_words_to_click,
    fits,
    is_beyond_end,
    is_exact,
    is_goal,
    is_handle,
    may_wrap,
)

REACH = 16
"""Pixels from a point to the elements that it may mean."""
INSET = 6
"""Pixels from an element's edge to where it is safe to click: corners are round, and rectangles a little too large."""
TIE = 4
"""Pixels by which one of two elements must be nearer."""
TOGGLE_TIE = 6
"""Likewise where the nearer one is switched on and off: beside it a click does nothing, on the wrong one it does harm
that stays."""
NAMED = 0.5
"""Part of the planner's words that must be an element's name for it to be meant."""
GRIP = 64
"""Pixels up to which a thing is taken hold of by its middle."""
_FRAME = 4
"""Pixels by which the content of an element may stick out of it: a tab and the link in it."""
_SHOWN = 40
"""Characters of a name that are told."""


@dataclass(frozen=True)
class Snap:
    """Where to act. `element` is what the point was moved to, None where it was not; `note` says so, or why not, for
    the planner; empty where there is nothing to say."""

    point: Point
    element: Element | None = None
    note: str = ""


@dataclass(frozen=True)
class _Candidate:
    """An element near the point. `region` is its visible part; `likeness` how much of the claim is its name."""

    element: Element
    region: Rect
    distance: float
    likeness: float
    is_kind: bool

    @property
    def evidence(self) -> tuple[bool, bool, bool]:
        """What speaks for it beside its nearness, more is better."""
        return _evidence(self.likeness, self.is_kind)


def snap(kind: ActionKind, point: Point, around: Surroundings, claimed: str, bounds: Rect) -> Snap:
    """The point to use instead of `point`, which may be `point` itself.

    Args:
        kind: of the call.
        point: that the planner gave, in desktop pixels.
        around: the elements up to `REACH + INSET` pixels from it.
        claimed: what the planner says that it aims at; may be empty.
        bounds: where the point may be moved, in desktop pixels.
    """
    hits = [each for each in around.elements if each.region.contains(point)]
    if any(is_exact(each) for each in hits):
        return Snap(point)
    innermost, inside = around.innermost(point), _deepest(each for each in hits if fits(kind, each, around))
    others = _candidates(kind, point, around, claimed, bounds)
    if inside is not None:
        meant = _meant_rather(others, (innermost or inside, inside), claimed, around)
        if meant:
            return _to(_chosen(meant), kind, point, around)
        if kind is ActionKind.DRAG and _is_held(inside, claimed, around):
            return _to(_Candidate(inside, inside.region.intersection(bounds), 0.0, 1.0, False), kind, point, around)
        return _further_in(point, inside, bounds)
    is_words = innermost is not None and innermost.role in WORDS
    return _to(_chosen([each for each in others if _may_leave(kind, is_words, each)]), kind, point, around)


def _is_held(element: Element, claimed: str, around: Surroundings) -> bool:
    """Whether it is surely the thing that is to be dragged."""
    return is_handle(element) or likeness(claimed, _labelled(element, around)) == 1.0


def _evidence(likeness: float, is_kind: bool) -> tuple[bool, bool, bool]:
    return likeness == 1.0, likeness >= NAMED, is_kind


def _meant_rather(
    others: Sequence[_Candidate], there: Sequence[Element], claimed: str, around: Surroundings
) -> list[_Candidate]:
    """Those of `others` that the planner means and not what is `there`, under the point: more speaks for them, and they
    are called as it says; or only they can be meant."""
    labelled = [_labelled(each, around) for each in there]
    if all(contradicts(claimed, each) for each in labelled):
        return [each for each in others if any(each.evidence)]
    known = max(_evidence(likeness(claimed, each), names_kind(claimed, each)) for each in labelled)
    return [each for each in others if each.likeness == 1.0 and each.evidence > known]


def _may_leave(kind: ActionKind, is_words: bool, goal: _Candidate) -> bool:
    """Whether a point may be moved from where it is, which is words (or nothing), to `goal`. Words are clicked, chosen
    and dragged for themselves, so there the planner must say that it means something else; but nobody types into them.
    What can be dragged no platform tells, so there it must always say so."""
    if kind is ActionKind.DRAG:
        return goal.likeness == 1.0 or (not is_words and (goal.element.role in TRACKS or is_handle(goal.element)))
    if not is_words or kind is ActionKind.TYPE:
        return True
    return kind is not ActionKind.DOUBLE_CLICK and any(goal.evidence)


def _candidates(kind: ActionKind, point: Point, around: Surroundings, claimed: str, bounds: Rect) -> list[_Candidate]:
    """What the point may mean instead, without what the planner says that it does not mean."""
    found = []
    for element in around.elements:
        region = element.region.intersection(bounds)
        if region.empty or region.contains(point) or is_beyond_end(point, element):
            continue
        distance, named = _distance(point, region), _labelled(element, around)
        said = likeness(claimed, named)
        is_meant = is_goal(kind, element, around) or (said == 1.0 and are_words_to_click(kind, element))
        if is_meant and distance <= REACH and not contradicts(claimed, named):
            found.append(_Candidate(element, region, distance, said, names_kind(claimed, element)))
    if any(each.likeness == 1.0 and each.element.role not in WORDS for each in found):
        found = [each for each in found if each.element.role not in WORDS]  # They are a label of what is called so.
    return [each for each in found if not any(_holds(each, other) for other in found)]


def _chosen(candidates: Sequence[_Candidate]) -> _Candidate | tuple[_Candidate, _Candidate] | None:
    """The likeliest of them; the two likeliest where they can't be told apart."""
    ranked = sorted(candidates, key=lambda each: ([not held for held in each.evidence], each.distance))
    if len(ranked) < 2:
        return ranked[0] if ranked else None
    first, second = ranked[:2]
    needed = TOGGLE_TIE if first.element.role in TOGGLES else TIE
    tied = first.evidence == second.evidence and second.distance - first.distance < needed
    return (first, second) if tied else first


def _to(
    goal: _Candidate | tuple[_Candidate, _Candidate] | None, kind: ActionKind, point: Point, around: Surroundings
) -> Snap:
    match goal:
        case None:
            return Snap(point)
        case _Candidate(element, region):
            inner = _grip(point, element, region) if kind is ActionKind.DRAG else _inner(point, element, region)
            if inner == point:
                return Snap(point)
            # Something smaller may lie over it there. What is within it may look out by a frame.
            reached = around.innermost(inner)
            if reached is None or not element.region.grown(_FRAME).encloses(reached.region):
                return Snap(point)
            return Snap(inner, element, _moved(point, inner, _labelled(element, around)))
        case (one, other):
            names = " and ".join(_called(_labelled(each.element, around)) for each in (one, other))
            return Snap(point, note=f"The point is as near to {names}, so it was left as it is.")


def _further_in(point: Point, element: Element, bounds: Rect) -> Snap:
    """Away from the edge, where that changes nothing else."""
    region = element.region.intersection(bounds)
    if element.role not in PLAIN or may_wrap(element) or not region.contains(point):
        return Snap(point)
    inner = _inner(point, element, region)
    return Snap(inner, element, _moved(point, inner, element)) if inner != point else Snap(point)


def _inner(point: Point, element: Element, region: Rect) -> Point:
    """The point of `region` nearest to `point` that is not at its edge. Along a slider it does not move."""
    is_track = element.role in TRACKS
    across = 0 if is_track and region.width >= region.height else INSET
    along = 0 if is_track and region.width < region.height else INSET
    return Point(
        _clamped(point.x, region.x, region.right - 1, across), _clamped(point.y, region.y, region.bottom - 1, along)
    )


def _grip(point: Point, element: Element, region: Rect) -> Point:
    """Where to take hold of it. By its middle, since it comes to lie as far from where it is dragged to as it was held
    beside its middle; a long one where `point` is nearest. A slider is not taken hold of but clicked."""
    inner = _inner(point, element, region)
    if element.role in TRACKS:
        return inner
    middle = region.center
    return Point(
        middle.x if region.width <= GRIP else inner.x,
        middle.y if region.height <= GRIP else inner.y,
    )


def _clamped(value: int, low: int, high: int, inset: int) -> int:
    inset = min(inset, (high - low) // 2)
    return max(low + inset, min(value, high - inset))


def _distance(point: Point, region: Rect) -> float:
    dx = max(region.x - point.x, 0, point.x - region.right + 1)
    dy = max(region.y - point.y, 0, point.y - region.bottom + 1)
    return math.hypot(dx, dy)


def _deepest(elements: Iterable[Element]) -> Element | None:
    return min(reversed(list(elements)), key=lambda each: each.region.area, default=None)


def _holds(outer: _Candidate, inner: _Candidate) -> bool:
    return outer.element.region != inner.element.region and outer.element.region.encloses(inner.element.region)


def _labelled(element: Element, around: Surroundings) -> Element:
    """The element, called by the words in it where it has no name of its own."""
    if element.name.strip() or element.takes_text:
        return element
    within = (each.name for each in around.elements if each is not element and element.region.encloses(each.region))
    return replace(element, name=" ".join(name for name in within if any(char.isalnum() for char in name)))


def _moved(point: Point, inner: Point, element: Element) -> str:
    pixels = round(math.hypot(inner.x - point.x, inner.y - point.y))
    return f"The point was moved {pixels} px to {_called(element)}."


def _called(element: Element) -> str:
    role = "button" if element.role == "push button" else element.role
    name = one_line(element.name, _SHOWN)
    return f"the {role} “{name}”" if name else f"the {role}"
