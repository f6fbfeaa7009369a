"""The first rung: the element of the accessible tree, by role and name; what is beside it, the way to it and its place
tell apart those that are called alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from desktop_agent.core.desktop import Candidate, Element, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.naming import ACTIONABLE, MENU_ITEMS, normal
from desktop_agent.core.text import one_line
from desktop_agent.macros.errors import Ambiguous, Unreachable
from desktop_agent.macros.finding.look import Look, Miss, Pane
from desktop_agent.macros.finding.names import is_beside, is_right_beside, likeness, near_texts, same, same_path
from desktop_agent.macros.finding.points import place_in, point_in
from desktop_agent.macros.finding.rows import are_rows, holds_one_of, in_its_row
from desktop_agent.macros.finding.windows import is_vague
from desktop_agent.macros.format import ElementRef, Target
from desktop_agent.macros.found import Found
from desktop_agent.macros.wording import target_name

CLEARLY = 1.3
"""How many times more like it the surroundings of the best must be than those of the second."""
SIMILAR, SIMILARITY = 3, 0.5
_SLACK = 3


@dataclass(frozen=True)
class Seen:
    """An element that may be it."""

    element: Element
    pane: Pane
    near: tuple[str, ...]

    @property
    def candidate(self) -> Candidate:
        """For people."""
        element = self.element
        return Candidate(
            one_line(element.name), element.region, "element", element.role, self.pane.window.title, element
        )


def find(look: Look) -> Found | Miss:
    """Where the target's element is.

    Raises:
        Ambiguous: several may be it.
        Unreachable: it is disabled, or something lies over it.
    """
    ref = look.target.element
    if ref is None:
        return Miss("is not known of it")
    alike = _alike(ref, look)
    if not alike:
        return Miss(_instead(ref, look))
    if problem := _other_window(alike, look):
        return Miss(problem)
    chosen = _one_of(alike, look, ref)
    if chosen is None:
        return Miss(_unproven(alike))
    return _reached(chosen, look)


def _other_window(alike: Sequence[Seen], look: Look) -> str:
    """Why it may as well be meant in another window than the one that has it; empty where nothing speaks for that."""
    meant = _meant(look)
    if len(meant) < 2:
        return ""
    if not all(pane.told for pane in meant):
        return "is in one of several windows that may be meant, and another one does not tell what is in it"
    having = {each.pane.window.id: each.pane.window.title for each in alike}
    if any(pane.window.title in having.values() and pane.window.id not in having for pane in meant):
        return "is in one of several windows of that title, and no longer in another one"
    return ""


def _meant(look: Look) -> list[Pane]:
    """The windows that are meant, where the target says which."""
    return [pane for pane in look.panes if look.target.window is not None and pane.window is pane.surface]


def _alike(ref: ElementRef, look: Look) -> list[Seen]:
    """All elements of its role and name: those of exactly its name alone where there are any."""
    every = {each.ref: (each, pane) for pane in reversed(look.panes) for each in pane.elements}  # popups count first
    role = [(each, pane) for each, pane in every.values() if each.role == ref.role]
    exact = [(each, pane) for each, pane in role if each.name == ref.name]
    fitting = exact or [(each, pane) for each, pane in role if same(ref.name, each.name)]
    alone = [each for each in fitting if not any(_repeats(each, other, ref) for other in fitting)]
    return [_seen(each, pane, [other for other, _ in alone if other is not each], look) for each, pane in alone]


def _seen(element: Element, pane: Pane, others: Sequence[Element], look: Look) -> Seen:
    """With the texts that are nearer to it than to the others."""
    rivals = [each.region for each in others]
    return Seen(element, pane, near_texts(element.region, look.elements(pane.window), one_line(element.name), rivals))


def _repeats(one: tuple[Element, Pane], other: tuple[Element, Pane], ref: ElementRef) -> bool:
    """Whether `one` only holds `other`, which has the same name, or the other way round; the one that is as deep in its
    tree as the recorded one was stays."""
    (element, pane), (second, second_pane) = one, other
    if element is second or pane is not second_pane:
        return False
    holds = element.region.encloses(second.region)
    if not (holds or second.region.encloses(element.region)):
        return False
    depths = [abs(len(each.path) - len(ref.path)) for each in (element, second)]
    return depths[0] > depths[1] or (depths[0] == depths[1] and holds and element.region != second.region)


def _one_of(alike: Sequence[Seen], look: Look, ref: ElementRef) -> Seen | None:
    """The one that is meant; None where nothing shows that one of them is it.

    Raises:
        Ambiguous: several may be it.
    """
    only, target = alike[0], look.target
    if len(alike) > 1 or ref.others:
        chosen = _told_apart(alike, look, ref)
        if chosen is None and len(alike) > 1:
            raise ambiguous(target, tuple(each.candidate for each in alike))
        return chosen
    known = bool(ref.path or target.near)
    may_be_another = is_vague(target.window) or len(_meant(look)) > 1 or not only.pane.told
    doubtful = not ref.name or (may_be_another and known)
    return only if not doubtful or _beside(only, target) or _is_way(only, ref) else None


def _told_apart(alike: Sequence[Seen], look: Look, ref: ElementRef) -> Seen | None:
    """The one of several that what is beside it, the way to it and its place show to be meant. Where they are more or
    fewer than they were, the way must be the same and what is beside it too: the place of one that is gone, and what
    was beside it, may be another's now."""
    if len({each.pane.window.id for each in alike}) > 1:
        return None
    target = look.target
    on_way = [each for each in alike if _is_way(each, ref)]
    way = on_way[0] if len(on_way) == 1 else None
    if len(alike) != ref.others + 1:
        return way if way and _right_beside(way, target) and _in_own_row(way, alike, look) else None
    if not target.near:
        if way and any(are_rows(way.element, each.element) for each in alike if each is not way):
            return None
        # A sibling that comes before the others gives them all its number when it goes, and two may change places.
        return way if way and _is_there(way, target) else _placed(on_way if ref.path else alike, target)
    chosen = _most_alike(alike, target)
    # One may be gone and another have come, so that as many as there were doesn't show that they are the same.
    if chosen is None:
        return None
    same = _in_own_row(chosen, alike, look) if chosen is way else _moved(chosen, alike, look, ref)
    return chosen if same else None


