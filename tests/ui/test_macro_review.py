"""The review of a macro before it is kept."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPlainTextEdit, QPushButton

from desktop_agent.macros import files
from desktop_agent.macros.format import ClickStep, ElementRef, Macro
from desktop_agent.macros.library import Entry, Library
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import DraftDouble, click, macro, pictures, press, target, typing
from tests.ui.session_double import SessionDouble
from ui.bridge import Bridge
from ui.macro_marking import ParameterDialog
from ui.macro_review import ReviewWindow

DRAFT = DraftDouble(
    macro(click("a"), typing("b", "secret"), press("c"), name="Recorded"), pictures(), ("Check <b>it</b>.",)
)


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def review(library: Library, wait: Wait) -> Iterator[ReviewWindow]:
    window = ReviewWindow(DRAFT, library, Bridge(SessionDouble()), ("Office",))
    window.show()
    wait(window.isActiveWindow)
    yield window
    window._finished = True
    window.close()


def kept(window: ReviewWindow) -> list[Entry]:
    heard: list[Entry] = []
    window.kept.connect(heard.append)
    return heard


def test_a_recording_is_named_changed_and_kept(review: ReviewWindow, library: Library, wait: Wait) -> None:
    assert "Check <b>it</b>." in [label.text() for label in review.findChildren(QLabel)]
    assert review.name.hasFocus()
    QTest.keyClicks(review.name, "My job")
    review.folder.setEditText("At home")
    review.pane.list.choose("c")
    review.pane.list.setFocus()
    QTest.keyClick(review.pane.list, Qt.Key.Key_Delete)
    review.pane.list.choose("b")
    review.pane.form.parameter_wanted.emit(review.pane.form.marked())
    dialog = review.marking.dialog
    assert isinstance(dialog, ParameterDialog)
    dialog.accept()
    heard = kept(review)
    review.save.click()
    wait(lambda: heard)
    assert not review.isVisible()
    entry = library.find("At home/My job")
    assert entry.macro is not None
    assert [step.id for step in entry.macro.steps] == ["a", "b"]
    assert entry.macro.steps[1].text == "{{text}}"  # type: ignore[union-attr]
    assert entry.macro.parameters[0].default == "secret"
    assert library.open(entry).picture(next(iter(pictures()))).width == 320


@pytest.mark.parametrize("sure", [True, False])
def test_a_recording_is_not_thrown_away_unasked(
    review: ReviewWindow, library: Library, monkeypatch: pytest.MonkeyPatch, sure: bool
) -> None:
    texts: list[str] = []

    def answer(question: QMessageBox) -> int:
        texts.append(question.text())
        next(button for button in question.buttons() if (button.text() == "Throw away") is sure).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    QTest.keyClick(review.discard, Qt.Key.Key_Space)
    assert texts == ["Throw the recording away?"]
    assert review.isVisible() is not sure
    assert library.entries() == ()


def test_what_can_not_be_kept_is_told_and_nothing_is_lost(review: ReviewWindow, library: Library, wait: Wait) -> None:
    review.name.clear()
    review.save.click()
    assert "name" in review.notice.text.text()
    QTest.keyClicks(review.name, "Fine")
    library.root.parent.mkdir(parents=True, exist_ok=True)
    library.root.write_text("no folder")
    review.save.click()
    wait(lambda: "could not be written" in review.notice.text.text())
    assert review.isVisible()
    assert review.isEnabled()


def test_without_steps_nothing_can_be_kept(review: ReviewWindow) -> None:
    review.pane.list.selectAll()
    review.delete.trigger()
    assert not review.save.isEnabled()
    review.undo.trigger()
    assert review.save.isEnabled()


def test_a_strangers_macro_is_shown_as_such_with_every_step_and_only_looked_at(library: Library, wait: Wait) -> None:
    outside = library.root.parent / "outside"
    files.write(outside, DRAFT.macro, DRAFT.pictures)
    stored = files.read(outside)
    window = ReviewWindow(DraftDouble(stored.macro), library, Bridge(SessionDouble()), (), stored.source, str(outside))
    window.show()
    wait(window.isActiveWindow)
    told = [label.text() for label in window.findChildren(QLabel)]
    assert any("comes from elsewhere" in text and str(outside) in text for text in told)
    assert window.pane.list.rows.rowCount() == 3
    assert window.pane.form.widget().findChildren(QPushButton) == []
    QTest.keyClick(window.pane.list, Qt.Key.Key_Delete)
    assert len(window.document.macro.steps) == 3
    heard = kept(window)
    window.save.click()
    wait(lambda: heard)
    assert library.find("Recorded").macro == Macro.model_validate(DRAFT.macro.model_dump())


def test_of_a_strangers_step_all_is_seen_and_nothing_can_be_changed(library: Library, wait: Wait) -> None:
    lying = target("the Cancel button").model_copy(
        update={"element": ElementRef(role="push button", name="Delete all"), "near": ("Really?",)}
    )
    long = "harmless " * 50 + "\u202erm -rf ~\n"
    steps = macro(ClickStep(id="a", do="click", target=lying), typing("b", long))
    window = ReviewWindow(DraftDouble(steps, pictures()), library, Bridge(SessionDouble()), (), None, "elsewhere")
    window.show()
    rows = window.pane.list.rows
    assert "looks for push button “Delete all”, beside “Really?”" in rows.shown(rows.row(0)).detail
    window.pane.list.choose("a")
    assert any("Delete all" in label.text() for label in window.pane.form.widget().findChildren(QLabel))
    (words, *_) = window.pane.form.widget().findChildren(QLineEdit)
    QTest.keyClicks(words, "changed")
    window.pane.list.choose("b")
    typed = window.pane.form.typed
    assert typed.toPlainText().endswith("⟨U+202E⟩rm -rf ~⏎\n")
    for edit in window.pane.form.widget().findChildren(QPlainTextEdit):
        QTest.keyClicks(edit, "changed")
    assert window.document.macro == steps
    assert window.document.stack.count() == 0


def test_a_strangers_macro_whose_picture_is_missing_is_refused(library: Library, wait: Wait) -> None:
    outside = library.root.parent / "outside"
    files.write(outside, DRAFT.macro, {})
    stored = files.read(outside)
    window = ReviewWindow(DraftDouble(stored.macro), library, Bridge(SessionDouble()), (), stored.source, "elsewhere")
    window.show()
    window.save.click()
    wait(lambda: "missing" in window.notice.text.text())
    assert library.entries() == ()
