"""The chat window used by a person: instruct, approve, read the outcome; and what a second start and a restart find."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QListWidget

from desktop_agent.agent import prompts
from desktop_agent.core.chat import Picture
from desktop_agent.core.desktop import Scope
from desktop_agent.core.geometry import Rect, View
from tests.ui.main_job_support import (
    Office,
    Program,
    Start,
    galculator_fixture,  # noqa: F401 # found by name
    labels,
    open_program_fixture,  # noqa: F401 # found by name
    start_fixture,  # noqa: F401 # found by name
    until,
)
from tests.ui.session_double import picture
from ui import app as module
from ui.chat import ChatWindow
from ui.chat_cards import Card, OwnCard, StepCard
from ui.chat_entries import OwnEntry, of_messages


def test_the_person_instructs_in_the_chat_and_finds_it_again_after_a_restart(start: Start, galculator: Program) -> None:
    office = start()
    chat = _open_chat(office)
    office.press(chat.composer.edit)
    run = office.say("click 7")
    card = office.card()
    until(chat.isMinimized, "the chat to step aside")
    office.approve(card)
    assert office.ended(run).status == "done"
    assert office.text_of(galculator) == "7"
    until(lambda: chat.isVisible() and not chat.isMinimized(), "the chat to come back")
    (step,) = _cards(chat, StepCard)
    assert any(each.startswith('Click "7" (toggle button)') for each in labels(step))
    assert "confirmed" in labels(step)
    assert [each.text for each in _cards(chat, OwnCard)] == ["click 7"]

    office.close()
    office = start()
    chat = _open_chat(office)
    assert not _cards(chat, Card), "it begins with nothing open"
    listed = chat.history.findChild(QListWidget)
    until(lambda: listed.count() == 1, "the conversation in the list")
    office.click(office.place(listed.viewport(), listed.visualItemRect(listed.item(0)).center()))
    until(lambda: _cards(chat, OwnCard), "the conversation")
    (own,) = _cards(chat, OwnCard)
    assert own.text.endswith("click 7")
    assert any("7" in each.text and "Done" in each.text for each in _cards(chat, Card)), "what came of it"


def test_what_is_read_again_is_what_the_person_wrote() -> None:
    scope = Scope("screen", Rect(0, 0, 640, 360), "the whole screen")
    shown = Picture("img1", picture(), View(scope.region, 640, 360))
    (entry,) = of_messages([prompts.instruction("click 7", scope, [shown])])
    assert isinstance(entry, OwnEntry)
    assert entry.text == "click 7"


def test_within_a_window_that_the_person_chooses_the_chat_stays(start: Start, galculator: Program) -> None:
    office = start()
    chat = _open_chat(office)
    office.choose_below(chat.scope, "galculator")
    assert chat.scope.choice.scope is not None
    assert chat.scope.choice.scope.window == galculator.window.id
    office.press(chat.composer.edit)
    run = office.say("click 7")
    card = office.card()
    assert not chat.isMinimized()
    office.press(card.deny_button)
    assert office.ended(run).status == "refused"
    (step,) = _cards(chat, StepCard)
    assert "refused" in labels(step)
    assert office.text_of(galculator) == "0"


def test_a_second_start_shows_the_window_of_the_first(start: Start) -> None:
    office = start()
    assert office.app.chat is None
    environment = {**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[1])}
    second = subprocess.Popen(
        [sys.executable, "-m", "ui"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        until(lambda: second.poll() is not None, "the end of the second start")
        out, _ = second.communicate()
    finally:
        second.kill()
        second.wait()
    assert (second.returncode, out) == (0, b"")
    chat = office.app.chat
    assert chat is not None
    until(chat.isActiveWindow, "the chat window in front")
    shown = next(each for each in office.windows.stacking() if each.id == int(chat.winId()))
    assert shown.pid == os.getpid()


def _open_chat(office: Office) -> ChatWindow:
    """By the tray's menu."""
    office.choose_in_tray("Chat")
    until(lambda: office.app.chat is not None and office.app.chat.isActiveWindow(), "the chat window")
    assert office.app.chat is not None
    return office.app.chat


def _cards(chat: ChatWindow, kind: type[Card]) -> list[Card]:
    return [each for each in chat.transcript.cards if isinstance(each, kind)]
