"""The question box: asking beside the region, reading the streamed answer, stopping, closing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from ui.question import MOST_ANSWER_HEIGHT, QuestionBox

REGION = Rect(600, 300, 300, 200)


class Open:
    """A box on the screen, and what it said."""

    def __init__(self, wait: Wait, region: Rect = REGION) -> None:
        shot = Screenshot("s", region, "l", Image(region.width, region.height, bytes(region.area * 4)), 0.0)
        self.box = QuestionBox(shot, Scope("region", region, "region"))
        self.submitted: list[str] = []
        self.stops = self.dismissals = 0
        self.box.submitted.connect(self.submitted.append)
        self.box.stop_requested.connect(self._stop)
        self.box.dismissed.connect(self._dismiss)
        self.box.open()
        wait(self.box.isActiveWindow)

    def _stop(self) -> None:
        self.stops += 1

    def _dismiss(self) -> None:
        self.dismissals += 1

    @property
    def field(self) -> QLineEdit:
        return self.box.findChild(QLineEdit)

    @property
    def answer(self) -> QPlainTextEdit:
        return self.box.findChild(QPlainTextEdit)

    def button(self, text: str) -> QPushButton:
        return next(each for each in self.box.findChildren(QPushButton) if each.text() == text)

    def place(self) -> Rect:
        area = self.box.frameGeometry()
        return Rect(area.x(), area.y(), area.width(), area.height())


@pytest.fixture
def opened(app: QApplication, wait: Wait) -> Open:
    return Open(wait)


def test_person_types_and_enter_submits(opened: Open, person: Person, wait: Wait) -> None:
    assert not opened.button("Ask").isEnabled()
    person.type("what is it?")
    wait(lambda: opened.field.text() == "what is it?")
    person.press("enter")
    wait(lambda: opened.submitted)
    assert opened.submitted == ["what is it?"]
    assert opened.box.running


def test_blank_text_is_not_submitted(opened: Open) -> None:
    opened.field.setText("   ")
    QTest.keyClick(opened.field, Qt.Key.Key_Return)
    assert opened.submitted == []
    assert not opened.box.running


def test_while_running_enter_does_nothing_and_the_button_stops(opened: Open) -> None:
    opened.field.setText("do it")
    opened.button("Ask").click()
    QTest.keyClick(opened.field, Qt.Key.Key_Return)
    assert opened.submitted == ["do it"]
    opened.button("Stop").click()
    assert opened.stops == 1
    assert opened.box.running, "it runs until the application says that it ended"


def test_answer_streams_in_as_it_is(opened: Open) -> None:
    opened.field.setText("q")
    opened.button("Ask").click()
    for piece in ("\n The <b>sum</b>", " is", " ", "**15**.\n\n", "世界", "\n"):
        opened.box.append_answer(piece)
    opened.box.finish("", ok=True)
    assert opened.box.answer == "The <b>sum</b> is **15**.\n\n世界"
    assert opened.answer.isVisible()


def test_answer_can_be_selected_and_copied(opened: Open) -> None:
    opened.field.setText("q")
    opened.button("Ask").click()
    opened.box.append_answer("to be copied")
    opened.box.finish("", ok=True)
    opened.button("Copy").click()
    assert QGuiApplication.clipboard().text() == "to be copied"
    assert opened.answer.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert opened.answer.isReadOnly()


def test_selection_survives_what_streams_in(opened: Open) -> None:
    opened.box.append_answer("first words")
    cursor = opened.answer.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, cursor.MoveMode.KeepAnchor)
    opened.answer.setTextCursor(cursor)
    opened.box.append_answer(" and more")
    assert opened.answer.textCursor().selectedText() == "first"
    assert opened.box.answer == "first words and more"


def test_summary_is_the_answer_where_none_came(opened: Open) -> None:
    opened.field.setText("q")
    opened.button("Ask").click()
    opened.box.finish("The field now reads 56.", ok=True)
    assert opened.box.answer == "The field now reads 56."


def test_failure_is_told_and_another_question_can_follow(opened: Open, person: Person, wait: Wait) -> None:
    opened.field.setText("first")
    opened.button("Ask").click()
    opened.box.append_answer("half an")
    opened.box.finish("The server stalled. Try again.", ok=False)
    told = [label for label in opened.box.findChildren(QLabel) if label.text() == "The server stalled. Try again."]
    assert [label.property("role") for label in told] == ["danger"]
    assert opened.box.answer == "half an"
    person.type("second")
    person.press("enter")
    wait(lambda: opened.submitted == ["first", "second"])
    assert opened.box.answer == ""


def test_grows_to_a_limit_then_scrolls_beside_the_region(opened: Open) -> None:
    small = opened.place()
    assert small.intersection(REGION).empty
    opened.box.append_answer("word " * 60)
    grown = opened.place()
    assert grown.height > small.height
    assert grown.intersection(REGION).empty
    opened.box.append_answer("word " * 2000)
    assert opened.answer.height() == MOST_ANSWER_HEIGHT
    bar = opened.answer.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum(), "it follows what comes"
    assert Rect(0, 0, 1920, 1080).encloses(opened.place())


def test_reader_who_scrolled_up_is_left_there(opened: Open) -> None:
    opened.box.append_answer("word " * 2000)
    opened.answer.verticalScrollBar().setValue(3)
    opened.box.append_answer("more " * 50)
    assert opened.answer.verticalScrollBar().value() == 3


@pytest.mark.parametrize("region", [Rect(1500, 700, 400, 360), Rect(0, 900, 1920, 180), Rect(0, 0, 300, 1080)])
def test_stands_beside_regions_at_the_edges(region: Rect, app: QApplication, wait: Wait) -> None:
    opened = Open(wait, region)
    opened.box.append_answer("word " * 500)
    assert opened.place().intersection(region).empty
    assert Rect(0, 0, 1920, 1080).encloses(opened.place())


def test_escape_closes_and_says_so_once(opened: Open, person: Person, wait: Wait) -> None:
    person.press("esc")
    wait(lambda: opened.dismissals)
    assert opened.dismissals == 1


def test_escape_closes_from_the_answer_too(opened: Open) -> None:
    opened.box.append_answer("text")
    QTest.keyClick(opened.answer, Qt.Key.Key_Escape)
    assert opened.dismissals == 1
