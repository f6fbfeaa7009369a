"""The core's images as Qt's, and the picture of an action's target."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop_agent.core.actions import Action, Drag
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from ui import theme

CONTEXT = 60
"""Pixels of the screen shown around a target, at least."""
LARGEST_ENLARGEMENT = 2.0
_SHADE = QColor(10, 14, 24, 90)


def to_qimage(image: Image) -> QImage:
    """A `QImage` with pixels of its own."""
    return borrowed_qimage(image).copy()


def borrowed_qimage(image: Image) -> QImage:
    """A `QImage` over the pixels of `image`, without copying them: `image` must outlive it."""
    return QImage(image.bgra, image.width, image.height, image.width * 4, QImage.Format.Format_RGB32)


def from_qimage(picture: QImage) -> Image:
    """The core's image of `picture`; transparency is dropped."""
    converted = picture.convertToFormat(QImage.Format.Format_RGB32)
    width, height = converted.width(), converted.height()
    # Rows of 32-bit pixels have no padding.
    return Image(width, height, bytes(converted.constBits()))


def thumbnail(image: Image, size: QSize, ratio: float = 1.0) -> QPixmap:
    """`image` scaled down, never up, to fit `size` device-independent pixels at the device pixel ratio `ratio`."""
    picture = borrowed_qimage(image)
    room = size * ratio
    if picture.width() > room.width() or picture.height() > room.height():
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        picture = picture.scaled(room, keep, smooth)
    made = QPixmap.fromImage(picture.copy())
    made.setDevicePixelRatio(ratio)
    return made


def grab_widget(widget: QWidget) -> Image:
    """What `widget` looks like, in physical pixels."""
    return from_qimage(widget.grab().toImage())


def target_picture(screenshot: Screenshot, action: Action, size: QSize, ratio: float = 1.0) -> QPixmap:
    """The neighbourhood of what `action` acts on, with a ring around it, and an arrow for a drag.

    It fills `size` device-independent pixels; what lies outside of the screenshot is left plain.

    Args:
        screenshot: what the action was grounded on.
        action: its `target` is ringed; without one, its window.
        size: in device-independent pixels.
        ratio: the device pixel ratio of where it is shown.
    """
    room = QSize(round(size.width() * ratio), round(size.height() * ratio))
    target = _target(action, screenshot)
    source = crop_around(target, (room.width(), room.height()), screenshot.region)
    scale = room.width() / source.width
    canvas = QImage(room, QImage.Format.Format_RGB32)
    canvas.fill(theme.colors().code)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    painter.translate(-source.x, -source.y)
    region = screenshot.region
    painter.drawImage(QRectF(region.x, region.y, region.width, region.height), borrowed_qimage(screenshot.image))
    _draw_ring(painter, target, source, scale)
    for drag in (each for each in action.inputs if isinstance(each, Drag)):
        _draw_arrow(painter, drag.start, drag.end, scale)
    painter.end()
    made = QPixmap.fromImage(canvas)
    made.setDevicePixelRatio(ratio)
    return made


def crop_around(target: Rect, room: tuple[int, int], bounds: Rect) -> Rect:
    """The part of the screen to show in `room` pixels: `target` with some context, in the proportions of `room`, inside
    `bounds` where it fits, and enlarged at most `LARGEST_ENLARGEMENT` times."""
    width, height = room
    needed = target.grown(CONTEXT)
    scale = min(width / needed.width, height / needed.height, LARGEST_ENLARGEMENT)
    wide, high = math.ceil(width / scale), math.ceil(height / scale)
    x, y = target.center.x - wide // 2, target.center.y - high // 2
    return Rect(_shifted(x, wide, bounds.x, bounds.right), _shifted(y, high, bounds.y, bounds.bottom), wide, high)


def _shifted(start: int, length: int, low: int, high: int) -> int:
    """`start` moved so that the stretch lies within `low` and `high`; centred where it is longer."""
    if length >= high - low:
        return (low + high - length) // 2
    return max(low, min(start, high - length))


def _target(action: Action, screenshot: Screenshot) -> Rect:
    """What the ring surrounds, clipped to what the screenshot shows."""
    wanted = action.target or (action.window.frame if action.window is not None else screenshot.region)
    for drag in (each for each in action.inputs if isinstance(each, Drag)):
        wanted = wanted.union(Rect.around(drag.start, 3)).union(Rect.around(drag.end, 3))
    part = wanted.intersection(screenshot.region)
    return screenshot.region if part.empty else part


def _draw_ring(painter: QPainter, target: Rect, source: Rect, scale: float) -> None:
    gap = 3 / scale
    ring = QRectF(target.x, target.y, target.width, target.height).adjusted(-gap, -gap, gap, gap)
    outside = QPainterPath()
    outside.setFillRule(Qt.FillRule.OddEvenFill)
    outside.addRect(QRectF(source.x, source.y, source.width, source.height))
    outside.addRoundedRect(ring, gap, gap)
    painter.fillPath(outside, _SHADE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thickness in ((QColor(255, 255, 255), 5.0), (theme.LIGHT.accent, 2.5)):
        painter.setPen(QPen(color, thickness / scale))
        painter.drawRoundedRect(ring, gap, gap)


def _draw_arrow(painter: QPainter, start: Point, end: Point, scale: float) -> None:
    tail, tip = QPointF(start.x + 0.5, start.y + 0.5), QPointF(end.x + 0.5, end.y + 0.5)
    angle = math.atan2(tip.y() - tail.y(), tip.x() - tail.x())
    wings = [tip - 12 / scale * QPointF(math.cos(angle + turn), math.sin(angle + turn)) for turn in (0.45, -0.45)]
    for color, thickness in ((QColor(255, 255, 255), 5.0), (theme.LIGHT.accent, 2.5)):
        painter.setPen(QPen(color, thickness / scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(tail, tip)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, *wings]))
