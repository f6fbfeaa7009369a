"""How a screen looked, small enough to be kept for a whole run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.settle import CARET, NOISE, fingerprint

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

CARET_INK = 2 * 24 * 255
"""Brightness, summed over its pixels, that a usual text caret takes away: 2 × 24 of them, from white to black."""


@dataclass(frozen=True, eq=False)
class Screen:
    """`cells` is the perceptual hash of what `region` of the desktop showed."""

    region: Rect
    cells: "NDArray[numpy.int64]"


def screen_of(image: Image, region: Rect) -> Screen:
    """What `image` shows of `region`."""
    return Screen(region, fingerprint(image))


def same(one: Screen, other: Screen) -> bool:
    """Whether both look the same, but for a caret that blinks."""
    import numpy

    if one.region != other.region or one.cells.shape != other.cells.shape:
        return False
    change = numpy.abs(one.cells - other.cells)
    rows, columns = numpy.nonzero(change > NOISE)
    if not rows.size:
        return True
    height, width = one.region.height / change.shape[0], one.region.width / change.shape[1]  # of a cell
    spans = (int(numpy.ptp(columns)) * width < CARET[0] + width, int(numpy.ptp(rows)) * height < CARET[1] + height)
    return all(spans) and bool(change.sum() * width * height <= CARET_INK)
