"""The window with the list of macros."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from desktop_agent.core.settings import Settings
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import triggers
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Trigger, Triggers
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import click, macro, pictures, press
from tests.ui.session_double import SessionDouble
from ui import theme
from ui.bridge import Bridge
from ui.macro_entries import HEIGHT
from ui.macros import MacrosWindow


@pytest.fixture
def library() -> Library:
    made = Library()
    made.add(macro(click("a"), press("b"), name="Save the note"), pictures(), "Office")
    made.add(macro(press("a"), name="Close all"), {}, "Office")
    made.add(macro(press("a"), name="发票归档"), {})
    broken = made.add(Macro(name="Broken"), {})
    (broken.path / "macro.json").write_text('{"format": 9}')
    return made


@pytest.fixture
def window(library: Library, wait: Wait) -> Iterator[MacrosWindow]:
    made = MacrosWindow(library, Bridge(SessionDouble()), "Ctrl+Alt+R")
    made.show()
    wait(lambda: made.entries.rowCount() == 4 and made.isActiveWindow())
    yield made
    made.close()


def names(window: MacrosWindow) -> list[str]:
    return [str(window.entries.index(row).data()) for row in range(window.entries.rowCount())]


def choose(window: MacrosWindow, name: str) -> None:
    window.list.setCurrentIndex(window.entries.index(names(window).index(name)))


def test_macros_are_listed_with_what_is_to_know_of_them(window: MacrosWindow) -> None:
    assert names(window) == ["Broken", "发票归档", "Close all", "Save the note"]
    facts = [window.entries.facts(window.entries.item(row)) for row in range(4)]
    assert "newer Desktop Agent" in facts[0]
    assert facts[1].startswith("1 step · changed ")
    assert facts[3].startswith("2 steps · changed ")
    assert facts[3].endswith(" · Office")


def test_the_first_picture_is_shown_with_a_ring(window: MacrosWindow, wait: Wait) -> None:
    row = names(window).index("Save the note")

    def accents() -> int:
        shot = window.list.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        ring = theme.LIGHT.accent.rgb()
        area = range(row * HEIGHT, (row + 1) * HEIGHT)
        return sum(shot.pixel(x, y) == ring for y in area for x in range(20, 120))

    wait(lambda: accents() > 40)


def test_searching_and_folders_narrow_the_list(window: MacrosWindow) -> None:
    assert [window.folders.list.item(row).text() for row in range(window.folders.list.count())] == [
        "All macros",
        "Office",
    ]
    window.folders.list.setCurrentRow(1)
    assert names(window) == ["Close all", "Save the note"]
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()
    QTest.keyClicks(window.search, "NOTE save")
    assert names(window) == ["Save the note"]
    QTest.keyClicks(window.search, "x")
    assert names(window) == []
    assert window.none.isVisible()
    window.search.clear()
    window.folders.list.setCurrentRow(0)
    assert len(names(window)) == 4


def test_everything_is_reached_by_the_keyboard(window: MacrosWindow) -> None:
    heard: list[tuple[str, object]] = []
    window.record_wanted.connect(lambda: heard.append(("record", None)))
    window.play_wanted.connect(lambda entry: heard.append(("play", entry.name)))
    window.edit_wanted.connect(lambda entry: heard.append(("edit", entry.name)))
    window.history_wanted.connect(lambda entry: heard.append(("history", entry.name)))
    window.triggers_wanted.connect(lambda entry: heard.append(("triggers", entry.name)))
    choose(window, "Close all")
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_Down)
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    QTest.keyClick(window.list, Qt.Key.Key_F5)
    QTest.keyClick(window.list, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.list, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.list, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert heard == [
        ("edit", "Save the note"),
        ("play", "Save the note"),
        ("history", "Save the note"),
        ("triggers", "Save the note"),
        ("record", None),
    ]


def test_a_broken_one_can_be_removed_and_says_what_is_wrong_and_nothing_else(window: MacrosWindow) -> None:
    heard: list[Entry] = []
    window.edit_wanted.connect(heard.append)
    choose(window, "Broken")
    actions = (window.play, window.edit, window.history, window.approve, window.triggers, window.export)
    assert [action.isEnabled() for action in actions] == [False] * 6
    assert window.remove.isEnabled()
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    assert "newer Desktop Agent" in window.notice.text.text()
    assert heard == []


def test_a_removed_macro_is_brought_back(window: MacrosWindow, library: Library, wait: Wait) -> None:
    choose(window, "Save the note")
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_Delete)
    wait(lambda: "Save the note" not in names(window))
    assert window.notice.isVisible()
    assert len(library.entries()) == 3
    choose(window, "Close all")
    window.remove.trigger()
    wait(lambda: "Close all" not in names(window))
    window.notice.button.click()
    wait(lambda: "Close all" in names(window))
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: "Save the note" in names(window))
    assert library.find("Office/Save the note").macro is not None
    window.undo.trigger()
    assert len(names(window)) == 4


def test_a_macro_is_moved_to_another_folder(
    window: MacrosWindow, library: Library, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("At home", True))
    choose(window, "Close all")
    window.move_to.trigger()
    wait(lambda: window.folders.list.count() == 3)
    assert library.find("Close all").folder == "At home"
    assert window.chosen is not None


def test_files_are_imported_and_exported_where_the_person_says(
    window: MacrosWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    window.import_wanted.connect(lambda path: heard.append(str(path)))
    window.export_wanted.connect(lambda entry, path: heard.append((entry.name, str(path))))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("/there/macro.json", ""))
    window.bring_in.trigger()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("/there/a.macro", ""))
    window.bring_in.trigger()
    choose(window, "Close all")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("/there/x", "Guide with pictures (*.md)"))
    window.export.trigger()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("/there/x.macro", "Macro (*.macro)"))
    window.export.trigger()
    assert heard == ["/there", "/there/a.macro", ("Close all", "/there/x.md"), ("Close all", "/there/x.macro")]


def test_without_macros_it_says_how_to_begin(wait: Wait) -> None:
    window = MacrosWindow(Library(), Bridge(SessionDouble()), "Ctrl+Alt+R")
    window.show()
    wait(lambda: window.empty.isVisible())
    assert not window.tools.isVisible()
    assert not window.search.isVisible()
    heard: list[bool] = []
    window.record_wanted.connect(lambda: heard.append(True))
    window.record.trigger()
    assert heard == [True]


def test_a_library_that_can_not_be_read_is_told(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    library.root.mkdir(parents=True)
    monkeypatch.setattr(type(library), "_places", lambda _: (_ for _ in ()).throw(PermissionError(13, "Denied")))
    window = MacrosWindow(library, Bridge(SessionDouble()))
    window.show()
    wait(lambda: "can't be read" in window.notice.text.text())


def test_a_name_is_never_markup(library: Library, wait: Wait) -> None:
    library.add(macro(press("a"), name="<b>bold</b>\u202eevil"), {})
    window = MacrosWindow(library, Bridge(SessionDouble()))
    window.show()
    wait(lambda: window.entries.rowCount() == 5)
    assert "<b>bold</b>⟨U+202E⟩evil" in names(window)
    choose(window, "<b>bold</b>⟨U+202E⟩evil")
    window.remove.trigger()
    wait(lambda: window.notice.isVisible())
    assert "<b>bold</b>⟨U+202E⟩evil" in window.notice.text.text()


def keep(*all_: Trigger) -> None:
    triggers.save(Triggers(triggers=all_), Settings(), before=Triggers(triggers=all_))


HOTKEY = HotkeyTrigger(id="h", macro="Save the note", keys="ctrl+alt+m")


def chips(window: MacrosWindow, name: str) -> list[tuple[str, str]]:
    item = window.entries.item(names(window).index(name))
    return [(chip.text, chip.tone) for chip in window.entries.chips(item)]


def test_each_macro_shows_what_starts_it_and_what_is_wrong_with_that(window: MacrosWindow, wait: Wait) -> None:
    weekdays = ScheduleTrigger(id="s", macro="Office/Save the note", cron="30 8 * * 1-5")
    off = ScheduleTrigger(id="o", macro="Close all", minutes=120, on=False)
    keep(HOTKEY, weekdays, off)
    window.refresh()
    wait(lambda: chips(window, "Save the note"))
    assert chips(window, "Save the note") == [("Ctrl+Alt+M", "accent"), ("at 8:30, Monday to Friday", "accent")]
    assert chips(window, "Close all") == [("every 2 hours (off)", "muted")]
    window.show_problems({"h": "ctrl+alt+m is used by another program."})
    assert chips(window, "Save the note")[0] == ("Ctrl+Alt+M", "danger")
    assert window.notice.text.text() == "ctrl+alt+m is used by another program."
    index = window.entries.index(names(window).index("Save the note"))
    assert "used by another program" in str(index.data(Qt.ItemDataRole.ToolTipRole))
    read_out = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert "at 8:30, Monday to Friday" in read_out
    assert "used by another program" in read_out


def test_what_starts_a_macro_follows_it_and_goes_and_comes_with_it(
    window: MacrosWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(HOTKEY.model_copy(update={"macro": "Office/Save the note"}))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("At home", True))
    choose(window, "Save the note")
    window.move_to.trigger()
    wait(lambda: chips(window, "Save the note"))
    assert [each.macro for each in triggers.load().triggers] == ["Save the note"]
    choose(window, "Save the note")
    window.remove.trigger()
    wait(lambda: "Save the note" not in names(window))
    said = "“Save the note” was removed. It no longer starts by itself (Ctrl+Alt+M)."
    assert window.notice.text.text() == said
    assert triggers.load().triggers == ()
    window.notice.button.click()
    wait(lambda: "Save the note" in names(window))
    assert chips(window, "Save the note") == [("Ctrl+Alt+M", "accent")]


def test_what_starts_nothing_any_more_is_said(window: MacrosWindow, wait: Wait) -> None:
    keep(HOTKEY.model_copy(update={"macro": "Gone\u202e"}))
    window.refresh()
    wait(lambda: window.notice.isVisible())
    assert "“Gone⟨U+202E⟩” (Ctrl+Alt+M)" in window.notice.text.text()


def test_triggers_that_can_not_be_read_are_told_and_the_macros_are_there(window: MacrosWindow, wait: Wait) -> None:
    triggers.default_path().write_text("{")
    window.refresh()
    wait(lambda: "can't be read" in window.notice.text.text())
    assert len(names(window)) == 4
