"""What an application's coordinates are: pixels of the screen, or units of its toolkit.

Toolkits that scale their windows (GDK_SCALE, QT_SCALE_FACTOR, Chromium's --force-device-scale-factor, or as the
screen's resolution tells them) answer in units that are several pixels large, and don't say so. How large is found
from the accessible window, which is the same window as the one that X11 knows in pixels.
"""

from dataclasses import dataclass

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Rect

SMALLEST, LARGEST = 0.5, 4.0
"""Pixels of a unit."""
_STEPS = (4, 20)
"""What scales are multiples of, as a rule: a quarter, else a twentieth."""
_EXACT = 3
"""Pixels by which sizes may differ that are meant to be the same."""
_NEAR = 60
"""Pixels by which the sizes may differ that a toolkit and the server give: decorations and shadows."""
_MOSTLY = 0.5
"""Overlap from which on two rectangles of no common shape are taken for one window in pixels. A scaled window's
accessible one covers less of it, from a scale of 1.5 on."""


@dataclass(frozen=True, slots=True)
class Units:
    """A coordinate is pixel `coordinate * factor + dx` (`dy` down the screen)."""

    factor: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    def pixels(self, rect: Rect) -> Rect:
        """`rect`, which is in these units, on the screen."""
        if rect.empty:
            return rect
        x, y = round(rect.x * self.factor + self.dx), round(rect.y * self.factor + self.dy)
        right, bottom = round(rect.right * self.factor + self.dx), round(rect.bottom * self.factor + self.dy)
        return Rect(x, y, right - x, bottom - y)

    def below(self, holder: Rect, document: Rect) -> "Units | None":
        """The units of a document and of what is in it; None where they can't be told. Chromium counts its own parts in
        units and its pages in pixels.

        Args:
            holder: where the object is that holds the document, in these units.
            document: where the document says that it is itself, which is all of its holder.
        """
        if self.factor == 1 or _alike(document, holder, _EXACT):
            return self
        scaled = _times(holder, self.factor)
        return Units(1.0, self.dx, self.dy) if _alike(document, scaled, round(self.factor) + _EXACT) else None


PIXELS = Units()


def units_of(root: Rect, window: Window, named: bool) -> Units | None:
    """The units of the accessible window at `root`, if that is `window`; None where its size is neither the window's
    nor a multiple of it. Some toolkits count from their window instead of from the screen.

    Args:
        root: the accessible window, in its own units.
        window: the window.
        named: whether they have the same title. Else a window of another size must be in the same place.
    """
    outlines = (window.region, window.frame)
    if root.empty:
        return None
    if any(_alike(root, outline, _EXACT) for outline in outlines):
        return _in_pixels(root, window)
    for outline in outlines:
        factor = _factor(root, outline)
        if factor is not None and (named or _same_place(root, outline, factor)):
            return Units(factor, outline.x - root.x * factor, outline.y - root.y * factor)
    # The window may just be changing its size, and one of the two sizes be the one before.
    nearly = any(_alike(root, outline, _NEAR) or overlap(root, outline) >= _MOSTLY for outline in outlines)
    return _in_pixels(root, window) if nearly else None


def overlap(one: Rect, other: Rect) -> float:
    """The share, 0…1, of the area that two rectangles cover which both of them cover."""
    common = one.intersection(other).area
    return common / (one.area + other.area - common) if common else 0.0


def _in_pixels(root: Rect, window: Window) -> Units:
    """The screen's pixels, unless it says that it lies at 0,0 and does not."""
    at_origin = (root.x, root.y) == (0, 0)
    if at_origin and (0, 0) not in ((window.region.x, window.region.y), (window.frame.x, window.frame.y)):
        return Units(1.0, window.region.x, window.region.y)
    return PIXELS


def _factor(root: Rect, outline: Rect) -> float | None:
    """How many pixels a unit has, if both sides say the same; the roundest number that fits."""
    measured = outline.width / root.width if root.width > root.height else outline.height / root.height
    for factor in (*(round(measured * step) / step for step in _STEPS), measured):
        rounding = 1.5 * factor + 1  # The sides are whole units, rounded up or down at both ends.
        fits = _alike(_times(root, factor), outline, round(rounding))
        if fits and factor != 1 and SMALLEST <= factor <= LARGEST:
            return factor
    return None


def _same_place(root: Rect, outline: Rect, factor: float) -> bool:
    rounding = 2 * factor + 1
    on_screen = abs(root.x * factor - outline.x) <= rounding and abs(root.y * factor - outline.y) <= rounding
    return on_screen or (root.x, root.y) == (0, 0)


def _times(rect: Rect, factor: float) -> Rect:
    return Units(factor).pixels(rect)


def _alike(one: Rect, other: Rect, by: int) -> bool:
    """Whether their sizes differ by at most so many pixels."""
    return abs(one.width - other.width) <= by and abs(one.height - other.height) <= by
