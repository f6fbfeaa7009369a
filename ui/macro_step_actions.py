"""What can be done with the steps of a macro that is edited: insert, duplicate, skip, move, delete."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from ui import macro_new, macro_tree
from ui.macro_document import Document
from ui.macro_steps import StepsPane
from ui.macro_tools import IconAction


class StepActions(QObject):
    """Actions of the window `owner`, which change what `pane` shows."""

    def __init__(self, owner: QWidget, document: Document, pane: StepsPane) -> None:
        super().__init__(owner)
        self._owner, self._document, self._pane, self._list = owner, document, pane, pane.list
        self._below = owner
        self.insert = self._action("plus", self.tr("Insert …"), "Ctrl+I", self._show_insert)
        self.duplicate = self._action("copy", self.tr("Duplicate"), "Ctrl+D", self._duplicate)
        self.skip = self._action("deny", self.tr("Skip"), "Ctrl+K", self._skip)
        self.delete = self._action("trash", self.tr("Delete"), "Ctrl+Backspace", self._delete)
        self.up = self._action("collapse", self.tr("Move up"), "", lambda: self._list.move_chosen(-1))
        self.down = self._action("expand", self.tr("Move down"), "", lambda: self._list.move_chosen(1))
        self._menu = macro_new.menu(owner, self.insert_new)
        self._list.delete_wanted.connect(self._delete)

    def add_to(self, menu: QMenu) -> None:
        """Offer what is done with chosen steps."""
        menu.addActions([self.duplicate, self.skip, self.up, self.down, self.delete])

    def open_insert_at(self, button: QWidget) -> None:
        """The Insert menu opens below that button."""
        self._below = button

    def show_chosen(self) -> None:
        """What can be done with the chosen steps."""
        chosen = self._list.chosen
        for action in (self.duplicate, self.skip, self.delete, self.up, self.down):
            action.setEnabled(bool(chosen))
        self.skip.setText(self.tr("Don't skip") if self._all_skipped(chosen) else self.tr("Skip"))

    def insert_new(self, kind: str) -> None:
        """Put an empty step of that kind behind the chosen one."""
        document = self._document
        step = macro_new.step(kind, macro_tree.fresh_id(macro_tree.ids(document.macro)))
        self._pane.change(lambda: document.insert((step,), self._list.place, self.tr("Insert")))

    def _action(self, icon: str, text: str, shortcut: str, does: Callable[[], object]) -> IconAction:
        return IconAction(self._owner, icon, text, shortcut, does)

    def _show_insert(self) -> None:
        self._menu.popup(self._below.mapToGlobal(self._below.rect().bottomLeft()))

    def _duplicate(self) -> None:
        self._pane.change(lambda: self._document.duplicate(self._list.chosen))

    def _skip(self) -> None:
        chosen = self._list.chosen
        self._document.skip(chosen, not self._all_skipped(chosen))

    def _all_skipped(self, chosen: tuple[str, ...]) -> bool:
        steps = self._document.macro.steps
        return bool(chosen) and all(macro_tree.find(steps, each).skip for each in chosen)

    def _delete(self) -> None:
        rows = self._list.selectedIndexes()
        if not self._list.chosen:
            return
        top = min(index.row() for index in rows)
        self._document.remove(self._list.chosen)
        if self._list.rows.rowCount():
            self._list.choose_row(min(top, self._list.rows.rowCount() - 1))
