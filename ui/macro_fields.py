"""The fields of the form beside a macro's steps. Each tells what it holds when the person has changed it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pydantic import ValidationError
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.macros import wording
from desktop_agent.macros.format import Condition, WindowRef
from ui import theme
from ui.fields import describe, inset
from ui.macro_document import words_of

TEXT_LINES = 4
W = TypeVar("W", bound=QWidget)
B = TypeVar("B", QSpinBox, QDoubleSpinBox)


def line(value: str, name: str, changed: Callable[[str], object], placeholder: str = "") -> QLineEdit:
    """One line of text."""
    edit = QLineEdit(value)
    edit.setCursorPosition(0)
    edit.setAccessibleName(name)
    edit.setPlaceholderText(placeholder)
    edit.textEdited.connect(changed)
    return edit


def text(value: str, name: str, changed: Callable[[str], object], lines: int = TEXT_LINES) -> QPlainTextEdit:
    """Several lines of text."""
    edit = QPlainTextEdit(value)
    edit.setAccessibleName(name)
    edit.setTabChangesFocus(True)
    margins = 2 * round(edit.document().documentMargin()) + 2 * theme.SMALL
    edit.setFixedHeight(lines * edit.fontMetrics().lineSpacing() + margins)
    edit.textChanged.connect(lambda: changed(edit.toPlainText()))
    return edit


def whole(value: int, bounds: tuple[int, int], name: str, changed: Callable[[int], object]) -> QSpinBox:
    """A whole number."""
    box = QSpinBox()
    box.setRange(*bounds)
    box.setValue(value)
    return _number(box, name, changed)


def span(value: float, most: float, name: str, changed: Callable[[float], object]) -> QDoubleSpinBox:
    """Seconds."""
    box = QDoubleSpinBox()
    box.setRange(0, most)
    box.setDecimals(1)
    box.setSuffix(" s")
    box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    box.setValue(value)
    return _number(box, name, changed)


def choice(value: str, choices: Mapping[str, str], name: str, changed: Callable[[str], object]) -> QComboBox:
    """One of several."""
    box = QComboBox()
    box.setAccessibleName(name)
    for each, words in choices.items():
        box.addItem(words, each)
    box.setCurrentIndex(max(0, box.findData(value)))
    box.activated.connect(lambda _: changed(box.currentData()))
    return unwheeled(box)


def named(value: str, choices: Iterable[str], name: str, changed: Callable[[str], object]) -> QComboBox:
    """One of several, or another text."""
    box = QComboBox(editable=True)
    box.setAccessibleName(name)
    box.addItems(sorted(choices))
    box.setCurrentIndex(-1)
    box.setEditText(value)
    box.editTextChanged.connect(changed)
    return unwheeled(box)


def check(value: bool, words: str, changed: Callable[[bool], object]) -> QCheckBox:
    """Yes or no."""
    box = QCheckBox(words)
    box.setChecked(value)
    box.toggled.connect(changed)
    return box


def unwheeled(widget: W) -> W:
    """Turning the wheel over `widget` scrolls the form, instead of changing what nobody looks at."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_Unwheeled(widget))
    return widget


class ConditionField(QWidget):
    """Something that must be so. `changed` carries the condition, or None for none; `wrong` says why what is written
    is none.

    Args:
        condition: as it is.
        optional: whether there may be none.
    """

    changed = Signal(object)
    wrong = Signal(str)

    def __init__(self, condition: Condition | None, optional: bool, name: str) -> None:
        super().__init__()
        self._before = condition
        kinds = {"none": self.tr("nothing in particular")} if optional else {}
        kinds |= {"window": self.tr("a window"), "text": self.tr("a text")}
        if condition is not None and condition.target is not None:
            kinds["target"] = wording.of_target(condition.target)
        window = (condition.window if condition is not None else None) or WindowRef()
        self.kind = choice(_kind(condition), kinds, name, lambda _: self._tell())
        self.text = line(condition.text if condition else "", self.tr("Text that can be read"), self._tell)
        self.text.setPlaceholderText(self.tr("the text"))
        self.application = line(window.application, self.tr("Application of the window"), self._tell)
        self.application.setPlaceholderText(self.tr("application, such as Mousepad"))
        self.title = line(window.title, self.tr("Title of the window"), self._tell)
        self.title.setPlaceholderText(self.tr("title; * stands for anything"))
        there = {"": self.tr("is there"), "gone": self.tr("is gone")}
        self.gone = choice("gone" if condition and condition.gone else "", there, self.tr("There or gone"), self._tell)
        for box, said in ((self.kind, name), (self.gone, self.gone.accessibleName())):
            describe(box, said)
        self.setFocusProxy(self.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        for widget in (self.kind, self.text, self.application, self.title, self.gone):
            column.addWidget(widget)
        self._show_fields()

    def _show_fields(self) -> None:
        kind = self.kind.currentData()
        self.text.setVisible(kind == "text")
        self.application.setVisible(kind in ("text", "window"))
        self.title.setVisible(kind in ("text", "window"))
        self.gone.setVisible(kind != "none")

    def _tell(self, _: object = None) -> None:
        self._show_fields()
        try:
            condition = self._condition()
        except ValidationError as error:
            self.wrong.emit(words_of(error))
        else:
            self.changed.emit(condition)

    def _condition(self) -> Condition | None:
        gone, comment = self.gone.currentData() == "gone", self._before.comment if self._before else ""
        window = WindowRef(application=self.application.text().strip(), title=self.title.text())
        match self.kind.currentData():
            case "window":
                return Condition(window=window, gone=gone, comment=comment)
            case "text":
                where = window if window != WindowRef() else None
                return Condition(text=self.text.text(), window=where, gone=gone, comment=comment)
            case "target" if self._before is not None:
                return Condition(target=self._before.target, gone=gone, comment=comment)
        return None


class _Unwheeled(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def _number(box: B, name: str, changed: Callable[..., object]) -> B:
    box.setAccessibleName(name)
    box.setKeyboardTracking(False)
    box.valueChanged.connect(changed)
    return unwheeled(inset(box))


def _kind(condition: Condition | None) -> str:
    if condition is None:
        return "none"
    return "target" if condition.target is not None else "text" if condition.text else "window"
