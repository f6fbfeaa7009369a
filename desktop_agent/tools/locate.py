"""Finds places on the screen by what they are called: accessible names first, then words that OCR reads."""

import difflib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from desktop_agent.core.desktop import Candidate, Element, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.naming import ACTIONABLE, CONTAINERS, MENU_ITEMS, TEXTS, Fit, Wanted, normal, readings
from desktop_agent.core.protocols import Elements, Screen, TextReader, Windows
from desktop_agent.tools.labelled import field_of
from desktop_agent.tools.ranking import of_popup, score
from desktop_agent.tools.spotting import Spot, spot

log = logging.getLogger(__name__)

_Rank = tuple[int, int, int, int]
"""Fit, whether it is disabled, what it is for (acting, showing, holding others), nearness: smaller is better."""
_WORST: _Rank = (1000, 0, 0, 0)
SIMILAR = 3
SIMILARITY = 0.5


@dataclass(frozen=True)
class _Seen:
    """An element, the window it was found in, how near that is to the person (0: a popup, 1: the active window,
    2: others), and its part within the view."""

    element: Element
    window: Window
    nearness: int
    region: Rect
    behind_tooltip: bool = False


class _Cover(Enum):
    """What lies over an element."""

    NONE = auto()
    TOOLTIP = auto()
    OTHER = auto()


