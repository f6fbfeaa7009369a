"""The instant planner drives applications that nobody here wrote, through the real tools, hands and checks."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_agent.cli.session import Session
from desktop_agent.core.actions import Answer, ApprovalRequest, Decision, Outcome
from desktop_agent.core.desktop import Window
from desktop_agent.core.events import Proposed, Questioned, RunEnded, RunEvent, RunStarted, Saying, Stepped
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until

TO_CARD_SECONDS = 3.0
"""What an instruction may take to its card here, on a machine that does other work; the bench holds the real goal."""


@dataclass
class Person:
    """Approves everything, answers questions with the `choice`-th answer, and notes what happened."""

    choice: int = 0
    events: list[RunEvent] = field(default_factory=list)
    asked_after: list[float] = field(default_factory=list)
    started: float = 0.0

    def decide(self, request: ApprovalRequest) -> Decision:
        self.asked_after.append(time.monotonic() - self.started)
        return Decision(Answer.APPROVED, by="scripted")

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return choices[self.choice]

    def watch(self, event: RunEvent) -> None:
        if isinstance(event, RunStarted):
            self.started = time.monotonic()
        self.events.append(event)

    @property
    def outcomes(self) -> list[Outcome]:
        return [event.result.outcome for event in self.events if isinstance(event, Stepped)]

    @property
    def answer(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Saying))

    @property
    def words(self) -> list[str]:
        return [event.action.words for event in self.events if isinstance(event, Proposed)]


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def session(on_desktop: PrivateDisplay, person: Person) -> Iterator[Session]:
    opened = Session(Settings(planner="instant"), person, person)
    yield opened
    opened.close()


@pytest.fixture
def mousepad(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[Window]:
    (tmp_path / "notes.txt").write_text("")
    window = open_app(on_desktop, ["mousepad", "--disable-server", str(tmp_path / "notes.txt")], "notes.txt")
    yield window
    close_app(on_desktop, window)


@pytest.fixture
def galculator(on_desktop: PrivateDisplay) -> Iterator[Window]:
    window = open_app(on_desktop, ["galculator"], "galculator")
    yield window
    close_app(on_desktop, window)


def do(session: Session, person: Person, window: Window, instruction: str) -> RunEnded:
    return session.do(instruction, scope=session.scope(f"window:{window.title}"), watch=person.watch)


def text_of(session: Session, window: Window) -> str:
    elements = [each for each in session.desk.elements.tree(window).elements if each.role == "text"]
    return session.desk.elements.text(elements[0]) or ""


def test_it_types_any_text_and_saves_it_by_the_menu(
    session: Session, person: Person, mousepad: Window, tmp_path: Path
) -> None:
    instruction = 'type “grüß dich, 世界\n"second" line, then more” into the text area, then select File > Save'
    ended = do(session, person, mousepad, instruction)
    assert ended.status == "done", ended
    wait_until(lambda: (tmp_path / "notes.txt").read_text() == 'grüß dich, 世界\n"second" line, then more')
    assert person.outcomes == [Outcome.CONFIRMED] * 3
    assert person.asked_after[0] < TO_CARD_SECONDS


def test_it_calculates_and_reads_the_result_from_the_display(
    session: Session, person: Person, galculator: Window
) -> None:
    ended = do(session, person, galculator, "click 7, then ×, then 8, then =, then read the display")
    assert ended.status == "done", ended
    assert person.outcomes == [Outcome.CONFIRMED] * 4
    assert person.answer.rstrip().endswith("The text reads:\n56")


def test_a_tooltip_over_the_target_does_not_swallow_the_click(
    session: Session, person: Person, galculator: Window
) -> None:
    ended = do(session, person, galculator, "hover over 7, wait 2 seconds, click 4, then read the display")
    assert ended.status == "done", ended
    assert person.answer.rstrip().endswith("The text reads:\n4")
    assert person.words[1].startswith("Point at"), "no tooltip came up"


def test_chinese_drives_it_as_well(session: Session, person: Person, mousepad: Window) -> None:
    ended = do(session, person, mousepad, "在文本区输入“你好”，然后按回车，再输入「再见」")
    assert ended.status == "done", ended
    assert text_of(session, mousepad) == "你好\n再见"


def test_it_asks_which_of_two_and_clicks_that(
    session: Session, person: Person, mousepad: Window, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    states = {name: tmp_path / f"{name}.json" for name in ("Left", "Right")}
    left, right = (
        open_app(on_desktop, qt_command(f"{name} window", place, states[name]), f"{name} window")
        for name, place in (("Left", "20,100,400,400"), ("Right", "1400,100,400,400"))
    )
    try:
        assert session.windows.activate(mousepad.id)
        person.choice = 1
        ended = session.do("click Agree", scope=session.scope("screen"), watch=person.watch)
        assert ended.status == "done", ended
        (asked,) = (event for event in person.events if isinstance(event, Questioned))
        assert sorted(asked.choices) == [f"“Agree” (check box) in “{name} window”" for name in ("Left", "Right")]
        chosen = "Left" if "Left" in asked.choices[1] else "Right"
        wait_until(lambda: json.loads(states[chosen].read_text())["checked"] is True)
        assert person.outcomes == [Outcome.CONFIRMED]
    finally:
        close_app(on_desktop, right)
        close_app(on_desktop, left)


def test_what_is_not_there_is_said_and_nothing_is_done(session: Session, person: Person, mousepad: Window) -> None:
    ended = do(session, person, mousepad, "click “Serch”")
    assert ended.status == "failed"
    assert "nothing called “Serch”" in ended.summary
    assert "“Search”" in ended.summary
    assert person.words == []


def test_what_is_disabled_is_said(session: Session, person: Person, mousepad: Window) -> None:
    ended = do(session, person, mousepad, "select Edit > Undo")
    assert ended.status == "failed"
    assert "“Undo” is there, but it is disabled." in ended.summary


def test_a_question_is_answered_with_the_text(session: Session, person: Person, mousepad: Window) -> None:
    assert do(session, person, mousepad, "type “What I wrote”").status == "done"
    person.events.clear()
    ended = session.ask("What does the text area say?", scope=session.scope("window:notes.txt"), watch=person.watch)
    assert ended.status == "done", ended
    assert person.answer.startswith("The text reads:\n")
    assert person.answer.endswith("\nWhat I wrote")


def _is_drawn(session: Session, window: Window) -> bool:
    """Whether smoothed letters stand in the window, and nothing moves any more: an empty terminal has two or three
    colours, but until it has painted itself what was there before shows through."""
    pixels = bytes(session.screen.grab(window.region).image.bgra)
    is_written = len({pixels[at : at + 3] for at in range(0, len(pixels), 4)}) > 8
    time.sleep(0.2)
    return is_written and pixels == bytes(session.screen.grab(window.region).image.bgra)


def _read(session: Session, window: Window) -> str:
    now = session.windows.get(window.id)
    words = session.desk.reader.read(session.screen.grab(now.region).image) if now else ()
    return f"{window.region} is now {now and now.region}: {' '.join(word.text for word in words)}"


def test_words_on_the_screen_are_found_where_nothing_is_accessible(
    session: Session, person: Person, on_desktop: PrivateDisplay
) -> None:
    script = "printf 'Open the Gate\\n'; read line; printf '\\033[2J\\033[Hgot [%s]\\n' \"$line\"; sleep 60"
    command = ["xterm", "-title", "plain", "-geometry", "40x10", "-fs", "16", "-fa", "DejaVu Sans Mono", "-e", script]
    window = open_app(on_desktop, command, "plain")
    try:
        wait_until(lambda: _is_drawn(session, window), what="the terminal's text")
        ended = do(session, person, window, "hover over “the Gate”, then type “knock”, press Enter and read it")
        assert ended.status == "done", (ended, _read(session, window))
        assert person.words[0].startswith("Point at")
        assert "got [knock]" in person.answer
    finally:
        close_app(on_desktop, window)
