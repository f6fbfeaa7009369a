"""One monitor's window of the region capture: shows frozen screen and selection, and reports pointer and keys."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from desktop_agent.core.geometry import Point, Rect
from ui import pixels, placement, theme, visible_text
from ui.capture_selection import Arrow, Selection

DIM = QColor(8, 11, 20, 120)
LABEL_GROUND = QColor(17, 20, 29, 235)
LABEL_TEXT = QColor(240, 242, 247)
HAIRLINE = QColor(255, 255, 255, 90)
HANDLE = 8
LABEL_WIDTH = 420
_ARROWS: dict[int, Arrow] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


@dataclass(frozen=True)
class _Scene:
    """What is drawn over the frozen screen, in this window's coordinates."""

    bright: QRect
    handles: bool
    cross: QPoint | None
    label: str
    label_rect: QRect
    hint: str
    hint_rect: QRect

    @property
    def region(self) -> QRegion:
        """All that changes when this scene is replaced, the bright area's inside excepted."""
        covered = QRegion(self.label_rect) + QRegion(self.hint_rect)
        if not self.bright.isEmpty():
            covered += QRegion(_grown(self.bright, HANDLE)) - QRegion(_grown(self.bright, -HANDLE))
        return covered


class CaptureView(QWidget):
    """Covers one monitor. Points in its signals are physical pixels of the desktop, and may lie on other monitors while
    the button is down.

    Args:
        screen: the monitor.
    """

    shown = Signal()
    """The frozen screen has been painted."""
    pointer_moved = Signal(object)
    pressed = Signal(object)
    released = Signal(object)
    arrow = Signal(str, bool, bool)
    """Which one, whether to resize, whether to go far."""
    accepted = Signal()
    cancelled = Signal()

    def __init__(self, screen: QScreen) -> None:
        super().__init__(
            None,
            Qt.WindowType.Window
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.BypassWindowManagerHint
            | Qt.WindowType.NoDropShadowWindowHint,
        )
        self._monitor = screen
        self._picture: QImage | None = None
        self._picture_region = Rect(0, 0, 0, 0)
        self._selection: Selection | None = None
        self._scene: _Scene | None = None
        self._painted = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Region capture"))
        self.setAccessibleDescription(self._hint())
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.create()

    def warm_up(self) -> None:
        """Draw a label nowhere, so that the font is loaded when it is needed."""
        nowhere = QPixmap(_label_size(self._hint()))
        painter = QPainter(nowhere)
        _paint_label(painter, nowhere.rect(), self._hint())
        painter.end()

    def freeze(self, picture: QImage, region: Rect, selection: Selection) -> None:
        """Show `picture`, which is of `region`, with `selection` on it. `picture` must live until `thaw`."""
        self._picture, self._picture_region, self._selection = picture, region, selection
        self._painted = False
        self._scene = self._make_scene(selection)
        self.setGeometry(self._monitor.geometry())
        self.show()
        self.raise_()

    def thaw(self) -> None:
        """Hide, and let the picture go."""
        if self.isVisible():
            self.releaseKeyboard()
            self.hide()
        self._picture = self._selection = self._scene = None

    def refresh(self) -> None:
        """The selection has changed."""
        if self._selection is None or self._scene is None:
            return
        before, now = self._scene, self._make_scene(self._selection)
        if before == now:
            return
        self._scene = now
        dirty = before.region + now.region + QRegion(before.bright).xored(QRegion(now.bright))
        for cross in {before.cross, now.cross} - {None} if before.cross != now.cross else ():
            dirty += QRegion(0, cross.y(), self.width(), 1) + QRegion(cross.x(), 0, 1, self.height())
        self.setAccessibleDescription(now.label or self._hint())
        self.update(dirty)

    def take_keyboard(self) -> bool:
        """Grab the keyboard. False when another client has it."""
        handle = self.windowHandle()
        if not handle.setKeyboardGrabEnabled(True):
            return False
        self.grabKeyboard()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        picture, scene = self._picture, self._scene
        if picture is None or scene is None:
            return
        painter = QPainter(self)
        bright = QRegion(scene.bright)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for rect in event.region():
            painter.drawImage(QRectF(rect), picture, self._source(rect))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        for rect in event.region() - bright:
            painter.fillRect(rect, DIM)
        if scene.cross is not None:
            painter.fillRect(0, scene.cross.y(), self.width(), 1, HAIRLINE)
            painter.fillRect(scene.cross.x(), 0, 1, self.height(), HAIRLINE)
        self._paint_selection(painter, scene)
        if scene.hint:
            _paint_label(painter, scene.hint_rect, scene.hint)
        if scene.label:
            _paint_label(painter, scene.label_rect, scene.label)
        painter.end()
        if not self._painted:
            self._painted = True
            self.shown.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer_moved.emit(self._point(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self._point(event))
        elif event.button() == Qt.MouseButton.RightButton:
            self.cancelled.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit(self._point(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(event.key())
        if arrow is not None:
            resize = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            exact = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.arrow.emit(arrow, resize, not exact)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.accepted.emit()

    def _point(self, event: QMouseEvent) -> Point:
        return pixels.point_from_local(event.position(), self._monitor)

    def _hint(self, by_keys: bool = False) -> str:
        if by_keys:
            parts = (
                self.tr("Arrows move"),
                self.tr("Shift resizes"),
                self.tr("Ctrl goes pixel by pixel"),
                self.tr("Enter takes it"),
                self.tr("Esc cancels"),
            )
        else:
            parts = (
                self.tr("Drag to select"),
                self.tr("Click takes a window"),
                self.tr("Enter takes the monitor"),
                self.tr("Esc cancels"),
            )
        return "   ·   ".join(parts)

    def _source(self, rect: QRect) -> QRectF:
        """What of the frozen picture belongs at `rect`."""
        ratio = self._monitor.devicePixelRatio()
        monitor = pixels.region_of(self._monitor)
        x = monitor.x - self._picture_region.x + rect.x() * ratio
        y = monitor.y - self._picture_region.y + rect.y() * ratio
        return QRectF(x, y, rect.width() * ratio, rect.height() * ratio)

    def _local(self, rect: Rect) -> QRect:
        """`rect` of the desktop in this window's coordinates."""
        placed = pixels.to_qt(rect, self._monitor)
        return placed.translated(-self._monitor.geometry().topLeft())

    def _make_scene(self, selection: Selection) -> _Scene:
        bright = selection.bright
        local = QRect() if bright.empty else self._local(bright).intersected(self.rect())
        here = selection.monitor.region == pixels.region_of(self._monitor)
        pointer = self._local(Rect(selection.pointer.x, selection.pointer.y, 1, 1)).topLeft()
        label = self._label(selection) if here else ""
        by_keys = selection.chosen is not None
        hint = self._hint(by_keys) if here and selection.anchor is None else ""
        return _Scene(
            bright=local,
            handles=selection.rect is not None,
            cross=pointer if here and selection.rect is None else None,
            label=label,
            label_rect=self._label_rect(label, local.bottomRight() if by_keys else pointer) if label else QRect(),
            hint=hint,
            hint_rect=self._hint_rect(hint, pointer) if hint else QRect(),
        )

    def _label(self, selection: Selection) -> str:
        if selection.rect is not None:
            return f"{selection.rect.width} × {selection.rect.height}"
        window = selection.hovered
        if window is None:
            return ""
        frame = window.frame.intersection(selection.bounds)
        size = f"{frame.width} × {frame.height}"
        metrics = QFontMetrics(theme.small_font())
        name = visible_text.line(window.title or window.application)
        room = LABEL_WIDTH - metrics.horizontalAdvance(f"   {size}")
        return f"{metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)}   {size}"

    def _label_rect(self, label: str, pointer: QPoint) -> QRect:
        size = _label_size(label)
        where = placement.pill((size.width(), size.height()), Point(pointer.x(), pointer.y()), _rect(self.rect()))
        return QRect(where.x, where.y, where.width, where.height)

    def _hint_rect(self, hint: str, pointer: QPoint) -> QRect:
        """At the top of the monitor, or at its bottom when the pointer is there."""
        size = _label_size(hint)
        x = (self.width() - size.width()) // 2
        top = QRect(QPoint(x, theme.HUGE), size)
        near = top.adjusted(-60, -60, 60, 60).contains(pointer)
        return top.translated(0, self.height() - 2 * theme.HUGE - size.height()) if near else top

    def _paint_selection(self, painter: QPainter, scene: _Scene) -> None:
        if scene.bright.isEmpty():
            return
        outline = QRectF(scene.bright).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255), 1))
        painter.drawRect(outline.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(theme.LIGHT.accent, 1))
        painter.drawRect(outline)
        if not scene.handles:
            painter.drawRect(outline.adjusted(1, 1, -1, -1))
        if not scene.handles:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.LIGHT.accent, 1.5))
        painter.setBrush(QColor(255, 255, 255))
        for corner in (outline.topLeft(), outline.topRight(), outline.bottomLeft(), outline.bottomRight()):
            painter.drawEllipse(corner, HANDLE / 2, HANDLE / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_label(painter: QPainter, rect: QRect, text: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(LABEL_GROUND)
    painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    painter.setFont(theme.small_font())
    painter.setPen(LABEL_TEXT)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _label_size(text: str) -> QSize:
    metrics = QFontMetrics(theme.small_font())
    return QSize(metrics.horizontalAdvance(text) + 2 * theme.MEDIUM, metrics.height() + 2 * theme.TINY + 2)


def _rect(rect: QRect) -> Rect:
    return Rect(rect.x(), rect.y(), rect.width(), rect.height())


def _grown(rect: QRect, by: int) -> QRect:
    return rect.adjusted(-by, -by, by, by)
