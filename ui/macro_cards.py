"""Paints the steps of a macro as cards."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_agent.macros.files import Stored
from ui import macro_painting as paint
from ui import theme
from ui.macro_pictures import Pictures, Wanted
from ui.macro_rows import ROW, Index, StepRows
from ui.macro_tree import Row

CARD_HEIGHT, SHORT_HEIGHT, LINE_HEIGHT, END_HEIGHT = 88, 62, 30, 18
GAP = 3
INDENT = 28
LINE = 22
THUMBNAIL = QSize(112, 66)
NUMBER_WIDTH = 34


class CardDelegate(QStyledItemDelegate):
    """Paints what `rows` holds.

    Args:
        rows: the model.
        pictures: makes the small pictures.
        stored: the macro with its pictures as it is now.
        parent: the view.
    """

    def __init__(self, rows: StepRows, pictures: Pictures, stored: Callable[[], Stored], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._pictures, self._stored = rows, pictures, stored
        self._origin = str(id(rows))
        heights = {"step": CARD_HEIGHT, "short": SHORT_HEIGHT, "otherwise": LINE_HEIGHT, "end": END_HEIGHT}
        self._sizes = {kind: QSize(320, height) for kind, height in heights.items()}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._rows.row(index.row())
        if row.kind == "step" and self._rows.shown(row).picture is None:
            return self._sizes["short"]
        return self._sizes[row.kind]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._guides(painter, option.rect, row)
        if row.kind == "step":
            self._card(painter, option, row)
        else:
            self._line(painter, option, row)
        painter.restore()

    def _guides(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """A line for each step that this one lies within."""
        painter.setPen(QPen(theme.colors().border, 2))
        for depth in range(row.depth + (row.kind != "step")):
            x = rect.left() + theme.MEDIUM + depth * INDENT + INDENT // 2
            end = rect.center().y() if row.kind == "end" and depth == row.depth else rect.bottom()
            painter.drawLine(QPoint(x, rect.top()), QPoint(x, end))
            if row.kind != "step" and depth == row.depth:
                painter.drawLine(QPoint(x, rect.center().y()), QPoint(x + INDENT // 2, rect.center().y()))

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        left = theme.MEDIUM + row.depth * INDENT + INDENT + theme.TINY
        place = option.rect.adjusted(left, 0, -theme.MEDIUM, 0)
        c = theme.colors()
        if row.kind == "otherwise":
            color = c.accent if paint.is_selected(option) else c.muted
            paint.text(painter, place, self.tr("Otherwise"), paint.strong(theme.small_font()), color)
        elif paint.is_selected(option):
            painter.setPen(QPen(c.accent, 2))
            painter.drawLine(QPoint(place.left(), place.center().y()), QPoint(place.right(), place.center().y()))

    def _card(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        card = option.rect.adjusted(theme.MEDIUM + row.depth * INDENT, GAP, -theme.MEDIUM, -GAP)
        paint.ground(painter, card, option)
        if row.step.skip:
            painter.setOpacity(0.6)
        number = QRect(card.left() + theme.SMALL, card.top(), NUMBER_WIDTH, card.height())
        paint.text(painter, number, str(row.number), theme.small_font(), theme.colors().muted)
        size = QSize(THUMBNAIL.width(), card.height() - 2 * theme.SMALL)
        thumb = QRect(QPoint(number.right() + 1, card.top() + theme.SMALL), size)
        self._picture(painter, thumb, row)
        left = thumb.right() + theme.MEDIUM
        self._words(painter, card.adjusted(left - card.left(), 0, -theme.MEDIUM, 0), option, row)

    def _words(self, painter: QPainter, room: QRect, option: QStyleOptionViewItem, row: Row) -> None:
        """What the step does, what it waits for, and what there is to say about it: as many lines as there are, in the
        middle. Without a picture there is room for two."""
        c, facts, problem = theme.colors(), self._rows.shown(row), self._rows.problem(row)
        more = bool(facts.chips or facts.comment or problem)
        split = more and bool(facts.detail) and facts.picture is not None
        lines = 1 + (more or bool(facts.detail)) + split
        top = room.center().y() - lines * LINE // 2 + 1
        places = [QRect(room.left(), top + at * LINE, room.width(), LINE) for at in range(lines)]
        paint.text(painter, places[0], facts.title, paint.strong(option.font), c.text)
        if lines == 1:
            return
        if facts.detail and not (problem and not split):
            used = paint.text(painter, places[1], facts.detail, theme.small_font(), c.muted)
            if not split:
                places[1] = places[1].adjusted(used + theme.MEDIUM, 0, 0, 0)
        end = paint.chips(painter, places[-1].adjusted(0, 2, 0, -1), facts.chips, option)
        rest = places[-1].adjusted(end - places[-1].left(), 0, 0, 0)
        if problem:
            paint.icon(painter, QRect(rest.left(), rest.center().y() - 7, 15, 15), "warning", c.danger)
            paint.text(painter, rest.adjusted(20, 0, 0, 0), problem, theme.small_font(), c.danger)
        else:
            paint.text(painter, rest, facts.comment, theme.small_font(), c.muted)

    def _picture(self, painter: QPainter, place: QRect, row: Row) -> None:
        facts = self._rows.shown(row)
        if facts.picture is None:
            paint.picture(painter, place, None, facts.icon)
            return
        wanted = Wanted.of(self._origin, facts.picture, place.size(), painter.device().devicePixelRatio())
        found = self._pictures.get(wanted, self._stored)
        paint.picture(painter, place, found, "warning" if self._pictures.is_broken(wanted) else "")
