"""The form beside a macro's steps: all that can be changed in the chosen one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import UsageError
from desktop_agent.desktop.keyboard.names import combination_text, parse_combination
from desktop_agent.macros.format import (
    MAX_REPEATS,
    MAX_SECONDS,
    ActivateStep,
    CaptureStep,
    ClickStep,
    DragStep,
    HoverStep,
    IfStep,
    MacroStep,
    OpenStep,
    PressStep,
    RepeatStep,
    ScrollStep,
    Step,
    Target,
    TypeStep,
    WaitStep,
    WindowRef,
)
from ui import macro_fields as fields
from ui import macro_tree, theme
from ui.labels import plain_label
from ui.macro_document import Document
from ui.macro_fields import ConditionField
from ui.macro_shown import shown, sought
from ui.visible_text import line, verbatim

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
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setMinimumWidth(300)
        document.changed.connect(self._follow)
        document.checked.connect(self._show_problem)
        self.show_step(None)

    @property
    def step(self) -> Step | None:
        """The step that is on show."""
        return self._step

    def show_step(self, step: Step | None, chosen: int = 0) -> None:
        """Show another step; None: none, because `chosen` others are."""
        self._document.seal()
        self._step = step
        content = QWidget()
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
            self._form = QFormLayout()
            self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
            self._form.setVerticalSpacing(theme.SMALL)
            self._add_fields(step)
            column.addLayout(self._form)
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
        return self.tr("Select a step to change it.")

    def _add_fields(self, step: Step) -> None:
        self._add_pointing(step)
        self._add_keys(step)
        self._add_flow(step)
        if hasattr(step, "expect"):
            self._condition(self.tr("Afterwards there must be"), "expect", step.expect, optional=True)
        if hasattr(step, "limit"):
            self._span(self.tr("Wait at most"), step.limit)
        comment = fields.text(step.comment, self.tr("Comment"), lambda text: self._give(comment=text), 3)
        self._row(self.tr("Comment"), comment)
        self._form.addRow(fields.check(step.skip, self.tr("Skip this step"), lambda on: self._give(skip=on)))

    def _add_pointing(self, step: Step) -> None:
        match step:
            case ClickStep():
                self._target(self.tr("What is clicked"), "target", step.target)
                self._choice(self.tr("Button"), "button", step.button, self._buttons())
                times = {1: self.tr("once"), 2: self.tr("twice"), 3: self.tr("three times")}
                self._choice(self.tr("How often"), "count", step.count, times)
                self._keys(self.tr("Held keys"), step.keys, ())
            case DragStep():
                self._target(self.tr("From"), "target", step.target)
                self._target(self.tr("To"), "end", step.end)
                self._choice(self.tr("Button"), "button", step.button, self._buttons())
            case ScrollStep():
                self._target(self.tr("Over what"), "target", step.target)
                ways = {
                    "up": self.tr("up"),
                    "down": self.tr("down"),
                    "left": self.tr("left"),
                    "right": self.tr("right"),
                }
                self._choice(self.tr("Direction"), "direction", step.direction, ways)
                self._whole(self.tr("Clicks of the wheel"), "clicks", step.clicks, 500)
            case HoverStep():
                self._target(self.tr("What is pointed at"), "target", step.target)

    def _add_keys(self, step: Step) -> None:
        match step:
            case TypeStep():
                self._typed(step)
                if step.target is not None:
                    self._target(self.tr("Where"), "target", step.target)
                    words = self.tr("Replace what stands there")
                    self._form.addRow(fields.check(step.replace, words, lambda on: self._give(replace=on)))
            case PressStep():
                self._keys(self.tr("Keys"), step.keys, ("enter",))
                self._whole(self.tr("Times"), "times", step.times, 1000)

    def _add_flow(self, step: Step) -> None:
        match step:
            case OpenStep():
                self._line(self.tr("Application"), "application", step.application)
            case ActivateStep():
                self._window(step.window)
            case WaitStep():
                self._condition(self.tr("Until there is"), "until", step.until)
            case CaptureStep():
                self._line(self.tr("Name of the value"), "name", step.name)
                if step.target is not None:
                    self._target(self.tr("From where"), "target", step.target)
            case IfStep():
                self._condition(self.tr("If there is"), "condition", step.condition)
            case RepeatStep():
                self._condition(self.tr("Until there is"), "until", step.until, optional=True)
                self._whole(self.tr("At most how often"), "most", step.most, MAX_REPEATS)
            case MacroStep():
                name, known = self.tr("Macro"), self._document.known or ()
                self._row(name, fields.named(step.macro, known, name, lambda text: self._give(macro=text)))
                given = "\n".join(f"{name} = {text}" for name, text in step.values.items())
                edit = fields.text(given, self.tr("Values for its parameters"), self._give_values)
                edit.setPlaceholderText(self.tr("name = value, one a line"))
                self._row(self.tr("Values for its parameters"), edit)

    def _typed(self, step: TypeStep) -> None:
        shown = verbatim(step.text) if self._read_only else step.text
        self.typed = fields.text(shown, self.tr("Text to type"), lambda text: self._give(text=text))
        self._row(self.tr("Text to type"), self.typed)
        if self._read_only:
            return
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        for words, wanted in (
            (self.tr("Make it a parameter …"), self.parameter_wanted),
            (self.tr("Make it a secret …"), self.secret_wanted),
        ):
            button = QPushButton(words)
            button.clicked.connect(lambda _=False, wanted=wanted: wanted.emit(self.marked()))
            row.addWidget(button)
        self._form.addRow(row)

    def marked(self) -> Marked:
        """The part of the typed text that is selected; all of it where none is."""
        cursor, text = self.typed.textCursor(), self.typed.toPlainText()
        if not cursor.hasSelection():
            return Marked("", text, "")
        units = text.encode("utf-16-le")  # Qt counts in these
        start, end = 2 * cursor.selectionStart(), 2 * cursor.selectionEnd()
        return Marked(*(part.decode("utf-16-le") for part in (units[:start], units[start:end], units[end:])))

    def _target(self, label: str, name: str, target: Target) -> None:
        def give(words: str) -> None:
            now = getattr(self._step, name)
            self._give(**{name: now.model_copy(update={"words": words})})

        self._row(label, fields.line(target.words, label, give, self.tr("what it is, in your words")))
        if target.window is not None and (target.window.application or target.window.title):
            where = " – ".join(part for part in (target.window.application, target.window.title) if part)
            self._form.addRow(plain_label(self.tr("in {window}").format(window=line(where[:200])), "small", wrap=True))
        self._form.addRow(plain_label(self.tr("Looks for {target}").format(target=sought(target)), "small", wrap=True))

    def _window(self, window: WindowRef) -> None:
        def give(**values: str) -> None:
            if isinstance(self._step, ActivateStep):
                self._give(window=self._step.window.model_copy(update=values))

        application, title = self.tr("Application of the window"), self.tr("Title of the window")
        self._row(application, fields.line(window.application, application, lambda text: give(application=text)))
        hint = self.tr("title; * stands for anything")
        self._row(title, fields.line(window.title, title, lambda text: give(title=text), hint))

    def _condition(self, label: str, name: str, condition: Any, optional: bool = False) -> None:
        field = ConditionField(condition, optional, label)
        field.changed.connect(lambda new: self._give(**{name: new}))
        field.wrong.connect(self._refuse)
        self._row(label, field)

    def _keys(self, label: str, keys: tuple[str, ...], least: tuple[str, ...]) -> None:
        def give(text: str) -> None:
            try:
                self._give(keys=parse_combination(text) if text.strip() or least else ())
            except UsageError as error:
                self._refuse(str(error))

        self._row(label, fields.line(combination_text(keys), label, give, "ctrl+s"))

    def _line(self, label: str, name: str, value: str) -> None:
        self._row(label, fields.line(value, label, lambda text: self._give(**{name: text})))

    def _whole(self, label: str, name: str, value: int, most: int) -> None:
        self._row(label, fields.whole(value, (1, most), label, lambda number: self._give(**{name: number})))

    def _span(self, label: str, value: float) -> None:
        self._row(label, fields.span(value, MAX_SECONDS, label, lambda seconds: self._give(limit=seconds)))

    def _choice(self, label: str, name: str, value: Any, choices: Mapping[Any, str]) -> None:
        self._row(label, fields.choice(value, choices, label, lambda chosen: self._give(**{name: chosen})))

    def _buttons(self) -> Mapping[str, str]:
        return {"left": self.tr("left"), "middle": self.tr("middle"), "right": self.tr("right")}

    def _ways(self) -> Mapping[str, str]:
        return {"up": self.tr("up"), "down": self.tr("down"), "left": self.tr("left"), "right": self.tr("right")}

    def _row(self, label: str, widget: QWidget) -> None:
        head = plain_label(label, "muted")
        head.setBuddy(widget)
        head.setFont(QFont(theme.small_font()))
        self._form.addRow(head, widget)

    def _give_values(self, text: str) -> None:
        pairs = [line.partition("=") for line in text.split("\n") if line.strip()]
        if any(not equals for _, equals, _ in pairs):
            self._refuse(self.tr("Write each value as name = value, one a line."))
        else:
            self._give(values={name.strip(): value.strip() for name, _, value in pairs})

    def _give(self, **values: Any) -> None:
        """Change the step, unless that can't be."""
        if self._step is None or self._read_only:
            return
        self._do(lambda step: self._document.edit(step, values))

    def _do(self, change: Callable[[Step], None]) -> None:
        if self._step is None:
            return
        self._own = True
        try:
            change(self._step)
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
    """Let nothing in it be changed; texts can be read to their end, and copied."""
    for edit in (*content.findChildren(QLineEdit), *content.findChildren(QPlainTextEdit)):
        edit.setReadOnly(True)
    for kind in (QComboBox, QAbstractSpinBox, QAbstractButton):
        for control in content.findChildren(kind):
            control.setEnabled(False)
