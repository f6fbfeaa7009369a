"""Points, rectangles, and the one transform between a planner's thousandths and the virtual desktop.

Lengths are pixels of the virtual desktop, whose origin may lie anywhere: monitors can have negative coordinates.
"""

from dataclasses import dataclass
from typing import Self

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """A pixel of the virtual desktop."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of the virtual desktop: `x`, `y` are its first pixel, `right` and `bottom` the first one outside."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, point: Point, size: int) -> Self:
        """The square of `size` pixels whose middle is `point`."""
        return cls(point.x - size // 2, point.y - size // 2, size, size)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def area(self) -> int:
        return 0 if self.empty else self.width * self.height

    @property
    def center(self) -> Point:
        return Point(self.x + self.width // 2, self.y + self.height // 2)

    def contains(self, point: Point) -> bool:
        return self.x <= point.x < self.right and self.y <= point.y < self.bottom

    def encloses(self, other: "Rect") -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def intersection(self, other: "Rect") -> "Rect":
        """The part both share; `empty` when they share none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def union(self, other: "Rect") -> "Rect":
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.empty:
            return other
        if other.empty:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def moved(self, dx: int, dy: int) -> "Rect":
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, by: int) -> "Rect":
        """`by` pixels larger on each side (smaller where negative)."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class View:
    """An image of `region`, `width` × `height` image pixels large, at whatever scale.

    A planner names points in thousandths of the image. Thousandth `v` of a side of `size` pixels is pixel
    `v * size / 1000` (GLM-4.6V's convention), so a point is off by at most one pixel, and the way back by at most
    half a thousandth.
    """

    region: Rect
    width: int
    height: int

    def to_screen(self, x: float, y: float) -> Point:
        """The desktop pixel at `x`, `y` thousandths; 1000 means the last pixel.

        Raises:
            ValueError: a value outside 0…1000.
        """
        if not (0 <= x <= THOUSAND and 0 <= y <= THOUSAND):
            raise ValueError(f"({x}, {y}) is outside the image: values run from 0 to {THOUSAND}")
        return Point(
            self.region.x + min(int(x * self.region.width / THOUSAND), self.region.width - 1),
            self.region.y + min(int(y * self.region.height / THOUSAND), self.region.height - 1),
        )

    def to_thousandths(self, point: Point) -> tuple[int, int]:
        """The thousandths nearest to the middle of the desktop pixel `point`, which must lie in the region."""
        if not self.region.contains(point):
            raise ValueError(f"{point} is outside {self.region}")
        return (
            round((point.x - self.region.x + 0.5) * THOUSAND / self.region.width),
            round((point.y - self.region.y + 0.5) * THOUSAND / self.region.height),
        )

    def image_rect(self, rect: Rect) -> Rect:
        """`rect` of the desktop in image pixels, clipped to the image."""
        region = self.region
        # Multiplied before it is divided, so that the edges of the region fall on the edges of the image exactly.
        x = round((rect.x - region.x) * self.width / region.width)
        y = round((rect.y - region.y) * self.height / region.height)
        right = round((rect.right - region.x) * self.width / region.width)
        bottom = round((rect.bottom - region.y) * self.height / region.height)
        return Rect(x, y, right - x, bottom - y).intersection(Rect(0, 0, self.width, self.height))

    def screen_rect(self, rect: Rect) -> Rect:
        """`rect` in image pixels as a rectangle of the desktop, at least one pixel large."""
        region = self.region
        x, right = rect.x * region.width // self.width, rect.right * region.width // self.width
        y, bottom = rect.y * region.height // self.height, rect.bottom * region.height // self.height
        return Rect(region.x + x, region.y + y, max(1, right - x), max(1, bottom - y))
