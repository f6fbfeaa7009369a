"""Recording and playing from the windows, put together, with doubles for those who record and play."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import RunEnded, Watcher
from desktop_agent.macros import files
from desktop_agent.macros.format import Macro, MacroStep, Parameter
from desktop_agent.macros.library import Entry
from desktop_agent.macros.playing import triggers
from desktop_agent.macros.playing.triggers import Start
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.runs import Runs
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import DraftDouble, WorkDouble, click, macro, pictures, press, typing
from tests.ui.session_double import Held, SessionDouble, step
from ui.bridge import Bridge
from ui.chat_cards import OwnCard
from ui.macro_approval import ApprovalWindow
from ui.macro_desk import MacroDesk
from ui.macro_editor import EditorWindow
from ui.macro_form import ParameterForm
from ui.macro_history import MacroHistory
from ui.macro_playing import Ended, Playing
from ui.macro_review import ReviewWindow
from ui.macro_rings import Rings
from ui.macro_trigger_form import TriggerForm
from ui.macros import MacrosWindow


class RingsDouble(Rings):
    """Counts how often somebody wanted to be shown where."""

    def __init__(self) -> None:
        QObject.__init__(self)
        self.watched = 0

    def watching(self, watch: Watcher) -> Watcher:
        self.watched += 1
        return watch

    def close(self) -> None:
        """There is no ring."""


class Whole:
    def __init__(self) -> None:
        self.session, self.work, self.rings = SessionDouble(), WorkDouble(), RingsDouble()
        self.bridge = Bridge(self.session)
        self.desk = MacroDesk(self.work, self.bridge, self.rings)
        self.told: list[tuple[str, str]] = []
        self.desk.told.connect(lambda title, text: self.told.append((title, text)))

    def kept(self, whole: Macro | None = None) -> Entry:
        return self.work.library.add(whole or macro(click("a"), typing("b"), press("c")), pictures())


@pytest.fixture
def whole(app: object, wait: Wait) -> Iterator[Whole]:
    made = Whole()
    yield made
    made.desk.close()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, ReviewWindow):
            window._finished = True
        if isinstance(window, EditorWindow):
            window._closing = True
    wait(lambda: made.bridge.current is None)


def shown(kind: type[QWidget]) -> QWidget | None:
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
    assert len(found) < 2
    return found[0] if found else None


def list_of(whole: Whole) -> MacrosWindow:
    whole.desk.show_list()
    assert whole.desk.list is not None
    return whole.desk.list


def test_a_recording_is_reviewed_and_kept(whole: Whole, wait: Wait) -> None:
    window = list_of(whole)
    wait(lambda: window.windowHandle().isExposed())
    active: list[bool] = []
    whole.desk.recording.connect(active.append)
    window.record.trigger()
    recorder = whole.desk.recorder
    wait(lambda: recorder.badge is not None)
    assert recorder.badge is not None
    assert recorder.badge.isVisible()
    wait(window.isMinimized)
    wait(lambda: active == [True])
    QTest.mouseClick(recorder.badge.pause, Qt.MouseButton.LeftButton)
    wait(lambda: recorder.badge.paused)
    QTest.mouseClick(recorder.badge.pause, Qt.MouseButton.LeftButton)
    wait(lambda: not recorder.badge.paused)
    QTest.mouseClick(recorder.badge.stop, Qt.MouseButton.LeftButton)
    wait(lambda: shown(ReviewWindow) is not None)
    double = whole.work.recorders[0]
    assert double.calls == ["start", "pause", "resume", "stop"]
    assert threading.get_ident() not in double.threads, "nothing of it on the GUI thread"
    assert recorder.badge is None
    wait(lambda: not window.isMinimized())
    assert active == [True, False]
    review = shown(ReviewWindow)
    assert isinstance(review, ReviewWindow)
    review.save.click()
    wait(lambda: window.entries.rowCount() == 1)
    assert window.notice.text.text() == "“Recorded” was saved."
    wait(lambda: whole.work.forgotten == [whole.work.draft])


def test_the_hotkey_begins_and_ends_a_recording_and_there_is_one_at_a_time(whole: Whole, wait: Wait) -> None:
    whole.desk.toggle_recording()
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.record()
    assert len(whole.work.recorders) == 1
    whole.desk.toggle_recording()
    whole.desk.toggle_recording()
    wait(lambda: shown(ReviewWindow) is not None)
    assert whole.work.recorders[0].calls == ["start", "stop"]


def test_stopping_everything_ends_a_recording_too(whole: Whole, wait: Wait) -> None:
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.bridge.stop("the stop hotkey")
    wait(lambda: shown(ReviewWindow) is not None)


def test_a_recording_that_can_not_begin_or_end_is_told(whole: Whole, wait: Wait) -> None:
    whole.work.draft = Unavailable("The recording was lost.", "Record it again.")
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.recorder.stop()
    wait(lambda: whole.desk.list is not None and whole.desk.list.isVisible())
    assert whole.desk.list is not None
    assert whole.desk.list.notice.text.text() == "The recording was lost. Record it again."
    assert not whole.desk.recorder.active
    assert whole.desk.recorder.badge is None


def test_nothing_recorded_is_nothing_to_review(whole: Whole, wait: Wait) -> None:
    whole.work.draft = DraftDouble(Macro(name="Empty"))
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.recorder.stop()
    wait(lambda: whole.told == [("Macros", "Nothing was recorded.")])
    assert shown(ReviewWindow) is None


def test_the_editor_records_from_a_step(whole: Whole, wait: Wait) -> None:
    whole.desk.windows.edit(whole.kept())
    wait(lambda: shown(EditorWindow) is not None)
    editor = shown(EditorWindow)
    assert isinstance(editor, EditorWindow)
    editor.list.choose("a")
    editor.record.trigger()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.recorder.stop()
    wait(lambda: len(editor.macro.steps) == 6)
    assert editor.macro.steps[0].id == "a"
    assert shown(ReviewWindow) is None
    assert whole.work.forgotten == [], "it is on no other disk yet"
    editor.save_it.trigger()
    wait(lambda: whole.work.forgotten == [whole.work.draft])


def test_a_macro_without_parameters_is_played_at_once(whole: Whole, wait: Wait) -> None:
    entry = whole.kept()
    window = list_of(whole)
    wait(lambda: window.chosen is not None)
    window.play.trigger()
    wait(lambda: whole.work.played)
    assert whole.work.played == [(entry.macro, {}, None, False)]
    assert whole.work.places == [entry.path.name]
    wait(lambda: "It was played to its end." in window.notice.text.text())
    wait(lambda: not window.isMinimized())


def test_parameters_are_asked_for_and_remembered(whole: Whole, wait: Wait) -> None:
    whole.kept(macro(typing("a", "{{who}}"), name="Greet", parameters=(Parameter(name="who"),)))
    for answer in ("Ann", "Bob"):
        whole.desk.play_named("greet")
        wait(lambda: shown(ParameterForm) is not None)
        form = shown(ParameterForm)
        assert isinstance(form, ParameterForm)
        assert form.fields["who"].text() == ("" if answer == "Ann" else "Ann")
        form.fields["who"].set_text(answer)
        form.play.click()
        wait(lambda answer=answer: whole.work.played and whole.work.played[-1][1] == {"who": answer})
        wait(lambda: whole.bridge.current is None)
    whole.desk.play_named("greet")
    wait(lambda: shown(ParameterForm) is not None)
    form = shown(ParameterForm)
    assert isinstance(form, ParameterForm)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert len(whole.work.played) == 2


def test_the_editor_plays_and_shows_the_step_that_failed(whole: Whole, wait: Wait) -> None:
    whole.desk.windows.edit(whole.kept())
    wait(lambda: shown(EditorWindow) is not None)
    editor = shown(EditorWindow)
    assert isinstance(editor, EditorWindow)
    whole.work.end = Ended("failed", "The button was not found.", "Record it anew.", failed_step="c")
    editor.list.choose("b")
    editor.play_here.trigger()
    wait(lambda: editor.notice.isVisible())
    assert whole.work.played[0][2:] == ("b", False)
    assert whole.rings.watched == 0
    assert editor.list.chosen == ("c",)
    assert shown(MacrosWindow) is None
    whole.work.end = Ended("done", "Shown.")
    editor.rings.trigger()
    wait(lambda: len(whole.work.played) == 2)
    assert whole.work.played[1][2:] == (None, True)
    assert whole.rings.watched == 1
    editor.list.choose("b")
    wait(lambda: whole.bridge.current is None)
    editor.attempt.trigger()
    wait(lambda: len(whole.work.played) == 3)
    assert [each.id for each in whole.work.played[2][0].steps] == ["b"]
    assert whole.work.places[2] == "", "one step alone is not what was approved"


def test_a_macro_that_was_mended_is_shown_anew_in_its_editor(whole: Whole, wait: Wait) -> None:
    entry = whole.kept()
    whole.desk.windows.edit(entry)
    wait(lambda: shown(EditorWindow) is not None)
    before = shown(EditorWindow)
    assert isinstance(before, EditorWindow)
    assert entry.macro is not None
    whole.work.end = Ended("done", "Step 1 was mended.", mended=True)
    whole.work.library.save(entry, entry.macro.model_copy(update={"comment": "mended"}), {})
    before.play.trigger()
    wait(lambda: isinstance(shown(EditorWindow), EditorWindow) and shown(EditorWindow) is not before)
    after = shown(EditorWindow)
    assert isinstance(after, EditorWindow)
    assert after.macro.comment == "mended"
    assert "Step 1 was mended." in after.notice.text.text()


def test_that_a_macro_was_mended_is_told_where_no_window_is_open(whole: Whole, wait: Wait) -> None:
    whole.kept()
    whole.work.end = Ended("done", "It was played to its end. Step 1 was mended.", mended=True)
    whole.desk.play_named("Save the note")
    wait(lambda: whole.desk.list is not None and "Step 1 was mended" in whole.desk.list.notice.text.text())
    assert whole.told == []


def test_how_it_ended_is_told_where_no_window_is_open(whole: Whole, wait: Wait) -> None:
    whole.kept()
    whole.desk.play_named("Save the note")
    wait(lambda: whole.told)
    assert whole.told == [("Macros", "The macro has ended.")]
    assert shown(MacrosWindow) is None
    whole.work.end = Ended("failed", "The button was not found.", "Record it anew.")
    whole.desk.play_named("Save the note")
    wait(lambda: shown(MacrosWindow) is not None)
    wait(lambda: whole.desk.list is not None and "was not found" in whole.desk.list.notice.text.text())


def test_two_things_are_never_done_at_once(whole: Whole, wait: Wait) -> None:
    whole.kept()
    held = Held()
    whole.bridge.carry_out("something", lambda watch: held(watch, ""))
    window = list_of(whole)
    whole.desk.play_named("Save the note")
    wait(lambda: "running already" in window.notice.text.text())
    window.notice.hide()
    whole.desk.record()
    assert "running already" in window.notice.text.text()
    held.end(RunEnded("r1", "done", ""))
    wait(lambda: whole.bridge.current is None)
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.play_named("Save the note")
    wait(lambda: "being recorded" in window.notice.text.text())
    assert whole.work.played == []


def test_a_macro_that_is_not_there_is_told(whole: Whole, wait: Wait) -> None:
    window = list_of(whole)
    whole.desk.play_named("Nobody")
    wait(lambda: "There is no macro called “Nobody”." in window.notice.text.text())


def test_an_imported_macro_is_previewed_as_a_strangers(whole: Whole, wait: Wait, tmp_path: Path) -> None:
    files.write(tmp_path / "folder", macro(name="Theirs"), pictures())
    files.pack(files.read(tmp_path / "folder"), tmp_path / "theirs.macro")
    window = list_of(whole)
    window.import_wanted.emit(tmp_path / "theirs.macro")
    wait(lambda: shown(ReviewWindow) is not None)
    review = shown(ReviewWindow)
    assert isinstance(review, ReviewWindow)
    assert review.pane.list.rows.read_only
    review.save.click()
    wait(lambda: window.entries.rowCount() == 1)
    bad = tmp_path / "bad.macro"
    bad.write_bytes(b"no zip")
    window.import_wanted.emit(bad)
    wait(lambda: "is no macro" in window.notice.text.text())


def test_a_macro_is_exported(whole: Whole, wait: Wait, tmp_path: Path) -> None:
    entry = whole.kept()
    window = list_of(whole)
    window.export_wanted.emit(entry, tmp_path / "out.macro")
    wait(lambda: "Written to" in window.notice.text.text())
    assert files.read(tmp_path / "out.macro").macro == entry.macro


def test_a_macro_is_approved_as_a_whole_and_no_longer(whole: Whole, wait: Wait) -> None:
    entry = whole.kept(macro(click("a"), MacroStep(id="m", do="macro", macro="Other")))
    window = list_of(whole)
    wait(lambda: window.chosen is not None)
    window.approve.trigger()
    wait(lambda: shown(ApprovalWindow) is not None)
    approval = shown(ApprovalWindow)
    assert isinstance(approval, ApprovalWindow)
    assert approval.pane.list.rows.rowCount() == 2
    assert any("Other" in label.text() for label in approval.findChildren(QLabel))
    assert not approval.revoke.isVisible()
    approval.approve.click()
    wait(lambda: whole.work.approved == {"Save the note": entry.macro})
    wait(lambda: shown(ApprovalWindow) is None)
    window.approve.trigger()
    wait(lambda: shown(ApprovalWindow) is not None)
    approval = shown(ApprovalWindow)
    assert isinstance(approval, ApprovalWindow)
    assert not approval.approve.isEnabled()
    approval.revoke.click()
    wait(lambda: whole.work.approved == {})


def test_an_approval_that_can_not_be_kept_is_told(whole: Whole, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_keyring(*_: object) -> None:
        raise Unavailable("The system's keyring can't be used.", "Start one.")

    monkeypatch.setattr(whole.work, "approve", no_keyring)
    whole.desk.windows.approve(whole.kept())
    wait(lambda: shown(ApprovalWindow) is not None)
    approval = shown(ApprovalWindow)
    assert isinstance(approval, ApprovalWindow)
    approval.approve.click()
    wait(lambda: "keyring" in approval.notice.text.text())
    assert approval.isEnabled()


def test_a_confirmed_run_becomes_a_macro(whole: Whole, wait: Wait) -> None:
    whole.desk.drafts.take_run("r7")
    wait(lambda: shown(ReviewWindow) is not None)
    assert whole.work.runs == ["r7"]


def played(name: str, times: int) -> None:
    database = Database(default_path())
    runs = Runs(database)
    for _ in range(times):
        run = runs.start(Conversations(database).create(name), f"play {name}", None, f"macro:{name}")
        runs.step(run, 1, step())
        runs.end(run, "done", f"{name} ended.")
    database.close()


def test_the_most_used_are_told_and_gone_ones_left_out(whole: Whole, wait: Wait) -> None:
    heard: list[tuple[str, ...]] = []
    whole.desk.most_used.connect(heard.append)
    for name in ("Rare", "Often", "Never"):
        whole.kept(macro(name=name))
    played("Gone", 5)
    played("Rare", 1)
    played("often", 3)
    whole.desk.refresh()
    wait(lambda: ("Often", "Rare") in heard)


def test_the_history_shows_the_runs_of_that_macro_alone(whole: Whole, wait: Wait) -> None:
    played("Save the note", 2)
    played("Other", 1)
    window = list_of(whole)
    whole.kept()
    window.refresh()
    wait(lambda: window.chosen is not None)
    window.history.trigger()
    wait(lambda: shown(MacroHistory) is not None)
    history = shown(MacroHistory)
    assert isinstance(history, MacroHistory)
    wait(lambda: history.list.count() == 2)
    wait(lambda: any(isinstance(card, OwnCard) and card.text == "play Save the note" for card in history.detail.cards))


def test_an_editor_is_opened_once(whole: Whole, wait: Wait) -> None:
    entry = whole.kept()
    whole.desk.windows.edit(entry)
    whole.desk.windows.edit(entry)
    wait(lambda: shown(EditorWindow) is not None)
    whole.desk.windows.edit(entry)
    assert shown(EditorWindow) is not None


WHO = macro(
    typing("a", "{{who}} {{age}}"),
    name="Greet",
    parameters=(Parameter(name="who"), Parameter(name="age", type="integer"), Parameter(name="how", default="well")),
)


def hotkey(macro_name: str, **values: str) -> Start:
    return Start(macro_name, values, attended=True)


def test_a_hotkey_plays_with_its_values_and_asks_only_for_what_is_missing(whole: Whole, wait: Wait) -> None:
    whole.kept(WHO)
    whole.desk.start(hotkey("Greet", who="Ann", age="5"))
    wait(lambda: whole.work.played)
    assert whole.work.played[0][1] == {"who": "Ann", "age": "5"}
    assert whole.work.unattended == [False]
    wait(lambda: whole.bridge.current is None)
    for given in ({"who": "Ann"}, {"who": "Ann", "age": "old"}):
        whole.work.played.clear()
        whole.desk.start(hotkey("Greet", **given))
        wait(lambda: shown(ParameterForm) is not None)
        form = shown(ParameterForm)
        assert isinstance(form, ParameterForm)
        assert list(form.fields) == ["age"]
        form.fields["age"].set_text("7")
        form.play.click()
        wait(lambda: whole.work.played)
        assert whole.work.played[0][1] == {"who": "Ann", "age": "7"}
        wait(lambda: whole.bridge.current is None)


def test_pressed_again_while_it_asks_a_hotkey_asks_no_second_time(whole: Whole, wait: Wait) -> None:
    whole.kept(WHO)
    whole.desk.start(hotkey("Greet"))
    wait(lambda: shown(ParameterForm) is not None)
    again: list[bool] = []
    whole.desk.player.play = lambda *each: (Playing.play(whole.desk.player, *each), again.append(True))  # type: ignore[method-assign]
    whole.desk.start(hotkey("Greet"))
    wait(lambda: again)
    assert shown(ParameterForm) is whole.desk.player.form


def test_a_hotkey_brings_no_window_over_what_runs(whole: Whole, wait: Wait) -> None:
    whole.kept()
    held = Held()
    whole.bridge.carry_out("something", lambda watch: held(watch, ""))
    whole.desk.start(hotkey("Save the note"))
    assert whole.told == [("Macros", "The macro was not started: something is running already.")]
    held.end(RunEnded("r1", "done", ""))
    wait(lambda: whole.bridge.current is None)
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    whole.desk.start(hotkey("Save the note"))
    assert whole.told[1] == ("Macros", "The macro was not started: one is being recorded.")
    assert shown(MacrosWindow) is None
    assert whole.work.played == []


def test_why_a_run_failed_that_nobody_watched_is_told_in_the_list_when_it_is_opened(whole: Whole, wait: Wait) -> None:
    whole.kept()
    whole.work.end = Ended("failed", "The button was not found.", "Record it anew.")
    over: list[bool] = []
    whole.desk.unattended.play(Start("Save the note", {}, attended=False), lambda: over.append(True))
    wait(lambda: over)
    assert shown(MacrosWindow) is None
    assert list_of(whole).notice.text.text() == "Save the note: The button was not found. Record it anew."
    assert whole.work.unattended == [True]


def test_what_starts_a_macro_is_set_from_the_list(whole: Whole, wait: Wait) -> None:
    entry = whole.kept()
    window = list_of(whole)
    wait(lambda: window.chosen is not None)
    whole.desk.show_problems({"x": "F9 is used by another program."})
    assert "another program" in window.notice.text.text()
    window.triggers.trigger()
    wait(lambda: shown(TriggerForm) is not None)
    form = shown(TriggerForm)
    assert isinstance(form, TriggerForm)
    form.hotkey.setText("ctrl+alt+m")
    form.save()
    wait(lambda: window.entries.item(0).triggers)
    whole.desk.windows.edit(entry)
    wait(lambda: shown(EditorWindow) is not None)
    editor = shown(EditorWindow)
    assert isinstance(editor, EditorWindow)
    editor.name.setText("Keep the note")
    editor.name.textEdited.emit("Keep the note")
    editor.save_it.trigger()
    wait(lambda: window.entries.item(0).entry.name == "Keep the note")
    assert [each.macro for each in triggers.load().triggers] == ["Keep the note"]


def test_a_recording_is_paused_by_its_hotkey(whole: Whole, wait: Wait) -> None:
    whole.desk.recorder.toggle_pause()
    whole.desk.record()
    wait(lambda: whole.desk.recorder.badge is not None)
    badge = whole.desk.recorder.badge
    assert badge is not None
    whole.desk.recorder.show_pause_hotkey("Ctrl+Alt+P")
    assert badge.pause.text() == "Pause (Ctrl+Alt+P)"
    whole.desk.recorder.toggle_pause()
    wait(lambda: badge.paused)
    whole.desk.recorder.toggle_pause()
    wait(lambda: not badge.paused)
    assert whole.work.recorders[0].calls == ["start", "pause", "resume"]
