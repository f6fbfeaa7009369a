"""The steps of a document as a Qt model: a row for each step, and for where a branch begins or ends."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_agent.macros.format import walk
from ui import macro_tree
from ui.macro_document import Document
from ui.macro_shown import Shown, first_picture_of, shown
from ui.macro_tree import Place, Row

ROW = Qt.ItemDataRole.UserRole
MIME = "application/x-desktop-agent-steps"
Index = QModelIndex | QPersistentModelIndex


class StepRows(QAbstractListModel):
    """Follows a document. Only rows that are other ones than before are told to the view, which so keeps what is
    selected and where it stands."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._rows = macro_tree.rows(document.macro.steps)
        self._shown: dict[str, tuple[object, Shown]] = {}
        self.read_only = False
        document.changed.connect(self._follow)
        document.checked.connect(self._repaint)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def row(self, number: int) -> Row:
        """What stands in that row."""
        return self._rows[number]

    def row_of(self, step_id: str) -> int:
        """The row of a step, -1 where there is none."""
        return next((at for at, row in enumerate(self._rows) if row.kind == "step" and row.step.id == step_id), -1)

    def place(self, number: int) -> Place:
        """Where something belongs that is put before row `number`."""
        return self._rows[number - 1].after if number > 0 else Place()

    def shown(self, row: Row) -> Shown:
        """What the card of a step tells."""
        known = self._shown.get(row.step.id)
        if known is None or known[0] is not row.step:
            known = self._shown[row.step.id] = (row.step, shown(row.step))
        return known[1]

    def problem(self, row: Row) -> str:
        """What is wrong with a step."""
        return self._document.problems.get(row.step.id, "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if row.kind == "otherwise":
                return self.tr("Otherwise")
            if row.kind == "end":
                return self.tr("End: {step}").format(step=self.shown(row).title)
            facts = self.shown(row)
            parts = [facts.title, facts.detail, *(chip.text for chip in facts.chips), facts.comment, self.problem(row)]
            return f"{row.number}. {'. '.join(part for part in parts if part)}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags if self.read_only else Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if self._rows[index.row()].kind == "step" and not self.read_only:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        made = QMimeData()
        ids = [self._rows[index.row()].step.id for index in indexes]
        made.setData(MIME, " ".join([str(id(self)), *ids]).encode())
        return made

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        return not self.read_only and self._place(data, row) is not None

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        place = self._place(data, row)
        if place is None or self.read_only:
            return False
        self._document.move(self._dragged(data), place)
        return True

    def _place(self, data: QMimeData, row: int) -> Place | None:
        """Where what is dragged would be put; None where it can't."""
        place = self.place(row if row >= 0 else len(self._rows))
        dragged = self._dragged(data)
        chosen = macro_tree.outermost(self._document.macro.steps, dragged)
        within = {step.id for step, _ in walk(chosen)}
        return place if chosen and place.parent not in within else None

    def _dragged(self, data: QMimeData) -> list[str]:
        owner, *ids = bytes(data.data(MIME).data()).decode().split() or [""]
        return ids if owner == str(id(self)) else []

    def _follow(self) -> None:
        old, new = self._rows, macro_tree.rows(self._document.macro.steps)
        most = min(len(old), len(new))
        start = next((at for at in range(most) if not old[at].same(new[at])), most)
        end = next((at for at in range(most - start) if not old[-1 - at].same(new[-1 - at])), most - start)
        gone, come = len(old) - start - end, len(new) - start - end
        both = min(gone, come)
        shapes = [(self._shape(old[at]), self._shape(new[at])) for at in range(start, start + both)]
        if gone > both:
            self.beginRemoveRows(QModelIndex(), start + both, start + gone - 1)
            self._rows = (*old[: start + both], *old[start + gone :])
            self.endRemoveRows()
        elif come > both:
            self.beginInsertRows(QModelIndex(), start + both, start + come - 1)
            self._rows = new
            self.endInsertRows()
        self._rows = new
        if any(before != after for before, after in shapes):
            self.layoutChanged.emit()  # a view asks for the height of a row that it has but once
        self._repaint()

    def _shape(self, row: Row) -> tuple[str, bool]:
        """What decides how high a row is."""
        return row.kind, row.kind == "step" and first_picture_of(row.step) is not None

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
