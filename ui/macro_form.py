"""The form that asks for a macro's parameters."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.format import Macro, Parameter
from ui import theme
from ui.labels import plain_label
from ui.tall_column import TallColumn
from ui.visible_text import line

WIDTH = 520
MOST_LABEL = 200
YES = frozenset({"true", "yes", "on", "1"})
ISO = "yyyy-MM-dd"


class ParameterForm(QDialog):
    """Asks for a value for each parameter. `given` carries them as texts, all of which passed `check`.

    Args:
        macro: whose parameters.
        secrets: the names of the stored secrets.
        check: raises a `UsageError` where a text can't be a parameter's value. Quick.
    """

    given = Signal(object)

    def __init__(
        self,
        macro: Macro,
        secrets: Collection[str],
        check: Callable[[Parameter, str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self.setWindowTitle(self.tr("Play – Desktop Agent"))
        self.setFixedWidth(WIDTH)
        self.fields = {each.name: ParameterField(each, secrets, self) for each in macro.parameters}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.play = self.buttons.addButton(self.tr("Play"), QDialogButtonBox.ButtonRole.AcceptRole)
        theme.set_kind(self.play, "primary")
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self._give)
        self.buttons.rejected.connect(self.reject)
        head = plain_label(line(macro.name), "title", wrap=True)
        about = [plain_label(line(macro.comment[:1000]), "muted", wrap=True)] if macro.comment else []
        self.column = TallColumn(head, *about, *self.fields.values())
        self.column.fitted.connect(self.adjustSize)
        self.column.fit(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.LARGE, 0, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        layout.addWidget(self.column)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.HUGE, 0, theme.HUGE, 0)
        foot.addWidget(self.buttons)
        layout.addLayout(foot)
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.focus()

    def fill(self, values: Mapping[str, str]) -> None:
        """Begin with these values, for instance those of the last time."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_text(value)

    def _give(self) -> None:
        wrong = [field for field in self.fields.values() if not field.is_right(self._check)]
        if wrong:
            wrong[0].focus()
            self.column.ensureWidgetVisible(wrong[0])
            return
        self.given.emit({name: field.text() for name, field in self.fields.items()})
        self.accept()


class ParameterField(QWidget):
    """One parameter: its question, what fits its type, and what is wrong."""

    def __init__(self, parameter: Parameter, secrets: Collection[str], window: QWidget) -> None:
        super().__init__()
        self.parameter = parameter
        self._window = window
        asked = line((parameter.label or parameter.name)[:MOST_LABEL])
        self.problem = plain_label("", "danger", wrap=True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        self.control = self._made(secrets, asked)
        self.control.setAccessibleName(asked)
        if not isinstance(self.control, QCheckBox):
            label = QLabel(f"{asked} *" if self.needed else asked)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setBuddy(self.control)
            column.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(self.control, 1)
        if parameter.type == "file" and not parameter.choices:
            browse = QPushButton(self.tr("Choose …"))
            browse.setAutoDefault(False)
            browse.clicked.connect(self._browse)
            row.addWidget(browse)
        column.addLayout(row)
        column.addWidget(self.problem)
        if parameter.default is not None:
            self.set_text(parameter.default)

    @property
    def needed(self) -> bool:
        """Whether it must be given."""
        return self.parameter.default is None and self.parameter.type != "boolean"

    def text(self) -> str:
        """The value as text."""
        match self.control:
            case QComboBox():
                return self.control.currentText()
            case QCheckBox():
                return "true" if self.control.isChecked() else "false"
            case QDateEdit():
                return self.control.date().toString(ISO)
            case QLineEdit():
                return self.control.text()
        raise TypeError(type(self.control).__name__)

    def set_text(self, text: str) -> None:
        """Show another value."""
        match self.control:
            case QComboBox():
                self.control.setCurrentIndex(self.control.findText(text))
            case QCheckBox():
                self.control.setChecked(text.strip().casefold() in YES)
            case QDateEdit():
                day = QDate.fromString(text.strip(), ISO)
                self.control.setDate(day if day.isValid() else QDate.currentDate())
            case QLineEdit():
                self.control.setText(text)

    def is_right(self, check: Callable[[Parameter, str], object]) -> bool:
        """Whether the parameter can take it; where not, it is said."""
        try:
            if self.needed and not self.text():
                raise UsageError(self.tr("This is needed."))
            check(self.parameter, self.text())
        except UsageError as error:
            self.say(str(error))
            return False
        self.say("")
        return True

    def focus(self) -> None:
        """Take the keyboard."""
        self.control.setFocus()

    def say(self, problem: str) -> None:
        """Say what is wrong with it."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _made(self, secrets: Collection[str], asked: str) -> QWidget:
        parameter = self.parameter
        if parameter.choices or parameter.type == "secret":
            box = QComboBox()
            box.addItems(list(parameter.choices) or sorted(secrets))
            box.setCurrentIndex(-1)
            box.setPlaceholderText(self.tr("Choose") if box.count() else self.tr("No secret is stored yet"))
            return box
        if parameter.type == "boolean":
            return QCheckBox(asked)
        if parameter.type == "date":
            day = QDateEdit(QDate.currentDate())
            day.setDisplayFormat(ISO)
            day.setCalendarPopup(True)
            return day
        edit = QLineEdit()
        if parameter.type in ("number", "integer"):
            edit.setPlaceholderText(self.tr("a whole number") if parameter.type == "integer" else self.tr("a number"))
        return edit

    def _browse(self) -> None:
        start = str(Path(self.text()).parent) if self.text() else str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self._window, self.tr("Choose a file"), start)
        if chosen:
            self.set_text(chosen)
