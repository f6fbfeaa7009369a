"""What fields need beside the style sheet, to be alike and in line with their labels."""

from typing import TypeVar

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QFormLayout

from ui import theme

TEXT_LEFT = theme.SMALL + 1
"""Padding and border of the other fields."""
S = TypeVar("S", bound=QAbstractSpinBox)


def inset(field: S) -> S:
    """`field`, its text as far from the left edge as in other fields: where it has buttons, Qt lets the text begin at
    the very edge, whatever padding a style sheet names."""
    field.lineEdit().setTextMargins(TEXT_LEFT, 0, 0, 0)
    return field


def describe(box: QComboBox, name: str) -> None:
    """Name a list to choose from that no label beside it names. On Unix Qt takes what is chosen for its accessible
    name, so the description has to say what it is."""
    box.setAccessibleName(name)
    box.setAccessibleDescription(name)


def line_up(form: QFormLayout) -> None:
    """Put the words of each row at the height of its field's first line: a form leaves them a little too high."""
    for row in range(form.rowCount()):
        item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        label = item.widget() if item is not None else None
        if label is not None:
            label.setFixedHeight(theme.field_height())
