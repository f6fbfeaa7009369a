"""What the delegates of the macros' lists paint with. All text is drawn as it is, never as markup."""

from functools import cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ui import theme
from ui.macro_shown import Chip

CHIP_PADDING = 8
_SOFT = {"accent": "accent_soft", "warning": "warning_soft", "success": "success_soft", "danger": "danger_soft"}


def is_selected(option: QStyleOptionViewItem) -> bool:
    """Whether the item is chosen."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


def ground(painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
    """A card, as the item's state wants it."""
    c = theme.colors()
    focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    selected = is_selected(option)
    width = 2.0 if focused else 1.0
    painter.setBrush(c.accent_soft if selected else c.surface)
    painter.setPen(QPen(c.accent if selected or focused else c.outline if hovered else c.border, width))
    half = width / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), theme.RADIUS, theme.RADIUS)


def text(painter: QPainter, rect: QRect, said: str, font: QFont, color: QColor) -> int:
    """One line, cut with an ellipsis where there is no room; returns how wide it is."""
    if rect.width() <= 0 or not said:
        return 0
    painter.setFont(font)
    painter.setPen(color)
    metrics = QFontMetrics(font)
    cut = metrics.elidedText(said, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)
    return metrics.horizontalAdvance(cut)


def chips(painter: QPainter, rect: QRect, shown: tuple[Chip, ...], option: QStyleOptionViewItem) -> int:
    """Chips from the left of `rect`; returns where the last one ends."""
    c, font = theme.colors(), theme.small_font()
    metrics = QFontMetrics(font)
    x = rect.left()
    for chip in shown:
        room = min(metrics.horizontalAdvance(chip.text), max(0, (rect.right() - x) // 2))
        place = QRect(x, rect.top(), room + 2 * CHIP_PADDING, rect.height())
        if place.right() > rect.right():
            break
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.surface if is_selected(option) else getattr(c, _SOFT.get(chip.tone, "raised")))
        painter.drawRoundedRect(QRectF(place), rect.height() / 2, rect.height() / 2)
        inside = place.adjusted(CHIP_PADDING, 0, 0, 0)
        text(painter, inside.adjusted(0, 0, -CHIP_PADDING + 2, 0), chip.text, font, getattr(c, chip.tone))
        x = place.right() + theme.TINY + 2
    return x


def picture(painter: QPainter, rect: QRect, shown: QPixmap | None, icon: str) -> None:
    """A small picture with rounded corners; where there is none, an icon on a quiet ground."""
    c = theme.colors()
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(rect), 4, 4)
    painter.save()
    painter.setClipPath(outline)
    if shown is None:
        painter.fillRect(rect, c.raised)
    else:
        painter.drawPixmap(rect.topLeft(), shown)
    painter.restore()
    if shown is None and icon:
        drawn = _icon(icon, 22, c.muted.name(), painter.device().devicePixelRatio())
        size = drawn.deviceIndependentSize().toSize()
        painter.drawPixmap(rect.center() - QRect(0, 0, size.width() - 1, size.height() - 1).center(), drawn)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(c.border, 1))
    painter.drawPath(outline)


def icon(painter: QPainter, place: QRect, name: str, color: QColor) -> None:
    """An icon that fills `place`."""
    painter.drawPixmap(place.topLeft(), _icon(name, place.height(), color.name(), painter.device().devicePixelRatio()))


def strong(font: QFont) -> QFont:
    """The same, for titles."""
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


@cache
def _icon(name: str, size: int, color: str, ratio: float) -> QPixmap:
    """Drawing an SVG takes a millisecond."""
    drawn = theme.icon(name, QColor(color)).pixmap(QSize(size, size), ratio)
    drawn.setDevicePixelRatio(ratio)
    return drawn
