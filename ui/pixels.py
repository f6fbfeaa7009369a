"""Physical pixels of the desktop, in which the core counts, and Qt's device-independent ones.

Qt leaves the origin of every screen where it is in physical pixels and divides only distances from it by the screen's
device pixel ratio, so each conversion needs the screen.
"""

import math

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from desktop_agent.core.geometry import Point, Rect


def region_of(screen: QScreen) -> Rect:
    """The monitor that `screen` is, in physical pixels."""
    return from_qt(screen.geometry(), screen)


def screen_of(rect: Rect) -> QScreen:
    """The screen that most of `rect` lies on; the primary one where it lies on none."""
    screens = QGuiApplication.screens()
    best = max(screens, key=lambda screen: region_of(screen).intersection(rect).area)
    return best if not region_of(best).intersection(rect).empty else QGuiApplication.primaryScreen()


def screen_under(widget: QWidget) -> QScreen:
    """The screen that `widget` is on, for widgets that are deleted before the program ends: with `QWidget.screen`
    PySide ends the screen's Python object together with the widget."""
    return QGuiApplication.screenAt(widget.mapToGlobal(widget.rect().center())) or QGuiApplication.primaryScreen()


def work_area(screen: QScreen) -> Rect:
    """The part of the monitor that no panel covers, in physical pixels."""
    return from_qt(screen.availableGeometry(), screen)


def to_qt(rect: Rect, screen: QScreen) -> QRect:
    """`rect` as Qt places windows on `screen`; at a ratio other than 1 the nearest that there is."""
    exact = to_qt_exact(rect, screen)
    left, top = round(exact.left()), round(exact.top())
    return QRect(left, top, max(1, round(exact.right()) - left), max(1, round(exact.bottom()) - top))


def to_qt_exact(rect: Rect, screen: QScreen) -> QRectF:
    """`rect` in device-independent pixels, fractions and all."""
    origin, ratio = screen.geometry().topLeft(), screen.devicePixelRatio()
    return QRectF(
        origin.x() + (rect.x - origin.x()) / ratio,
        origin.y() + (rect.y - origin.y()) / ratio,
        rect.width / ratio,
        rect.height / ratio,
    )


def from_qt(rect: QRect, screen: QScreen) -> Rect:
    """What `rect` covers in physical pixels."""
    origin, ratio = screen.geometry().topLeft(), screen.devicePixelRatio()
    return Rect(
        origin.x() + round((rect.x() - origin.x()) * ratio),
        origin.y() + round((rect.y() - origin.y()) * ratio),
        round(rect.width() * ratio),
        round(rect.height() * ratio),
    )


def point_from_local(position: QPointF, screen: QScreen) -> Point:
    """The physical pixel at `position` within a window that fills `screen`. It may lie outside of it."""
    origin, ratio = screen.geometry().topLeft(), screen.devicePixelRatio()
    return Point(origin.x() + math.floor(position.x() * ratio), origin.y() + math.floor(position.y() * ratio))
