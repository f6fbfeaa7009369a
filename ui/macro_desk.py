"""All that the tray offers about macros, put together: the windows, recording, playing."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.macros.library import Entry
from desktop_agent.macros.playing.triggers import Start
from ui.aside import Aside
from ui.bridge import Bridge
from ui.latest import Latest
from ui.macro_drafts import Drafts
from ui.macro_editor import EditorWindow
from ui.macro_playing import Ended, Playing, Wanted
from ui.macro_recording import Recording
from ui.macro_rings import Rings
from ui.macro_unattended import Outcome, Unattended
from ui.macro_usage import most_used
from ui.macro_windows import MacroWindows
from ui.macro_work import Draft, Work
from ui.macros import MacrosWindow
from ui.open_windows import is_open, present


class MacroDesk(QObject):
    """Lets list, windows, recorder and player work together.

    Signals:
        most_used: with the names of the macros that are played most.
        recording: whether one is being recorded.
        told: a title and a text, where no window of the macros is open to show it.
    """

    most_used = Signal(object)
    recording = Signal(bool)
    told = Signal(str, str)

    def __init__(self, work: Work, bridge: Bridge, rings: Rings | None = None, parent: QObject | None = None) -> None:
        """`rings`: see `Playing`."""
        super().__init__(parent)
        self._work, self._bridge, self._rings = work, bridge, rings
        self._listing, self._aside = Latest(), Aside()
        self.hotkey = ""
        """That for recording, for people."""
        self.list: MacrosWindow | None = None
        self._untold: tuple[str, str, str] | None = None
        self._problems: Mapping[str, str] = {}
        self._for_editor: EditorWindow | None = None
        self._player: EditorWindow | None = None
        self.windows = MacroWindows(work, bridge, self)
        self.drafts = Drafts(work, bridge, self)
        self.recorder = Recording(work, bridge, self)
        self.player = Playing(work, bridge, rings, self)
        self.unattended = Unattended(work, bridge, lambda: self.recorder.active, self)
        self._connect_parts()
        self.refresh()

    def show_list(self) -> None:
        """Open the list of macros."""
        window = self.list
        if not is_open(window):
            self.list = window = self._new_list()
        present(window)
        if self._untold is not None:
            window.tell(*self._untold)
            self._untold = None

    def toggle_recording(self) -> None:
        """For the hotkey: begin, or end what is being recorded."""
        if self.recorder.active:
            self.recorder.stop()
        else:
            self.record()

    def record(self, editor: EditorWindow | None = None) -> None:
        """Record a new macro, or more steps for the one in `editor`."""
        if self._bridge.current is not None:
            self._failed(AgentError(self.tr("Something is running already."), self.tr("Wait, or stop it.")))
        elif not self.recorder.active:
            self._for_editor = editor
            self._aside.step()
            self.recorder.start()

    def play_named(self, name: str, given: Mapping[str, str] | None = None) -> None:
        """Play the macro of that name; of the values that it needs only those are asked for that are not `given`."""
        library = self._work.library
        self._bridge.background(
            lambda: library.find(name), lambda entry: self.play(entry, given=given), self._failed, self
        )

    def play(self, entry: Entry, parent: QWidget | None = None, given: Mapping[str, str] | None = None) -> None:
        """Play that macro."""
        library = self._work.library
        self._bridge.background(
            lambda: Wanted(library.open(entry), entry, given=given),
            lambda wanted: self._play(wanted, parent),
            self._failed,
            self,
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
        if is_open(self.list):
            self.list.show_problems(problems)

    def export(self, entry: Entry, path: Path) -> None:
        """Write a macro to a file to be shared."""
        work = self._work

        def done(_: object) -> None:
            self._tell("done", self.tr("Written to {path}.").format(path=path))

        self._bridge.background(lambda: work.export(work.library.open(entry), path), done, self._failed, self)

    def refresh(self) -> None:
        """The macros or their runs are others now."""
        self._listing.ask()
        self._bridge.background(most_used, self._listing.only(self.most_used.emit), owner=self)
        if is_open(self.list):
            self.list.refresh()

    def close(self) -> None:
        """The program ends."""
        self.recorder.close()
        if self._rings is not None:
            self._rings.close()

    def _connect_parts(self) -> None:
        self.windows.changed.connect(self.refresh)
        self.windows.record_wanted.connect(self.record)
        self.windows.play_wanted.connect(self._play)
        self.drafts.kept.connect(self._kept)
        self.recorder.began.connect(lambda: self.recording.emit(True))
        self.recorder.ended.connect(self._recorded)
        self.player.begins.connect(self._aside.step)
        self.player.ended.connect(self._played)
        self.unattended.begins.connect(self._aside.step)
        self.unattended.ended.connect(self._ended_unattended)
        for part in (self.windows, self.drafts, self.recorder, self.player):
            part.failed.connect(self._failed)
        self._bridge.stopping.connect(self.recorder.stop)

    def _new_list(self) -> MacrosWindow:
        window = MacrosWindow(self._work.library, self._bridge, self.hotkey)
        window.record_wanted.connect(self.record)
        window.play_wanted.connect(lambda entry: self.play(entry, window))
        window.edit_wanted.connect(self.windows.edit)
        window.history_wanted.connect(lambda entry: self.windows.show_history(entry.name))
        window.approve_wanted.connect(self.windows.approve)
        window.triggers_wanted.connect(lambda entry: self.windows.show_triggers(entry, self._problems, window))
        window.import_wanted.connect(self.drafts.preview)
        window.export_wanted.connect(self.export)
        window.changed.connect(self.refresh)
        window.show_problems(self._problems)
        return window

    def _recorded(self, draft: Draft | None) -> None:
        self.recording.emit(False)
        self._aside.come_back()
        editor, self._for_editor = self._for_editor, None
        if draft is not None and draft.macro.steps:
            self.drafts.take(draft, editor)
        elif draft is not None:
            self.drafts.forget(draft)
            self._tell("info", self.tr("Nothing was recorded."))

    def _kept(self, entry: Entry) -> None:
        self.refresh()
        self.show_list()
        self._tell("done", self.tr("“{name}” was saved.").format(name=entry.name[:80]))

    def _play(self, wanted: Wanted, parent: QWidget | None) -> None:
        if self.recorder.active:
            self._failed(AgentError(self.tr("A macro is being recorded."), self.tr("Stop the recording first.")))
            return
        self._player = parent if isinstance(parent, EditorWindow) else None
        self.player.play(wanted, parent)

    def _played(self, name: str, end: Ended) -> None:
        self._aside.come_back()
        editor, self._player = self._player, None
        if is_open(editor):
            if end.mended and editor.is_saved:  # It shows the macro as it was before.
                entry = editor.entry
                editor.close()
                self.windows.edit(entry, end)
            else:
                editor.show_end(end)
        else:
            kind = {"done": "done", "failed": "error"}.get(end.status, "warning")
            kind = "warning" if kind == "done" and end.mended else kind
            self._tell(kind, f"{name[:80]}: {end.summary}", end.hint)
        self.refresh()

    def _ended_unattended(self, outcome: Outcome) -> None:
        """It is told at the tray; more of it where the person asks for it."""
        self._aside.come_back()
        if outcome.summary and outcome.kind != "done":
            told = ("warning", f"{outcome.start.macro[:80]}: {outcome.summary}", outcome.hint)
            if is_open(self.list):
                self.list.tell(*told)
            else:
                self._untold = told
        self.refresh()

    def _failed(self, error: AgentError) -> None:
        self._aside.come_back()
        self.show_list()
        self._tell("error", error.user_message, error.hint)

    def _tell(self, kind: str, text: str, hint: str = "") -> None:
        """Say it in the list, where that is open or something is wrong; else at the tray, in our own words."""
        if kind in ("error", "warning") and not is_open(self.list):
            self.show_list()
        if is_open(self.list):
            self.list.tell(kind, text, hint)
        else:
            self.told.emit(self.tr("Macros"), self.tr("The macro has ended.") if kind == "done" else text)
