"""The chat window, with a session whose runs the test steps through."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from desktop_agent.core.actions import ApprovalRequest, Outcome
from desktop_agent.core.chat import Message, Picture, Text, ToolCall, Usage
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import PlannerError, StoreError
from desktop_agent.core.events import Acting, Asking, Looked, RunEnded, RunStatus, Said, Saying, Stepped, Thinking
from desktop_agent.core.geometry import Rect
from desktop_agent.store.conversations import ConversationSummary
from tests.ui.conftest import Wait
from tests.ui.session_double import Held, SessionDouble, answering, picture, screenshot, started, step, window
from ui import chat_transcript
from ui.bridge import Bridge
from ui.chat import ChatWindow
from ui.chat_cards import AnswerCard, Card, LookCard, NoticeCard, OfferCard, OwnCard, StepCard
from ui.chat_entries import AnswerEntry, Entry, NoticeEntry, OwnEntry
from ui.chat_picture import PictureWindow
from ui.chat_transcript import Transcript
from ui.chat_widgets import Body, Chip, PictureButton, PlainLabel
from ui.state import State

HOSTILE = '<img src="x"><b>bold</b> & <a href="file:///etc/passwd">link</a>'


class Stage:
    """A chat window over a session double."""

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        self.session = SessionDouble()
        self.bridge = Bridge(self.session)
        self.chat = ChatWindow(self.session, self.bridge)
        self.chat.present()

    def cards(self, kind: type[Card]) -> list[Card]:
        return [card for card in self.chat.transcript.cards if isinstance(card, kind)]

    def begin(self, text: str) -> Held:
        """Send `text`; the run then waits for what the test tells it."""
        held = Held()
        self.session.script = held
        self.chat.send(text)
        self.wait(lambda: held.begun)
        return held


@pytest.fixture
def stage(app: object, wait: Wait) -> Iterator[Stage]:
    stage = Stage(wait)
    yield stage
    wait(lambda: stage.bridge.current is None)


def labels(card: Card) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


def test_a_question_streams_its_answer(stage: Stage, wait: Wait) -> None:
    held = stage.begin("What does it say?")
    assert labels(stage.cards(OwnCard)[0]) == ["What does it say?"]
    held.emit(started(), Thinking(""), Saying("It says "))
    wait(lambda: stage.cards(AnswerCard))
    held.emit(Saying("56."), Said("It says 56.", Usage()))
    held.end(RunEnded("r1", "done", "It says 56."))
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(AnswerCard)] == ["It says 56."]
    assert stage.cards(NoticeCard) == [], "the summary repeats the answer and must not be shown again"


def test_an_answer_that_was_not_streamed_is_shown_too(stage: Stage, wait: Wait) -> None:
    stage.session.script = lambda watch, text: (watch(Said("Whole.", Usage())), RunEnded("r", "done", ""))[1]
    stage.chat.send("What?")
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(AnswerCard)] == ["Whole."]


def test_what_was_said_in_the_end_replaces_what_was_streamed_wrong(stage: Stage, wait: Wait) -> None:
    def script(watch, text):  # type: ignore[no-untyped-def]
        watch(Saying("<think>garb"))
        watch(Said("Right.", Usage()))
        return RunEnded("r", "done", "")

    stage.session.script = script
    stage.chat.send("What?")
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(AnswerCard)] == ["Right."]


def test_what_the_end_adds_to_the_answer_is_shown_alone(stage: Stage, wait: Wait) -> None:
    stage.session.script = lambda watch, text: (
        watch(Said("Typed it\ninto “text”.", Usage())),
        RunEnded("r", "done", "Typed it into “text”. (Last check: it is there.)"),
    )[1]
    stage.chat.send("What?")
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(NoticeCard)] == ["(Last check: it is there.)"]


@pytest.mark.parametrize(
    ("outcome", "status", "offered"),
    [
        (Outcome.CONFIRMED, "done", True),
        (Outcome.UNVERIFIABLE, "done", False),
        (Outcome.CONFIRMED, "stopped", False),
        (Outcome.CONFIRMED, "failed", False),
    ],
)
def test_a_run_with_confirmed_steps_may_become_a_macro(
    stage: Stage, wait: Wait, outcome: Outcome, status: RunStatus, offered: bool
) -> None:
    heard: list[str] = []
    stage.chat.macro_wanted.connect(heard.append)
    held = stage.begin("click Save")
    held.emit(started(), Stepped(1, step(outcome=outcome)))
    held.end(RunEnded("r7", status, "It ended."))
    wait(lambda: stage.bridge.current is None)
    offers = stage.cards(OfferCard)
    assert bool(offers) is offered
    for card in offers:
        assert isinstance(card, OfferCard)
        QTest.keyClick(card.button, Qt.Key.Key_Space)
    assert heard == (["r7"] if offered else [])


def test_foreign_text_is_never_markup(stage: Stage, wait: Wait) -> None:
    held = stage.begin(HOSTILE)
    held.emit(
        started(),
        Thinking(HOSTILE),
        Saying(HOSTILE),
        Said(HOSTILE, Usage()),
        Looked("find_element", HOSTILE),
        Stepped(1, step(HOSTILE, message=HOSTILE)),
        Acting(step(HOSTILE).action),
    )
    held.end(RunEnded("r1", "failed", HOSTILE, HOSTILE))
    wait(lambda: stage.cards(NoticeCard))
    step_card = stage.cards(StepCard)[0]
    assert isinstance(step_card, StepCard)
    step_card.open()
    shown = [label for label in stage.chat.findChildren(QLabel) if "bold" in label.text()]
    assert len(shown) >= 7
    for label in shown:
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "<b>bold</b>" in label.text()
        assert not label.openExternalLinks()


def test_steps_are_rows_that_unfold(stage: Stage, wait: Wait) -> None:
    held = stage.begin("click Save")
    held.emit(started(), Stepped(1, step()), Stepped(2, step("Press ctrl+s", Outcome.REFUSED, "You denied it.")))
    wait(lambda: len(stage.cards(StepCard)) == 2)
    first, second = stage.cards(StepCard)
    assert isinstance(first, StepCard)
    assert [chip.text() for card in (first, second) for chip in card.findChildren(Chip)] == ["confirmed", "refused"]
    assert first.findChildren(PictureButton) == [], "pictures are made when they are wanted"
    first.open()
    texts = labels(first)
    assert "The button was pressed and the title lost its star." in texts
    assert "Approved (card)." in texts
    assert len(first.findChildren(PictureButton)) == 2
    held.end(RunEnded("r1", "done", "Saved."))
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(NoticeCard)] == ["Saved."]


def test_a_picture_opens_large(stage: Stage, wait: Wait) -> None:
    stage.chat.attach(picture(1920, 1080), Scope("region", Rect(0, 0, 1920, 1080), "region"))
    held = stage.begin("What?")
    stage.cards(OwnCard)[0].findChildren(PictureButton)[0].click()
    (large,) = stage.chat.findChildren(PictureWindow)
    wait(large.isActiveWindow)
    assert large.width() <= 1920 * 0.85
    QTest.keyClick(large, Qt.Key.Key_Escape)
    wait(lambda: not stage.chat.findChildren(PictureWindow))
    held.end()


def test_the_status_line_follows_the_run(stage: Stage, wait: Wait) -> None:
    held = stage.begin("click Save")
    result = step(pictures=False)
    held.emit(started())
    wait(lambda: stage.chat.status.accessibleName() == "Thinking …")
    held.emit(Asking(ApprovalRequest("q", result.action, result.verdict, screenshot(), 0.0)))
    wait(lambda: stage.chat.status.accessibleName().startswith("Waiting for your decision: Click"))
    held.emit(Acting(result.action))
    wait(lambda: stage.chat.status.accessibleName().startswith("Acting: Click"))
    held.end()
    wait(lambda: not stage.chat.status.accessibleName())


@pytest.mark.parametrize("status", ["failed", "refused", "stopped", "limit", "gave_up"])
def test_a_run_that_does_not_succeed_says_why_and_what_to_do(stage: Stage, wait: Wait, status: str) -> None:
    held = stage.begin("click Save")
    held.end(RunEnded("r1", status, "It went wrong.", "Do this."))  # type: ignore[arg-type]
    wait(lambda: stage.bridge.current is None)
    assert [card.text for card in stage.cards(NoticeCard)] == ["It went wrong. Do this."]


def test_a_planner_that_can_not_answer_is_told_inline(stage: Stage, wait: Wait) -> None:
    held = stage.begin("What?")
    held.end(PlannerError("The server refused the key (401).", "Check the key."))
    wait(lambda: stage.cards(NoticeCard))
    assert stage.cards(NoticeCard)[0].text == "The server refused the key (401). Check the key."


def test_stop_takes_the_place_of_send_and_stops(stage: Stage, wait: Wait) -> None:
    held = stage.begin("click Save")
    composer = stage.chat.composer
    assert composer.stop.isVisible()
    assert not composer.send.isVisible()
    QTest.mouseClick(composer.stop, Qt.MouseButton.LeftButton)
    wait(stage.session.stop_called.is_set)
    held.end(RunEnded("r1", "stopped", "Stopped by you."))
    wait(composer.send.isVisible)
    wait(lambda: stage.bridge.state is State.STOPPED)
    release = next(b for b in stage.chat.findChildren(QPushButton) if b.text() == "Release stop")
    assert release.isVisible()
    release.click()
    wait(lambda: not release.isVisible())
    assert stage.session.latched is None


def test_enter_sends_shift_enter_breaks_up_recalls(stage: Stage, wait: Wait) -> None:
    edit = stage.chat.composer.edit
    QTest.keyClicks(edit, "first")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(edit, "line")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    wait(lambda: stage.bridge.current is None)
    assert [call[1] for call in stage.session.calls] == ["first\nline"]
    assert edit.toPlainText() == ""
    QTest.keyClicks(edit, "second")
    QTest.keyClick(edit, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    wait(lambda: stage.bridge.current is None)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "second"
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "first\nline"
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert edit.toPlainText() == ""


def test_up_moves_the_cursor_in_text_that_is_being_written(stage: Stage, wait: Wait) -> None:
    edit = stage.chat.composer.edit
    stage.chat.send("sent")
    wait(lambda: stage.bridge.current is None)
    edit.setPlainText("one\ntwo")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "one\ntwo"


def test_the_input_grows_with_its_text(stage: Stage) -> None:
    edit = stage.chat.composer.edit
    one = edit.height()
    edit.setPlainText("a\nb\nc")
    assert edit.height() == one + 2 * edit.fontMetrics().lineSpacing()
    edit.setPlainText("\n" * 40)
    assert edit.height() <= one + 6 * edit.fontMetrics().lineSpacing()


def test_an_attached_region_goes_with_the_question_and_can_be_taken_off(stage: Stage, wait: Wait) -> None:
    image, scope = picture(), Scope("region", Rect(5, 6, 640, 360), "region 640 × 360")
    stage.chat.attach(image, scope)
    stage.chat.send("What?")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.calls[-1][2:4] == (scope, image)
    assert len(stage.cards(OwnCard)[0].findChildren(PictureButton)) == 1
    assert stage.chat.composer.attached is None
    stage.chat.attach(image, scope)
    remove = next(b for b in stage.chat.findChildren(QAbstractButton) if b.accessibleName() == "Remove the picture")
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    stage.chat.send("And now?")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.calls[-1][3] is None


def test_the_conversation_goes_on_and_a_new_one_begins(stage: Stage, wait: Wait) -> None:
    for text in ("one", "two"):
        stage.chat.send(text)
        wait(lambda: stage.bridge.current is None)
    stage.chat.new_conversation()
    assert stage.chat.transcript.empty
    assert stage.chat.welcome.isVisible()
    stage.chat.send("three")
    wait(lambda: stage.bridge.current is None)
    assert [call[4] for call in stage.session.calls] == [None, "c1", None]


def test_a_run_does_not_write_into_another_conversation(stage: Stage, wait: Wait) -> None:
    held = stage.begin("one")
    held.emit(started(), Saying("A"))
    wait(lambda: stage.cards(AnswerCard))
    stage.chat.new_conversation()
    held.emit(Saying("B"), Said("AB", Usage()))
    held.end(RunEnded("r1", "failed", "Too late."))
    wait(lambda: stage.bridge.current is None)
    assert stage.chat.transcript.empty
    stage.session.script = answering("yes")
    stage.chat.send("two")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.calls[-1][4] is None


def test_stored_conversations_are_listed_and_opened(stage: Stage, wait: Wait) -> None:
    stage.session.conversations.stored["old"] = [
        Message("user", (Text("click Save"), Picture("img1", picture()))),
        Message("assistant", (Text("I will."),), "hm", (ToolCall("1", "left_click", {}),)),
        Message("tool", (Text("confirmed: it was clicked\nmore"), Picture("img2", picture())), call_id="1"),
        Message("assistant", (Text("Done."),)),
    ]
    stage.session.conversations.titles["old"] = "click Save"
    stage.chat.hide()
    stage.chat.present()
    items = stage.chat.history._list
    wait(lambda: items.count() == 1)
    assert items.item(0).text() == "click Save"
    items.itemActivated.emit(items.item(0))
    wait(lambda: len(stage.chat.transcript.cards) == 4)
    assert [type(card) for card in stage.chat.transcript.cards] == [OwnCard, AnswerCard, LookCard, AnswerCard]
    assert [card.text for card in stage.cards(AnswerCard)] == ["I will.", "Done."]
    assert "left_click: confirmed: it was clicked" in labels(stage.cards(LookCard)[0])
    stage.chat.send("again")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.calls[-1][4] == "old"


def test_a_list_that_comes_late_does_not_replace_a_later_one(stage: Stage, wait: Wait) -> None:
    store = stage.session.conversations
    asked, may_answer, answered = threading.Event(), threading.Event(), threading.Event()
    recent = store.recent

    def slow(limit: int) -> tuple[ConversationSummary, ...]:
        before = recent(limit)
        asked.set()
        may_answer.wait(10)
        answered.set()
        return before

    stage.chat.hide()
    store.recent = slow  # type: ignore[method-assign]
    stage.chat.present()
    wait(asked.is_set)
    store.recent = recent  # type: ignore[method-assign]
    store.stored["new"], store.titles["new"] = [], "click Save"
    stage.chat.hide()
    stage.chat.present()
    items = stage.chat.history._list
    wait(lambda: items.count() == 1)
    may_answer.set()
    wait(answered.is_set)
    settle(wait)
    assert items.count() == 1


def test_a_conversation_that_is_loaded_late_does_not_replace_what_was_chosen_after_it(stage: Stage, wait: Wait) -> None:
    store = stage.session.conversations
    store.stored["slow"], store.stored["quick"] = (
        [Message("user", (Text("slow"),))],
        [Message("user", (Text("quick"),))],
    )
    may_answer, answered = threading.Event(), threading.Event()
    messages = store.messages

    def one_is_slow(conversation: str) -> tuple[Message, ...]:
        if conversation == "slow":
            may_answer.wait(10)
            answered.set()
        return messages(conversation)

    store.messages = one_is_slow  # type: ignore[method-assign]
    stage.chat.open_conversation("slow")
    stage.chat.open_conversation("quick")
    wait(lambda: stage.cards(OwnCard))
    may_answer.set()
    wait(answered.is_set)
    settle(wait)
    assert labels(stage.cards(OwnCard)[0]) == ["quick"]


def settle(wait: Wait) -> None:
    """What the threads that have ended handed over is in place."""
    wait(lambda: not any(thread.name == "background" for thread in threading.enumerate()))
    wait(lambda: True)
    QApplication.processEvents()


def test_a_store_that_can_not_be_read_is_told(stage: Stage, wait: Wait) -> None:
    def fail(conversation: str) -> tuple[Message, ...]:
        raise StoreError("The store is damaged.", "Keep a copy.")

    stage.session.conversations.messages = fail  # type: ignore[method-assign]
    stage.chat.open_conversation("old")
    wait(lambda: stage.cards(NoticeCard))
    assert stage.cards(NoticeCard)[0].text == "The store is damaged. Keep a copy."


def test_the_scope_menu_offers_windows_as_they_are_called(stage: Stage, wait: Wait) -> None:
    stage.session.windows.all = [window(7, "A & B <b>x</b>"), window(8, "")]
    button = stage.chat.scope
    button.menu().aboutToShow.emit()
    wait(lambda: len(button.menu().actions()) == 5)
    assert [action.text() for action in button.menu().actions()] == [
        "Whole screen",
        "A region …",
        "",
        "A && B <b>x</b>",
        "Mousepad",
    ]
    button.menu().actions()[3].trigger()
    assert button.choice.scope is not None
    assert button.choice.scope.window == 7
    stage.chat.send("click Save")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.windows.activated == [7]
    stage.chat.send("what is it?")
    wait(lambda: stage.bridge.current is None)
    assert stage.session.windows.activated == [7], "a question moves no window"


def test_a_window_that_is_gone_is_told(stage: Stage, wait: Wait) -> None:
    stage.chat.set_scope(Scope("window", Rect(0, 0, 9, 9), "“notes”", 99))
    stage.chat.send("what is it?")
    wait(lambda: stage.cards(NoticeCard))
    assert "The window “notes” is gone." in stage.cards(NoticeCard)[0].text
    assert stage.session.calls == []


def test_the_window_steps_aside_while_the_agent_acts_on_the_screen(stage: Stage, wait: Wait) -> None:
    wait(stage.chat.isActiveWindow)
    held = stage.begin("click Save")
    held.emit(started())
    wait(stage.chat.isMinimized)
    held.end()
    wait(lambda: not stage.chat.isMinimized())


def test_closing_is_left_to_the_owner(stage: Stage) -> None:
    closed: list[bool] = []
    stage.chat.closed.connect(lambda: closed.append(True))
    stage.chat.close()
    assert closed == [True]
    assert stage.chat.isVisible()


def test_everything_that_can_be_pressed_has_a_name_and_is_reached_by_keyboard(stage: Stage, wait: Wait) -> None:
    stage.chat.attach(picture(), Scope("region", Rect(0, 0, 9, 9), "region"))
    held = stage.begin("click Save")
    held.emit(started(), Thinking("hm"), Stepped(1, step()))
    wait(lambda: stage.cards(StepCard))
    for control in (
        *stage.chat.findChildren(QAbstractButton),
        *stage.chat.findChildren(QLineEdit),
        *stage.chat.findChildren(QPlainTextEdit),
        *stage.chat.findChildren(QComboBox),
    ):
        name = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
        assert name, f"{control} has no name"
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{name} is not reached by Tab"
    held.end()


def test_ctrl_c_copies_a_card(stage: Stage, wait: Wait) -> None:
    stage.chat.send("What?")
    wait(lambda: stage.bridge.current is None)
    card = stage.cards(AnswerCard)[0]
    QTest.keyClick(card, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "It says 56."


def test_long_text_is_kept_whole_in_pieces_of_bounded_size() -> None:
    body = Body()
    text = "\n".join(f"line {number} with some words" for number in range(2000))
    for start in range(0, len(text), 7):
        body.append(text[start : start + 7])
    pieces = [label.text() for label in body.findChildren(PlainLabel)]
    assert "\n".join(pieces) == text == body.text
    assert max(len(piece) for piece in pieces) < 3100
    body.deleteLater()


def test_text_without_end_is_cut_and_says_so() -> None:
    body = Body()
    for _ in range(100):
        body.append("x" * 1000)
    pieces = [label.text() for label in body.findChildren(PlainLabel)]
    assert sum(len(piece) for piece in pieces) < 61_000
    assert "too long to show" in pieces[-1]
    assert len(body.text) == 100_000
    body.deleteLater()


def test_long_conversations_keep_few_widgets_and_show_the_rest_on_demand(wait: Wait) -> None:
    entries: list[Entry] = [OwnEntry(f"message {number}") for number in range(300)]
    transcript = Transcript()
    transcript.resize(600, 500)
    transcript.show()
    transcript.load(entries)
    assert len(transcript.cards) == chat_transcript.PAGE
    assert transcript.cards[-1].text == "message 299"
    earlier = next(b for b in transcript.findChildren(QPushButton) if b.text() == "Show earlier messages")
    assert earlier.isVisible()
    earlier.click()
    assert transcript.cards[0].text == f"message {300 - 2 * chat_transcript.PAGE}"
    transcript.load(entries)
    wait(lambda: transcript.verticalScrollBar().maximum() > 0)
    transcript.scroll_to_end()
    for number in range(400):
        transcript.add(NoticeEntry("info", f"notice {number}"))
        transcript.scroll_to_end()
    assert len(transcript.cards) <= chat_transcript.MAX_CARDS
    while earlier.isVisible():
        earlier.click()
    assert [card.text for card in transcript.cards] == [
        *(f"message {number}" for number in range(300)),
        *(f"notice {number}" for number in range(400)),
    ]


def test_the_view_follows_the_end_unless_the_person_reads_above(wait: Wait) -> None:
    transcript = Transcript()
    transcript.resize(600, 300)
    transcript.show()
    transcript.load([OwnEntry(f"message {number}") for number in range(30)])
    bar = transcript.verticalScrollBar()
    wait(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    before = bar.maximum()
    transcript.add(AnswerEntry("more\n" * 30))
    wait(lambda: bar.maximum() > before and bar.value() == bar.maximum())
    bar.setValue(10)
    before = bar.maximum()
    transcript.add(AnswerEntry("more\n" * 30))
    wait(lambda: bar.maximum() > before)
    assert bar.value() == 10
