"""The folders of the macros, beside their list."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui import theme
from ui.chat_history import ITEM_STYLE
from ui.rule import rule
from ui.visible_text import line

WIDTH = 200


class Folders(QWidget):
    """Hidden while there are none. `chosen` comes when the person chooses another one."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet(ITEM_STYLE)
        self.list.setAccessibleName(self.tr("Folders"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _: self.chosen.emit())
        self.setFixedWidth(WIDTH)
        side = QVBoxLayout()
        side.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.SMALL, theme.MEDIUM)
        side.addWidget(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(side)
        row.addWidget(rule(upright=True))

    @property
    def current(self) -> str | None:
        """The chosen one; None: all macros."""
        item = self.list.currentItem()
        found: str | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return found

    def show_names(self, names: Sequence[str]) -> None:
        """These are there now; the chosen one stays chosen where it is still there."""
        before, self.names = self.current, tuple(names)
        self.list.blockSignals(True)
        self.list.clear()
        for text, name in [(self.tr("All macros"), None), *((line(each), each) for each in names)]:
            item = QListWidgetItem(text, self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
        self.list.setCurrentRow(names.index(before) + 1 if before in names else 0)
        self.list.blockSignals(False)
        self.setVisible(bool(names))
