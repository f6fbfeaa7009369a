"""A planner's question to the person: choices, free text, and no answer."""

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from tests.ui.prompts import Asking
from ui.ask_person import UiAsker
from ui.prompter import Prompter
from ui.question_card import QuestionCard


@pytest.fixture
def prompter(app: QApplication, screen: Screen, windows: Windows) -> Iterator[Prompter]:
    made = Prompter(screen, windows, lambda: False)
    yield made
    made.close()


class Question(Asking):
    """A question on its way."""

    def __init__(self, prompter: Prompter, asker: UiAsker, wait: Wait, question: str, *choices: str) -> None:
        super().__init__(prompter, lambda: asker.ask(question, choices))
        self.wait = wait

    def card(self) -> QuestionCard:
        self.wait(lambda: self.windows and self.windows[0].armed)
        card = self.windows[0]
        assert isinstance(card, QuestionCard)
        return card

    def answer(self) -> object:
        self.wait(lambda: self.answers)
        return self.answers[0]


@pytest.fixture
def asker(prompter: Prompter, screen: Screen, windows: Windows) -> UiAsker:
    return UiAsker(prompter, screen, windows)


def test_choice_is_answered_exactly_as_it_was_given(
    prompter: Prompter, asker: UiAsker, wait: Wait, person: Person
) -> None:
    choices = ("Save", "Save & close <b>all</b>\u200b " + "x" * 100)
    asked = Question(prompter, asker, wait, "Which one?", *choices)
    button = asked.card().choice_buttons[1]
    assert button.text().startswith("Save && close <b>all</b>⟨U+200B⟩")
    assert len(button.text()) < 70
    point = button.mapToGlobal(button.rect().center())
    person.click(point.x(), point.y())
    assert asked.answer() == choices[1]


def test_free_text_is_typed_and_sent_with_enter(prompter: Prompter, asker: UiAsker, wait: Wait, person: Person) -> None:
    asked = Question(prompter, asker, wait, "Which <i>name</i>?")
    card = asked.card()
    assert "Which <i>name</i>?" in [label.text() for label in card.findChildren(QLabel)]
    assert not card.send_button.isEnabled()
    point = card.text.mapToGlobal(card.text.rect().center())
    person.click(point.x(), point.y())
    wait(card.isActiveWindow)
    person.type("notes.txt")
    wait(lambda: card.text.text() == "notes.txt")
    assert card.send_button.isEnabled()
    person.press("enter")
    assert asked.answer() == "notes.txt"


@pytest.mark.parametrize("way", ["skip", "escape", "stop"])
def test_no_answer_is_none(way: str, prompter: Prompter, asker: UiAsker, wait: Wait) -> None:
    asked = Question(prompter, asker, wait, "Which one?", "a", "b")
    card = asked.card()
    if way == "skip":
        card.skip_button.click()
    elif way == "escape":
        QTest.keyClick(card, "\x1b")
    else:
        prompter.stop()
    assert asked.answer() is None


def test_time_runs_out(prompter: Prompter, asker: UiAsker, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.ask_person.PATIENCE_SECONDS", 1.0)
    asked = Question(prompter, asker, wait, "Which one?", "a")
    assert asked.answer() is None
