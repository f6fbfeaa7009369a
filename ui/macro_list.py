"""The macros as a list of cards."""

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop_agent.macros.library import Entry, Library
from ui.macro_entries import Entries, EntryDelegate
from ui.macro_pictures import Pictures


class MacroList(QListView):
    """One is chosen at a time; `chosen_changed` comes when it is another one."""

    chosen_changed = Signal()

    def __init__(self, entries: Entries, pictures: Pictures, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setModel(entries)
        self.setItemDelegate(EntryDelegate(entries, pictures, library, self))
        pictures.made.connect(self.viewport().update)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { background: palette(window); }")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Macros"))
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen_changed.emit())
        entries.modelReset.connect(self.chosen_changed)

    @property
    def chosen(self) -> Entry | None:
        """The chosen macro."""
        index = self.currentIndex()
        return self._entries.item(index.row()).entry if index.isValid() else None

    def choose(self, entry: Entry | None) -> None:
        """Choose that macro, the first one where it is not on show; none where nothing is."""
        row = self._entries.row_of(entry) if entry is not None else 0
        if self._entries.rowCount():
            # Not QListView's own way: that goes by the keys that are held down just now.
            choose = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._entries.index(max(0, row)), choose)
