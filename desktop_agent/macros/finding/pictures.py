"""The second rung: how the target looked. A place counts only if nothing else looks like it, and what is known besides
agrees: its surroundings, what is near, its distance to its window's edges, the words on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.naming import normal
from desktop_agent.macros.finding import matching
from desktop_agent.macros.finding.elements import ambiguous
from desktop_agent.macros.finding.guard import refusal
from desktop_agent.macros.finding.look import Look, Miss, Pane
from desktop_agent.macros.finding.matching import SCALES, SURE, SURE_WORST, Match, Template
from desktop_agent.macros.finding.names import is_beside, is_surrounded
from desktop_agent.macros.finding.phrases import phrase_at
from desktop_agent.macros.finding.points import pinned, place_in
from desktop_agent.macros.finding.target_words import own_words
from desktop_agent.macros.format import PictureRef
from desktop_agent.macros.found import Found
from desktop_agent.macros.wording import target_name

LIKELY = 0.7
"""From here on it may be it at another scale or in another font; the words on it must be the same."""
CONTEXT, CONTEXT_MARGIN = 0.5, 0.2
SLACK = 4


@dataclass(frozen=True)
class Place:
    """A match, its region on the desktop, and the pane it was found in."""

    match: Match
    pane: Pane
    is_whole: bool
    """Whether the match is of all of the target; else a part of it may be beside what was compared."""

    @property
    def region(self) -> Rect:
        return self.match.region

    @property
    def is_sure(self) -> bool:
        worst = self.match.worst if self.is_whole else min(self.match.worst, self.match.row)
        return self.match.likeness >= SURE and worst >= SURE_WORST


def find(look: Look) -> Found | Miss:
    """Where the target's picture is.

    Raises:
        Ambiguous: several places look like it.
        CaptureFailed: the screen can't be read.
    """
    ref = look.target.picture
    if ref is None or look.picture is None:
        return Miss("is not known of it")
    return Search(look, ref, look.picture).find()


class Search:
    """For one picture.

    Args:
        look: where.
        ref: the target in the picture.
        picture: what the picture shows.
    """

    def __init__(self, look: Look, ref: PictureRef, picture: Image) -> None:
        self._look, self._ref, self._picture = look, ref, picture
        box = Rect(ref.box.x, ref.box.y, ref.box.width, ref.box.height)
        self._box = box.intersection(Rect(0, 0, picture.width, picture.height))

    @property
    def _is_whole(self) -> bool:
        """Whether it is known how large the target is."""
        return self._look.target.element is not None or bool(own_words(self._look.target))

    @cached_property
    def _template(self) -> Template:
        return Template(matching.gray(self._picture), self._box)

    def find(self) -> Found | Miss:
        """Where it is."""
        if self._box.empty or self._template.is_blank:
            return Miss("shows nothing that could be told from anything else")
        places = self._places()
        if not places:
            return Miss("is nowhere there")
        if len(places) > 1 and not places[0].is_sure:
            return Miss("has several counterparts that are only somewhat alike")
        best = places[0].match.likeness
        rivals = [each for each in places if each is places[0] or each.match.is_like(best)]
        if self._ref.others and len(rivals) != self._ref.others + 1:
            return Miss(f"has {len(rivals) - 1} counterparts, and had {self._ref.others}: it may be one of them")
        chosen = self._told_apart(rivals) if len(rivals) > 1 else rivals[0]
        problem = self._doubt(chosen) or refusal(self._look, chosen.pane, self._point(chosen), chosen.is_sure)
        return Miss(problem) if problem else self._found(chosen)

    def _places(self) -> list[Place]:
        """What looks like it, the most alike first. More is tried only while nothing is surely it."""
        prior = self._prior()
        first = tuple(dict.fromkeys((prior, 1.0)))
        rest = tuple(each for each in SCALES if each not in first)
        found: list[Place] = []
        for scales, edges in ((first, False), (rest, False), (first, True)):
            found = matching.distinct([*found, *self._matches(scales, edges)], lambda place: place.match)
            if found and found[0].is_sure:
                break
        return found

    def _matches(self, scales: Sequence[float], edges: bool) -> Iterator[Place]:
        for pane in self._look.panes:
            shot = self._look.shot(pane)
            for match in matching.search(self._template, self._gray(pane), scales, edges):
                region = match.region.moved(shot.region.x, shot.region.y)
                place = Place(replace(match, region=region), pane, self._is_whole)
                if match.likeness >= LIKELY and self._look.surface(pane, place.region.center) is not None:
                    yield place

    def _gray(self, pane: Pane) -> matching.Gray:
        if pane.surface.id not in self._grays:
            self._grays[pane.surface.id] = matching.gray(self._look.shot(pane).image)
        return self._grays[pane.surface.id]

    @cached_property
    def _grays(self) -> dict[int, matching.Gray]:
        return {}

    def _prior(self) -> float:
        """The scale at which it should show now."""
        if not self._look.panes:
            return 1.0
        now = self._look.monitor_scale(self._look.panes[-1].region.center)
        return round(min(max(now / self._ref.scale, 0.5), 2.0), 3)

    def _told_apart(self, rivals: Sequence[Place]) -> Place:
        """The one of several whose surroundings or place are the recorded ones.

        Raises:
            Ambiguous: nothing tells.
        """
        ranked = sorted(rivals, key=lambda each: -each.match.context)
        if ranked[0].match.context >= max(CONTEXT, ranked[1].match.context + CONTEXT_MARGIN):
            return ranked[0]
        beside = [each for each in rivals if self._is_beside(each)]
        placed = [each for each in rivals if self._in_place(each) and self._keeps_company(each)]
        for chosen in (beside, placed):
            if len(chosen) == 1:
                return chosen[0]
        name = target_name(self._look.target)
        raise ambiguous(
            self._look.target,
            tuple(Candidate(name, each.region, "text", "picture", each.pane.window.title) for each in rivals),
        )

    def _doubt(self, place: Place) -> str:
        """Why it may be something else that only looks like it; empty where nothing speaks for that."""
        near, is_pinned = self._look.target.near, self._is_pinned(place)
        if not (is_pinned or (self._is_beside(place) if near else place.match.context >= CONTEXT)):
            return "has a counterpart in another place, with other things around it"
        if self._ref.others and not (is_pinned and is_surrounded(near, self._near(place))):
            return "had others that look like it, and what looks so now is in another place, or other things beside it"
        if place.is_sure:
            return ""
        try:
            before, now = self._said(self._picture, self._box), self._said(*self._shown(place))
        except Unavailable:
            return "has a counterpart that is only somewhat alike, and no words can be read to compare"
        if before and before == now:
            return ""
        return "has a counterpart that is only somewhat alike, and has other words or none on it"

    def _said(self, image: Image, box: Rect) -> str:
        """What is written on the part `box` of a picture, and what belongs to it."""
        found = phrase_at(self._look.read(image), box)
        return normal(found[0]) if found else ""

    def _shown(self, place: Place) -> tuple[Image, Rect]:
        """The place with as much around it as the recorded picture has, and where in that it is."""
        shot, scale = self._look.shot(place.pane), place.match.scale
        size = (round(self._picture.width * scale), round(self._picture.height * scale))
        x, y = place.region.x - round(self._box.x * scale), place.region.y - round(self._box.y * scale)
        around = Rect(x, y, *size).intersection(shot.region)
        return shot.image.crop(shot.view.image_rect(around)), place.region.moved(-around.x, -around.y)

    def _is_beside(self, place: Place) -> bool:
        return is_beside(self._look.target.near, self._near(place))

    def _near(self, place: Place) -> tuple[str, ...]:
        try:
            return self._look.near(place.pane, place.region) if self._look.target.near else ()
        except Unavailable:
            return ()

    def _keeps_company(self, place: Place) -> bool:
        """Whether what was near is near still, where anything was."""
        return not self._look.target.near or self._is_beside(place)

    def _in_place(self, place: Place) -> bool:
        point = place_in(place.pane.region, self._look.target.place)
        return point is not None and place.region.grown(SLACK).contains(point)

    def _is_pinned(self, place: Place) -> bool:
        """Whether it keeps its distance to an edge of its window both ways."""
        recorded, ref, scale = self._look.target.place, self._ref, place.match.scale
        if recorded is None:
            return False
        left = round((recorded.point.x + self._box.x - ref.point.x) * scale)
        top = round((recorded.point.y + self._box.y - ref.point.y) * scale)
        before = Rect(left, top, place.region.width, place.region.height)
        size = (round(recorded.window.width * scale), round(recorded.window.height * scale))
        pane = place.pane.region
        now = place.region.moved(-pane.x, -pane.y)
        return pinned(before, size, now, (pane.width, pane.height), round(SLACK * max(1.0, scale)))

    def _point(self, place: Place) -> Point:
        """Where to act: the recorded point of the picture."""
        scale, box = place.match.scale, self._box
        x = place.region.x + round((self._ref.point.x - box.x) * scale)
        y = place.region.y + round((self._ref.point.y - box.y) * scale)
        point = Point(x, y)
        return point if place.region.contains(point) else place.region.center

    def _found(self, place: Place) -> Found | Miss:
        point = self._point(place)
        top = self._look.surface(place.pane, point)
        if top is None:
            return Miss(f"is covered by {self._look.above(point)}")
        match = place.match
        evidence = f"It looks as recorded: {match.likeness:.0%} alike, its surroundings {match.context:.0%}."
        return Found("picture", top, place.region, point, place.pane.innermost(point), evidence)
