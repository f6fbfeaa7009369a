"""All that the tray offers about macros, put together: the windows, recording, playing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop_agent.core.errors import AgentError
from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Entry
from desktop_agent.macros.playing.triggers import Start
from ui.bridge import Bridge
from ui.latest import Latest
from ui.macro_approval import ApprovalWindow
from ui.macro_editor import EditorWindow
from ui.macro_history import MacroHistory
from ui.macro_playing import Ended, Playing, Wanted
from ui.macro_recording import Recording
from ui.macro_review import ReviewWindow
from ui.macro_trigger_form import TriggerForm
from ui.macro_trigger_known import Known, known
from ui.macro_unattended import Outcome, Unattended
from ui.macro_usage import most_used
from ui.macro_work import Draft, Work
from ui.macros import MacrosWindow


@dataclass(frozen=True)
class Preview:
    """A `Draft` of a macro that came from elsewhere."""

    macro: Macro
    pictures: dict[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class MacroDesk(QObject):
    """Opens the windows of the macros, one of a kind for each macro, and lets them work together.

    Signals:
        most_used: with the names of the macros that are played most.
        recording: whether one is being recorded.
        told: a title and a text, where no window of the macros is open to show it.
    """

    most_used = Signal(object)
    recording = Signal(bool)
    told = Signal(str, str)

    def __init__(self, work: Work, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._bridge = work, bridge
        self._listing = Latest()
        self.hotkey = ""
        """That for recording, for people."""
        self.list: MacrosWindow | None = None
        self._windows: dict[str, QWidget] = {}
        self._aside: list[QWidget] = []
        self._untold: tuple[str, str, str] | None = None
        self._problems: Mapping[str, str] = {}
        self._for_editor: EditorWindow | None = None
        self._player: EditorWindow | None = None
        self.recorder = Recording(work, bridge, self)
        self.recorder.began.connect(lambda: self.recording.emit(True))
        self.recorder.ended.connect(self._recorded)
        self.recorder.failed.connect(self._failed)
        self.player = Playing(work, bridge, self)
        self.player.begins.connect(self._step_aside)
        self.player.ended.connect(self._played)
        self.player.failed.connect(self._failed)
        self.unattended = Unattended(work, bridge, lambda: self.recorder.active, self)
        self.unattended.begins.connect(self._step_aside)
        self.unattended.ended.connect(self._ended_unattended)
        bridge.stopping.connect(self.recorder.stop)
        self.refresh()

    def show_list(self) -> None:
        """Open the list of macros."""
        window = self.list
        if window is None or not isValid(window) or not window.isVisible():
            self.list = window = MacrosWindow(self._work.library, self._bridge, self.hotkey)
            window.record_wanted.connect(self.record)
            window.play_wanted.connect(lambda entry: self.play(entry, window))
            window.edit_wanted.connect(self.edit)
            window.history_wanted.connect(lambda entry: self.show_history(entry.name))
            window.approve_wanted.connect(self.approve)
            window.import_wanted.connect(self.preview)
            window.export_wanted.connect(self.export)
            window.changed.connect(self.refresh)
            window.triggers_wanted.connect(self.show_triggers)
            window.show_problems(self._problems)
        self._present(window)
        if self._untold is not None:
            window.tell(*self._untold)
            self._untold = None

    def toggle_recording(self) -> None:
        """For the hotkey: begin, or end what is being recorded."""
        if self.recorder.active:
            self.recorder.stop()
        else:
            self.record()

    def record(self) -> None:
        """Record a new macro."""
        self._record(None)

    def play_named(self, name: str, given: Mapping[str, str] | None = None) -> None:
        """Play the macro of that name; of the values that it needs only those are asked for that are not `given`."""
        library = self._work.library
        self._bridge.background(
            lambda: library.find(name), lambda entry: self.play(entry, given=given), self._failed, self
        )

    def start(self, start: Start) -> None:
        """A hotkey was pressed. While something runs no window of ours may come over it."""
        if self._bridge.current is not None:
            self.told.emit(self.tr("Macros"), self.tr("The macro was not started: something is running already."))
        elif self.recorder.active:
            self.told.emit(self.tr("Macros"), self.tr("The macro was not started: one is being recorded."))
        else:
            self.play_named(start.macro, start.values)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """These are wrong with what starts macros, by the ids of the triggers."""
        self._problems = problems
        if self.list is not None and isValid(self.list):
            self.list.show_problems(problems)

    def show_triggers(self, entry: Entry) -> None:
        """Show what starts that macro by itself, to be changed."""
        key, work = f"triggers {entry.path}", self._work
        if self._shown(key):
            return

        def show(found: Known) -> None:
            if not self._shown(key):
                form = TriggerForm(found, self._problems, work.library, work.check, self._bridge, self.list)
                form.saved.connect(self.refresh)
                form.approve_wanted.connect(lambda: self.approve(entry))
                self._keep(key, form)

        self._bridge.background(lambda: known(entry, work), show, self._failed, self)

    def play(self, entry: Entry, parent: QWidget | None = None, given: Mapping[str, str] | None = None) -> None:
        """Play that macro."""
        library = self._work.library
        self._bridge.background(
            lambda: Wanted(library.open(entry), entry, given=given),
            lambda wanted: self._play(wanted, parent),
            self._failed,
            self,
        )

    def edit(self, entry: Entry) -> None:
        """Open the editor of that macro."""
        key = f"edit {entry.path}"
        if self._shown(key):
            return
        library = self._work.library

        def work() -> tuple[Stored, list[str]]:
            return library.open(entry), [each.name for each in library.entries()]

        def show(found: tuple[Stored, list[str]]) -> None:
            if not self._shown(key):
                self._keep(key, self._editor(entry, *found))

        self._bridge.background(work, show, self._failed, self)

    def approve(self, entry: Entry) -> None:
        """Show every step of that macro, to be approved as a whole."""
        key, work = f"approve {entry.path}", self._work
        if self._shown(key):
            return

        def look() -> tuple[Stored, bool]:
            stored = work.library.open(entry)
            return stored, work.is_approved(entry, stored)

        def show(found: tuple[Stored, bool]) -> None:
            if not self._shown(key):
                self._keep(key, ApprovalWindow(entry, *found, work, self._bridge))

        self._bridge.background(look, show, self._failed, self)

    def show_history(self, name: str) -> None:
        """Open the past runs of that macro."""
        if not self._shown(f"history {name}"):
            self._keep(f"history {name}", MacroHistory(self._bridge, name))

    def preview(self, path: Path) -> None:
        """Show a macro from elsewhere, before it is taken in."""

        def show(stored: Stored) -> None:
            draft = Preview(stored.macro)
            self._review(draft, stored.source, str(path))

        self._bridge.background(lambda: files.read(path), show, self._failed, self)

    def export(self, entry: Entry, path: Path) -> None:
        """Write a macro to a file to be shared."""
        work = self._work

        def done(_: object) -> None:
            self._tell("done", self.tr("Written to {path}.").format(path=path))

        self._bridge.background(lambda: work.export(work.library.open(entry), path), done, self._failed, self)

    def save_run(self, run: str) -> None:
        """Make a macro of a confirmed run of the agent."""
        self._bridge.background(lambda: self._work.draft_of_run(run), self._review, self._failed, self)

    def refresh(self) -> None:
        """The macros or their runs are others now."""
        self._listing.ask()
        self._bridge.background(most_used, self._listing.only(self.most_used.emit), owner=self)
        if self.list is not None and isValid(self.list) and self.list.isVisible():
            self.list.refresh()

    def close(self) -> None:
        """The program ends."""
        self.recorder.close()

    def _record(self, editor: EditorWindow | None) -> None:
        if self._bridge.current is not None:
            self._failed(AgentError(self.tr("Something is running already."), self.tr("Wait, or stop it.")))
        elif not self.recorder.active:
            self._for_editor = editor
            self._step_aside()
            self.recorder.start()

    def _recorded(self, draft: Draft | None) -> None:
        self.recording.emit(False)
        self._come_back()
        editor, self._for_editor = self._for_editor, None
        if draft is None:
            return
        if not draft.macro.steps:
            self._forget(draft)
            self._tell("info", self.tr("Nothing was recorded."))
        elif editor is not None and isValid(editor) and editor.isVisible():
            editor.add(draft)
            editor.saved.connect(lambda _: self._forget(draft))
            editor.destroyed.connect(lambda: self._forget(draft))
        else:
            self._review(draft, then=partial(self._forget, draft))

    def _forget(self, draft: Draft) -> None:
        self._bridge.background(lambda: self._work.forget(draft), lambda _: None)

    def _review(
        self,
        draft: Draft,
        source: files.Source | None = None,
        stranger: str = "",
        then: Callable[[], object] = lambda: None,
    ) -> None:
        library = self._work.library

        def show(entries: tuple[Entry, ...]) -> None:
            folders = {each.folder for each in entries if each.folder}
            window = ReviewWindow(draft, library, self._bridge, folders, source, stranger)
            window.kept.connect(self._kept)
            window.finished.connect(then)
            self._keep(f"review {id(window)}", window)

        self._bridge.background(library.entries, show, self._failed, self)

    def _kept(self, entry: Entry) -> None:
        self.refresh()
        self.show_list()
        self._tell("done", self.tr("“{name}” was saved.").format(name=entry.name[:80]))

    def _editor(self, entry: Entry, stored: Stored, known: list[str]) -> EditorWindow:
        window = EditorWindow(entry, stored, self._work.library, self._bridge, known)
        window.saved.connect(lambda _: self.refresh())
        window.record_wanted.connect(partial(self._record, window))
        window.history_wanted.connect(self.show_history)
        window.play_wanted.connect(lambda wanted: self._play(wanted, window))
        return window

    def _play(self, wanted: Wanted, parent: QWidget | None) -> None:
        if self.recorder.active:
            self._failed(AgentError(self.tr("A macro is being recorded."), self.tr("Stop the recording first.")))
            return
        self._player = parent if isinstance(parent, EditorWindow) else None
        self.player.play(wanted, parent)

    def _played(self, name: str, end: Ended) -> None:
        self._come_back()
        editor, self._player = self._player, None
        if editor is not None and isValid(editor) and editor.isVisible():
            editor.show_end(end)
        else:
            kind = {"done": "done", "failed": "error"}.get(end.status, "warning")
            self._tell(kind, f"{name[:80]}: {end.summary}", end.hint)
        self.refresh()

    def _ended_unattended(self, outcome: Outcome) -> None:
        """It is told at the tray; more of it where the person asks for it."""
        self._come_back()
        if outcome.summary and outcome.kind != "done":
            told = ("warning", f"{outcome.start.macro[:80]}: {outcome.summary}", outcome.hint)
            if self.list is not None and isValid(self.list) and self.list.isVisible():
                self.list.tell(*told)
            else:
                self._untold = told
        self.refresh()

    def _failed(self, error: AgentError) -> None:
        self._come_back()
        self.show_list()
        self._tell("error", error.user_message, error.hint)

    def _tell(self, kind: str, text: str, hint: str = "") -> None:
        """Say it in the list, where that is open or something is wrong; else at the tray, in our own words."""
        window = self.list
        there = window is not None and isValid(window) and window.isVisible()
        if not there and kind in ("error", "warning"):
            self.show_list()
            window, there = self.list, True
        if there and window is not None:
            window.tell(kind, text, hint)
        else:
            self.told.emit(self.tr("Macros"), self.tr("The macro has ended.") if kind == "done" else text)

    def _step_aside(self) -> None:
        """Where our own windows stand nothing is seen, recorded or done."""
        kinds = (Qt.WindowType.Window, Qt.WindowType.Dialog)
        found = [each for each in QApplication.topLevelWidgets() if each.windowType() in kinds]
        self._aside += [each for each in found if each.isVisible() and not each.isMinimized()]
        for window in self._aside:
            window.showMinimized()

    def _come_back(self) -> None:
        aside, self._aside = self._aside, []
        for window in aside:
            if isValid(window) and window.isVisible() and window.isMinimized():
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)

    def _shown(self, key: str) -> bool:
        """Bring the window of that name to the front, where it is open."""
        window = self._windows.get(key)
        if window is None or not isValid(window) or not window.isVisible():
            return False
        self._present(window)
        return True

    def _keep(self, key: str, window: QWidget) -> None:
        self._windows = {name: each for name, each in self._windows.items() if isValid(each) and each.isVisible()}
        self._windows[key] = window
        self._present(window)

    def _present(self, window: QWidget) -> None:
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()
