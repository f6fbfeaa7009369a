"""The list of recent conversations beside the chat."""

import datetime
from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from desktop_agent.store.conversations import ConversationSummary
from ui import theme
from ui.visible_text import line

LIMIT = 100
WIDTH = 220
ITEM_STYLE = """
QListWidget { background: transparent; outline: none; }
QListWidget::item { padding: 7px 8px; border-radius: 6px; }
QListWidget::item:hover { background: palette(midlight); color: palette(text); }
QListWidget::item:selected { background: palette(highlight); color: palette(highlighted-text); }
"""


class History(QFrame):
    """`opened` carries the id of the conversation that the person chose; `new_wanted`: a new one."""

    opened = Signal(str)
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._new = QPushButton(self.tr("New conversation"))
        self._new.setIcon(theme.icon("plus"))
        self._new.clicked.connect(self.new_wanted)
        self._empty = QLabel(self.tr("Your conversations will be listed here."), wordWrap=True)
        theme.set_role(self._empty, "small")
        self._list = QListWidget()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setStyleSheet(ITEM_STYLE)
        self._list.setAccessibleName(self.tr("Recent conversations"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._open)
        self._list.itemClicked.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.SMALL, theme.MEDIUM)
        layout.setSpacing(theme.MEDIUM)
        layout.addWidget(self._new)
        layout.addWidget(self._empty)
        layout.addWidget(self._list, 1)

    def show_conversations(self, conversations: Sequence[ConversationSummary], current: str | None) -> None:
        """List them, and mark the one that is open."""
        self._list.clear()
        for each in conversations:
            item = QListWidgetItem(line(each.title) or self.tr("Untitled"), self._list)
            item.setData(Qt.ItemDataRole.UserRole, each.id)
            when = _when(each.changed_at)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {when}")
            item.setStatusTip(when)
        self._empty.setVisible(not conversations)
        self.mark(current)

    def mark(self, conversation: str | None) -> None:
        """Mark the conversation that is open."""
        items = (self._list.item(row) for row in range(self._list.count()))
        found = next((item for item in items if item.data(Qt.ItemDataRole.UserRole) == conversation), None)
        if found is None:
            self._list.clearSelection()
            self._list.setCurrentRow(-1)
        else:
            self._list.setCurrentItem(found)

    def _open(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(Qt.ItemDataRole.UserRole))


def _when(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds)
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    if moment.date() == datetime.date.today():
        return locale.toString(moment.time(), short)
    return locale.toString(moment.date(), short)
