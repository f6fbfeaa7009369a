"""The window of past runs, over a real store."""

from collections.abc import Iterator
from typing import get_args

import pytest
from PySide6.QtWidgets import QLabel

from desktop_agent.core.events import RunStatus
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.runs import Runs
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble, step
from ui.bridge import Bridge
from ui.chat_cards import LookCard, NoticeCard, OwnCard, StepCard
from ui.chat_widgets import PictureButton
from ui.runs import RunsWindow


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database(default_path())
    yield database
    database.close()


def keep(database: Database, text: str, status: RunStatus) -> None:
    runs = Runs(database)
    run = runs.start(Conversations(database).create(text), text, None, "instant")
    runs.looked(run, "find_element", "1 place")
    runs.step(run, 1, step())
    runs.end(run, status, f"{text}: ended.")


def test_runs_are_listed_and_shown_with_their_steps_and_pictures(database: Database, wait: Wait) -> None:
    keep(database, "click <b>Save</b>", "done")
    keep(database, "press ctrl+s", "refused")
    bridge = Bridge(SessionDouble())
    window = RunsWindow(bridge)
    window.show()
    wait(lambda: window.list.count() == 2)
    assert window.list.item(0).text().startswith("press ctrl+s\n")
    assert window.list.item(0).text().endswith("refused")
    window.list.setCurrentRow(1)
    wait(lambda: any("Save" in card.text for card in window.detail.cards if isinstance(card, OwnCard)))
    cards = window.detail.cards
    assert [type(card) for card in cards] == [OwnCard, LookCard, StepCard, NoticeCard]
    assert cards[0].text == "click <b>Save</b>"
    assert cards[3].text == "click <b>Save</b>: ended."
    assert isinstance(cards[2], StepCard)
    cards[2].open()
    assert "The button was pressed and the title lost its star." in [x.text() for x in cards[2].findChildren(QLabel)]
    assert len(cards[2].findChildren(PictureButton)) == 2


def test_without_runs_it_says_so(wait: Wait) -> None:
    bridge = Bridge(SessionDouble())
    window = RunsWindow(bridge)
    window.show()
    wait(lambda: window.note.text() == "No run yet.")


def test_how_each_run_ended_is_said_in_words(database: Database, wait: Wait) -> None:
    for status in get_args(RunStatus):
        keep(database, "press ctrl+s", status)
    window = RunsWindow(Bridge(SessionDouble()))
    window.show()
    wait(lambda: window.list.count() == len(get_args(RunStatus)))
    ends = [window.list.item(row).text().rpartition(" – ")[2] for row in range(window.list.count())]
    assert set(ends) == {
        "done", "failed", "refused", "stopped", "reached its limit", "given up", "waits for you"
    }  # fmt: skip


def test_a_damaged_store_is_told(wait: Wait) -> None:
    default_path().write_bytes(b"no database at all, but long enough to be one" * 100)
    bridge = Bridge(SessionDouble())
    window = RunsWindow(bridge)
    window.show()
    wait(lambda: "damaged" in window.note.text())
