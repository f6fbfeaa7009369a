"""A program of its own that measures fields, since a process has only one scale.

Prints as JSON, for the light and the dark look, each field's height and where its text begins, in device-independent
pixels: all of them begin with the same letter.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QDate, QTime
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from ui import theme
from ui.fields import inset

BORDER = 3
FAR = 60
"""Where the text has begun for certain, and nothing else is drawn yet."""


def fields() -> dict[str, QWidget]:
    choice, free = QComboBox(), QComboBox(editable=True)
    for box in (choice, free):
        box.addItem("H")
    time = inset(QTimeEdit(QTime(8, 30)))
    time.setDisplayFormat("'H' H:mm")
    day = QDateEdit(QDate(2026, 1, 1))
    day.setCalendarPopup(True)
    day.setDisplayFormat("'H' yyyy")
    return {
        "line": QLineEdit("H"),
        "choice": choice,
        "free choice": free,
        "number": inset(QSpinBox(prefix="H")),
        "decimal": inset(QDoubleSpinBox(prefix="H")),
        "time": time,
        "day": day,
        "text": QPlainTextEdit("H"),
    }


def text_left(field: QWidget) -> float:
    """The first column whose pixels differ from the field's ground, right of its border."""
    picture = field.grab().toImage()
    ratio = picture.devicePixelRatio()
    ground = picture.pixelColor(round(BORDER * ratio), picture.height() // 2)

    def differs(x: int, y: int) -> bool:
        color: QColor = picture.pixelColor(x, y)
        return abs(color.lightness() - ground.lightness()) > 60

    rows = range(round(BORDER * ratio), round(26 * ratio))
    columns = range(round(BORDER * ratio), round(FAR * ratio))
    return float(next(x for x in columns if any(differs(x, y) for y in rows)) / ratio)


def main() -> None:
    app = QApplication(["fields"])
    told = []
    for mode in ("light", "dark"):
        theme.apply(app, mode)
        window, made = QWidget(), fields()
        form = QFormLayout(window)
        for field in made.values():
            form.addRow(field)
        button = QPushButton("H")
        form.addRow(button)
        window.show()
        app.processEvents()
        button.setFocus()  # a caret would be taken for text
        app.processEvents()
        heights = {name: field.height() for name, field in made.items() if name != "text"}
        heights["button"] = button.height()
        told.append({"heights": heights, "lefts": {name: text_left(field) for name, field in made.items()}})
        window.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
