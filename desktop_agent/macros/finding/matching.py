"""Finds a picture in a larger one by normalised correlation, whatever its scale and theme, and says how alike they are.

A theme that turns dark into light turns the sign of the correlation; one that changes borders too keeps the edges, so
that gradients are compared where neither sign is found. Candidates come from half the resolution (24–34 ms for
1920×1080 and five scales); each is then refined and judged at full resolution, tile by tile: in "Report 1" and
"Report 2" all but one tile are the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy
import numpy.typing as npt

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

Gray: TypeAlias = npt.NDArray[numpy.uint8]
Floats: TypeAlias = npt.NDArray[numpy.float32]

T = TypeVar("T")

SURE, SURE_WORST = 0.93, 0.8
"""So alike is only the same picture, in whatever theme."""
MARGIN = 0.06
"""What is up to so much less alike may as well be it."""
SCALES = (1.0, 1.25, 1.5, 0.75, 2.0, 0.875, 1.125, 1.75)
FLOOR = 0.5
"""Correlation at half the resolution from which a place is looked at."""
MOST = 8
"""Places looked at for each scale and sign."""
LEAST_SIDE = (40, 28)
"""Pixels: a smaller target is looked for with something of its surroundings."""
TILE = 8
"""Pixels: no larger than what tells two words apart, as an exclamation mark."""
FLAT = 3.0
"""Standard deviation of gray levels below which there is nothing to compare."""
_REFINE = 4
_MOST_CORRELATED = 1.001
_SMALLEST = 4
"""Pixels at half the resolution."""
_INSET = 2
"""Pixels at a target's edge, where its frame changes with the theme."""


