"""Waiting until the screen is still."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

INTERVAL = 0.02
"""Seconds between looks."""
QUIET = 0.1
"""Seconds without a change that count as rest: six frames. What begins later is for the check to find."""
GRID = 32
"""Cells along each side of the hash."""
NOISE = 1
"""Change of a cell's mean brightness, of 255, that does not count."""
CARET = (6, 64)
"""Width and height in pixels of the largest text caret: a change within such a box is it blinking."""


@dataclass(frozen=True)
class Settled:
    """`settled` is False when `image`, the last one seen, was still changing after the limit of `seconds`."""

    settled: bool
    image: Image
    seconds: float


def settle(
    grab: Callable[[], Image],
    limit: float = 3.0,
    interval: float = INTERVAL,
    quiet: float = QUIET,
    interrupted: Callable[[], bool] = lambda: False,
) -> Settled:
    """Look at the watched area again and again until it has looked the same for a while.

    Args:
        grab: takes the picture.
        limit: seconds after which to give up.
        interval: seconds between looks.
        quiet: seconds for which every look must be like the first one after the last change.
        interrupted: asked before each look; True ends the wait, unsettled.
    """
    start = time.monotonic()
    still = now = grab()
    rested = time.monotonic() + quiet
    while not interrupted() and time.monotonic() - start < limit:
        time.sleep(min(interval, max(0.0, rested - time.monotonic())))
        looked, now = time.monotonic(), grab()
        if not alike(still, now):
            still, rested = now, time.monotonic() + quiet
        elif looked >= rested:  # a slow look must not pass for a long rest
            return Settled(True, now, time.monotonic() - start)
    return Settled(False, now, time.monotonic() - start)


def alike(one: Image, other: Image) -> bool:
    """Whether both show the same to the eye, but for a blinking caret."""
    import numpy

    if (one.width, one.height) != (other.width, other.height):
        return False
    if one.bgra == other.bgra:  # nearly always, and ten times as fast to find out
        return True
    change = numpy.abs(fingerprint(one) - fingerprint(other))
    if not (change > NOISE).any():
        return True
    box = difference(one, other)
    return box.width <= CARET[0] and box.height <= CARET[1]


def fingerprint(image: Image) -> "NDArray[numpy.int64]":
    """A perceptual hash: the mean brightness of each cell of a grid, 0…255."""
    import numpy

    pixels = numpy.frombuffer(image.bgra, numpy.uint8).reshape(image.height, image.width, 4)
    green = pixels[:, :, 1].astype(numpy.int64)  # green is most of what the eye takes for brightness
    rows = numpy.linspace(0, image.height, min(GRID, image.height), endpoint=False, dtype=int)
    columns = numpy.linspace(0, image.width, min(GRID, image.width), endpoint=False, dtype=int)
    sums = numpy.add.reduceat(numpy.add.reduceat(green, rows, axis=0), columns, axis=1)
    areas = numpy.diff(rows, append=image.height)[:, None] * numpy.diff(columns, append=image.width)[None, :]
    means: NDArray[numpy.int64] = sums // areas
    return means


def difference(one: Image, other: Image) -> Rect:
    """The smallest rectangle around all pixels that differ between two images of one size; empty when none do."""
    import numpy

    shape = (one.height, one.width)
    unlike = numpy.frombuffer(one.bgra, numpy.uint32).reshape(shape) != numpy.frombuffer(
        other.bgra, numpy.uint32
    ).reshape(shape)
    rows, columns = numpy.flatnonzero(unlike.any(axis=1)), numpy.flatnonzero(unlike.any(axis=0))
    if not rows.size:
        return Rect(0, 0, 0, 0)
    x, y = int(columns[0]), int(rows[0])
    return Rect(x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)
