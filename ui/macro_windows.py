"""The windows that are about one macro: editor, approval, history, what starts it."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_agent.macros.files import Stored
from desktop_agent.macros.library import Entry
from ui.bridge import Bridge
from ui.macro_approval import ApprovalWindow
from ui.macro_editor import EditorWindow
from ui.macro_history import MacroHistory
from ui.macro_playing import Ended
from ui.macro_trigger_form import TriggerForm
from ui.macro_trigger_known import Known, known
from ui.macro_work import Work
from ui.open_windows import OpenWindows


class MacroWindows(QObject):
    """Opens them, one of a kind for each macro.

    Signals:
        changed: the library, or what starts macros, is another one now.
        record_wanted: with the `EditorWindow` that takes the steps.
        play_wanted: with the `Wanted`, and the window that wants it.
        failed: with the `AgentError`: it could not be opened.
    """

    changed = Signal()
    record_wanted = Signal(object)
    play_wanted = Signal(object, object)
    failed = Signal(object)

    def __init__(self, work: Work, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._bridge = work, bridge
        self._open = OpenWindows()

    def edit(self, entry: Entry, end: Ended | None = None) -> None:
        """Open the editor of that macro, and show how playing it ended."""
        name, library = f"edit {entry.path}", self._work.library
        if self._open.shown(name):
            return

        def work() -> tuple[Stored, list[str]]:
            return library.open(entry), [each.name for each in library.entries()]

        def show(found: tuple[Stored, list[str]]) -> None:
            if not self._open.shown(name):
                editor = self._editor(entry, *found)
                self._open.keep(name, editor)
                if end is not None:
                    editor.show_end(end)

        self._bridge.background(work, show, self.failed.emit, self)

    def approve(self, entry: Entry) -> None:
        """Show every step of that macro, to be approved as a whole."""
        name, work = f"approve {entry.path}", self._work
        if self._open.shown(name):
            return

        def look() -> tuple[Stored, bool]:
            stored = work.library.open(entry)
            return stored, work.is_approved(entry, stored)

        def show(found: tuple[Stored, bool]) -> None:
            if not self._open.shown(name):
                self._open.keep(name, ApprovalWindow(entry, *found, work, self._bridge))

        self._bridge.background(look, show, self.failed.emit, self)

    def show_triggers(self, entry: Entry, problems: Mapping[str, str], parent: QWidget | None) -> None:
        """Show what starts that macro by itself, to be changed; `problems` as `TriggerForm` takes them."""
        name, work = f"triggers {entry.path}", self._work
        if self._open.shown(name):
            return

        def show(found: Known) -> None:
            if not self._open.shown(name):
                form = TriggerForm(found, problems, work.library, work.check, self._bridge, parent)
                form.saved.connect(self.changed)
                form.approve_wanted.connect(lambda: self.approve(entry))
                self._open.keep(name, form)

        self._bridge.background(lambda: known(entry, work), show, self.failed.emit, self)

    def show_history(self, macro: str) -> None:
        """Open the past runs of the macro of that name."""
        name = f"history {macro}"
        if not self._open.shown(name):
            self._open.keep(name, MacroHistory(self._bridge, macro))

    def _editor(self, entry: Entry, stored: Stored, names: list[str]) -> EditorWindow:
        window = EditorWindow(entry, stored, self._work.library, self._bridge, names)
        window.saved.connect(lambda _: self.changed.emit())
        window.record_wanted.connect(partial(self.record_wanted.emit, window))
        window.history_wanted.connect(self.show_history)
        window.play_wanted.connect(lambda wanted: self.play_wanted.emit(wanted, window))
        return window
