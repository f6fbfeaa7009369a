"""The ring on the screen around what is about to be acted on.

Four strips beside the target, so that none of its pixels is covered. They let all input through, never take the focus,
and need no compositor.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QScreen
from PySide6.QtWidgets import QWidget

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen
from ui import pictures, pixels, theme
from ui.exposure import Cover

GAP = 2
"""Pixels between the target and the ring: as much as rounding can be off at three device pixels to Qt's one."""
EDGE, CORE = 1, 3
THICKNESS = EDGE + CORE + EDGE
"""A coloured line between two white ones, to stand out on any ground."""
WHITE = QColor(255, 255, 255)


class Ring:
    """Shown around one target at a time. For the GUI thread.

    Args:
        screen: to see what stands under the ring, and when it stands there again.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._strips = [_Strip() for _ in range(4)]
        self._covers: tuple[Cover, ...] = ()
        self._painted: list[tuple[Image, Rect]] = []

    @property
    def visible(self) -> bool:
        return any(strip.isVisible() for strip in self._strips)

    def show_at(self, target: Rect, beneath: Rect | None = None) -> None:
        """Surround `target`, in pixels of the desktop, but leave out `beneath`: the card, which would else be crossed,
        since windows that bypass the window manager lie above all others."""
        self.hide()
        areas = strips_around(target)
        self._covers = Cover.of(self._screen, areas)
        screen = pixels.screen_of(target)
        for strip, area in zip(self._strips, areas, strict=True):
            strip.show_at(area, target, screen, beneath)

    def hide(self) -> None:
        """Unmap it; what stood beneath paints again a little later."""
        if self.visible:
            self._painted = [(pictures.grab_widget(each), _area(each)) for each in self._strips]
        for strip in self._strips:
            strip.hide()

    def remains(self) -> bool:
        """After `hide`: whether a part of the ring can still be seen. Safe to call from any thread."""
        return any(cover.remains(self._screen, *each) for each in self._painted for cover in self._covers)

    def close(self) -> None:
        """Give the windows back."""
        for strip in self._strips:
            strip.hide()
            strip.deleteLater()


class _Strip(QWidget):
    """One side of the ring."""

    def __init__(self) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.BypassWindowManagerHint
            | Qt.WindowType.WindowTransparentForInput
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.NoDropShadowWindowHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Ring around the target"))
        self._target = Rect(0, 0, 0, 0)
        self.create()

    def show_at(self, area: Rect, target: Rect, screen: QScreen, beneath: Rect | None) -> None:
        """Be the part of the ring around `target` that lies in `area`, without `beneath`."""
        self.setGeometry(pixels.to_qt(area, screen))
        origin = pixels.from_qt(self.geometry(), screen)
        self._target = target.moved(-origin.x, -origin.y)
        shown = QRegion(self.rect())
        if beneath is not None:
            shown -= QRegion(pixels.to_qt(beneath, screen).translated(-self.pos()))
        if shown.isEmpty():
            return
        self.setMask(shown)
        self.show()
        self.raise_()

    def paintEvent(self, _: QPaintEvent) -> None:
        hole = self._target.grown(GAP)
        painter = QPainter(self)
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        for thickness, color in ((THICKNESS, WHITE), (EDGE + CORE, theme.LIGHT.accent), (EDGE, WHITE)):
            ring = hole.grown(thickness)
            painter.fillRect(ring.x, ring.y, ring.width, ring.height, color)
        painter.end()


def strips_around(target: Rect) -> Sequence[Rect]:
    """The four strips of a ring: above, below, left, right. None touches `target`."""
    hole = target.grown(GAP)
    edge = hole.grown(THICKNESS)
    return (
        Rect(edge.x, edge.y, edge.width, THICKNESS),
        Rect(edge.x, hole.bottom, edge.width, THICKNESS),
        Rect(edge.x, hole.y, THICKNESS, hole.height),
        Rect(hole.right, hole.y, THICKNESS, hole.height),
    )


def _area(strip: QWidget) -> Rect:
    return pixels.from_qt(strip.geometry(), strip.screen())
