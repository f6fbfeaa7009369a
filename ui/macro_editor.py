"""The editor of a macro."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QMessageBox, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import triggered
from ui import macro_tree, theme
from ui.bridge import Bridge
from ui.macro_document import Document
from ui.macro_marking import Marking
from ui.macro_notice import Notice
from ui.macro_parameters import ParametersDialog
from ui.macro_pictures import Pictures
from ui.macro_playing import Wanted
from ui.macro_step_actions import StepActions
from ui.macro_steps import StepsPane
from ui.macro_tools import IconAction, ToolRow
from ui.macro_work import Draft, Played
from ui.rule import rule
from ui.visible_text import line

SIZE = QSize(1100, 760)


class EditorWindow(QWidget):
    """Edits one macro of the library.

    Args:
        entry: where it is kept.
        stored: as it is there.
        known: the names of the macros that it may play.

    Signals:
        saved: with the `Entry` as it is now.
        play_wanted: with the `Wanted` to play.
        record_wanted: steps to come at `place`; answer with `add`.
        history_wanted: with the name.
    """

    saved = Signal(object)
    play_wanted = Signal(object)
    record_wanted = Signal()
    history_wanted = Signal(str)

    def __init__(
        self,
        entry: Entry,
        stored: Stored,
        library: Library,
        bridge: Bridge,
        known: Collection[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.entry = entry
        self._library, self._bridge = library, bridge
        self._closing = False
        self.document = Document(stored.macro, {}, stored.source, known, self)
        self.pane = StepsPane(self.document, Pictures(bridge, self))
        self.list = self.pane.list
        self.marking = Marking(self.document, self.pane.form, bridge)
        self.notice = Notice()
        self.name = QLineEdit(stored.macro.name)
        self.name.setAccessibleName(self.tr("Name of the macro"))
        self.name.setMaxLength(120)
        self.name.textEdited.connect(self._rename)
        self.resize(SIZE)
        self.steps = StepActions(self, self.document, self.pane)
        self._make_actions()
        self._lay_out()
        self.document.changed.connect(self._changed)
        self.document.stack.cleanChanged.connect(self._changed)
        self.pane.chosen.connect(self._show_chosen)
        self.list.activated.connect(lambda _: self.pane.form.enter())
        self._changed()
        self._show_chosen()
        self.list.setFocus()

    @property
    def macro(self) -> Macro:
        return self.document.macro

    @property
    def is_saved(self) -> bool:
        """Whether what it shows is what it last read or wrote."""
        return self.document.stack.isClean()

    def add(self, draft: Draft) -> None:
        """Put what was recorded behind the chosen step, with the parameters that it brings."""
        self.document.bring_pictures(draft.pictures)
        new, parameters = draft.macro.steps, draft.macro.parameters
        self.pane.change(lambda: self.document.insert(new, self.list.place, self.tr("Record"), parameters))
        if draft.remarks:
            self.notice.tell("info", " ".join(draft.remarks))

    def save(self, then: Callable[[], object] = lambda: None) -> None:
        """Write it, and call `then` when it is on disk. A problem is told, and nothing is lost."""
        macro, library, entry, pictures = self.macro, self._library, self.entry, dict(self.document.pictures)
        index = self.document.stack.index()

        def work() -> Entry:
            files.parse(files.dump(macro))  # what can't be read again is not written
            needed = files.picture_names(macro)
            used = {name: data for name, data in pictures.items() if name in needed}
            return triggered.renaming(library, entry, lambda: library.save(entry, macro, used))

        def done(entry: Entry) -> None:
            self.entry = entry
            if self.document.stack.index() == index:
                self.document.stack.setClean()
            self.notice.hide()
            self._changed()
            self.saved.emit(entry)
            then()

        self._bridge.background(work, done, self._failed, self)

    def show_end(self, played: Played) -> None:
        """How playing ended; the step that it did not get past is chosen."""
        kind = {"done": "done", "failed": "error"}.get(played.status, "warning")
        self.notice.tell(kind, played.summary, played.hint)
        if played.failed_step:
            self.list.choose(played.failed_step)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Unsaved changes are asked about."""
        if self._closing or self.document.stack.isClean():
            super().closeEvent(event)
            return
        answer = self._ask()
        if answer == "discard":
            super().closeEvent(event)
            return
        event.ignore()
        if answer == "save":
            self.save(self._close_now)

    def _close_now(self) -> None:
        self._closing = True
        self.close()

    def _ask(self) -> str:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(self.tr("Save the changes to “{name}”?").format(name=line(self.macro.name)[:80]))
        save = question.addButton(self.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = question.addButton(self.tr("Don't save"), QMessageBox.ButtonRole.DestructiveRole)
        question.setEscapeButton(question.addButton(self.tr("Go on editing"), QMessageBox.ButtonRole.RejectRole))
        question.setDefaultButton(save)
        question.exec()
        clicked = question.clickedButton()
        return "save" if clicked is save else "discard" if clicked is discard else ""

    def _make_actions(self) -> None:
        def action(icon: str, text: str, shortcut: str, does: Callable[[], object]) -> IconAction:
            return IconAction(self, icon, text, shortcut, does)

        stack = self.document.stack
        self.save_it = action("save", self.tr("Save"), "Ctrl+S", self.save)
        self.undo = action("undo", self.tr("Undo"), "Ctrl+Z", stack.undo)
        self.redo = action("redo", self.tr("Redo"), "Ctrl+Shift+Z", stack.redo)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)
        self.record = action("record", self.tr("Record from here"), "Ctrl+R", self.record_wanted.emit)
        self.play = action("play", self.tr("Play"), "F5", lambda: self._play(""))
        self.play_here = action("play", self.tr("Play from here"), "Shift+F5", lambda: self._play(self._one()))
        self.attempt = action("pointer", self.tr("Try this step"), "F6", self._try)
        self.rings = action("eye", self.tr("Only show where"), "F7", lambda: self._play("", dry=True))
        self.parameters = action("keyboard", self.tr("Parameters …"), "Ctrl+P", self._edit_parameters)
        self.history = action(
            "history", self.tr("History"), "Ctrl+H", lambda: self.history_wanted.emit(self.entry.name)
        )
        action("close", self.tr("Close"), "Ctrl+W", self.close)
        self.list.menu = menu = QMenu(self)
        menu.addActions([self.attempt, self.play_here, self.record])
        menu.addSeparator()
        self.steps.add_to(menu)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.MEDIUM, theme.SMALL)
        top.setSpacing(theme.SMALL)
        top.addWidget(self.name, 1)
        top.addWidget(ToolRow(self.undo, self.redo, bare=(self.undo, self.redo)))
        top.addWidget(ToolRow(self.parameters, self.history, self.rings, self.play))
        top.addWidget(ToolRow(self.save_it, primary=self.save_it))
        tools = QHBoxLayout()
        tools.setContentsMargins(theme.MEDIUM, 0, theme.MEDIUM, 0)
        steps = self.steps
        row = ToolRow(
            steps.insert, self.record, None, self.attempt, self.play_here, steps.duplicate, steps.skip, steps.delete
        )
        steps.open_insert_at(row.buttons[steps.insert])
        tools.addWidget(row)
        note = QVBoxLayout()
        note.setContentsMargins(theme.MEDIUM, theme.TINY, theme.MEDIUM, theme.TINY)
        note.addWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(tools)
        layout.addLayout(note)
        layout.addWidget(rule())
        layout.addWidget(self.pane, 1)

    def _changed(self, _: bool = False) -> None:
        star = "" if self.document.stack.isClean() else "*"
        self.setWindowTitle(f"{star}{line(self.macro.name)[:80]} – Desktop Agent")
        self.save_it.setEnabled(bool(star))
        if self.name.text().strip() != self.macro.name:
            self.name.setText(self.macro.name)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """What can be done with the chosen steps."""
        self.steps.show_chosen()
        for action in (self.attempt, self.play_here):
            action.setEnabled(len(self.list.chosen) == 1)
        for action in (self.play, self.rings):
            action.setEnabled(bool(self.macro.steps))

    def _one(self) -> str:
        return next(iter(self.list.chosen), "")

    def _rename(self, name: str) -> None:
        try:
            self.document.rename(name)
        except UsageError as error:
            self._failed(error)

    def _edit_parameters(self) -> None:
        dialog = ParametersDialog(self.macro.parameters, self)
        dialog.given.connect(self._set_parameters)
        dialog.open()

    def _set_parameters(self, parameters: object, renamed: object) -> None:
        if isinstance(parameters, tuple) and isinstance(renamed, dict):
            try:
                self.document.set_parameters(parameters, renamed)
            except UsageError as error:
                self._failed(error)

    def _play(self, start: str, dry: bool = False) -> None:
        entry = self.entry if self.document.stack.isClean() else None
        self.play_wanted.emit(Wanted(Stored(self.macro, self.document.source), entry, start, dry))

    def _try(self) -> None:
        """Play the chosen step alone."""
        if step := self._one():
            alone = (macro_tree.find(self.macro.steps, step).model_copy(update={"skip": False}),)
            stored = Stored(self.macro.model_copy(update={"steps": alone}), self.document.source)
            self.play_wanted.emit(Wanted(stored))

    def _failed(self, error: AgentError) -> None:
        self.notice.tell("error", error.user_message, error.hint)