def _in_own_row(seen: Seen, alike: Sequence[Seen], look: Look) -> bool:
    rivals = [each.element for each in alike if each is not seen]
    return holds_one_of(look.target.near, seen.element, rivals, look.elements(seen.pane.window))


def _moved(chosen: Seen, alike: Sequence[Seen], look: Look, ref: ElementRef) -> bool:
    """Whether what is beside it shows that it is the one although it isn't where it was: it came there with its row;
    or, where no way is known, all that was nearest to it still is, in the same order."""
    near = look.target.near
    if not ref.path:
        return [normal(each) for each in near] == [normal(each) for each in chosen.near[: len(near)]]
    rivals = [each.element for each in alike if each is not chosen]
    return in_its_row(chosen.element, ref.path, near[0], rivals, look.elements(chosen.pane.window))


def _most_alike(alike: Sequence[Seen], target: Target) -> Seen | None:
    """The one beside which is what was beside it, if that is clearly one."""
    ranked = sorted(alike, key=lambda each: -likeness(target.near, each.near))
    best, second = (*(likeness(target.near, each.near) for each in ranked), 0.0)[:2]
    return ranked[0] if best > CLEARLY * second and _right_beside(ranked[0], target) else None


def _beside(seen: Seen, target: Target) -> bool:
    return is_beside(target.near, seen.near)


def _right_beside(seen: Seen, target: Target) -> bool:
    return is_right_beside(target.near, seen.near)


