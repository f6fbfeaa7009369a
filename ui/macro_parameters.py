"""The editor of a macro's parameters."""

from collections.abc import Callable
from itertools import pairwise

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.macros.format import Parameter
from ui import macro_fields as fields
from ui import theme
from ui.chat_history import ITEM_STYLE
from ui.labels import plain_label
from ui.macro_document import words_of

SIZE = (620, 460)


class ParametersDialog(QDialog):
    """Lists them, with a form for the chosen one. `given` carries the new ones, and the new names by the old ones."""

    given = Signal(object, object)

    def __init__(self, parameters: tuple[Parameter, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters = list(parameters)
        self._before: list[str | None] = [each.name for each in parameters]
        self.setWindowTitle(self.tr("Parameters"))
        self.resize(*SIZE)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet(ITEM_STYLE)
        self.list.setAccessibleName(self.tr("Parameters"))
        self.list.currentRowChanged.connect(lambda _: self._show())
        self.add = self._button("plus", self.tr("Add"), self._add)
        self.remove = self._button("trash", self.tr("Remove"), self._remove)
        self.up = self._button("collapse", self.tr("Up"), lambda: self._move(-1))
        self.down = self._button("expand", self.tr("Down"), lambda: self._move(1))
        self.problem = plain_label("", "danger", wrap=True)
        self._form = QWidget()
        self._right = QVBoxLayout()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        theme.set_kind(self.buttons.button(QDialogButtonBox.StandardButton.Ok), "primary")
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self._fill(0)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(theme.TINY)
        for button in (self.add, self.remove, self.up, self.down):
            tools.addWidget(button)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(tools)
        self._right.addWidget(self._form)
        self._right.addStretch()
        columns = QHBoxLayout()
        columns.setSpacing(theme.LARGE)
        columns.addLayout(left, 2)
        columns.addLayout(self._right, 3)
        explanation = self.tr("Whoever plays the macro is asked for these. Its texts take them as {{name}}.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.LARGE)
        layout.setSpacing(theme.LARGE)
        layout.addWidget(plain_label(explanation, "muted", wrap=True))
        layout.addLayout(columns, 1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _button(self, icon: str, name: str, does: Callable[[], object]) -> QPushButton:
        button = QPushButton(theme.icon(icon), "")
        theme.set_kind(button, "quiet")
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: does())
        return button

    def _fill(self, row: int) -> None:
        """Show the parameters anew, the one in `row` chosen."""
        self.list.blockSignals(True)
        self.list.clear()
        for each in self._parameters:
            QListWidgetItem(each.name, self.list)
        self.list.setCurrentRow(min(row, len(self._parameters) - 1))
        self.list.blockSignals(False)
        self._show()

    def _show(self) -> None:
        row = self.list.currentRow()
        there = 0 <= row < len(self._parameters)
        self.remove.setEnabled(there)
        self.up.setEnabled(there and row > 0)
        self.down.setEnabled(there and row < len(self._parameters) - 1)
        self._say("")
        new = self._form_for(self._parameters[row]) if there else plain_label(self.tr("There are none yet."), "muted")
        self._right.replaceWidget(self._form, new)
        self._form.deleteLater()
        self._form = new
        if there:
            self._order_tabs()

    def _order_tabs(self) -> None:
        """From the list through the form to the dialog's buttons: what is made anew would come last."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        chain = [self.down, self.name, self.label, self.kind, self.default, self.required, self.choices, ok]
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)

    def _form_for(self, each: Parameter) -> QWidget:
        made = QWidget()
        form = QFormLayout(made)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        name, label, kind = self.tr("Name"), self.tr("Question"), self.tr("Type")
        default, choices = self.tr("Value unless given"), self.tr("Choices")
        self.name = fields.line(each.name, name, lambda text: self._give(name=text))
        self.label = fields.line(each.label, label, lambda text: self._give(label=text))
        self.kind = fields.choice(each.type, self._types(), kind, lambda chosen: self._give(type=chosen))
        self.required = fields.check(each.default is None, self.tr("Must always be given"), self._require)
        self.default = fields.line(each.default or "", default, lambda text: self._give(default=text))
        self.default.setEnabled(each.default is not None)
        form.addRow(name, self.name)
        form.addRow(label, self.label)
        form.addRow(kind, self.kind)
        form.addRow(default, self.default)
        form.addRow(self.required)
        hint = self.tr("one a line; empty: anything")
        self.choices = fields.text("\n".join(each.choices), choices, self._give_choices, 3)
        self.choices.setPlaceholderText(hint)
        form.addRow(choices, self.choices)
        for edit in made.findChildren(QLineEdit):
            edit.returnPressed.connect(self._accept)
        return made

    def _require(self, required: bool) -> None:
        self.default.setEnabled(not required)
        self._give(default=None if required else self.default.text())

    def _give_choices(self, text: str) -> None:
        self._give(choices=tuple(line.strip() for line in text.split("\n") if line.strip()))

    def _give(self, **values: object) -> None:
        row = self.list.currentRow()
        known = {name: getattr(self._parameters[row], name) for name in Parameter.model_fields}
        try:
            self._parameters[row] = Parameter(**{**known, **values})
        except ValidationError as error:
            self._say(words_of(error))
            return
        self._say("")
        self.list.item(row).setText(self._parameters[row].name)

    def _add(self) -> None:
        taken, number = {each.name for each in self._parameters}, 1
        while f"value_{number}" in taken:
            number += 1
        self._parameters.append(Parameter(name=f"value_{number}"))
        self._before.append(None)
        self._fill(len(self._parameters) - 1)
        self.name.setFocus()
        self.name.selectAll()

    def _remove(self) -> None:
        row = self.list.currentRow()
        del self._parameters[row], self._before[row]
        self._fill(row)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._parameters.insert(row + by, self._parameters.pop(row))
        self._before.insert(row + by, self._before.pop(row))
        self._fill(row + by)

    def _accept(self) -> None:
        names = [each.name for each in self._parameters]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            self._say(self.tr("Two parameters are called “{name}”.").format(name=twice))
            return
        if self.problem.text():
            return
        pairs = zip(self._before, self._parameters, strict=True)
        renamed = {old: new.name for old, new in pairs if old is not None and old != new.name}
        self.given.emit(tuple(self._parameters), renamed)
        self.accept()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _types(self) -> dict[str, str]:
        return {
            "text": self.tr("text"),
            "number": self.tr("number"),
            "integer": self.tr("whole number"),
            "boolean": self.tr("yes or no"),
            "date": self.tr("date"),
            "file": self.tr("file"),
            "secret": self.tr("secret"),
        }
