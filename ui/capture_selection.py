"""What a region capture is about to take: the state behind the overlay, without any window. Physical pixels."""

from dataclasses import dataclass, field
from typing import Literal

from desktop_agent.core.desktop import Layout, Monitor, Scope, Window
from desktop_agent.core.geometry import Point, Rect

DRAG_DISTANCE = 4
"""Pixels that the pointer must move, while pressed, for a drag instead of a click."""
MIN_SIDE = 8
"""A region must be this large each way: less is a slip of the hand."""

Arrow = Literal["left", "right", "up", "down"]
_STEPS: dict[Arrow, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


@dataclass
class Selection:
    """Follows pointer and keys, and says what they select.

    Args:
        layout: the monitors.
        windows: what can be taken with a click, topmost first.
        pointer: where the pointer is.
    """

    layout: Layout
    windows: tuple[Window, ...]
    pointer: Point
    anchor: Point | None = None
    """Where the button went down."""
    dragged: bool = False
    chosen: Rect | None = None
    """What the arrow keys made."""
    bounds: Rect = field(init=False)

    def __post_init__(self) -> None:
        self.bounds = self.layout.bounds

    @property
    def dragging(self) -> bool:
        return self.anchor is not None and self.dragged

    @property
    def rect(self) -> Rect | None:
        """The selection that is being made, by drag or by keys; None while only a window is pointed at."""
        if self.anchor is not None and self.dragged:
            return between(self.anchor, self.pointer).intersection(self.bounds)
        return self.chosen

    @property
    def hovered(self) -> Window | None:
        """The window under the pointer, unless a selection is being made."""
        if self.rect is not None:
            return None
        return next((window for window in self.windows if window.frame.contains(self.pointer)), None)

    @property
    def bright(self) -> Rect:
        """What is shown undimmed; may be empty."""
        if self.rect is not None:
            return self.rect
        return self.hovered.frame.intersection(self.bounds) if self.hovered is not None else Rect(0, 0, 0, 0)

    @property
    def monitor(self) -> Monitor:
        """The monitor that the pointer is on."""
        monitors = self.layout.monitors
        return next((each for each in monitors if each.region.contains(self.pointer)), monitors[0])

    def move(self, point: Point) -> None:
        """The pointer moved."""
        self.pointer = _clamped(point, self.bounds)
        if self.anchor is not None and not self.dragged:
            far = max(abs(self.pointer.x - self.anchor.x), abs(self.pointer.y - self.anchor.y))
            self.dragged = far >= DRAG_DISTANCE

    def press(self, point: Point) -> None:
        """The button went down: a drag or a click begins. What the arrow keys made is forgotten."""
        self.chosen = None
        self.dragged = False
        self.anchor = self.pointer = _clamped(point, self.bounds)

    def release(self, point: Point) -> Scope | None:
        """The button came up.

        Returns:
            What was selected; None when it is too small, or when the button had not gone down here.
        """
        if self.anchor is None:
            return None
        self.move(point)
        rect, was_drag = self.rect, self.dragged
        self.anchor, self.dragged = None, False
        if not was_drag:
            return self._under_pointer()
        if rect is None or rect.width < MIN_SIDE or rect.height < MIN_SIDE:
            return None
        return _region(rect)

    def adjust(self, arrow: Arrow, resize: bool, far: bool) -> None:
        """An arrow key: move the selection, or with `resize` its right and bottom edges, by one pixel; `far`, by ten.

        While the button is down it moves the corner where the drag began. With no selection yet, the window under the
        pointer becomes one, else the middle of the monitor.
        """
        dx, dy = (step * (10 if far else 1) for step in _STEPS[arrow])
        if self.anchor is not None:
            self.anchor = _clamped(Point(self.anchor.x + dx, self.anchor.y + dy), self.bounds)
            return
        if self.chosen is None:
            self.chosen = self.bright if not self.bright.empty else _middle(self.monitor.region)
            return
        self.chosen = self._resized(self.chosen, dx, dy) if resize else self._moved(self.chosen, dx, dy)

    def accept(self) -> Scope:
        """Enter: the selection, or the whole monitor where there is none."""
        if self.chosen is not None:
            return _region(self.chosen)
        return _whole(self.monitor)

    def _under_pointer(self) -> Scope:
        window = self.hovered
        if window is None:
            return _whole(self.monitor)
        region = window.frame.intersection(self.bounds)
        label = window.title or window.application
        if window.popup:
            return Scope("region", region, label)
        return Scope("window", region, label, window.id, window.pid)

    def _moved(self, rect: Rect, dx: int, dy: int) -> Rect:
        x = max(self.bounds.x, min(rect.x + dx, self.bounds.right - rect.width))
        y = max(self.bounds.y, min(rect.y + dy, self.bounds.bottom - rect.height))
        return Rect(x, y, rect.width, rect.height)

    def _resized(self, rect: Rect, dx: int, dy: int) -> Rect:
        width = max(MIN_SIDE, min(rect.width + dx, self.bounds.right - rect.x))
        height = max(MIN_SIDE, min(rect.height + dy, self.bounds.bottom - rect.y))
        return Rect(rect.x, rect.y, width, height)


def between(one: Point, other: Point) -> Rect:
    """The rectangle with both pixels in its corners."""
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Rect(x, y, abs(one.x - other.x) + 1, abs(one.y - other.y) + 1)


def _region(rect: Rect) -> Scope:
    return Scope("region", rect, f"region {rect.width}×{rect.height} at {rect.x},{rect.y}")


def _whole(monitor: Monitor) -> Scope:
    return Scope("monitor", monitor.region, f"monitor {monitor.name}")


def _middle(region: Rect) -> Rect:
    return Rect(region.x + region.width // 4, region.y + region.height // 4, region.width // 2, region.height // 2)


def _clamped(point: Point, bounds: Rect) -> Point:
    return Point(
        max(bounds.x, min(point.x, bounds.right - 1)),
        max(bounds.y, min(point.y, bounds.bottom - 1)),
    )
