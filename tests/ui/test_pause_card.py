"""A run that gets nowhere asks in a window: what it shows, and what each answer becomes."""

import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop_agent.core.pause import UNANSWERED, Pause, Reply, Resolution
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from tests.ui.prompts import Asking
from ui.ask_person import UiAsker
from ui.pause_card import PauseCard
from ui.prompter import Prompter

PAUSE = Pause(
    "The same was tried 3 times, and nothing changed.",
    (
        "3 × Click “<b>Save</b>\u202e” (push button) in “notes.txt – Mousepad”: It was done, but no effect was seen: "
        "nothing changed on the screen.",
        "read_text: File Edit Search",
    ),
)


@pytest.fixture
def prompter(app: QApplication, screen: Screen, windows: Windows) -> Iterator[Prompter]:
    made = Prompter(screen, windows, lambda: False)
    yield made
    made.close()


class Paused(Asking):
    """A pause on its way."""

    def __init__(self, prompter: Prompter, screen: Screen, windows: Windows, wait: Wait) -> None:
        asker = UiAsker(prompter, screen, windows)
        super().__init__(prompter, lambda: asker.pause(PAUSE))
        self.wait = wait

    def card(self) -> PauseCard:
        self.wait(lambda: self.windows and self.windows[0].armed)
        card = self.windows[0]
        assert isinstance(card, PauseCard)
        return card

    def answer(self) -> object:
        self.wait(lambda: self.answers)
        return self.answers[0]


@pytest.fixture
def paused(prompter: Prompter, screen: Screen, windows: Windows, wait: Wait) -> Iterator[Paused]:
    asked = Paused(prompter, screen, windows, wait)
    yield asked
    if asked.windows and not asked.answers:
        asked.windows[0].answer(UNANSWERED)
    wait(lambda: asked.answers)


def click(person: Person, widget: QWidget) -> None:
    point = widget.mapToGlobal(widget.rect().center())
    person.click(point.x(), point.y())


def test_it_shows_why_and_what_was_tried_as_it_is(paused: Paused) -> None:
    card = paused.card()
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert PAUSE.reason in texts
    assert any("<b>Save</b>⟨U+202E⟩" in text for text in texts)
    assert "read_text: File Edit Search" in texts
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in card.findChildren(QLabel) if label.text())


def test_it_does_not_look_like_a_question_of_the_planner(paused: Paused) -> None:
    texts = [label.text() for label in paused.card().findChildren(QLabel)]
    assert "Paused: shall it go on?" in texts
    assert "The agent asks you" not in texts


def test_the_person_lets_it_go_on(paused: Paused, person: Person) -> None:
    click(person, paused.card().go_on_button)
    assert paused.answer() == Reply(Resolution.GO_ON)


def test_the_person_stops_it(paused: Paused, person: Person) -> None:
    click(person, paused.card().stop_button)
    assert paused.answer() == Reply(Resolution.STOP)


def test_the_person_tells_it_something(paused: Paused, person: Person, wait: Wait) -> None:
    card = paused.card()
    assert card.go_on_button.text() == "&Go on"
    click(person, card.text)
    wait(card.isActiveWindow)
    person.type("use the menu")
    wait(lambda: card.text.text() == "use the menu")
    assert card.go_on_button.text() == "Tell it and &go on"
    person.press("enter")
    assert paused.answer() == Reply(Resolution.TELL, "use the menu")


def test_words_go_with_the_button_and_its_key(paused: Paused) -> None:
    card = paused.card()
    card.text.setText("  the menu ")
    card.activateWindow()
    paused.wait(card.isActiveWindow)
    QTest.keyClick(card, Qt.Key.Key_G, Qt.KeyboardModifier.AltModifier)
    assert paused.answer() == Reply(Resolution.TELL, "the menu")


def test_enter_without_words_does_nothing(paused: Paused) -> None:
    card = paused.card()
    QTest.keyClick(card.text, Qt.Key.Key_Return)
    for button in (card.go_on_button, card.stop_button):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert not paused.answers


def test_nothing_answers_before_it_is_armed(paused: Paused) -> None:
    paused.wait(lambda: paused.windows and paused.windows[0].isVisible())
    card = paused.windows[0]
    card.text.setText("go")
    if not card.armed:
        QTest.mouseClick(card.go_on_button, Qt.MouseButton.LeftButton)
        QTest.keyClick(card.text, Qt.Key.Key_Return)
    assert not paused.answers


@pytest.mark.parametrize(("way", "reply"), [
    ("escape", UNANSWERED), ("close", UNANSWERED), ("stop", Reply(Resolution.STOP)),
])  # fmt: skip
def test_every_other_way_out_does_not_let_it_go_on(way: str, reply: Reply, paused: Paused, prompter: Prompter) -> None:
    card = paused.card()
    match way:
        case "escape":
            QTest.keyClick(card, Qt.Key.Key_Escape)
        case "close":
            card.close()
        case _:
            prompter.stop()
    assert paused.answer() == reply
    assert not reply.goes_on


def test_time_runs_out(
    prompter: Prompter, screen: Screen, windows: Windows, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.ask_person.PATIENCE_SECONDS", 1.0)
    assert Paused(prompter, screen, windows, wait).answer() == UNANSWERED


def test_a_program_cannot_answer(
    prompter: Prompter,
    screen: Screen,
    windows: Windows,
    wait: Wait,
    ui_display: PrivateDisplay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """XTEST, as all input of the agent comes."""
    ignored: list[PauseCard] = []
    monkeypatch.setattr(PauseCard, "ignored_input", lambda card: ignored.append(card))
    asked = Paused(prompter, screen, windows, wait)
    button = asked.card().go_on_button
    point = button.mapToGlobal(button.rect().center())
    command = ["xdotool", "mousemove", str(point.x()), str(point.y()), "click", "1"]
    subprocess.run(command, env=ui_display.environment, check=True)
    wait(lambda: ignored)
    assert not asked.answers
    asked.windows[0].answer(UNANSWERED)
    assert asked.answer() == UNANSWERED
