"""Comparing pixels: what changed between two pictures of one place. NumPy is imported when it is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

if TYPE_CHECKING:
    import numpy

THRESHOLD = 12
"""By how much a channel (0…255) must differ to count: less is dithering and smoothing."""
CARET_WIDTH = 4
"""Pixels; carets of the tool kits are 1 to 3 wide, and up to a line high."""
CARET_HEIGHT = 80


@dataclass(frozen=True)
class Change:
    """`count` pixels differ, all of them within `bounds` (image pixels)."""

    count: int
    bounds: Rect

    @property
    def caret_like(self) -> bool:
        """Whether no more changed than a blinking caret does."""
        return self.bounds.width <= CARET_WIDTH and self.bounds.height <= CARET_HEIGHT


NOTHING = Change(0, Rect(0, 0, 0, 0))


def change(before: Image, after: Image, ignored: Iterable[Rect] = (), restless: Image | None = None) -> Change:
    """What differs between two pictures of one place and size, but for the parts `ignored` (image pixels).

    `restless` is an older picture of the place: pixels that differed between it and `before` already change on their
    own (a clock, a caret, a film) and don't count.
    """
    import numpy

    differs = _differs(before, after)
    if restless is not None and (restless.width, restless.height) == (before.width, before.height):
        differs &= ~_differs(restless, before)
    whole = Rect(0, 0, before.width, before.height)
    for each in ignored:
        part = each.intersection(whole)
        if not part.empty:
            differs[part.y : part.bottom, part.x : part.right] = False
    rows, columns = numpy.flatnonzero(differs.any(axis=1)), numpy.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return NOTHING
    left, top = int(columns[0]), int(rows[0])
    return Change(int(differs.sum()), Rect(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1))


def share_changed(before: Image, after: Image) -> float:
    """The share, 0…1, of pixels that differ; 1 for pictures of different sizes."""
    if (before.width, before.height) != (after.width, after.height):
        return 1.0
    return float(_differs(before, after).mean())


def _differs(one: Image, other: Image) -> "numpy.ndarray":
    import numpy

    first, second = (
        numpy.frombuffer(each.bgra, numpy.uint8).reshape(each.height, each.width, 4)[:, :, :3].astype(numpy.int16)
        for each in (one, other)
    )
    differs: numpy.ndarray = (numpy.abs(first - second) > THRESHOLD).any(axis=2)
    return differs
