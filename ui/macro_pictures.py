"""Small pictures of macros' targets, made on a thread and kept as long as there is room."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro, PictureRef, targets, walk
from ui import pictures, theme
from ui.bridge import Bridge

MOST_BYTES = 48_000_000
MOST_WAITING = 48
"""Pictures that are wanted; of more, those that were wanted first are no longer on show."""


@dataclass(frozen=True)
class Wanted:
    """A picture to show: `file` of the macro that `origin` names, with a ring around `box`, `size` device-independent
    pixels large at the device pixel ratio `ratio`."""

    origin: str
    file: str
    box: Rect
    size: tuple[int, int]
    ratio: float

    @classmethod
    def of(cls, origin: str, ref: PictureRef, size: QSize, ratio: float) -> "Wanted":
        """What `ref` shows."""
        box = Rect(ref.box.x, ref.box.y, ref.box.width, ref.box.height)
        return cls(origin, ref.file, box, (size.width(), size.height()), ratio)


class Pictures(QObject):
    """Makes one picture after the other, the latest that was wanted first.

    Signals:
        made: something that was wanted is there, or never will be.
    """

    made = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._kept: OrderedDict[Wanted, QPixmap] = OrderedDict()
        self._bytes = 0
        self._broken: set[Wanted] = set()
        self._waiting: OrderedDict[Wanted, Callable[[], Stored]] = OrderedDict()
        self._working: Wanted | None = None

    def get(self, wanted: Wanted, stored: Callable[[], Stored]) -> QPixmap | None:
        """The picture; None where it is not there yet, or can't be had. `stored` is called on a thread."""
        found = self._kept.get(wanted)
        if found is not None:
            self._kept.move_to_end(wanted)
        elif wanted not in self._broken and wanted != self._working:
            self._waiting[wanted] = stored
            self._waiting.move_to_end(wanted)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
            self._next()
        return found

    def is_broken(self, wanted: Wanted) -> bool:
        """Whether it can't be had."""
        return wanted in self._broken

    @property
    def bytes(self) -> int:
        """How much memory the kept ones take."""
        return self._bytes

    def _next(self) -> None:
        if self._working is not None or not self._waiting:
            return
        wanted, stored = self._waiting.popitem(last=True)
        self._working = wanted
        self._bridge.background(
            lambda: drawn(stored(), wanted),
            lambda image: self._keep(wanted, image),
            lambda _: self._give_up(wanted),
            self,
        )

    def _keep(self, wanted: Wanted, image: QImage) -> None:
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(wanted.ratio)
        self._kept[wanted] = picture
        self._bytes += image.sizeInBytes()
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.width() * old.height() * 4
        self._end()

    def _give_up(self, wanted: Wanted) -> None:
        self._broken.add(wanted)
        self._end()

    def _end(self) -> None:
        self._working = None
        self._next()
        self.made.emit()


def first_picture(macro: Macro) -> PictureRef | None:
    """The first target's picture."""
    found = (target.picture for step, _ in walk(macro.steps) for target in targets(step))
    return next((each for each in found if each is not None), None)


def drawn(stored: Stored, wanted: Wanted) -> QImage:
    """What `wanted` shows. Takes up to a second for the largest pictures: not for the GUI thread.

    Raises:
        BadMacro: it is missing, or no picture.
    """
    image = stored.picture(wanted.file)
    width, height = (max(1, round(side * wanted.ratio)) for side in wanted.size)
    whole = Rect(0, 0, image.width, image.height)
    box = wanted.box.intersection(whole)
    target = whole if box.empty else box
    source = pictures.crop_around(target, (width, height), whole)
    scale = width / source.width
    canvas = QImage(width, height, QImage.Format.Format_RGB32)
    canvas.fill(QColor(0x80, 0x86, 0x90))
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_part(painter, image, source.intersection(whole), source, scale)
    if not box.empty:
        _paint_ring(painter, box, source, scale, wanted.ratio)
    painter.end()
    return canvas


def _paint_part(painter: QPainter, image: Image, part: Rect, source: Rect, scale: float) -> None:
    """Scaled with Pillow: that lets go of the interpreter meanwhile, and Qt here does not."""
    wide, high = (max(1, math.ceil(side * scale)) for side in (part.width, part.height))
    scaled = image.crop(part).scaled(wide, high)
    left, top = round((part.x - source.x) * scale), round((part.y - source.y) * scale)
    painter.drawImage(left, top, pictures.borrowed_qimage(scaled))


def _paint_ring(painter: QPainter, box: Rect, source: Rect, scale: float, ratio: float) -> None:
    left, top = (box.x - source.x) * scale, (box.y - source.y) * scale
    gap = 2 * ratio
    ring = QRectF(left, top, box.width * scale, box.height * scale).adjusted(-gap, -gap, gap, gap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thickness in ((QColor(255, 255, 255), 4.0), (theme.LIGHT.accent, 2.0)):
        painter.setPen(QPen(color, thickness * ratio))
        painter.drawRoundedRect(ring, gap, gap)
