"""The approval card by itself: what it shows, when it is armed, and what answers it."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from desktop_agent.core.actions import Answer, ApprovalRequest, Click, Decision, TypeText
from desktop_agent.core.geometry import Point
from tests.ui.conftest import Wait
from tests.ui.prompts import BUTTON, CRITICAL, HANDED_OVER, ORDINARY, action, request
from ui import theme
from ui.approval_card import ApprovalCard
from ui.labels import ElidedLabel, VerbatimText

NO_BUTTON_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Shown:
    """A card on the screen, and what it answered."""

    def __init__(self, wait: Wait, asked: ApprovalRequest) -> None:
        self.wait = wait
        self.answers: list[Decision] = []
        self.card = ApprovalCard(asked)
        self.card.answered.connect(self.answers.append)
        self.card.show()
        wait(self.card.isVisible)

    def armed(self) -> ApprovalCard:
        self.wait(lambda: self.card.armed)
        return self.card


def texts(card: ApprovalCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


def test_nothing_answers_before_the_card_is_armed(app: QApplication, wait: Wait) -> None:
    began = time.monotonic()
    shown = Shown(wait, request())
    card = shown.card
    for button in (card.approve_button, card.deny_button, card.stop_button):
        assert button.isVisible()
        assert not button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_S):
        QTest.keyClick(card, key, Qt.KeyboardModifier.AltModifier)
    assert not shown.answers
    shown.armed()
    assert time.monotonic() - began >= 0.5
    assert card._arming.timerType() is Qt.TimerType.PreciseTimer, "others end up to a twentieth too early"
    assert card.approve_button.isEnabled()


def test_press_that_began_before_arming_does_not_answer(app: QApplication, wait: Wait) -> None:
    shown = Shown(wait, request())
    QTest.mousePress(shown.card.approve_button, Qt.MouseButton.LeftButton)
    shown.armed()
    QTest.mouseRelease(shown.card.approve_button, Qt.MouseButton.LeftButton)
    assert not shown.answers


@pytest.mark.parametrize(("name", "answer"), [("approve", "approved"), ("deny", "denied"), ("stop", "stopped")])
def test_buttons_answer_once(name: str, answer: str, app: QApplication, wait: Wait) -> None:
    shown = Shown(wait, request())
    button: QPushButton = getattr(shown.armed(), f"{name}_button")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown.answers == [Decision(Answer(answer), False, "card")]


@pytest.mark.parametrize("key", NO_BUTTON_KEYS)
def test_enter_never_answers_whatever_has_the_focus(key: Qt.Key, app: QApplication, wait: Wait) -> None:
    shown = Shown(wait, request())
    card = shown.armed()
    for widget in (card, card.approve_button, card.deny_button, card.stop_button):
        widget.setFocus()
        QTest.keyClick(widget, key)
    QTest.qWait(150)  # a pressed button would answer after its animation of 100 ms
    assert not shown.answers


def test_escape_and_closing_deny_even_before_arming(app: QApplication, wait: Wait) -> None:
    escaped = Shown(wait, request())
    QTest.keyClick(escaped.card, Qt.Key.Key_Escape)
    closed = Shown(wait, request())
    closed.card.close()
    assert escaped.answers == closed.answers == [Decision(Answer.DENIED, False, "card")]


def test_time_runs_out_visibly_and_means_no(app: QApplication, wait: Wait) -> None:
    shown = Shown(wait, request(timeout=2.0))
    assert "0:02" in texts(shown.card)
    wait(lambda: shown.answers)
    assert shown.answers == [Decision(Answer.TIMED_OUT, False, "card")]


def test_shows_action_names_and_reason(app: QApplication) -> None:
    card = ApprovalCard(request(action(claimed="the blue button")))
    shown = texts(card)
    for expected in (
        'Click "Save" (push button)',
        "Save (push button)",
        "the blue button",
        "Untitled 1 – Mousepad",
        "Mousepad",
        ORDINARY.reason,
    ):
        assert expected in shown
    assert 'Click "Save" (push button)' in card.accessibleName()


def test_what_contradicts_the_element_is_a_warning(app: QApplication) -> None:
    for claimed, role in (("the Cancel button", "warning"), ("the button to save", "")):
        card = ApprovalCard(request(action(claimed=claimed)))
        (label,) = (each for each in card.findChildren(ElidedLabel) if each.text() == claimed)
        assert (label.property("role") or "") == role


def test_hostile_names_are_neither_markup_nor_disguised(app: QApplication) -> None:
    hostile = "<b>OK</b><img src=x> \u202eevil\u200b\nDeny"
    card = ApprovalCard(request(action(words=hostile, claimed=hostile)))
    shown = "<b>OK</b><img src=x> ⟨U+202E⟩evil⟨U+200B⟩ Deny"
    labels = [label for label in card.findChildren(QLabel) if label.text() == shown]
    assert len(labels) == 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in card.findChildren(QLabel) if label.text())
    assert all("<b>" not in label.toolTip() for label in card.findChildren(ElidedLabel))


def test_typed_text_stands_there_exactly(app: QApplication) -> None:
    text = "rm -rf ~\n\t世界 \u200b"
    card = ApprovalCard(request(action(Click(Point(180, 165)), TypeText(text))))
    boxes = card.findChildren(VerbatimText)
    assert "rm -rf ~⏎\n⇥\t世界 ⟨U+200B⟩" in [box.toPlainText() for box in boxes]
    assert "14 characters, 2 lines" in texts(card)
    assert any("don't show" in each for each in texts(card))


def test_long_words_are_shortened_and_can_be_unfolded(app: QApplication, wait: Wait) -> None:
    words = "Click " + "very " * 100 + "end"
    shown = Shown(wait, request(action(words=words)))
    card = shown.card
    assert words not in texts(card)
    assert any(each.startswith("Click very") and each.endswith("end") and "…" in each for each in texts(card))
    toggle = next(button for button in card.findChildren(QPushButton) if button.text() == "Show all")
    toggle.click()
    visible = [box.toPlainText() for box in card.findChildren(VerbatimText) if box.isVisible()]
    assert visible == [words]
    assert toggle.text() == "Show less"


@pytest.mark.parametrize(("verdict", "offered"), [(ORDINARY, True), (CRITICAL, False)])
def test_remembering_is_offered_only_where_it_may_be(
    verdict: object, offered: bool, app: QApplication, wait: Wait
) -> None:
    shown = Shown(wait, request(verdict=verdict))  # type: ignore[arg-type] # the parameters are verdicts
    box = shown.card.findChild(QCheckBox)
    assert box.isVisible() is offered
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    QTest.mouseClick(shown.armed().approve_button, Qt.MouseButton.LeftButton)
    assert shown.answers == [Decision(Answer.APPROVED, offered, "card")]


def test_what_a_program_does_through_accessibility_approves_nothing(app: QApplication, wait: Wait) -> None:
    """Its actions press buttons and tick boxes without any key or mouse."""
    shown = Shown(wait, request())
    card = shown.armed()
    notice = card._notice.text()
    card.approve_button.click()
    assert card._notice.text() != notice
    assert not shown.answers
    box = card.findChild(QCheckBox)
    box.click()
    assert box.isChecked()
    QTest.mouseClick(card.approve_button, Qt.MouseButton.LeftButton)
    assert shown.answers == [Decision(Answer.APPROVED, False, "card")]


@pytest.mark.parametrize("how", ["shortcut", "blank"])
def test_keys_approve(app: QApplication, wait: Wait, how: str) -> None:
    shown = Shown(wait, request())
    card = shown.armed()
    card.activateWindow()
    wait(card.isActiveWindow)
    if how == "shortcut":
        QTest.keyClick(card, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    else:
        QTest.keyClick(card.approve_button, Qt.Key.Key_Space)
    assert shown.answers == [Decision(Answer.APPROVED, False, "card")]


def test_remembering_is_lost_with_a_denial(app: QApplication, wait: Wait) -> None:
    shown = Shown(wait, request())
    box = shown.card.findChild(QCheckBox)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    shown.armed().deny_button.click()
    assert shown.answers == [Decision(Answer.DENIED, False, "card")]


def test_critical_card_warns(app: QApplication) -> None:
    card = ApprovalCard(request(verdict=CRITICAL))
    assert card.approve_button.property("kind") == "warning"
    assert card.accent == theme.colors().warning
    assert "Look closely: allow this?" in texts(card)
    assert ApprovalCard(request()).accent == theme.colors().accent


def test_action_without_element_or_window_can_be_shown(app: QApplication) -> None:
    card = ApprovalCard(request(action(target=None, window=None, element=None, application="org.gnome.Calculator")))
    assert "org.gnome.Calculator" in texts(card)
    assert BUTTON.name not in texts(card)


def test_what_is_handed_over_asks_the_person_to_do_it_and_shows_no_text_of_the_planners(
    app: QApplication, wait: Wait
) -> None:
    asked = action("Type “letmein” into “Password”", (Click(Point(1, 1)), TypeText("letmein")))
    shown = Shown(wait, request(asked, HANDED_OVER))
    said = texts(shown.card)
    assert "Please do this yourself, then press Continue" in said
    assert HANDED_OVER.reason in said
    assert not any("letmein" in each for each in said)
    assert not shown.card.findChildren(VerbatimText)
    assert shown.card.approve_button.text() == "Continue"
    QTest.mouseClick(shown.armed().approve_button, Qt.MouseButton.LeftButton)
    assert shown.answers == [Decision(Answer.APPROVED, False, "card")]
