"""The third rung: the target's own words, read from the pixels; else the words that were around it, which show where it
must be. Each needs a second witness."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_agent.core.desktop import Candidate, Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.naming import normal
from desktop_agent.core.text import one_line
from desktop_agent.macros.finding import matching
from desktop_agent.macros.finding.elements import ambiguous
from desktop_agent.macros.finding.guard import refusal
from desktop_agent.macros.finding.look import Look, Miss, Pane
from desktop_agent.macros.finding.names import apart
from desktop_agent.macros.finding.phrases import phrase_at
from desktop_agent.macros.finding.points import pinned
from desktop_agent.macros.finding.target_words import own_words
from desktop_agent.macros.format import Target
from desktop_agent.macros.found import Found
from desktop_agent.tools.spotting import spot

NEAR = 200
"""How far from the target a text that was near it may be, in the pixels of `names.apart`."""
SLACK = 8
LEAST_WORDS = 3
"""Words around the target that must have moved alike."""
SHORTEST = 3
"""Shorter words are read wrongly, or are everywhere."""
ALIKE = 0.5
"""How alike it must look between the same words."""


@dataclass(frozen=True)
class Read:
    """Words that were read in a pane; the region is on the desktop."""

    text: str
    region: Rect
    pane: Pane


def find(look: Look) -> Found | Miss:
    """Where the target's words are.

    Raises:
        Ambiguous: they are in several places.
        CaptureFailed: the screen can't be read.
    """
    try:
        own = own_words(look.target)
        return _by_own_words(look, own) if own else _by_words_around(look)
    except Unavailable as error:
        if type(error) is not Unavailable:
            raise  # the screen itself
        return Miss("can't be read: no text reader is installed or working")


def _by_own_words(look: Look, own: str) -> Found | Miss:
    if _had_twins(look.target):
        return Miss(f"“{one_line(own, 60)}” was there more than once")
    if look.target.element is not None and not _bore(look, own):
        return Miss(f"“{one_line(own, 60)}” was not written on it")
    places = [
        Read(each.text, shot.view.screen_rect(each.region), pane)
        for pane in look.panes
        for shot in [look.shot(pane)]
        for each in spot(own, look.words(pane))
    ]
    shown = [each for each in places if look.surface(each.pane, each.region.center) is not None]
    if not shown:
        return Miss(f"“{one_line(own, 60)}” can't be read there")
    shown = [each for each in shown if _is_whole(each, look)]
    if not shown:
        return Miss(f"“{one_line(own, 60)}” is only a part of what can be read there")
    refusals = {each: refusal(look, each.pane, each.region.center, is_sure=False) for each in shown}
    allowed = [each for each in shown if not refusals[each]]
    if not allowed:
        return Miss(refusals[shown[0]])
    proven = [each for each in allowed if _is_proven(each, look)]
    if len(proven) > 1:
        raise ambiguous(look.target, tuple(_candidate(each) for each in proven))
    if not proven:
        return Miss(f"“{one_line(own, 60)}” can be read, but nothing around it is as recorded")
    return _found(look, proven[0], proven[0].region.center, f"“{one_line(own, 60)}” can be read there.")


def _had_twins(target: Target) -> bool:
    """Whether there were others of that name or look: one of them may be the one that is left."""
    return any(each is not None and each.others for each in (target.element, target.picture))


def _bore(look: Look, own: str) -> bool:
    """Whether its name was written on it, as far as its picture shows: else what bears these words is another thing."""
    ref, picture = look.target.picture, look.picture
    if ref is None or picture is None:
        return True
    box = Rect(ref.box.x, ref.box.y, ref.box.width, ref.box.height)
    return any(not each.region.intersection(box).empty for each in spot(own, look.read(picture)))


def _is_whole(read: Read, look: Look) -> bool:
    """Whether nothing else stands with it: "Save" isn't "Save As"."""
    phrase = phrase_at(look.words(read.pane), look.shot(read.pane).view.image_rect(read.region))
    return phrase is not None and normal(phrase[0]) == normal(read.text)


def _is_proven(read: Read, look: Look) -> bool:
    """Whether something besides the words shows that it is the target: a text near it, or its distance to the edges of
    its window."""
    texts = (text for text in look.target.near if len(text) >= SHORTEST)
    shot = look.shot(read.pane)
    near = sum(
        any(
            apart(read.region, shot.view.screen_rect(each.region)) <= NEAR for each in spot(text, look.words(read.pane))
        )
        for text in texts
    )
    return near > 0 if look.target.near else _is_pinned(read, look.target)


