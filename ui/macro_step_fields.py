"""The fields for one step of a macro, as its kind has them."""

from collections.abc import Collection, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QWidget

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
from ui import theme
from ui.labels import plain_label
from ui.macro_fields import ConditionField
from ui.macro_shown import sought
from ui.visible_text import line, verbatim


class StepFields(QFormLayout):
    """Filled by `fill`.

    Args:
        step: what is shown.
        known: the names of the macros that it may play.
        read_only: texts are shown with all that does not show in them.

    Signals:
        given: with values of the step's fields, by their names.
        wrong: why what was written can't be.
        parameter_wanted, secret_wanted: the typed text, or what is selected of it, shall be one.
    """

    given = Signal(object)
    wrong = Signal(str)
    parameter_wanted = Signal()
    secret_wanted = Signal()

    def __init__(self, step: Step, known: Collection[str], read_only: bool) -> None:
        super().__init__()
        self._step, self._known, self._read_only = step, known, read_only
        self.typed = fields.text("", "", lambda _: None)
        self.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.setVerticalSpacing(theme.SMALL)

    def fill(self) -> None:
        """Make the fields."""
        step = self._step
        self._add_pointing(step)
        self._add_keys(step)
        self._add_flow(step)
        if hasattr(step, "expect"):
            self._condition(self.tr("Afterwards there must be"), "expect", step.expect, optional=True)
        if hasattr(step, "limit"):
            self._span(self.tr("Wait at most"), step.limit)
        comment = fields.text(step.comment, self.tr("Comment"), lambda text: self._give(comment=text), 3)
        self._row(self.tr("Comment"), comment)
        self.addRow(fields.check(step.skip, self.tr("Skip this step"), lambda on: self._give(skip=on)))

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
                self._keys(self.tr("Held keys"), step.keys, ())
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
                self._keys(self.tr("Held keys"), step.keys, ())
            case HoverStep():
                self._target(self.tr("What is pointed at"), "target", step.target)

    def _add_keys(self, step: Step) -> None:
        match step:
            case TypeStep():
                self._typed(step)
                if step.target is not None:
                    self._target(self.tr("Where"), "target", step.target)
                    words = self.tr("Replace what stands there")
                    self.addRow(fields.check(step.replace, words, lambda on: self._give(replace=on)))
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
                name, known = self.tr("Macro"), self._known
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
            button.clicked.connect(lambda _=False, wanted=wanted: wanted.emit())
            row.addWidget(button)
        self.addRow(row)

    def _target(self, label: str, name: str, target: Target) -> None:
        def give(words: str) -> None:
            self._give(**{name: target.model_copy(update={"words": words})})

        self._row(label, fields.line(target.words, label, give, self.tr("what it is, in your words")))
        if target.window is not None and (target.window.application or target.window.title):
            where = " – ".join(part for part in (target.window.application, target.window.title) if part)
            self.addRow(plain_label(self.tr("in {window}").format(window=line(where[:200])), "small", wrap=True))
        self.addRow(plain_label(self.tr("Looks for {target}").format(target=sought(target)), "small", wrap=True))

    def _window(self, window: WindowRef) -> None:
        now = {"application": window.application, "title": window.title}

        def give(**values: str) -> None:
            now.update(values)
            self._give(window=window.model_copy(update=now))

        application, title = self.tr("Application of the window"), self.tr("Title of the window")
        self._row(application, fields.line(window.application, application, lambda text: give(application=text)))
        hint = self.tr("title; * stands for anything")
        self._row(title, fields.line(window.title, title, lambda text: give(title=text), hint))

    def _condition(self, label: str, name: str, condition: Any, optional: bool = False) -> None:
        field = ConditionField(condition, optional, label)
        field.changed.connect(lambda new: self._give(**{name: new}))
        field.wrong.connect(self.wrong.emit)
        self._row(label, field)

    def _keys(self, label: str, keys: tuple[str, ...], least: tuple[str, ...]) -> None:
        def give(text: str) -> None:
            try:
                self._give(keys=parse_combination(text) if text.strip() or least else ())
            except UsageError as error:
                self.wrong.emit(str(error))

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
        self.addRow(head, widget)

    def _give_values(self, text: str) -> None:
        pairs = [line.partition("=") for line in text.split("\n") if line.strip()]
        if any(not equals for _, equals, _ in pairs):
            self.wrong.emit(self.tr("Write each value as name = value, one a line."))
        else:
            self._give(values={name.strip(): value.strip() for name, _, value in pairs})

    def _give(self, **values: Any) -> None:
        self.given.emit(values)
