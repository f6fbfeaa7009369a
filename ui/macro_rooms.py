"""What records and plays macros, as the windows want it (`ui.macro_work.Work`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.cli.macro_describing import TargetDescriber
from desktop_agent.cli.macro_record import entry_of
from desktop_agent.cli.playing import Wanted
from desktop_agent.core.events import Watcher
from desktop_agent.desktop.hands.own import own_pids
from desktop_agent.macros import files
from desktop_agent.macros.export import exported, guide, python
from desktop_agent.macros.files import Stored
from desktop_agent.macros.finding.windows import title_pattern
from desktop_agent.macros.format import Macro, Parameter, WindowRef
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import parameters
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.program import gather
from desktop_agent.macros.recording.convert import convert
from desktop_agent.macros.recording.eyes import Eyes, open_eyes
from desktop_agent.macros.recording.from_run import from_run
from desktop_agent.macros.recording.recorder import Recorder
from desktop_agent.macros.recording.recording import Recording
from ui.current import Current
from ui.macro_work import Draft, Played


@dataclass(frozen=True)
class Recorded:
    """A `Draft` of a recording whose journal is still on the disk."""

    macro: Macro
    pictures: Mapping[str, bytes]
    remarks: Sequence[str]
    recording: Recording


class ScreenRecorder:
    """Implements `ui.macro_work.Recorder`: a recorder with eyes of its own."""

    def __init__(self, eyes: Eyes, recorder: Recorder) -> None:
        self._eyes, self._recorder = eyes, recorder

    @property
    def count(self) -> int:
        return self._recorder.status.events

    def start(self) -> None:
        self._recorder.start()

    def pause(self) -> None:
        self._recorder.pause()

    def resume(self) -> None:
        self._recorder.resume()

    def stop(self) -> Draft:
        try:
            recording = self._recorder.stop()
        finally:
            self._eyes.close()
        made = convert(recording, "", entry_of)
        return Recorded(made.macro, made.pictures, made.remarks, recording)


class Rooms:
    """Implements `Work`, over the session in use."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self.library = Library()

    def recorder(self) -> ScreenRecorder:
        """See `Work`."""
        settings, eyes = self._current.settings, open_eyes()
        describer, keys = TargetDescriber(eyes), (settings.record_hotkey, settings.pause_hotkey)
        return ScreenRecorder(eyes, Recorder(eyes, describer, lambda: frozenset(own_pids()), settings, hotkeys=keys))

    def draft_of_run(self, run: str) -> Draft:
        """See `Work`."""
        runs = self._current.runs
        return from_run(runs.get(run), runs.images, _refer)

    def forget(self, draft: Draft) -> None:
        """See `Work`."""
        if isinstance(draft, Recorded):
            draft.recording.discard()

    def is_approved(self, entry: Entry, stored: Stored) -> bool:
        """See `Work`."""
        snapshot = self.library.snapshot()
        return MacroApprovals().holds(snapshot.place(entry), gather(stored, snapshot))

    def approve(self, entry: Entry, stored: Stored, approved: bool) -> None:
        """See `Work`."""
        snapshot = self.library.snapshot()
        if approved:
            MacroApprovals().approve(snapshot.place(entry), gather(stored, snapshot))
        else:
            MacroApprovals().revoke(snapshot.place(entry))

    def play(
        self,
        stored: Stored,
        values: Mapping[str, str],
        watch: Watcher,
        *,
        entry: Entry | None = None,
        start: str | None = None,
        dry: bool = False,
        unattended: bool = False,
    ) -> Played:
        """See `Work`. `entry`: where it is kept, if it is played as it lies there; then an approval counts."""
        snapshot = self.library.snapshot()
        wanted = Wanted(snapshot.place(entry) if entry is not None else "", snapshot, start, dry, unattended=unattended)
        return self._current.session.play(stored, values, watch=watch, wanted=wanted)

    def check(self, parameter: Parameter, text: str) -> None:
        """See `Work`."""
        parameters.parsed(parameter, text)

    def export(self, stored: Stored, path: Path) -> None:
        """See `Work`."""
        match path.suffix.lower():
            case ".py":
                exported.save(python.export(stored, self.library.snapshot().get), path)
            case ".md":
                exported.save(guide.export(stored, exported.folder_beside(path).name), path)
            case _:
                files.pack(stored, path)


def _refer(application: str, title: str) -> WindowRef:
    """How to refer to a window of a run, whatever document it showed."""
    return WindowRef(application=application, title=title_pattern(title, application))
