"""Fields are alike, whatever is written in them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from desktop_agent.evaluation.display import PrivateDisplay
from tests.ui.macro_doubles import click, macro
from tests.ui.test_theme import READABLE, contrast
from ui import macro_new, theme
from ui.fields import TEXT_LEFT, line_up
from ui.macro_document import Document
from ui.macro_moment_field import MomentField
from ui.macro_step_form import StepForm

PROBE = Path(__file__).with_name("fields_probe.py")


@pytest.mark.parametrize("scale", [1, 2])
def test_they_have_one_height_and_one_left_edge(scale: int, ui_display: PrivateDisplay) -> None:
    environment = {**os.environ, **ui_display.environment, "QT_SCALE_FACTOR": str(scale)}
    ended = subprocess.run([sys.executable, PROBE], env=environment, capture_output=True, text=True, check=True)
    for look in json.loads(ended.stdout):
        assert len(set(look["heights"].values())) == 1, look
        lefts = look["lefts"].values()
        assert max(lefts) - min(lefts) <= 1 / scale, look
        assert min(lefts) > 8, look


def test_every_number_and_time_field_of_the_windows_is_inset(app: QApplication) -> None:
    steps = [click("click"), *(macro_new.step(kind, kind) for kind in macro_new.kinds())]
    form, moment, number = StepForm(Document(macro(*steps), {}, None)), MomentField(), 0
    for step in (None, *steps):
        form.show_step(step)
        for field in (moment if step is None else form.widget()).findChildren(QAbstractSpinBox):
            assert field.lineEdit().textMargins().left() == TEXT_LEFT, field.accessibleName()
            number += 1
    assert number > 5


def test_what_a_field_could_hold_is_readable(app: QApplication) -> None:
    for mode in ("light", "dark"):
        theme.apply(app, mode)  # type: ignore[arg-type]
        edit = QLineEdit(placeholderText="such as this")
        edit.show()
        placeholder = edit.palette().color(QPalette.ColorRole.PlaceholderText)
        assert placeholder == theme.colors().muted
        assert contrast(placeholder, theme.colors().surface) >= READABLE


def test_words_stand_at_the_height_of_their_field(app: QApplication) -> None:
    window = QWidget()
    form, field = QFormLayout(window), QLineEdit("Ann")
    form.addRow("Name", field)
    line_up(form)
    window.show()
    label = form.labelForField(field)
    assert abs(label.geometry().center().y() - field.geometry().center().y()) <= 1


def test_a_strangers_step_is_read_as_well_as_any_text_and_empty_fields_are_empty(app: QApplication) -> None:
    for mode in ("light", "dark"):
        theme.apply(app, mode)  # type: ignore[arg-type]
        form = StepForm(Document(macro(click("a")), {}, None), read_only=True)
        form.resize(400, 700)
        form.show_step(click("a"))
        form.show()
        QApplication.processEvents()
        boxes = form.widget().findChildren(QComboBox)
        assert boxes
        for box in boxes:
            assert _best_contrast(box.grab().toImage()) >= READABLE, box.accessibleName()
        assert not any(edit.placeholderText() for edit in form.widget().findChildren(QLineEdit))


def _best_contrast(picture: QImage) -> float:
    """Of the words at the left against the ground between border and words."""
    middle = picture.height() // 2
    ground = picture.pixelColor(5, middle)
    words: list[QColor] = [picture.pixelColor(x, y) for x in range(8, 60) for y in range(middle - 6, middle + 6)]
    return max(contrast(each, ground) for each in words)
