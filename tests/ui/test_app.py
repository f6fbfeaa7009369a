"""The tray application put together, on a real display with a real tray."""

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget

from desktop_agent.core import paths
from desktop_agent.core import settings as core_settings
from desktop_agent.core.actions import Answer, Decision
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import CaptureFailed, Stopped, UsageError
from desktop_agent.core.events import RunEnded, Said, Saying, Stepped, Watcher
from desktop_agent.core.model_state import ModelState, Presence
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.playing import locked, triggers
from desktop_agent.macros.playing.locked import Lock
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Triggers
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import WorkDouble, macro, pictures
from tests.ui.prompts import request
from tests.ui.session_double import Held, SessionDouble, answering, screenshot, started, step, window
from ui import app as module
from ui import macro_rooms, theme
from ui import parts as parts_module
from ui.app import Application
from ui.approval_card import ApprovalCard
from ui.capture import Captured
from ui.chat_cards import NoticeCard, OfferCard
from ui.instance import Instance
from ui.macro_badge import RecordingBadge
from ui.macro_playing import Ended
from ui.macro_review import ReviewWindow
from ui.macros import MacrosWindow
from ui.question import QuestionBox
from ui.state import State
from ui.tray import Tray

SETTINGS = Settings(
    ask_hotkey="ctrl+alt+f1", stop_hotkey="ctrl+alt+f2", card_hotkey="ctrl+alt+f3", record_hotkey="ctrl+alt+f4"
)


class Whole:
    """A running application whose session is a double."""

    def __init__(self, wait: Wait, patch: pytest.MonkeyPatch, problem: UsageError | None = None) -> None:
        self.session = SessionDouble()
        patch.setattr(parts_module, "Session", self._made)
        self.instance = Instance()
        assert self.instance.claim()
        self.app = Application(SETTINGS, self.instance, problem)
        wait(lambda: self.app.parts is not None)
        assert self.app.parts is not None
        self.parts = self.app.parts

    def _made(self, *_: object, tell_model: Callable[[], None], **__: object) -> SessionDouble:
        self.tell_model = tell_model
        return self.session


@pytest.fixture
def whole(app: QApplication, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    wait(Tray.available)
    made = Whole(wait, monkeypatch)
    yield made
    made.app.quit()
    assert made.app.ended_cleanly


def box() -> QuestionBox:
    (found,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QuestionBox) and each.isVisible()]
    return found


def captured() -> Captured:
    shot = screenshot()
    return Captured(shot, Scope("region", shot.region, "region"))