def _is_way(seen: Seen, ref: ElementRef) -> bool:
    return same_path(ref.path, seen.element.path)


def _is_there(seen: Seen, target: Target) -> bool:
    """Whether it is where the target was, in a window of the same size: in another one nothing tells."""
    point = place_in(seen.pane.window.region, target.place)
    return point is not None and seen.element.region.grown(_SLACK).contains(point)


def _placed(alike: Sequence[Seen], target: Target) -> Seen | None:
    """The only one where the target was, in a window of the same size."""
    placed = [each for each in alike if _is_there(each, target)]
    return placed[0] if len(placed) == 1 else None


def _reached(seen: Seen, look: Look) -> Found:
    """It, if it can be acted on."""
    name, element = target_name(look.target), seen.element
    if element.disabled:
        raise Unreachable(
            f"{_capital(name)} is there, but it is disabled.", "It may need another step before this one."
        )
    region, point = _shown(seen, look)
    top = look.surface(seen.pane, point)
    if top is None:
        raise Unreachable(
            f"{_capital(name)} is there, but {look.above(point)} lies over it.",
            "Close or move what lies over it, or bring its window to the front.",
        )
    inner = seen.pane.innermost(point)
    if inner is not None and inner.ref != element.ref and not _is_part(inner, element):
        raise Unreachable(
            f"{_capital(name)} is there, but the {inner.role} “{one_line(inner.name, 60)}” lies over it.",
            "Close what lies over it.",
        )
    evidence = f"The {element.role} “{one_line(element.name, 60)}” of {_of(seen.pane.window)}."
    return Found("element", top, region, point, element, evidence)


def _shown(seen: Seen, look: Look) -> tuple[Rect, Point]:
    """The part of it that shows, and where to act in that. What lies outside of its window is in a menu, or can't be
    reached."""
    whole = seen.element.region
    part = whole.intersection(seen.pane.region)
    shown = whole if part.empty or seen.element.role in MENU_ITEMS else part
    point = point_in(whole, look.target.picture)
    return shown, point if shown.contains(point) else shown.center


def _is_part(inner: Element, element: Element) -> bool:
    """Whether what a click reaches first is a part of the element, with no purpose of its own."""
    is_other = bool(inner.name) and inner.role in ACTIONABLE and not same(inner.name, element.name)
    return element.region.encloses(inner.region) and not is_other


def ambiguous(target: Target, candidates: tuple[Candidate, ...]) -> Ambiguous:
    """Says that several things may be the target."""
    return Ambiguous(
        f"{len(candidates)} things on the screen may be {target_name(target)}, and nothing tells which is meant.",
        "Close the window that is not meant, or show the step its target again.",
        "; ".join(f"{each.role} {each.label!r} at {each.region}" for each in candidates),
        candidates,
    )


def _instead(ref: ElementRef, look: Look) -> str:
    """That it isn't there, and what is."""
    if not any(pane.elements for pane in look.panes):
        return "its window tells nothing about its elements"
    said = f"there is no {ref.role} “{one_line(ref.name, 60)}”" if ref.name else f"there is no such {ref.role}"
    shown = similar(ref.name, look)
    return f"{said}; what is called most alike is {shown}" if shown else said


def similar(name: str, look: Look) -> str:
    """What is there that is called most like `name`, for people; empty where nothing is."""
    names = {
        normal(each.name): f"the {each.role} “{one_line(each.name, 60)}”"
        for pane in look.panes
        for each in pane.elements
        if each.name and each.role in ACTIONABLE
    }
    return ", ".join(names[each] for each in get_close_matches(normal(name), names, SIMILAR, SIMILARITY))


def _unproven(alike: Sequence[Seen]) -> str:
    only = alike[0].element
    return f"the {only.role} “{one_line(only.name, 60)}” is there, but beside it is not what was beside the target"


def _of(window: Window) -> str:
    return f"“{one_line(window.title, 60)}”" if window.title else one_line(window.application)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
