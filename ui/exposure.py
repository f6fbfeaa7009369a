"""Telling when windows of ours are really gone from the screen.

After a window is unmapped its pixels stay until the windows beneath have painted again: 1 to 2 ms, 14 at worst, longer
where a program is slow. A picture taken meanwhile would still show ours.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen

POLL_SECONDS = 0.002
LEFT_OVER = 0.02
"""Share of our window's own pixels that may remain by chance, where what is beneath has changed meanwhile."""
SAMPLES = 4000
"""Without numpy, which would take 20 MB and a tenth of a second."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cover:
    """An area that a window of ours will cover: what the screen shows there before."""

    before: Screenshot

    @classmethod
    def of(cls, screen: Screen, areas: Sequence[Rect]) -> "tuple[Cover, ...]":
        """To be taken before the windows are shown. Areas off the screen are left out."""
        bounds = screen.layout().bounds
        inside = [part for area in areas if not (part := area.intersection(bounds)).empty]
        return tuple(cls(screen.grab(area)) for area in inside)

    def remains(self, screen: Screen, ours: Image, at: Rect) -> bool:
        """Whether our window, whose pixels `ours` stood at `at`, can still be seen.

        Only pixels in which it differs from what was there before can tell; `SAMPLES` of them are looked at.
        """
        region = self.before.region.intersection(at).intersection(Rect(at.x, at.y, ours.width, ours.height))
        if region.empty:
            return False
        seen = screen.grab(region)
        if seen.region != region:
            return False  # the monitors have changed, and our windows were hidden before that
        now = seen.image.bgra
        before = self.before.image.crop(region.moved(-self.before.region.x, -self.before.region.y)).bgra
        own = ours.crop(region.moved(-at.x, -at.y)).bgra
        step = 4 * (region.area // SAMPLES | 1)  # odd, so as not to look at the same columns in every row
        telling = [place for place in range(0, len(own), step) if own[place : place + 3] != before[place : place + 3]]
        same = sum(now[place : place + 3] == own[place : place + 3] for place in telling)
        return same > LEFT_OVER * len(telling)


def wait_until_gone(
    remains: Callable[[], bool], patience: float = 0.5, idle: Callable[[], object] | None = None
) -> bool:
    """Poll until nothing remains, up to `patience` seconds; call `idle` in between, by default a nap.

    Returns:
        Whether it is gone.
    """
    deadline = time.monotonic() + patience
    while remains():
        if time.monotonic() > deadline:
            _log.warning("a window of ours can still be seen %.1f s after it was hidden", patience)
            return False
        if idle is not None:
            idle()
        time.sleep(POLL_SECONDS)
    return True
