"""Playing at its time, and what is told of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desktop_agent.core.errors import Refused
from desktop_agent.core.events import RunEnded, RunStatus
from desktop_agent.macros.playing.schedule import Missed
from desktop_agent.macros.playing.triggers import ScheduleTrigger, Start
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import WorkDouble, macro, pictures
from tests.ui.session_double import Held, SessionDouble
from ui.bridge import Bridge
from ui.macro_playing import Ended
from ui.macro_trigger_news import TriggerNews
from ui.macro_unattended import Outcome, Unattended
from ui.tray import Tray

START = Start("Save the note", {"a": "1"}, attended=False)


class Whole:
    def __init__(self) -> None:
        self.work, self.bridge = WorkDouble(), Bridge(SessionDouble())
        self.recording = False
        self.outcomes: list[Outcome] = []
        self.over: list[bool] = []
        self.began = 0
        self.unattended = Unattended(self.work, self.bridge, lambda: self.recording)
        self.unattended.ended.connect(self.outcomes.append)
        self.unattended.begins.connect(self._begins)

    def _begins(self) -> None:
        self.began += 1

    def play(self) -> None:
        self.unattended.play(START, lambda: self.over.append(True))


@pytest.fixture
def whole(app: object, wait: Wait) -> Iterator[Whole]:
    made = Whole()
    made.work.library.add(macro(), pictures())
    yield made
    wait(lambda: made.bridge.current is None)


def test_it_plays_unattended_what_lies_in_the_library_with_its_values(whole: Whole, wait: Wait) -> None:
    whole.play()
    assert whole.over == []
    wait(lambda: whole.outcomes)
    assert whole.over == [True]
    assert whole.work.played == [(macro(), {"a": "1"}, None, False)]
    assert whole.work.unattended == [True]
    assert whole.work.places == ["Save the note"]
    assert whole.began == 1
    assert whole.outcomes[0].kind == "done"


def test_never_while_something_else_goes_on(whole: Whole, wait: Wait) -> None:
    held = Held()
    whole.bridge.carry_out("something", lambda watch: held(watch, ""))
    whole.play()
    assert [each.kind for each in whole.outcomes] == ["busy"]
    held.end(RunEnded("r1", "done", ""))
    wait(lambda: whole.bridge.current is None)
    whole.recording = True
    whole.play()
    assert [each.kind for each in whole.outcomes] == ["busy", "recording"]
    assert whole.over == [True, True]
    assert whole.work.played == []
    assert whole.began == 0


@pytest.mark.parametrize("status", ["failed", "waiting", "refused"])
def test_how_it_ended_is_kept_with_why(whole: Whole, wait: Wait, status: RunStatus) -> None:
    whole.work.end = Ended(status, "The button was not found.", "Record it anew.", run="r1")
    whole.play()
    wait(lambda: whole.outcomes)
    assert whole.outcomes == [Outcome(START, status, "The button was not found.", "Record it anew.")]


def test_what_can_not_begin_ends_too(whole: Whole, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    whole.work.library.remove(whole.work.library.find("Save the note"))
    whole.play()
    wait(lambda: len(whole.over) == 1)
    assert "There is no macro" in whole.outcomes[0].summary

    def locked(*_: object, **__: object) -> Ended:
        raise Refused("The screen is locked.")

    whole.work.library.add(macro(), pictures())
    monkeypatch.setattr(whole.work, "play", locked)
    whole.play()
    wait(lambda: len(whole.over) == 2)
    assert whole.outcomes[1].kind == "refused"


class Told:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        self.tray = Tray()
        patch.setattr(Tray, "notify", lambda _, title, text, wanted=None: self.texts.append(text))
        self.news = TriggerNews(self.tray)


@pytest.fixture
def told(app: object, monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("busy", "something else was running"),
        ("recording", "was being recorded"),
        ("waiting", "waits for you"),
        ("stopped", "was stopped"),
        ("refused", "was refused"),
        ("failed", "was not played to its end."),
    ],
)
def test_each_end_is_told_without_a_foreign_word(told: Told, wait: Wait, kind: str, said: str) -> None:
    told.news.ended(Outcome(Start("<b>x</b>\u202e" + "y" * 200, {}, False), kind, "foreign", "foreign"))  # type: ignore[arg-type]
    wait(lambda: told.texts)
    (text,) = told.texts
    assert said in text
    assert "“‹b›x‹/b›⟨U+202E⟩y" in text
    assert len(text) < 160
    assert "foreign" not in text
    assert "<" not in text


def test_what_went_well_is_not_told(told: Told, wait: Wait) -> None:
    told.news.ended(Outcome(START, "done", "It was played."))
    told.news.problems()
    wait(lambda: told.texts)
    assert told.texts == ["Not everything that starts macros works. The window of macros says why."]


def test_what_was_missed_in_the_night_is_told_at_once(told: Told, wait: Wait) -> None:
    for number in range(6):
        trigger = ScheduleTrigger(id=f"t{number}", macro=f"Report {number}", minutes=5)
        told.news.missed(Missed(trigger, datetime.now(UTC) - timedelta(days=1), 1 + number % 2))
    told.news.locked(START)
    wait(lambda: told.texts)
    (text,) = told.texts
    lines = text.split("\n")
    assert len(lines) == 5
    assert lines[0].startswith("“Report 0” was not played at its time (")
    assert lines[1].startswith("“Report 1” was not played 2 times, the last time ")
    assert lines[4] == "And 3 more."


def test_clicking_the_message_leads_to_the_macros(app: object, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    tray, heard = Tray(), []
    tray.macros_wanted.connect(lambda: heard.append("macros"))
    tray.chat_wanted.connect(lambda: heard.append("chat"))
    shown: list[str] = []
    monkeypatch.setattr(tray._icon, "showMessage", lambda title, text, icon: shown.append(text))
    news = TriggerNews(tray)
    news.unreadable()
    wait(lambda: shown)
    tray._icon.messageClicked.emit()
    tray.notify("Hotkeys", "Other words.")
    tray._icon.messageClicked.emit()
    assert heard == ["macros", "chat"]
