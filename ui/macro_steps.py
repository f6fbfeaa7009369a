"""The steps of a macro as a list of cards, with a form for the chosen one beside it."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSplitter, QWidget

from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import walk
from ui import macro_tree
from ui.macro_cards import CardDelegate
from ui.macro_document import Document
from ui.macro_pictures import Pictures
from ui.macro_rows import StepRows
from ui.macro_step_form import WIDTH, StepForm
from ui.macro_tree import Place

BATCH = 250
"""Rows that are laid out at once."""


class StepList(QListView):
    """The cards. Alt with an arrow moves the chosen steps; `delete_wanted` comes for Delete."""

    delete_wanted = Signal()

    def __init__(self, document: Document, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.rows = StepRows(document, self)
        self.menu: QMenu | None = None
        self.setModel(self.rows)
        self.setItemDelegate(CardDelegate(self.rows, pictures, lambda: Stored(document.macro, document.source), self))
        pictures.made.connect(self.viewport().update)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { background: palette(window); }")
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(BATCH)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setAccessibleName(self.tr("Steps"))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the chosen steps, top first."""
        found = sorted(index.row() for index in self.selectedIndexes())
        return tuple(dict.fromkeys(row.step.id for at in found if (row := self.rows.row(at)).kind == "step"))

    @property
    def place(self) -> Place:
        """Where something new belongs: behind the present row."""
        return self.rows.place(self.currentIndex().row() + 1) if self.currentIndex().isValid() else self.end

    @property
    def end(self) -> Place:
        """Behind the last step."""
        return Place(index=len(self._document.macro.steps))

    def choose(self, step_id: str) -> None:
        """Choose a step alone, and show it."""
        row = self.rows.row_of(step_id)
        if row >= 0:
            self.choose_row(row)

    def choose_row(self, row: int) -> None:
        """Choose a row alone, and show it."""
        # Not QListView's own way: that goes by the keys that are held down just now.
        index = self.rows.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def move_chosen(self, by: int) -> None:
        """Move the chosen steps by one row, up (-1) or down (1)."""
        ids = self.chosen
        if not ids:
            return
        chosen = macro_tree.outermost(self._document.macro.steps, ids)
        within = {step.id for step, _ in walk(chosen)}
        at = [row for row in range(self.rows.rowCount()) if self.rows.row(row).step.id in within]
        # `place` is that before a row: one up is before the row above, one down behind the row below.
        row = at[0] - 1 if by < 0 else at[-1] + 2
        if 0 <= row <= self.rows.rowCount():
            self._document.move(ids, self.rows.place(row))
            self._choose_all(ids)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if not self.rows.read_only:
                self.move_chosen(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Cancel) and self.selectedIndexes():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.menu is not None:
            self.menu.popup(event.globalPos())

    def _choose_all(self, ids: tuple[str, ...]) -> None:
        self.choose(ids[0])
        select = QItemSelectionModel.SelectionFlag.Select
        for each in ids:
            self.selectionModel().select(self.rows.index(self.rows.row_of(each)), select)


class StepsPane(QSplitter):
    """List and form.

    Args:
        document: what is shown.
        pictures: makes the small pictures.
        read_only: only looked at.

    Signals:
        chosen: other steps are chosen.
    """

    chosen = Signal()

    def __init__(
        self, document: Document, pictures: Pictures, read_only: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.document = document
        self.list = StepList(document, pictures)
        self.list.rows.read_only = read_only
        self.form = StepForm(document, read_only)
        self.addWidget(self.list)
        self.addWidget(self.form)
        self.setStretchFactor(0, 1)
        self.setSizes([620, WIDTH])
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.list.rows.rowsInserted.connect(self._inserted)
        self.list.rows.dataChanged.connect(lambda *_: self._chosen())
        if self.list.rows.rowCount():
            self.list.choose_row(0)

    def change(self, how: Callable[[], None]) -> None:
        """Make a change that brings in new steps, and choose the first of them."""
        before = macro_tree.ids(self.document.macro)
        how()
        new = [step.id for step, _ in walk(self.document.macro.steps) if step.id not in before]
        if new:
            self.list.choose(new[0])
            self.list.setFocus()

    def _chosen(self) -> None:
        ids = self.list.chosen
        shown = self.form.step
        if len(ids) != 1:
            if shown is not None or len(ids) > 1:
                self.form.show_step(None, len(ids))
        elif shown is None or shown.id != ids[0]:
            self.form.show_step(macro_tree.find(self.document.macro.steps, ids[0]))
        self.chosen.emit()

    def _inserted(self) -> None:
        if not self.list.currentIndex().isValid():
            self.list.choose_row(0)