@dataclass(frozen=True)
class Template:
    """What is looked for: a picture in gray, and the target within it."""

    gray: Gray
    box: Rect

    @property
    def core(self) -> Rect:
        """The part that is looked for: the target, and something around it where it is small."""
        whole = Rect(0, 0, self.gray.shape[1], self.gray.shape[0])
        across = max(0, LEAST_SIDE[0] - self.box.width + 1) // 2
        along = max(0, LEAST_SIDE[1] - self.box.height + 1) // 2
        box = self.box
        return Rect(box.x - across, box.y - along, box.width + 2 * across, box.height + 2 * along).intersection(whole)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it to be found by."""
        return bool(part(self.gray, self.box).std() < FLAT)


@dataclass(frozen=True)
class Match:
    """A place that looks like it. `region` is the target's, in the searched picture's pixels; `likeness` that of the
    whole target, `worst` that of its least alike part, `row` likewise with all that the picture shows beside it,
    `context` that of its surroundings: 1 is the same."""

    region: Rect
    scale: float
    likeness: float
    worst: float
    row: float
    context: float


def gray(image: Image) -> Gray:
    """`image` in gray."""
    import cv2

    pixels = numpy.frombuffer(image.bgra, numpy.uint8).reshape(image.height, image.width, 4)
    return numpy.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY), numpy.uint8)


def part(picture: Gray, rect: Rect) -> Gray:
    """The part of `rect`, which must lie in the picture."""
    return picture[rect.y : rect.bottom, rect.x : rect.right]


def search(template: Template, hay: Gray, scales: Sequence[float], edges: bool = False) -> list[Match]:
    """The places in `hay` that may be it at one of `scales`; `edges`: by their gradients.
    One place may be among them at several scales."""
    found = []
    half = _slopes(_resized(hay, 0.5)) if edges else _resized(hay, 0.5)
    for scale in scales:
        wanted = _Wanted.of(template, scale)
        core = _resized(part(wanted.gray, wanted.core), 0.5)
        if min(core.shape) >= _SMALLEST and core.shape[0] <= half.shape[0] and core.shape[1] <= half.shape[1]:
            places = _peaks(_slopes(core) if edges else core, half, both_signs=not edges)
            found += [_judged(wanted, hay, x * 2, y * 2) for x, y in places]
    return [each for each in found if each is not None]


def distinct(found: Iterable[T], match: Callable[[T], Match]) -> list[T]:
    """What was found, the most alike first, without what lies over a better one: the same place at another scale."""
    kept: list[T] = []
    for each in sorted(found, key=lambda it: (-match(it).likeness, -match(it).worst)):
        region = match(each).region
        others = [match(other).region for other in kept]
        if all(3 * region.intersection(other).area <= min(region.area, other.area) for other in others):
            kept.append(each)
    return kept


def twins(template: Template, hay: Gray) -> int:
    """How many more places than one in `hay` look the same as the template."""
    found = distinct(search(template, hay, (1.0,)), lambda match: match)
    return max(0, sum(each.likeness >= SURE - MARGIN for each in found) - 1)


def compare(template: Template, hay: Gray, scale: float, x: int, y: int) -> Match | None:
    """How alike the place is where the whole picture would begin at `x`, `y`, give or take a few pixels; None where the
    target would not lie in `hay`."""
    wanted = _Wanted.of(template, scale)
    return _judged(wanted, hay, x + wanted.core.x, y + wanted.core.y)


@dataclass(frozen=True)
class _Wanted:
    """The template at a scale."""

    gray: Gray
    core: Rect
    box: Rect
    scale: float

    @classmethod
    def of(cls, template: Template, scale: float) -> "_Wanted":
        picture = _resized(template.gray, scale)
        whole = Rect(0, 0, picture.shape[1], picture.shape[0])
        core, box = (_scaled(each, scale).intersection(whole) for each in (template.core, template.box))
        return cls(picture, core, box, scale)


def _peaks(core: Gray, hay: Gray, both_signs: bool) -> list[tuple[int, int]]:
    result = _correlated(hay, core)
    signed = (result, -result) if both_signs else (result,)
    return [place for each in signed for place in _best(each, max(2, core.shape[1] // 4), max(2, core.shape[0] // 4))]


def _correlated(hay: Gray, core: Gray) -> Floats:
    """-1…1 for each place of `core` in `hay`; 0 where there is nothing to compare."""
    import cv2

    result = numpy.asarray(cv2.matchTemplate(hay, core, cv2.TM_CCOEFF_NORMED), numpy.float32)
    return numpy.where(numpy.abs(result) <= _MOST_CORRELATED, result, numpy.float32(0))  # flat ground gives infinities


def _best(result: Floats, across: int, along: int) -> Iterator[tuple[int, int]]:
    """The highest places of `result`, no two of them near one another."""
    result = result.copy()
    for _ in range(MOST):
        place = int(result.argmax())
        y, x = divmod(place, result.shape[1])
        if result[y, x] < FLOOR:
            return
        yield x, y
        result[max(0, y - along) : y + along + 1, max(0, x - across) : x + across + 1] = 0


def _judged(wanted: _Wanted, hay: Gray, x: int, y: int) -> Match | None:
    """How alike the place near `x`, `y` is, where its core would begin."""
    core = part(wanted.gray, wanted.core)
    left, top = max(0, x - _REFINE), max(0, y - _REFINE)
    around = hay[top : max(0, y + core.shape[0] + _REFINE), left : max(0, x + core.shape[1] + _REFINE)]
    if core.shape[0] > around.shape[0] or core.shape[1] > around.shape[1]:
        return None
    result = _correlated(around, core)
    dy, dx = divmod(int(numpy.abs(result).argmax()), result.shape[1])
    origin = (left + dx - wanted.core.x, top + dy - wanted.core.y)
    there = wanted.box.moved(*origin)
    if there.empty or not Rect(0, 0, hay.shape[1], hay.shape[0]).encloses(there):
        return None
    likeness, worst = _alike(part(wanted.gray, wanted.box), part(hay, there))
    context = _context(wanted.gray, hay, origin, wanted.box)
    return Match(there, wanted.scale, likeness, worst, _row(wanted, hay, origin), context)


def _tiles(picture: Floats) -> Floats:
    """Its tiles, each in a row; what is left over at the edges is filled up with nothing."""
    height, width = (-(-side // TILE) * TILE for side in picture.shape)
    padded = numpy.zeros((height, width), numpy.float32)
    padded[: picture.shape[0], : picture.shape[1]] = picture
    tiles = padded.reshape(height // TILE, TILE, width // TILE, TILE).swapaxes(1, 2)
    return tiles.reshape(-1, TILE * TILE)


def _row(wanted: _Wanted, hay: Gray, origin: tuple[int, int]) -> float:
    """How alike what is beside the target is, at its least alike part."""
    beside = Rect(0, wanted.box.y, wanted.gray.shape[1], wanted.box.height).moved(*origin)
    beside = beside.intersection(Rect(0, 0, hay.shape[1], hay.shape[0]))
    return _alike(part(wanted.gray, beside.moved(-origin[0], -origin[1])), part(hay, beside))[1]


def _alike(one: Gray, other: Gray) -> tuple[float, float]:
    """How alike two pictures of a size are, and their least alike tiles."""
    inset = _INSET if min(one.shape) > 6 * _INSET else 0
    inner = (slice(inset, one.shape[0] - inset), slice(inset, one.shape[1] - inset))
    first, second = _ink(one[inner]), _ink(other[inner])
    if first.std() < FLAT or second.std() < FLAT:
        return 0.0, 0.0
    rows, columns = (numpy.flatnonzero(first.max(axis) > 0.3 * first.max()) for axis in (1, 0))
    drawn = (slice(max(0, rows[0] - 2), rows[-1] + 3), slice(max(0, columns[0] - 2), columns[-1] + 3))
    whole, trimmed = _correlation(first, second), _correlation(first[drawn], second[drawn])
    return min(whole, trimmed), _worst_tile(first, second)


def _ink(picture: Gray) -> Floats:
    """What is drawn, without regard to what is light and what is dark: the distance from the ground."""
    levels = picture.astype(numpy.float32)
    ink: Floats = numpy.abs(levels - numpy.float32(numpy.median(levels)))
    return ink


def _worst_tile(one: Floats, other: Floats) -> float:
    """The correlation of the least alike tiles in which much is drawn."""
    first, second = (_tiles(each / max(1.0, float(each.max()))) for each in (one, other))
    first, second = (each - each.mean(1, keepdims=True) for each in (first, second))
    powers = [(each**2).sum(1) for each in (first, second)]
    drawn = numpy.maximum(*powers) > 0.1 * max(float(each.max()) for each in powers)
    scales = numpy.sqrt(powers[0] * powers[1])[drawn]
    products = (first * second).sum(1)[drawn]
    return float(numpy.min(numpy.where(scales > 1e-6, products / numpy.maximum(scales, 1e-6), 0.0), initial=1.0))


def _context(whole: Gray, hay: Gray, origin: tuple[int, int], box: Rect) -> float:
    """How alike the surroundings are, as far as they lie in `hay`: as they are, turned into their inverse, or by their
    gradients."""
    there = Rect(*origin, whole.shape[1], whole.shape[0])
    shared = there.intersection(Rect(0, 0, hay.shape[1], hay.shape[0]))
    one = part(whole, shared.moved(-there.x, -there.y))
    other = part(hay, shared)
    around = numpy.ones(one.shape, bool)
    inner = box.moved(there.x - shared.x, there.y - shared.y)
    around[max(0, inner.y) : inner.bottom, max(0, inner.x) : inner.right] = False
    if around.sum() < 64:
        return 0.0
    first, second = one[around].astype(numpy.float32), other[around].astype(numpy.float32)
    if first.std() < FLAT or second.std() < FLAT:
        return 1.0 if max(first.std(), second.std()) < FLAT else 0.0
    slopes = _correlation(_slopes(one)[around].astype(numpy.float32), _slopes(other)[around].astype(numpy.float32))
    return max(abs(_correlation(first, second)), slopes)


def _correlation(one: Floats, other: Floats) -> float:
    first, second = one - one.mean(), other - other.mean()
    power = float(numpy.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / power if power > 1e-6 else 0.0


def _slopes(picture: Gray) -> Gray:
    """The magnitude of the gradient."""
    import cv2

    across, along = cv2.Sobel(picture, cv2.CV_32F, 1, 0), cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    return numpy.asarray(numpy.minimum(cv2.magnitude(across, along) / 4, 255), numpy.uint8)


def _resized(picture: Gray, scale: float) -> Gray:
    import cv2

    if scale == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return numpy.asarray(cv2.resize(picture, size, interpolation=how), numpy.uint8)


def _scaled(rect: Rect, scale: float) -> Rect:
    x, y = round(rect.x * scale), round(rect.y * scale)
    return Rect(x, y, max(1, round(rect.right * scale) - x), max(1, round(rect.bottom * scale) - y))
