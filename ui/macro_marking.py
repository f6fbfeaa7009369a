"""Makes a part of a typed text a parameter or a secret of the macro."""

import re
from collections.abc import Collection

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.macros import values
from desktop_agent.macros.format import NAME_PATTERN, Parameter, Step, TypeStep
from desktop_agent.safety import named_secrets
from ui import theme
from ui.bridge import Bridge
from ui.fields import line_up
from ui.labels import plain_label
from ui.macro_document import Document
from ui.macro_step_form import Marked, StepForm

WIDTH = 440


class Marking(QObject):
    """Answers what the form's buttons want."""

    def __init__(self, document: Document, form: StepForm, bridge: Bridge) -> None:
        super().__init__(form)
        self._document, self._form, self._bridge = document, form, bridge
        self.dialog: QDialog | None = None
        form.parameter_wanted.connect(self._ask_for_parameter)
        form.secret_wanted.connect(self._ask_for_secret)

    def _ask_for_parameter(self, marked: Marked) -> None:
        step = self._form.step
        if not isinstance(step, TypeStep) or not marked.part:
            return

        def mark() -> None:
            parameter = dialog.parameter(values.plain(marked.part))
            known = {each.name for each in self._document.macro.parameters}
            new = None if parameter.name in known else parameter
            self._replace(step, marked, f"{{{{{parameter.name}}}}}", new)

        dialog = ParameterDialog(name_for(step, self._document), self._form)
        dialog.accepted.connect(mark)
        self._open(dialog)

    def _ask_for_secret(self, marked: Marked) -> None:
        step = self._form.step
        if not isinstance(step, TypeStep):
            return

        def ask(names: Collection[str]) -> None:
            dialog = SecretDialog(names, self._form)
            dialog.accepted.connect(lambda: self._replace(step, marked, f"{{{{secret:{dialog.name}}}}}", None))
            self._open(dialog)

        self._bridge.background(named_secrets.names, ask, self._failed, self)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _replace(self, step: Step, marked: Marked, reference: str, parameter: Parameter | None) -> None:
        text = f"{marked.before}{reference}{marked.after}"
        try:
            self._document.parametrise(step, {"text": text}, parameter)
        except UsageError as error:
            self._failed(error)

    def _failed(self, error: AgentError) -> None:
        step = self._form.step
        if step is not None:
            self._document.refuse(step.id, str(error))


class ParameterDialog(QDialog):
    """Asks for the name of a new parameter, and for the words that the person is asked for it with."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Make it a parameter"))
        self.name, self.label = QLineEdit(name), QLineEdit()
        self.name.setAccessibleName(self.tr("Name"))
        self.label.setAccessibleName(self.tr("Question"))
        self.label.setPlaceholderText(self.tr("such as: Name of the customer"))
        form = QFormLayout()
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Question"), self.label)
        explanation = self.tr("Whoever plays the macro is asked for it. What was typed is what it is unless they say.")
        self.problem = plain_label("", "danger", wrap=True)
        self.buttons = _lay_out(self, explanation, form, self.problem)
        self.name.textChanged.connect(self._check)
        self._check(name)
        self.name.selectAll()

    def parameter(self, default: str) -> Parameter:
        """What the person made."""
        return Parameter(name=self.name.text(), label=self.label.text().strip()[:1000], default=default)

    def _check(self, name: str) -> None:
        fine = bool(re.fullmatch(NAME_PATTERN, name))
        self._ok().setEnabled(fine)
        wrong = self.tr("A name is made of letters from A to Z, digits and _, and begins with no digit.")
        self.problem.setText("" if fine else wrong)
        self.problem.setVisible(not fine)

    def _ok(self) -> QWidget:
        return self.buttons.button(QDialogButtonBox.StandardButton.Ok)


class SecretDialog(QDialog):
    """Asks which secret is typed instead."""

    def __init__(self, names: Collection[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Make it a secret"))
        self._choice = QComboBox(editable=True)
        self._choice.setAccessibleName(self.tr("Name of the secret"))
        self._choice.addItems(sorted(names))
        form = QFormLayout()
        form.addRow(self.tr("Secret"), self._choice)
        explanation = self.tr(
            "The macro then holds the name alone; the value is typed from the system's keyring. What was recorded is "
            "gone from the macro once it is saved."
        )
        self.buttons = _lay_out(self, explanation, form)
        self._choice.editTextChanged.connect(self._check)
        self._check(self._choice.currentText())

    @property
    def name(self) -> str:
        """The secret's name."""
        return self._choice.currentText().strip()

    def _check(self, text: str) -> None:
        try:
            named_secrets.require_name(text.strip())
        except UsageError:
            fine = False
        else:
            fine = True
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(fine)


def name_for(step: Step, document: Document) -> str:
    """A name for a parameter made of the text of `step`: after the field that it is typed into, where that has one."""
    element = step.target.element if isinstance(step, TypeStep) and step.target is not None else None
    found = re.sub(r"[^A-Za-z0-9]+", "_", element.name if element is not None else "").strip("_").lower()
    name = found[:40] if re.fullmatch(NAME_PATTERN, found[:40]) else "text"
    taken, number = {each.name for each in document.macro.parameters}, 2
    made = name
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made


def _lay_out(dialog: QDialog, explanation: str, form: QFormLayout, *below: QWidget) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    theme.set_kind(buttons.button(QDialogButtonBox.StandardButton.Ok), "primary")
    for button in buttons.buttons():
        button.setIcon(QIcon())
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    form.setHorizontalSpacing(theme.LARGE)
    form.setVerticalSpacing(theme.MEDIUM)
    line_up(form)
    dialog.setFixedWidth(WIDTH)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.LARGE)
    layout.setSpacing(theme.LARGE)
    layout.addWidget(plain_label(explanation, "muted", wrap=True))
    layout.addLayout(form)
    for widget in (*below, buttons):
        layout.addWidget(widget)
    return buttons
