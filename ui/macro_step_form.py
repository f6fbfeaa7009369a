"""The form beside a macro's steps: all that can be changed in the chosen one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.format import (
    Step,
)
from ui import macro_fields as fields
from ui import macro_tree, theme
from ui.labels import plain_label
from ui.macro_document import Document
from ui.macro_shown import shown
from ui.macro_step_fields import StepFields

WIDTH = 380


class Marked(NamedTuple):
    """A part of a text, and what stands before and after it."""

    before: str
    part: str
    after: str


class StepForm(QScrollArea):
    """Shows one step of `document`, and changes it while the person writes. `parameter_wanted` and `secret_wanted`
    carry what the person wants to be one: a `Marked`."""

    parameter_wanted = Signal(object)
    secret_wanted = Signal(object)

    def __init__(self, document: Document, read_only: bool = False, parent: QWidget | None = None) -> None:
        """`read_only`: all can be read, and nothing changed."""
        super().__init__(parent)
        self._document = document
        self._read_only = read_only
        self._step: Step | None = None
        self._own = False
        self.typed = fields.text("", "", lambda _: None)
        self._problem = plain_label("", "danger", wrap=True)
        self._content = QWidget()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nobody would see that it has the keyboard
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setMinimumWidth(300)
        document.changed.connect(self._follow)
        document.checked.connect(self._show_problem)
        self.show_step(None)

    @property
    def step(self) -> Step | None:
        """The step that is on show."""
        return self._step

    def enter(self) -> None:
        """Give the first field the keyboard."""
        content = self._content
        able = [each for each in content.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        fields = [each for each in able if each.isEnabled() and each.isVisibleTo(content)]
        if fields:
            min(fields, key=lambda each: each.mapTo(content, QPoint()).y()).setFocus(Qt.FocusReason.TabFocusReason)

    def show_step(self, step: Step | None, chosen: int = 0) -> None:
        """Show another step; None: none, because `chosen` others are."""
        self._document.seal()
        self._step = step
        self._content = content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        self._problem = plain_label("", "danger", wrap=True)
        if step is None:
            column.addWidget(plain_label(self._nothing(chosen), "muted", wrap=True))
        else:
            column.addWidget(plain_label(shown(step).title, "title", wrap=True))
            column.addWidget(self._problem)
            column.addLayout(self._fields(step))
        column.addStretch()
        if self._read_only:
            _fix(content)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()  # a field of it may be the one that tells
        self.setWidget(content)
        self._show_problem()

    def _nothing(self, chosen: int) -> str:
        if chosen > 1:
            return self.tr("{number} steps are selected.").format(number=chosen)
        if not self._document.macro.steps:
            return self.tr("There are no steps yet. Insert some, or record them.")
        return self.tr("Select a step to change it.")

    def _fields(self, step: Step) -> StepFields:
        made = StepFields(step, self._document.known or (), self._read_only)
        made.given.connect(self._give)
        made.wrong.connect(self._refuse)
        made.parameter_wanted.connect(lambda: self.parameter_wanted.emit(self.marked()))
        made.secret_wanted.connect(lambda: self.secret_wanted.emit(self.marked()))
        made.fill()
        self.typed = made.typed
        return made

    def marked(self) -> Marked:
        """The part of the typed text that is selected; all of it where none is."""
        cursor, text = self.typed.textCursor(), self.typed.toPlainText()
        if not cursor.hasSelection():
            return Marked("", text, "")
        units = text.encode("utf-16-le")  # Qt counts in these
        start, end = 2 * cursor.selectionStart(), 2 * cursor.selectionEnd()
        return Marked(*(part.decode("utf-16-le") for part in (units[:start], units[start:end], units[end:])))

    def _give(self, values: Mapping[str, Any]) -> None:
        """Change the step, unless that can't be."""
        if self._step is None:
            return
        self._own = True
        try:
            self._document.edit(self._step, values)
            self._document.refuse(self._step.id, "")
        except UsageError as error:
            self._refuse(str(error))
        finally:
            self._own = False

    def _refuse(self, why: str) -> None:
        if self._step is not None:
            said = self.tr("{why} Until that is mended, it is not used.").format(why=why)
            self._document.refuse(self._step.id, said)

    def _follow(self) -> None:
        """Another change than the form's own, an undo for instance, is shown too."""
        if self._step is None:
            return
        try:
            now = macro_tree.find(self._document.macro.steps, self._step.id)
        except KeyError:
            self.show_step(None)
            return
        if self._own:
            self._step = now
        elif now is not self._step:
            self.show_step(now)

    def _show_problem(self) -> None:
        problem = self._document.problems.get(self._step.id, "") if self._step is not None else ""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))


def _fix(content: QWidget) -> None:
    """Let nothing in it be changed; texts can be read to their end, and copied. What an empty field could hold is no
    part of what is read."""
    for kind in (QComboBox, QAbstractSpinBox, QAbstractButton):
        for control in content.findChildren(kind):
            control.setEnabled(False)
            theme.set_kind(control, "fixed")
    edits: list[QLineEdit | QPlainTextEdit] = [*content.findChildren(QLineEdit), *content.findChildren(QPlainTextEdit)]
    for edit in edits:
        edit.setReadOnly(True)
        edit.setPlaceholderText("")
        theme.set_kind(edit, "fixed")