class ScreenLocator:
    """Implements `core.protocols.Locator`.

    Args:
        windows, elements, screen, reader: the eyes.
        own_pids: the processes whose windows are our own; nothing is ever found in them.
    """

    def __init__(
        self,
        windows: Windows,
        elements: Elements,
        screen: Screen,
        reader: TextReader,
        own_pids: Callable[[], frozenset[int]],
    ) -> None:
        self._windows = windows
        self._elements = elements
        self._screen = screen
        self._reader = reader
        self._own_pids = own_pids

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        """Places within `view.region` that `name` may mean, best matches only. OCR runs only where no element fits.

        Raises:
            Unavailable: neither accessibility nor OCR can be used.
        """
        wanted = readings(name)
        best = self._best_elements(wanted, view)
        if best:
            if any(reading.roles is TEXTS and reading.name for reading in wanted):
                best = [self._field_of(seen, view) for seen in best]
            return tuple(_candidate(seen) for seen in best)
        try:
            return self._find_words(wanted, view)
        except Unavailable as error:
            if best is None:
                raise
            log.info("no words on the screen: %s (%s)", error, error.details)
            return ()

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        """Places within `view.region` that take text: the focused one alone where there is one, else those of the
        active window, else all."""
        editable = [seen for seen in self._seen(view) if seen.element.editable and self._cover(seen) is _Cover.NONE]
        active = [seen for seen in editable if seen.nearness < 2]
        focused = [seen for seen in active if "focused" in seen.element.states]
        return tuple(_candidate(seen) for seen in focused[:1] or active or editable)

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        """Names of elements within `view.region` that are most like `name`, at most three, best first."""
        wanted = normal(name)
        names: dict[str, str] = {}
        for seen in self._seen(view):
            if seen.element.role in ACTIONABLE and normal(seen.element.name) not in ("", wanted):
                names.setdefault(normal(seen.element.name), " ".join(seen.element.name.split()))
        near = difflib.get_close_matches(wanted, names, SIMILAR, SIMILARITY)
        return tuple(names[each] for each in near)

    def _best_elements(self, wanted: Sequence[Wanted], view: View) -> list[_Seen] | None:
        """The elements that fit best and can be reached; None where no window shows any elements."""
        ranked: list[tuple[_Rank, _Seen]] = []
        any_seen = False
        best_rank = _WORST
        for nearness, window in self._near_windows(view):
            if best_rank < (Fit.EXACT, 0, 0, nearness):
                break  # nothing in the windows still to come can be better
            for seen in self._seen_in(window, nearness, view):
                any_seen = True
                fits = score(seen.element, wanted)
                if fits is not None:
                    ranked.append((_rank(seen, fits), seen))
            best_rank = min((rank for rank, _ in ranked), default=_WORST)
        return self._reachable(ranked, best_rank) if any_seen else None

    def _field_of(self, seen: _Seen, view: View) -> _Seen:
        """Where a field was asked for and only its label has that name: the field."""
        if seen.element.role in TEXTS:
            return seen
        fields = [each for each in self._seen_in(seen.window, seen.nearness, view) if each.element.editable]
        index = field_of(seen.region, [each.region for each in fields])
        return seen if index is None else fields[index]

    def _reachable(self, ranked: Sequence[tuple[_Rank, _Seen]], best_rank: _Rank) -> list[_Seen]:
        """The best of those that can be reached. Where none that fits as well as the best can be, there are none: what
        fits less is something else."""
        best: list[_Seen] = []
        for rank, seen in sorted(ranked, key=lambda each: each[0]):
            if rank[0] > best_rank[0] or (best and rank > best_rank):
                break
            cover = self._cover(seen)
            if cover is not _Cover.OTHER:
                best_rank = rank
                if not any(_same_place(seen, other) for other in best):
                    best.append(replace(seen, behind_tooltip=cover is _Cover.TOOLTIP))
        return best

    def _seen(self, view: View) -> Iterator[_Seen]:
        done: set[str] = set()
        for nearness, window in self._near_windows(view):
            for seen in self._seen_in(window, nearness, view):
                if seen.element.ref not in done:
                    done.add(seen.element.ref)
                    yield seen

    def _near_windows(self, view: View) -> list[tuple[int, Window]]:
        """Visible windows that are not ours: popups first, then the active window, then others, topmost first; each
        with its nearness."""
        own = self._own_pids()
        active = self._windows.active()
        windows = [
            (0 if window.popup else 1 if active and window.id == active.id else 2, window)
            for window in self._windows.stacking()
            if window.pid not in own and not window.region.intersection(view.region).empty
        ]
        return sorted(windows, key=lambda each: each[0])

    def _seen_in(self, window: Window, nearness: int, view: View) -> Iterator[_Seen]:
        tree = self._tree(window)
        elements = of_popup(tree, window) if window.popup else tree
        visible = window.region.intersection(view.region) if window.popup else view.region
        for element in elements:
            region = element.region.intersection(visible)
            if not region.empty:
                yield _Seen(element, window, nearness, region)

    def _tree(self, window: Window) -> tuple[Element, ...]:
        try:
            tree = self._elements.tree(window)
        except Unavailable as error:
            log.info("no elements of %r: %s (%s)", window.title, error, error.details)
            return ()
        if tree.capped:
            log.info("the elements of %r were cut off at %d", window.title, len(tree.elements))
        return tree.elements

    def _cover(self, seen: _Seen) -> _Cover:
        """What a click in the middle of it would reach before it."""
        top = self._windows.at(seen.region.center)
        if top is None:
            return _Cover.OTHER
        if top.id == seen.window.id:
            return _Cover.NONE
        if not top.popup or top.pid != seen.window.pid:
            return _Cover.OTHER
        if seen.element.role in MENU_ITEMS:
            return _Cover.NONE  # The popup is the menu that it belongs to.
        return _Cover.TOOLTIP if self._is_tooltip(top) else _Cover.OTHER

    def _is_tooltip(self, popup: Window) -> bool:
        """Whether it is a popup of an accessible application with nothing in it to act on."""
        try:
            return popup.popup and not of_popup(self._elements.tree(popup).elements, popup)
        except Unavailable:
            return False

    def _find_words(self, wanted: Sequence[Wanted], view: View) -> tuple[Candidate, ...]:
        shot = self._screen.grab(view.region)
        words = self._reader.read(shot.image)
        for reading in wanted:
            found = (self._word_candidate(each, shot.view) for each in spot(reading.name, words))
            candidates = tuple(each for each in found if each is not None and not self._is_content(each, wanted))
            if candidates:
                return candidates
        return ()

    def _is_content(self, candidate: Candidate, wanted: Sequence[Wanted]) -> bool:
        """Whether it is a word of a text, where a button, a menu or the like was named."""
        if not wanted[-1].roles or wanted[-1].roles is TEXTS:
            return False
        window = self._windows.at(candidate.region.center)
        try:
            element = self._elements.at(window, candidate.region.center) if window else None
        except Unavailable:
            return False
        return element is not None and element.role in TEXTS

    def _word_candidate(self, found: Spot, view: View) -> Candidate | None:
        region = view.screen_rect(found.region)
        window = self._windows.at(region.center)
        if window is not None and (window.pid in self._own_pids() or self._is_tooltip(window)):
            return None
        return Candidate(found.text, region, "text", window=window.title if window else "")


def _rank(seen: _Seen, fits: int) -> _Rank:
    element = seen.element
    use = 0 if element.role in ACTIONABLE else 2 if element.role in CONTAINERS else 1
    return (fits, 1 if element.disabled else 0, use, seen.nearness)


def _same_place(one: _Seen, other: _Seen) -> bool:
    """Whether one lies within the other, as a menu item's label within the item."""
    return one.region.encloses(other.region) or other.region.encloses(one.region)


def _candidate(seen: _Seen) -> Candidate:
    element = seen.element
    label = " ".join(element.name.split())
    return Candidate(label, seen.region, "element", element.role, seen.window.title, element, seen.behind_tooltip)