def ask(question_box: QuestionBox, text: str) -> None:
    line = question_box.findChild(QLineEdit)
    line.setText(text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_the_hotkey_leads_to_the_capture_and_the_answer_beside_the_region(whole: Whole, wait: Wait) -> None:
    whole.parts.keys._actions["ask_hotkey"]()
    assert whole.parts.prompts.regions is not None
    overlay = whole.parts.prompts.regions.overlay
    wait(lambda: overlay.visible)
    overlay.cancel()
    whole.app.ask_about_region()
    shot = captured()
    overlay.captured.emit(shot)
    overlay.cancel()
    whole.session.script = answering("It says 56.")
    ask(box(), "what does it say?")
    wait(lambda: whole.parts.bridge.current is None)
    assert box().answer == "It says 56."
    assert whole.session.calls == [("ask", "what does it say?", shot.scope, shot.screenshot.image, None)]
    ask(box(), "and below?")
    wait(lambda: whole.parts.bridge.current is None)
    assert whole.session.calls[-1][4] == "c1", "the second question goes on in the same conversation"
    box().close()


def test_a_command_runs_in_the_region_and_its_window_gets_the_focus(whole: Whole, wait: Wait) -> None:
    shot = captured()
    whole.session.windows.all = [window(5)]
    whole.app._open_question(shot)
    ask(box(), "click Save")
    wait(lambda: whole.parts.bridge.current is None)
    assert whole.session.calls == [("do", "click Save", shot.scope, None, None)]
    assert whole.session.windows.activated == [5]
    box().close()


def test_the_picture_is_looked_at_while_the_person_writes(whole: Whole, wait: Wait) -> None:
    shot = captured()
    whole.app._open_question(shot)
    wait(lambda: whole.session.looked_ahead)
    ((image, scope, wanted),) = whole.session.looked_ahead
    assert (image, scope, wanted()) == (shot.screenshot.image, shot.scope, True)
    QTest.keyClick(box(), Qt.Key.Key_Escape)
    wait(lambda: not wanted())


def test_an_answer_in_several_turns_is_told_apart(whole: Whole, wait: Wait) -> None:
    held = Held()
    whole.session.script = held
    whole.app._open_question(captured())
    ask(box(), "what?")
    held.emit(started(), Saying("Let me look."), Said("Let me look.", Usage()), Saying("It "), Saying("is 56."))
    held.end(RunEnded("r1", "done", ""))
    wait(lambda: whole.parts.bridge.current is None)
    assert box().answer == "Let me look.\n\nIt is 56."
    box().close()


def test_closing_the_box_ends_its_run_without_leaving_the_stop_latched(whole: Whole, wait: Wait) -> None:
    held = Held()
    whole.session.script = held
    whole.app._open_question(captured())
    ask(box(), "what?")
    wait(lambda: held.begun)
    QTest.keyClick(box(), Qt.Key.Key_Escape)
    wait(whole.session.stop_called.is_set)
    held.end(Stopped("Stopped."))
    wait(lambda: whole.parts.bridge.current is None)
    wait(lambda: whole.session.latched is None)
    wait(lambda: whole.parts.bridge.state is State.IDLE)


class Carded:
    """A run that waits for the person at a card, and goes on living afterwards until the test `lets_go`."""

    def __init__(self, whole: Whole, wait: Wait) -> None:
        self._whole = whole
        self._go = threading.Event()
        self.decisions: list[Decision] = []
        whole.session.script = self._run
        self.cards: list[ApprovalCard] = []
        prompter = whole.parts.prompts.prompter
        assert prompter is not None
        prompter.opened.connect(self.cards.append)

    def _run(self, watch: Watcher, text: str) -> RunEnded:
        self.decisions.append(self._whole.parts.prompts.approver.decide(request()))
        assert self._go.wait(20)
        return RunEnded("r1", "stopped", "Stopped.")

    def let_go(self) -> None:
        self._go.set()


@pytest.mark.parametrize("how", ["dismissed", "box", "chat", "tray", "another process"])
def test_every_way_to_stop_answers_the_open_card(whole: Whole, wait: Wait, how: str) -> None:
    carded = Carded(whole, wait)
    whole.app._open_question(captured())
    asked = box()
    ask(asked, "click Save")
    wait(lambda: carded.cards)
    latch = address_of(os.environ["DISPLAY"]).latch
    match how:
        case "dismissed":
            QTest.keyClick(asked, Qt.Key.Key_Escape)
        case "box":
            asked.stop_requested.emit()
        case "chat":
            whole.app.show_chat()
            assert whole.app.chat is not None
            whole.app.chat.composer.stop_wanted.emit()
        case "tray":
            whole.app.tray.stop.trigger()
        case _:
            latch.write_text("desktop-agent stop")
    wait(lambda: carded.decisions)
    assert carded.decisions[0].answer is Answer.STOPPED
    carded.let_go()
    wait(lambda: whole.parts.bridge.current is None)
    latch.unlink(missing_ok=True)


def test_the_tray_shows_what_goes_on(whole: Whole, wait: Wait) -> None:
    held = Held()
    whole.session.script = held
    whole.parts.bridge.submit("what?", lambda acting: captured().scope)
    wait(lambda: "thinking" in whole.app.tray._icon.toolTip())
    assert whole.app.tray.stop.isEnabled()
    whole.app.tray.stop.trigger()
    wait(whole.session.stop_called.is_set)
    held.end(Stopped("Stopped."))
    wait(lambda: whole.app.tray.release.isVisible())
    whole.app.tray.release.trigger()
    wait(lambda: whole.session.latched is None and not whole.app.tray.release.isVisible())


def test_a_stop_that_another_process_latched_is_shown(whole: Whole, wait: Wait) -> None:
    latch = address_of(os.environ["DISPLAY"]).latch
    latch.write_text("desktop-agent stop")
    wait(lambda: whole.app.tray.release.isVisible())
    latch.unlink()
    wait(lambda: not whole.app.tray.release.isVisible())


def test_with_a_tray_closing_the_chat_hides_it(whole: Whole, wait: Wait) -> None:
    wait(lambda: whole.app.tray.visible)
    assert whole.app.chat is None, "windows are made when they are wanted"
    whole.app.tray.chat.trigger()
    assert whole.app.chat is not None
    wait(whole.app.chat.isVisible)
    whole.app.chat.close()
    assert not whole.app.chat.isVisible()
    assert not whole.app._closing


def test_without_a_tray_the_chat_opens_and_closing_it_quits(
    app: QApplication, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "available", staticmethod(lambda: False))
    whole = Whole(wait, monkeypatch)
    chat = whole.app.chat
    assert chat is not None
    wait(chat.isVisible)
    chat.close()
    assert whole.app._closing
    assert whole.session.closed


@pytest.mark.parametrize("stop", [True, False])
def test_without_a_tray_closing_while_something_runs_asks_first(
    app: QApplication, wait: Wait, monkeypatch: pytest.MonkeyPatch, stop: bool
) -> None:
    monkeypatch.setattr(Tray, "available", staticmethod(lambda: False))
    whole = Whole(wait, monkeypatch)
    held = Held()
    whole.session.script = held
    chat = whole.app.chat
    assert chat is not None
    chat.send("what?")
    wait(lambda: held.begun)
    texts: list[str] = []

    def answer(question: QMessageBox) -> int:
        texts.append(question.text())
        next(button for button in question.buttons() if ("Stop" in button.text()) is stop).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    whole.session.stop_called.clear()
    if stop:
        held.end(Stopped("Stopped."))
    chat.close()
    assert texts == ["Something is still running. Stop it and quit?"]
    assert whole.app._closing is stop
    held.end()
    wait(lambda: whole.parts.bridge.current is None)
    whole.app.quit()


def test_a_screen_that_can_not_be_read_is_told_in_the_chat(
    whole: Whole, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise CaptureFailed("The screen could not be read.", "Try again.")

    assert whole.parts.prompts.regions is not None
    monkeypatch.setattr(whole.parts.prompts.regions.overlay, "show_frozen", fail)
    whole.app.tray.ask.trigger()
    assert whole.app.chat is not None
    (card,) = [each for each in whole.app.chat.transcript.cards if isinstance(each, NoticeCard)]
    assert card.text == "The screen could not be read. Try again."


def test_a_region_that_can_not_be_had_is_told_in_the_chat(whole: Whole) -> None:
    assert whole.parts.prompts.regions is not None
    whole.parts.prompts.regions.overlay.failed.emit(CaptureFailed("The windows could not be listed.", "Try again."))
    assert whole.app.chat is not None
    (card,) = [each for each in whole.app.chat.transcript.cards if isinstance(each, NoticeCard)]
    assert card.text == "The windows could not be listed. Try again."


def test_the_chat_stays_out_of_the_picture_that_it_asks_for(whole: Whole, wait: Wait) -> None:
    whole.app.show_chat()
    chat = whole.app.chat
    assert chat is not None
    wait(chat.isActiveWindow)
    chat.region_wanted.emit()
    assert whole.parts.prompts.regions is not None
    overlay = whole.parts.prompts.regions.overlay
    assert overlay.visible
    assert not chat.isVisible()
    overlay.captured.emit(captured())
    overlay.cancel()
    assert chat.isVisible()
    assert chat.composer.attached is not None


def test_new_settings_are_used_at_once_but_not_in_the_middle_of_a_run(whole: Whole, wait: Wait) -> None:
    made: list[Settings] = []
    whole.parts.current._make = lambda chosen: (made.append(chosen), SessionDouble())[1]  # type: ignore[assignment,return-value]
    whole.app.show_chat()
    held = Held()
    whole.session.script = held
    whole.parts.bridge.submit("what?", lambda acting: captured().scope)
    wait(lambda: held.begun)
    chosen = Settings(ask_hotkey="ctrl+alt+f5", stop_hotkey="ctrl+alt+f6", card_hotkey="ctrl+alt+f7", theme="dark")
    whole.app._use(chosen)
    assert theme.colors() is theme.DARK
    assert whole.app.tray.ask.text().endswith("Ctrl+Alt+F5")
    assert made == []
    held.end()
    wait(lambda: made)
    assert made == [chosen]
    wait(lambda: whole.session.closed)
    assert whole.parts.settings == chosen


def test_a_hotkey_that_is_taken_is_told(app: QApplication, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(Tray, "notify", lambda self, title, text: told.append(text))
    monkeypatch.setattr(
        sys.modules[__name__], "SETTINGS", Settings(ask_hotkey="ctrl+alt+f1", stop_hotkey="ctrl+alt+f1")
    )
    whole = Whole(wait, monkeypatch)
    assert list(whole.parts.keys.problems) == ["stop_hotkey"]
    assert told == ["Not every hotkey works here. The settings say why."]
    assert whole.app.tray.stop.text() == "Stop"
    whole.app.quit()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> WorkDouble:
    double = WorkDouble()
    monkeypatch.setattr(macro_rooms, "Rooms", lambda *_: double)
    return double


def shown(kind: type[QWidget]) -> list[QWidget]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]


def test_the_tray_and_the_hotkey_lead_to_the_macros(whole: Whole, work: WorkDouble, wait: Wait) -> None:
    assert whole.app.tray.record.text() == "Record a macro\tCtrl+Alt+F4"
    whole.app.tray.macros.trigger()
    wait(lambda: shown(MacrosWindow))
    whole.parts.keys._actions["record_hotkey"]()
    wait(lambda: shown(RecordingBadge))
    wait(lambda: whole.app.tray.record.text().startswith("Stop recording"))
    whole.parts.keys._actions["record_hotkey"]()
    wait(lambda: shown(ReviewWindow))
    assert whole.app.tray.record.text().startswith("Record a macro")
    (review,) = shown(ReviewWindow)
    assert isinstance(review, ReviewWindow)
    review.save.click()
    wait(lambda: len(work.library.entries()) == 1)
    whole.app.tray.macro_wanted.emit("Recorded")
    wait(lambda: work.played)


def test_a_confirmed_run_in_the_chat_is_saved_as_a_macro(whole: Whole, work: WorkDouble, wait: Wait) -> None:
    whole.session.script = lambda watch, text: (
        watch(started()),
        watch(Stepped(1, step())),
        RunEnded("r1", "done", "Done."),
    )[2]
    whole.app.show_chat()
    assert whole.app.chat is not None
    whole.app.chat.send("click Save")
    wait(lambda: whole.parts.bridge.current is None)
    (offer,) = [each for each in whole.app.chat.transcript.cards if isinstance(each, OfferCard)]
    offer.button.click()
    wait(lambda: shown(ReviewWindow))
    assert work.runs == ["r1"]
    (review,) = shown(ReviewWindow)
    assert isinstance(review, ReviewWindow)
    review._finished = True


def test_a_program_without_macros_does_not_load_them() -> None:
    code = "import sys, ui.app, ui.tray, ui.chat, ui.macro_door; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


STARTED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_agent.core.settings import Settings
from ui.app import Application
from ui.instance import Instance
qt = QApplication(["desktop-agent"])
instance = Instance(qt)
assert instance.claim()
application = Application(Settings(), instance)
application.ready.connect(lambda: QTimer.singleShot(1000, application.quit))
qt.exec()
print([name for name in ("pydantic", "apscheduler") if name in sys.modules])
"""


@pytest.mark.parametrize(
    "content", ["", '{"triggers": [{"kind": "schedule", "id": "s", "macro": "M", "minutes": 60}]}']
)
def test_a_started_tray_loads_nothing_of_them_without_triggers(ui_display: PrivateDisplay, content: str) -> None:
    if content:
        (paths.data() / "macro-triggers.json").write_text(content)
    started_tray = subprocess.run(
        [sys.executable, "-c", STARTED], check=False, timeout=60, capture_output=True, text=True
    )
    assert started_tray.returncode == 0, started_tray.stderr
    assert started_tray.stdout.splitlines()[-1] == str(["pydantic", "apscheduler"] if content else [])


class Plugged:
    """A keyboard hotkey of the system, as a test presses it."""

    def __init__(self, whole: Whole, keys: str) -> None:
        self._whole, self._keys = whole, tuple(keys.split("+"))

    @property
    def _found(self) -> list[object]:
        return [each for each in self._whole.parts.keys.hotkeys._hotkeys if each.keys == self._keys]

    @property
    def registered(self) -> bool:
        return bool(self._found)

    def press(self) -> None:
        (hotkey,) = self._found
        threading.Thread(target=hotkey.callback).start()


def test_a_hotkey_from_the_file_plays_its_macro_also_after_other_settings(
    whole: Whole, work: WorkDouble, wait: Wait
) -> None:
    work.library.add(macro(name="Save the note"), pictures())
    key = Plugged(whole, "ctrl+alt+f5")
    wanted = HotkeyTrigger(id="h", macro="Save the note", keys="ctrl+alt+f5")
    triggers.save(Triggers(triggers=(wanted,)), SETTINGS)
    wait(lambda: key.registered)
    key.press()
    wait(lambda: len(work.played) == 1)
    wait(lambda: whole.parts.bridge.current is None)
    whole.app._use(dataclasses.replace(SETTINGS, theme="dark"))
    assert key.registered
    key.press()
    wait(lambda: len(work.played) == 2)
    wait(lambda: whole.parts.bridge.current is None)
    triggers.save(Triggers(), SETTINGS)
    wait(lambda: not key.registered)


def test_what_is_wrong_with_a_hotkey_is_told_at_the_tray_and_in_the_window(
    whole: Whole, work: WorkDouble, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(Tray, "notify", lambda self, title, text, wanted=None: told.append(text))
    work.library.add(macro(name="Save the note"), pictures())
    wanted = Triggers(triggers=(HotkeyTrigger(id="h", macro="Save the note", keys=SETTINGS.stop_hotkey),))
    triggers.save(wanted, SETTINGS, before=wanted)
    wait(lambda: told)
    assert told == ["Not everything that starts macros works. The window of macros says why."]
    whole.app.tray.macros.trigger()
    wait(lambda: shown(MacrosWindow))
    (window,) = shown(MacrosWindow)
    assert isinstance(window, MacrosWindow)
    assert "for stopping" in window.notice.text.text()


def test_at_its_time_a_macro_is_played_unattended_and_its_failure_told(
    whole: Whole, work: WorkDouble, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(Tray, "notify", lambda self, title, text, wanted=None: told.append(text))
    monkeypatch.setattr(locked, "look", lambda: Lock("unlocked", "a test"))
    work.library.add(macro(name="Save the note"), pictures())
    work.end = Ended("waiting", "Nobody is there to allow it.", run="r1")
    assert whole.app.macros is not None
    kept = whole.app.macros.triggers
    triggers.save(Triggers(triggers=(ScheduleTrigger(id="s", macro="Save the note", minutes=60),)), SETTINGS)
    wait(lambda: kept._read is not None)
    assert kept._schedule is not None
    kept._schedule._scheduler.get_job("s").modify(next_run_time=datetime.now(UTC))
    wait(lambda: told)
    assert work.unattended == [True]
    assert told == ["“Save the note” waits for you: one of its steps must be allowed. Play it yourself."]
    assert not kept._waiting


def test_a_recording_has_a_hotkey_to_pause_while_it_lasts(whole: Whole, work: WorkDouble, wait: Wait) -> None:
    key = Plugged(whole, SETTINGS.pause_hotkey)
    assert not key.registered
    whole.app.tray.record.trigger()
    wait(lambda: shown(RecordingBadge))
    (badge,) = shown(RecordingBadge)
    assert isinstance(badge, RecordingBadge)
    wait(lambda: badge.pause.text() == "Pause (Ctrl+Alt+P)")
    whole.app._use(dataclasses.replace(SETTINGS, theme="dark"))
    key.press()
    wait(lambda: badge.paused)
    whole.app._use(dataclasses.replace(SETTINGS, pause_hotkey="ctrl+alt+f6"))
    assert badge.pause.text() == "Go on (Ctrl+Alt+F6)"
    assert not key.registered
    other = Plugged(whole, "ctrl+alt+f6")
    other.press()
    wait(lambda: not badge.paused)
    whole.app.tray.record.trigger()
    wait(lambda: shown(ReviewWindow))
    assert not other.registered
    (review,) = shown(ReviewWindow)
    assert isinstance(review, ReviewWindow)
    review._finished = True


def test_damaged_settings_are_told_and_the_program_runs(
    app: QApplication, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Whole(wait, monkeypatch, UsageError("The settings file can't be read.", "Mend it."))
    assert whole.app.chat is not None
    wait(whole.app.chat.isVisible)
    assert whole.app.chat.transcript.cards[0].text == "The settings file can't be read. Mend it."
    whole.app.quit()


def test_the_tray_tells_where_the_model_is(whole: Whole, wait: Wait) -> None:
    tray = whole.app.tray
    assert tray.models.text() == "Model: none, instant commands only"
    whole.session.model = ModelState(Presence.LOADING, "GLM")
    threading.Thread(target=whole.tell_model).start()
    wait(lambda: tray.models.text() == "Model: loading GLM …")
    assert tray._icon.toolTip() == "Desktop Agent – ready\nModel: loading GLM …"
    whole.session.model = ModelState(Presence.UNLOADED, "GLM")
    tray._menu.aboutToShow.emit()
    assert tray.models.text() == "Model: not loaded – loads when needed", "nobody tells that the system killed it"
    other = whole.session = SessionDouble()
    other.model = ModelState(Presence.REMOTE, "glm")
    whole.app._use(dataclasses.replace(SETTINGS, theme="light"))
    assert tray.models.text() == "Model: on a server, glm"


def test_windows_open_once(whole: Whole, wait: Wait) -> None:
    for show in (whole.app.show_settings, whole.app.show_models, whole.app.show_runs):
        before = set(QApplication.topLevelWidgets())
        show()
        show()
        visible = [each for each in QApplication.topLevelWidgets() if each not in before and each.isVisible()]
        assert len(visible) == 1
        visible[0].close()


def program(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[1]), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_start_shows_the_first_ones_window_and_sigterm_ends_it(ui_display: PrivateDisplay, home: Path) -> None:
    core_settings.save(Settings(ask_hotkey="ctrl+alt+f8", stop_hotkey="ctrl+alt+f9", card_hotkey="ctrl+alt+f10"))
    first = program()
    try:
        deadline = 100
        while not list((home / "run").glob("tray-*.lock")) and deadline:
            first.wait(0.1) if first.poll() is not None else QTest.qWait(100)
            deadline -= 1
        second = program()
        out, errors = second.communicate(timeout=30)
        assert (second.returncode, out, errors) == (0, "", "")
        first.terminate()
        out, errors = first.communicate(timeout=30)
        assert (first.returncode, out, errors) == (0, "", "")
    finally:
        first.kill()
        first.wait()


@pytest.mark.parametrize(
    ("display", "words"), [("", "There is no display"), (":47", "The display :47 can't be reached"), ("x", "can't be")]
)
def test_without_a_display_it_says_so_and_fails(display: str, words: str) -> None:
    run = program(DISPLAY=display, WAYLAND_DISPLAY="", QT_QPA_PLATFORM="xcb")
    _, errors = run.communicate(timeout=30)
    assert run.returncode == 1
    assert words in errors
    assert "desktop-agent --help" in errors
    assert "Traceback" not in errors


def test_commands_load_no_qt() -> None:
    code = "import sys, ui.__main__ as m; c = m.main(['doctor', '--json']); sys.exit('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
