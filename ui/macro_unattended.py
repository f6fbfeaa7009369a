"""Plays a macro whose time has come, while nobody may be there to be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop_agent.core.events import RunEnded, RunStatus, Watcher
from desktop_agent.macros.playing.triggers import Start
from ui.bridge import Bridge
from ui.macro_work import Work
from ui.visible_text import line


@dataclass(frozen=True)
class Outcome:
    """How it ended, or why it did not begin: something else was running, or a macro was being recorded."""

    start: Start
    kind: RunStatus | Literal["busy", "recording"]
    summary: str = ""
    hint: str = ""


class Unattended(QObject):
    """Plays only while nothing else goes on.

    Signals:
        begins: our windows should step aside.
        ended: with the `Outcome`.
    """

    begins = Signal()
    ended = Signal(object)

    def __init__(
        self, work: Work, bridge: Bridge, is_recording: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._bridge, self._is_recording = work, bridge, is_recording

    def play(self, start: Start, then: Callable[[], object]) -> None:
        """Play it, and call `then` when it has ended or was not begun."""
        if self._bridge.current is not None:
            self._end(Outcome(start, "busy"), then)
        elif self._is_recording():
            self._end(Outcome(start, "recording"), then)
        else:
            self._begin(start, then)

    def _begin(self, start: Start, then: Callable[[], object]) -> None:
        def work(watch: Watcher) -> RunEnded:
            library = self._work.library
            entry = library.find(start.macro)
            end = self._work.play(library.open(entry), start.values, watch, entry=entry, unattended=True)
            return RunEnded(end.run, end.status, end.summary, end.hint)

        self.begins.emit()
        run = self._bridge.carry_out(self.tr("Play the macro “{name}”").format(name=line(start.macro)[:80]), work)
        if run is not None:
            run.ended.connect(lambda end: self._end(Outcome(start, end.status, end.summary, end.hint), then))

    def _end(self, outcome: Outcome, then: Callable[[], object]) -> None:
        then()
        self.ended.emit(outcome)
