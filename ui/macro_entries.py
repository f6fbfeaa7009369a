"""The macros of the library as a Qt model, and how they are painted in the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import PictureRef, walk
from desktop_agent.macros.library import Entry, Library, fold
from desktop_agent.macros.playing.triggers import Trigger
from ui import macro_painting as paint
from ui import theme
from ui.labels import plain_tool_tip
from ui.macro_pictures import Pictures, Wanted, first_picture
from ui.macro_rows import Index
from ui.macro_shown import Chip
from ui.macro_trigger_words import words as trigger_words
from ui.visible_text import line
from ui.when import when

ITEM = Qt.ItemDataRole.UserRole
HEIGHT = 76
GAP = 3
THUMBNAIL = QSize(96, 54)
CHIP_HEIGHT = 20


@dataclass(frozen=True, eq=False)
class Item:
    """A macro, with what the list shows of it."""

    entry: Entry
    steps: int
    picture: PictureRef | None
    words: str
    """What is searched."""
    triggers: tuple[Trigger, ...] = ()
    """What starts it."""

    @classmethod
    def of(cls, entry: Entry, triggers: tuple[Trigger, ...] = ()) -> "Item":
        """Takes a while for a long macro."""
        macro = entry.macro
        words = fold(f"{entry.name} {entry.folder} {macro.comment if macro else ''}")
        if macro is None:
            return cls(entry, 0, None, words, triggers)
        return cls(entry, sum(1 for _ in walk(macro.steps)), first_picture(macro), words, triggers)


class Entries(QAbstractListModel):
    """The macros of one folder (None: all) in which all words of a search occur."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Item, ...] = ()
        self._items: tuple[Item, ...] = ()
        self._folder: str | None = None
        self._words: list[str] = []
        self.problems: Mapping[str, str] = {}
        """What is wrong with what starts macros, by its ids."""

    @property
    def all(self) -> tuple[Item, ...]:
        return self._all

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's signature
        return 0 if parent.isValid() else len(self._items)

    def item(self, row: int) -> Item:
        """The macro in that row."""
        return self._items[row]

    def row_of(self, entry: Entry) -> int:
        """The row of that macro, -1 where it is not on show."""
        return next((row for row, item in enumerate(self._items) if item.entry.path == entry.path), -1)

    def show(self, items: Sequence[Item]) -> None:
        """These are all macros now."""
        self._all = tuple(items)
        self._filter()

    def narrow(self, folder: str | None, search: str) -> None:
        """Show only some."""
        self._folder, self._words = folder, fold(search).split()
        self._filter()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self._items[index.row()]
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return line(item.entry.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = [self.facts(item), *(chip.text for chip in self.chips(item)), *self.wrong(item)]
            return f"{line(item.entry.name)}. {'. '.join(said)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            told = [problem(item.entry)] if item.entry.problem else self.wrong(item)
            return plain_tool_tip(" ".join(told)) if told else None
        return None

    def facts(self, item: Item) -> str:
        """The line below the name."""
        if item.entry.problem:
            return problem(item.entry)
        steps = self.tr("1 step") if item.steps == 1 else self.tr("{number} steps").format(number=item.steps)
        changed = self.tr("changed {when}").format(when=when(item.entry.changed_at))
        return " · ".join(part for part in (steps, changed, line(item.entry.folder)) if part)

    def chips(self, item: Item) -> tuple[Chip, ...]:
        """What starts it."""
        return tuple(Chip(trigger_words(each), self._tone(each)) for each in item.triggers)

    def wrong(self, item: Item) -> list[str]:
        """What is wrong with what starts it."""
        return [line(self.problems[each.id]) for each in item.triggers if each.id in self.problems]

    def _tone(self, trigger: Trigger) -> str:
        if trigger.id in self.problems:
            return "danger"
        return "accent" if trigger.on else "muted"

    def _filter(self) -> None:
        self.beginResetModel()
        self._items = tuple(
            item
            for item in self._all
            if self._folder in (None, item.entry.folder) and all(word in item.words for word in self._words)
        )
        self.endResetModel()


class EntryDelegate(QStyledItemDelegate):
    """Paints a macro: picture, name, what starts it, facts."""

    def __init__(self, entries: Entries, pictures: Pictures, library: Library, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries, self._pictures, self._library = entries, pictures, library

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(320, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(ITEM)
        c = theme.colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = option.rect.adjusted(theme.MEDIUM, GAP, -theme.MEDIUM, -GAP)
        paint.ground(painter, card, option)
        thumb = QRect(
            QPoint(card.left() + theme.SMALL, card.top() + (card.height() - THUMBNAIL.height()) // 2), THUMBNAIL
        )
        paint.picture(painter, thumb, self._picture(painter, item), self._icon(item))
        left = thumb.right() + theme.MEDIUM
        room = QRect(left, card.center().y() - 22, card.right() - theme.MEDIUM - left, 22)
        chips = self._entries.chips(item)
        named = QRect(room) if not chips else QRect(room.left(), room.top(), room.width() * 3 // 5, room.height())
        width = paint.text(painter, named, line(item.entry.name), paint.strong(option.font), c.text)
        beside = QRect(
            room.left() + width + theme.MEDIUM, room.top() + 1, room.width() - width - theme.MEDIUM, CHIP_HEIGHT
        )
        paint.chips(painter, beside, chips, option)
        color = c.danger if item.entry.problem else c.muted
        paint.text(painter, room.translated(0, 23), self._entries.facts(item), theme.small_font(), color)
        painter.restore()

    def _icon(self, item: Item) -> str:
        if item.entry.problem:
            return "warning"
        return "" if item.picture is not None else "macro"

    def _picture(self, painter: QPainter, item: Item) -> QPixmap | None:
        if item.picture is None:
            return None
        origin = f"{item.entry.path} {item.entry.changed_at}"
        wanted = Wanted.of(origin, item.picture, THUMBNAIL, painter.device().devicePixelRatio())
        return self._pictures.get(wanted, partial(_stored, self._library, item.entry))


def _stored(library: Library, entry: Entry) -> Stored:
    return library.open(entry)


def problem(entry: Entry) -> str:
    """Why it can't be read, without the place of the library, which would leave no room for the reason."""
    return line(entry.problem.replace(f"{entry.path}/", "").replace(str(entry.path), entry.name))
