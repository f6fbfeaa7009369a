"""Where else on the screen a secret that was typed can be read: it may have been copied, or repeated by a page.

Reading a window's elements takes 20 to 150 ms, so a window is searched again only when it may tell something else:
when its visible pixels have changed, which whatever is shown there would have changed with it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Elements
from desktop_agent.step.privacy import CUT, MARGIN, Privacy
from desktop_agent.step.regions import subtract, visible_parts

LAG_SECONDS = 1.0
"""A program may tell its elements later than it shows them: only what was searched this long after the last change
counts for as long as nothing changes."""
KEPT_SECONDS = 10.0
"""After this long a window is searched again in any case."""


@dataclass(frozen=True)
class _Search:
    """One window's search: of what was `seen`, first at `since`, begun `at` (`time.monotonic` seconds), `whole` where
    nothing was left out, and the places that told a secret."""

    seen: object
    since: float
    at: float
    whole: bool
    told: tuple[Rect, ...]

    def counts(self, seen: object, now: float) -> bool:
        """Whether it holds for what is `seen` now."""
        late_enough = self.at >= self.since + LAG_SECONDS
        return self.whole and self.seen == seen and late_enough and now < self.at + KEPT_SECONDS


class Copies:
    """Finds them for one desk.

    Args:
        elements: as they are.
        privacy: knows the secrets.
        clock: seconds.
    """

    def __init__(self, elements: Elements, privacy: Privacy, clock: Callable[[], float] = time.monotonic) -> None:
        self._elements = elements
        self._privacy = privacy
        self._clock = clock
        self._searches: dict[int, _Search] = {}

    def find(self, shot: Screenshot, stacking: Sequence[Window], own_pids: frozenset[int]) -> tuple[Rect, ...]:
        """The places in `shot` where an element tells a secret.

        Args:
            shot: a picture in which all else that is hidden is grey already: what changes there changes nothing.
            stacking: all visible windows, topmost first.
            own_pids: processes whose windows are our own, which are grey as a whole.
        """
        searches: dict[int, _Search] = {}
        for window, parts in _seen(stacking, shot.region):
            if window.pid not in own_pids and not self._privacy.hides(window):
                searches[window.id] = self._search(shot, window, parts)
        self._searches = searches
        return visible_parts(stacking, shot.region, lambda each: searches[each.id].told if each.id in searches else ())

    def _search(self, shot: Screenshot, window: Window, parts: tuple[Rect, ...]) -> _Search:
        # As they are: comparing takes 1 ms a screen, a digest 11.
        pixels = tuple(shot.image.crop(shot.view.image_rect(each)).bgra for each in parts)
        seen = (window.pid, window.frame, parts, pixels, self._privacy.secrets)
        now, last = self._clock(), self._searches.get(window.id)
        if last is not None and last.counts(seen, now):
            return last
        since = last.since if last is not None and last.seen == seen else now
        try:
            tree = self._elements.tree(window)
        except Unavailable:
            return _Search(seen, since, now, False, ())  # Without accessibility it can't be told.
        return _Search(seen, since, now, not tree.capped, tuple(self._telling(tree.elements)))

    def _telling(self, elements: Sequence[Element]) -> Iterator[Rect]:
        for each in elements:
            if self._privacy.tells(each.name) or self._privacy.tells(self._whole(each)):
                yield each.region.grown(MARGIN)

    def _whole(self, element: Element) -> str:
        if not element.text.endswith(CUT):
            return element.text
        try:
            return self._elements.text(element) or element.text
        except Unavailable:
            return element.text


def _seen(stacking: Sequence[Window], region: Rect) -> Iterator[tuple[Window, tuple[Rect, ...]]]:
    """The windows of which something is seen in `region`, each with what that is."""
    above: list[Rect] = []
    for window in stacking:
        if parts := subtract(window.frame.intersection(region), above):
            yield window, tuple(parts)
        above.append(window.frame)