def _is_pinned(read: Read, target: Target) -> bool:
    place, pane = target.place, read.pane.region
    if place is None:
        return False
    width, height = read.region.width, read.region.height
    before = Rect(place.point.x - width // 2, place.point.y - height // 2, width, height)
    now = read.region.moved(-pane.x, -pane.y)
    slack = max(SLACK, width // 2)
    return pinned(before, (place.window.width, place.window.height), now, (pane.width, pane.height), slack)


def _by_words_around(look: Look) -> Found | Miss:
    """Where the target must be, from the words that its picture shows around it: those that are in one pane only once
    must all have moved alike."""
    ref, picture = look.target.picture, look.picture
    if ref is None or picture is None:
        return Miss("is not known of it")
    recorded = _single(look.read(picture))
    found: list[tuple[Pane, Point, int]] = []
    for pane in look.panes:
        now, shot = _single(look.words(pane)), look.shot(pane)
        moves = [(now[text], recorded[text]) for text in recorded if text in now]
        moved = _common([(after.x - before.x, after.y - before.y) for after, before in moves])
        if moved is not None:
            point = Point(shot.region.x + ref.point.x + moved[0], shot.region.y + ref.point.y + moved[1])
            found.append((pane, point, len(moves)))
    if len(found) != 1:
        return Miss("around it are not the words that were around it")
    pane, point, count = found[0]
    box = Rect(point.x + ref.box.x - ref.point.x, point.y + ref.box.y - ref.point.y, ref.box.width, ref.box.height)
    problem = refusal(look, pane, point, is_sure=False) or _is_changed(look, pane, point)
    if problem:
        return Miss(problem)
    region = box.intersection(pane.region)
    return _found(look, Read("", region, pane), point, f"{count} words around it are where they were, seen from it.")


def _single(words: Sequence[Word]) -> dict[str, Point]:
    """Where the words are that can be read exactly once."""
    places: dict[str, list[Point]] = {}
    for each in words:
        if len(each.text) >= SHORTEST:
            places.setdefault(normal(each.text), []).append(each.region.center)
    return {text: found[0] for text, found in places.items() if len(found) == 1}


def _common(moves: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """By how much all have moved; None where they disagree, or are too few."""
    if len(moves) < LEAST_WORDS:
        return None
    x, y = (round(statistics.median(each[axis] for each in moves)) for axis in (0, 1))
    return (x, y) if all(abs(dx - x) <= SLACK and abs(dy - y) <= SLACK for dx, dy in moves) else None


def _is_changed(look: Look, pane: Pane, point: Point) -> str:
    """Why what is at `point` isn't what was at the target, between the same words; empty where it may be."""
    ref, picture = look.target.picture, look.picture
    if ref is None or picture is None:
        return "is not known of it"
    box = Rect(ref.box.x, ref.box.y, ref.box.width, ref.box.height)
    box = box.intersection(Rect(0, 0, picture.width, picture.height))
    template = matching.Template(matching.gray(picture), box)
    shot = look.shot(pane)
    origin = (point.x - ref.point.x - shot.region.x, point.y - ref.point.y - shot.region.y)
    there = box.moved(*origin).intersection(Rect(0, 0, shot.image.width, shot.image.height))
    if there.empty:
        return "would be off the screen"
    hay = matching.gray(shot.image)
    if template.is_blank:
        changed = bool(matching.part(hay, there).std() >= matching.FLAT)
    else:
        match = matching.compare(template, hay, 1.0, *origin)
        changed = match is None or match.likeness < ALIKE
    return "is no longer what it was, although the words around it are" if changed else ""


def _candidate(read: Read) -> Candidate:
    return Candidate(one_line(read.text), read.region, "text", window=read.pane.window.title)


def _found(look: Look, read: Read, point: Point, evidence: str) -> Found | Miss:
    top = look.surface(read.pane, point)
    if top is None:
        return Miss(f"is covered by {look.above(point)}")
    region = read.region if read.region.contains(point) else Rect.around(point, 24)
    return Found("text", top, region, point, read.pane.innermost(point), evidence)
