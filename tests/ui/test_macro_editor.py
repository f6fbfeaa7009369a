"""The editor of a macro."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMessageBox, QPlainTextEdit, QSpinBox, QWidget

from desktop_agent.core.errors import StoreError
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.format import Condition, Macro, Parameter, Step, walk
from desktop_agent.macros.library import Entry, Library
from desktop_agent.safety import named_secrets
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import DraftDouble, branching, click, macro, pictures, press, repeating, target, typing
from tests.ui.session_double import SessionDouble
from ui import macro_new, macro_tree
from ui.bridge import Bridge
from ui.macro_editor import EditorWindow
from ui.macro_fields import ConditionField
from ui.macro_marking import ParameterDialog, SecretDialog
from ui.macro_moment_field import MomentField
from ui.macro_parameters import ParametersDialog
from ui.macro_playing import Ended, Wanted

STEPS = (typing("a", "Dear Ann"), branching("if", (click("b"),), (press("c"),)), press("d"))
Open = Callable[..., EditorWindow]


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def open_editor(library: Library, wait: Wait) -> Iterator[Open]:
    opened: list[EditorWindow] = []

    def make(*steps: Step, **fields: object) -> EditorWindow:
        entry = library.add(macro(*(steps or STEPS), **fields), pictures())  # type: ignore[arg-type]
        window = EditorWindow(entry, library.open(entry), library, Bridge(SessionDouble()), [entry.name])
        window.show()
        wait(window.isActiveWindow)
        opened.append(window)
        return window

    yield make
    for window in opened:
        window._close_now()


@pytest.fixture
def editor(open_editor: Open) -> EditorWindow:
    return open_editor()


def ids(window: EditorWindow) -> list[str]:
    return [step.id for step, _ in walk(window.macro.steps)]


def step(window: EditorWindow, step_id: str) -> Step:
    return macro_tree.find(window.macro.steps, step_id)


def field(window: EditorWindow, kind: type[QWidget], name: str) -> QWidget:
    """The one of the form that screen readers call so."""
    (found,) = [each for each in window.pane.form.widget().findChildren(kind) if each.accessibleName() == name]
    return found


def write(window: EditorWindow, name: str, text: str) -> None:
    edit = field(window, QLineEdit, name)
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_the_chosen_step_is_changed_in_the_form_while_the_person_writes(editor: EditorWindow, wait: Wait) -> None:
    editor.list.choose("a")
    assert editor.pane.form.typed.toPlainText() == "Dear Ann"
    editor.pane.form.typed.selectAll()
    QTest.keyClicks(editor.pane.form.typed, "Dear Bob")
    assert step(editor, "a").text == "Dear Bob"  # type: ignore[union-attr]
    assert editor.windowTitle().startswith("*Save the note")
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    editor.list.setFocus()
    editor.undo.trigger()
    assert editor.document.stack.isClean()
    wait(lambda: editor.pane.form.typed.toPlainText() == "Dear Ann")


def test_each_kind_of_step_has_its_fields(open_editor: Open) -> None:
    made = [macro_new.step(kind, kind) for kind in macro_new.kinds()]
    editor = open_editor(click("click"), *made)
    for each in made:
        editor.list.choose(each.id)
        assert editor.pane.form.step == each
        assert editor.pane.form.widget().findChildren(QLineEdit) or each.do in ("type", "capture")
    editor.list.choose("press")
    write(editor, "Keys", "Shift+CTRL+x")
    assert step(editor, "press").keys == ("ctrl", "shift", "x")  # type: ignore[union-attr]
    times = field(editor, QSpinBox, "Times")
    assert isinstance(times, QSpinBox)
    times.setValue(3)
    assert step(editor, "press").times == 3  # type: ignore[union-attr]
    editor.list.choose("click")
    button = field(editor, QComboBox, "Button")
    assert isinstance(button, QComboBox)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_End)
    button.activated.emit(button.currentIndex())
    assert step(editor, "click").button == "right"  # type: ignore[union-attr]
    write(editor, "What is clicked", "the big button")
    assert step(editor, "click").target.words == "the big button"  # type: ignore[union-attr]
    editor.list.choose("macro")
    which = field(editor, QComboBox, "Macro")
    assert isinstance(which, QComboBox)
    assert [which.itemText(at) for at in range(which.count())] == ["Save the note"]
    which.lineEdit().selectAll()
    QTest.keyClicks(which.lineEdit(), "Another")
    assert step(editor, "macro").macro == "Another"  # type: ignore[union-attr]
    values = field(editor, QPlainTextEdit, "Values for its parameters")
    assert isinstance(values, QPlainTextEdit)
    values.setPlainText("to = {{who}}\nall= 1=1")
    assert step(editor, "macro").values == {"to": "{{who}}", "all": "1=1"}  # type: ignore[union-attr]


def test_what_can_not_be_is_said_at_the_step_and_not_used(editor: EditorWindow) -> None:
    editor.list.choose("d")
    write(editor, "Keys", "ctrl+nonsense")
    assert step(editor, "d").keys == ("ctrl", "n")  # type: ignore[union-attr]
    row = editor.list.rows.row(editor.list.rows.row_of("d"))
    assert "nonsense" in editor.list.rows.problem(row)
    assert "it is not used" in editor.pane.form._problem.text()
    write(editor, "Keys", "ctrl+w")
    assert step(editor, "d").keys == ("ctrl", "w")  # type: ignore[union-attr]
    assert editor.list.rows.problem(row) == ""


def test_enter_goes_from_a_card_to_its_first_field_and_tab_never_to_nothing(editor: EditorWindow, wait: Wait) -> None:
    editor.list.choose("d")
    editor.list.setFocus()
    QTest.keyClick(editor.list, Qt.Key.Key_Return)
    wait(lambda: editor.focusWidget() is field(editor, QLineEdit, "Keys"))
    assert editor.pane.form.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_lists_to_choose_from_say_what_they_are(editor: EditorWindow) -> None:
    editor.list.choose("d")
    condition = editor.pane.form.widget().findChild(ConditionField)
    moment = MomentField()
    for box in (condition.kind, condition.gone, moment.kind, moment.unit):
        found = QAccessible.queryAccessibleInterface(box)
        assert found.text(QAccessible.Text.Description) == box.accessibleName() != ""


def test_a_condition_is_made_and_taken_away(editor: EditorWindow) -> None:
    editor.list.choose("d")
    condition = editor.pane.form.widget().findChild(ConditionField)
    assert isinstance(condition, ConditionField)

    def pick(box: QComboBox, value: str) -> None:
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())

    pick(condition.kind, "text")
    assert "condition needs" in editor.pane.form._problem.text()
    QTest.keyClicks(condition.text, "Saved")
    pick(condition.gone, "gone")
    assert step(editor, "d").expect == Condition(text="Saved", gone=True)  # type: ignore[union-attr]
    assert editor.pane.form._problem.text() == ""
    pick(condition.kind, "none")
    assert step(editor, "d").expect is None  # type: ignore[union-attr]


def test_a_target_as_condition_is_kept(open_editor: Open) -> None:
    expected = Condition(target=target("the list"))
    editor = open_editor(click("a").model_copy(update={"expect": expected}))
    editor.list.choose("a")
    condition = editor.pane.form.widget().findChild(ConditionField)
    assert condition.kind.currentText() == "the list in Mousepad"
    condition.gone.setCurrentIndex(1)
    condition.gone.activated.emit(1)
    assert step(editor, "a").expect == expected.model_copy(update={"gone": True})  # type: ignore[union-attr]


def test_steps_are_inserted_duplicated_skipped_and_deleted_by_the_keyboard(editor: EditorWindow) -> None:
    editor.list.choose("a")
    editor.list.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(editor.list, Qt.Key.Key_D, control)
    assert len(ids(editor)) == 6
    assert editor.list.chosen == (ids(editor)[1],)
    QTest.keyClick(editor.list, Qt.Key.Key_K, control)
    assert step(editor, ids(editor)[1]).skip
    assert editor.steps.skip.text() == "Don't skip"
    QTest.keyClick(editor.list, Qt.Key.Key_Delete)
    assert ids(editor) == ["a", "if", "b", "c", "d"]
    assert editor.list.chosen == ("if",)
    editor.steps.insert_new("type")
    inside = step(editor, "if")
    assert inside.then[0].do == "type"  # type: ignore[union-attr]
    assert editor.list.chosen == (inside.then[0].id,)  # type: ignore[union-attr]
    QTest.keyClick(editor.list, Qt.Key.Key_Z, control)
    assert ids(editor) == ["a", "if", "b", "c", "d"]


def test_steps_are_moved_by_the_keyboard_into_and_out_of_branches(editor: EditorWindow) -> None:
    editor.list.choose("a")
    editor.list.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    seen = []
    for _ in range(6):
        QTest.keyClick(editor.list, Qt.Key.Key_Down, alt)
        seen.append([(each.id, depth) for each, depth in walk(editor.macro.steps)])
        assert editor.list.chosen == ("a",)
    places = [(dict(each)["a"], [name for name, _ in each].index("a")) for each in seen]
    assert places == [(1, 1), (1, 2), (1, 2), (1, 3), (0, 3), (0, 4)]
    for _ in range(6):
        QTest.keyClick(editor.list, Qt.Key.Key_Up, alt)
    assert ids(editor) == ["a", "if", "b", "c", "d"]


def drag(editor: EditorWindow, *names: str) -> QMimeData:
    rows = editor.list.rows
    return rows.mimeData([rows.index(rows.row_of(name)) for name in names])


def test_steps_are_dragged_but_never_into_themselves(editor: EditorWindow) -> None:
    rows, move, none = editor.list.rows, Qt.DropAction.MoveAction, QModelIndex()
    inside = rows.row_of("b")
    assert not rows.canDropMimeData(drag(editor, "if"), move, inside, 0, none)
    assert not rows.dropMimeData(drag(editor, "if"), move, inside, 0, none)
    assert not rows.canDropMimeData(QMimeData(), move, 0, 0, none)
    other = QMimeData()
    other.setData("application/x-desktop-agent-steps", b"1 a")
    assert not rows.canDropMimeData(other, move, 0, 0, none)
    assert rows.dropMimeData(drag(editor, "a", "d"), move, inside, 0, none)
    assert ids(editor) == ["if", "a", "d", "b", "c"]
    assert rows.dropMimeData(drag(editor, "d"), move, -1, -1, none)
    assert ids(editor) == ["if", "a", "b", "c", "d"]


def test_steps_are_dragged_with_the_mouse(editor: EditorWindow, person: Person, wait: Wait) -> None:
    """Qt turns an event loop of its own while something is dragged, so somebody else must hold the mouse."""
    view = editor.list

    def place(name: str, below: int) -> tuple[int, int]:
        area = view.visualRect(view.rows.index(view.rows.row_of(name)))
        point = view.viewport().mapToGlobal(area.center())
        return point.x(), point.y() + below

    (x, y), (to_x, to_y) = place("a", 0), place("d", 28)

    def act() -> None:
        person.move(x, y)
        person.press_button()
        for part in range(1, 21):
            person.move(x + (to_x - x) * part // 20, y + (to_y - y) * part // 20)
            time.sleep(0.01)
        person.release_button()

    actor = threading.Thread(target=act)
    actor.start()
    wait(lambda: ids(editor) == ["if", "b", "c", "d", "a"])
    actor.join()


def test_typed_text_becomes_a_parameter(editor: EditorWindow, wait: Wait) -> None:
    editor.list.choose("a")
    form = editor.pane.form
    cursor = form.typed.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(8, cursor.MoveMode.KeepAnchor)
    form.typed.setTextCursor(cursor)
    form.parameter_wanted.emit(form.marked())
    dialog = editor.marking.dialog
    assert isinstance(dialog, ParameterDialog)
    assert dialog.name.selectedText() == "text", "the field has no name of its own, and another name is typed at once"
    dialog.name.setText("1 is no name")
    assert not dialog._ok().isEnabled()
    assert "begins with no digit" in dialog.problem.text()
    dialog.name.setText("who")
    assert not dialog.problem.isVisible()
    dialog.label.setText("Whom to write to")
    dialog.accept()
    assert step(editor, "a").text == "Dear {{who}}"  # type: ignore[union-attr]
    assert editor.macro.parameters == (Parameter(name="who", label="Whom to write to", default="Ann"),)
    assert form.typed.toPlainText() == "Dear {{who}}"
    editor.undo.trigger()
    assert step(editor, "a").text == "Dear Ann"  # type: ignore[union-attr]
    assert editor.macro.parameters == ()


def test_a_marked_part_after_an_emoji_is_the_right_one(open_editor: Open) -> None:
    editor = open_editor(typing("a", "😀 Ann and Ann"))
    editor.list.choose("a")
    typed = editor.pane.form.typed
    cursor = typed.textCursor()
    cursor.setPosition(11)
    cursor.setPosition(14, cursor.MoveMode.KeepAnchor)
    typed.setTextCursor(cursor)
    assert editor.pane.form.marked() == ("😀 Ann and ", "Ann", "")


def test_typed_text_becomes_a_secret_and_is_no_longer_in_the_file(
    editor: EditorWindow, library: Library, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_secrets, "names", lambda: ("bank", "mail"))
    editor.list.choose("a")
    editor.pane.form.secret_wanted.emit(editor.pane.form.marked())
    wait(lambda: isinstance(editor.marking.dialog, SecretDialog))
    dialog = editor.marking.dialog
    assert isinstance(dialog, SecretDialog)
    dialog._choice.setEditText("no/name")
    assert not dialog.buttons.buttons()[0].isEnabled()
    dialog._choice.setEditText("bank")
    dialog.accept()
    assert step(editor, "a").text == "{{secret:bank}}"  # type: ignore[union-attr]
    saved: list[Entry] = []
    editor.saved.connect(saved.append)
    editor.save_it.trigger()
    wait(lambda: saved)
    assert "Dear" not in (saved[0].path / "macro.json").read_text()


def test_parameters_are_edited_and_references_follow(open_editor: Open) -> None:
    editor = open_editor(typing("a", "{{who}}"), parameters=(Parameter(name="who"), Parameter(name="where")))
    dialog = ParametersDialog(editor.macro.parameters, editor)
    dialog.given.connect(editor._set_parameters)
    dialog.show()
    order = [dialog.down, dialog.name, dialog.label, dialog.kind, dialog.default, dialog.required, dialog.choices]
    chain: list[QWidget] = [dialog.list]
    while chain[-1].nextInFocusChain() is not dialog.list:
        chain.append(chain[-1].nextInFocusChain())
    assert [each for each in chain if each in order] == order
    assert chain.index(dialog.choices) < chain.index(dialog.buttons.buttons()[0])
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "no name")
    assert "name" in dialog.problem.text()
    dialog._accept()
    assert dialog.isVisible()
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "where")
    dialog._accept()
    assert "Two parameters" in dialog.problem.text()
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "whom")
    dialog.required.setChecked(False)
    QTest.keyClicks(dialog.default, "Ann")
    dialog.down.click()
    dialog.add.click()
    QTest.keyClicks(dialog.name, "when")
    dialog.kind.setCurrentIndex(dialog.kind.findData("date"))
    dialog.kind.activated.emit(dialog.kind.currentIndex())
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    dialog._accept()
    assert not dialog.isVisible()
    assert editor.macro.parameters == (Parameter(name="whom", default="Ann"), Parameter(name="when", type="date"))
    assert step(editor, "a").text == "{{whom}}"  # type: ignore[union-attr]
    editor.undo.trigger()
    assert [each.name for each in editor.macro.parameters] == ["who", "where"]


def test_playing_is_wanted_with_the_macro_as_it_stands(editor: EditorWindow) -> None:
    heard: list[tuple[list[str], str, bool]] = []

    def hear(wanted: Wanted) -> None:
        heard.append(([each.id for each, _ in walk(wanted.stored.macro.steps)], wanted.start, wanted.dry))
        assert wanted.stored.picture(next(iter(pictures()))).width == 320
        assert wanted.entry is None, "it is no longer what lies there, and may have been approved"

    as_kept: list[object] = []
    editor.play_wanted.connect(lambda wanted: as_kept.append(wanted.entry))
    editor.play.trigger()
    assert as_kept == [editor.entry]
    editor.play_wanted.connect(hear)
    editor.list.choose("d")
    editor.steps.delete.trigger()
    editor.list.choose("b")
    for action in (editor.play, editor.play_here, editor.attempt, editor.rings):
        action.trigger()
    whole = ["a", "if", "b", "c"]
    assert heard == [(whole, "", False), (whole, "b", False), (["b"], "", False), (whole, "", True)]


def test_how_playing_ended_is_told_and_the_step_shown(editor: EditorWindow) -> None:
    editor.show_end(Ended("failed", "The button “Save” was not found.", "Look.", failed_step="b"))
    assert editor.notice.text.text() == "The button “Save” was not found. Look."
    assert editor.list.chosen == ("b",)


def test_what_was_recorded_comes_behind_the_chosen_step_and_its_pictures_are_saved(
    editor: EditorWindow, library: Library, wait: Wait
) -> None:
    editor.list.choose("a")
    new = macro(click("b", "the new one", shade=90), parameters=(Parameter(name="who"),))
    editor.add(DraftDouble(new, pictures(90), ("Look at the texts.",)))
    assert len(ids(editor)) == 6
    added = step(editor, ids(editor)[1])
    assert added.target.words == "the new one"  # type: ignore[union-attr]
    assert added.id != "b"
    assert editor.notice.text.text() == "Look at the texts."
    assert [each.name for each in editor.macro.parameters] == ["who"]
    saved: list[Entry] = []
    editor.saved.connect(saved.append)
    editor.save_it.trigger()
    wait(lambda: saved)
    assert editor.document.stack.isClean()
    assert not editor.windowTitle().startswith("*")
    (name,) = pictures(90)
    assert library.open(saved[0]).picture(name).width == 320


def test_unsaved_changes_are_asked_about_on_closing(
    editor: EditorWindow, library: Library, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    answer = "Go on editing"

    def exec_(question: QMessageBox) -> int:
        texts.append(question.text())
        next(button for button in question.buttons() if button.text() == answer).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    editor.name.selectAll()
    QTest.keyClicks(editor.name, "Another name")
    editor.close()
    assert editor.isVisible()
    assert texts == ["Save the changes to “Another name”?"]
    answer = "Save"
    editor.close()
    wait(lambda: not editor.isVisible())
    assert library.find("Another name").macro is not None


def test_changes_are_thrown_away_where_the_person_says_so(
    editor: EditorWindow, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        QMessageBox, "exec", lambda question: next(x for x in question.buttons() if x.text() == "Don't save").click()
    )
    editor.document.rename("Another name")
    editor.close()
    assert not editor.isVisible()
    assert [each.name for each in library.entries()] == ["Save the note"]


def test_what_can_not_be_saved_is_told_and_nothing_is_lost(
    editor: EditorWindow, library: Library, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(Macro(name="Taken"), {})
    editor.document.rename("taken")
    editor.save_it.trigger()
    wait(lambda: "Another macro is called" in editor.notice.text.text())
    assert editor.save_it.isEnabled()
    editor.document.rename("Free")

    def full(*_: object) -> Entry:
        raise StoreError("The disk is full.", "Free some space.")

    monkeypatch.setattr(library, "save", full)
    editor.save_it.trigger()
    wait(lambda: "The disk is full." in editor.notice.text.text())
    assert editor.macro.name == "Free"
    assert not editor.document.stack.isClean()


def test_selecting_several_shows_no_form_and_all_are_changed(editor: EditorWindow) -> None:
    editor.list.selectAll()
    assert editor.pane.form.step is None
    editor.steps.skip.trigger()
    assert all(each.skip for each, _ in walk(editor.macro.steps))
    assert not editor.attempt.isEnabled()
    editor.steps.delete.trigger()
    assert editor.macro.steps == ()
    assert not editor.play.isEnabled()
    editor.undo.trigger()
    assert len(ids(editor)) == 5


def test_skipping_in_the_form(open_editor: Open) -> None:
    editor = open_editor(repeating("loop", press("a")))
    editor.list.choose("loop")
    box = editor.pane.form.widget().findChild(QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert step(editor, "loop").skip
    assert step(editor, "a") is not None
