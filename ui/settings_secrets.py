"""The window for secrets: passwords and codes in the keyring, which the agent types by their names."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError
from desktop_agent.safety import named_secrets
from ui import theme
from ui.bridge import Bridge
from ui.chat_history import ITEM_STYLE
from ui.fields import line_up
from ui.labels import plain_label

WIDTH = 520
MOST_ROWS = 6
"""Names shown before the list scrolls."""


class SecretsWindow(QDialog):
    """Lists the names, adds, replaces and removes. The keyring is asked on a thread: it may ask the person first."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.setWindowTitle(self.tr("Secrets – Desktop Agent"))
        self.setFixedWidth(WIDTH)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet(ITEM_STYLE)
        self.list.setAccessibleName(self.tr("Names of your secrets"))
        self.list.currentRowChanged.connect(self._show_chosen)
        self.empty = plain_label(self.tr("There are none yet."), "muted")
        self.remove = QPushButton(self.tr("Remove …"))
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self._ask_to_remove)
        self.name = self._line(self.tr("Name"), self.tr("such as: bank"))
        self.value = self._line(self.tr("Value"), "")
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.add = QPushButton(self.tr("Add"))
        theme.set_kind(self.add, "primary")
        self.add.clicked.connect(self._add)
        self.problem = plain_label("", "danger", wrap=True)
        self._lay_out()
        self._say("")
        self._show_chosen()
        self._do(lambda: None)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for each in buttons.buttons():
            each.setIcon(QIcon())
            each.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        explanation = self.tr(
            "The agent types a secret by its name, after your approval, and never sees its value. The values are kept "
            "in the system's keyring."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.LARGE)
        layout.setSpacing(theme.LARGE)
        layout.addWidget(plain_label(explanation, "muted", wrap=True))
        layout.addWidget(self._kept())
        layout.addWidget(self._form())
        layout.addWidget(self.problem)
        layout.addWidget(buttons, 1, Qt.AlignmentFlag.AlignBottom)

    def _kept(self) -> QFrame:
        card, column = _card()
        column.addWidget(self.list)
        row = QHBoxLayout()
        row.addWidget(self.empty)
        row.addStretch()
        row.addWidget(self.remove)
        column.addLayout(row)
        return card

    def _form(self) -> QFrame:
        card, column = _card()
        form = QFormLayout()
        form.setVerticalSpacing(theme.MEDIUM)
        form.setHorizontalSpacing(theme.LARGE)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Value"), self.value)
        line_up(form)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.add)
        column.addWidget(plain_label(self.tr("Add or replace"), "title"))
        column.addLayout(form)
        column.addLayout(row)
        return card

    def _line(self, name: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(placeholder)
        edit.textChanged.connect(self._show_chosen)
        return edit

    def _add(self) -> None:
        name, value = self.name.text().strip(), self.value.text()
        self._do(lambda: named_secrets.keep(name, value), self._added)

    def _added(self) -> None:
        self.name.clear()
        self.value.clear()
        self.name.setFocus()

    def _ask_to_remove(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        name = item.text()
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(self.tr("Remove the secret “{name}” from the keyring?").format(name=name))
        question.setInformativeText(self.tr("Its value can't be brought back."))
        remove = question.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole))
        question.exec()
        if question.clickedButton() is remove:
            self._do(lambda: named_secrets.remove(name))

    def _do(self, change: Callable[[], None], then: Callable[[], None] = lambda: None) -> None:
        """Make a change, and show the names as they are then."""

        def work() -> tuple[str, ...]:
            change()
            return named_secrets.names()

        def done(names: tuple[str, ...]) -> None:
            then()
            self._show(names)

        self._say("")
        self.setEnabled(False)
        self._bridge.background(work, done, self._failed, self)

    def _show(self, names: tuple[str, ...]) -> None:
        self.setEnabled(True)
        self.list.clear()
        self.list.addItems(names)
        self.list.setFixedHeight(sum(self.list.sizeHintForRow(row) for row in range(min(len(names), MOST_ROWS))))
        self.list.setVisible(bool(names))
        self.empty.setVisible(not names)
        self._show_chosen()
        self.adjustSize()

    def _failed(self, error: AgentError) -> None:
        self.setEnabled(True)
        self._say(str(error))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.adjustSize()

    def _show_chosen(self) -> None:
        """What the buttons can do now."""
        self.remove.setVisible(self.list.count() > 0)
        self.remove.setEnabled(self.list.currentItem() is not None)
        known = self.list.findItems(
            self.name.text().strip(), Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive
        )
        self.add.setText(self.tr("Replace") if known else self.tr("Add"))
        self.add.setEnabled(bool(self.name.text().strip() and self.value.text()))


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    theme.set_kind(card, "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
    column.setSpacing(theme.MEDIUM)
    return card, column
