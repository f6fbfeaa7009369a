"""Plays a macro: asks for its parameters first, then runs it as every run of the program is run."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.core.events import RunEnded, RunStatus, Watcher
from desktop_agent.macros.files import Stored
from desktop_agent.macros.library import Entry
from desktop_agent.safety import named_secrets
from ui.bridge import Bridge
from ui.macro_form import ParameterForm
from ui.macro_work import Played, Work
from ui.visible_text import line


@dataclass(frozen=True)
class Wanted:
    """What is to be played. `entry` is where it is kept, if it is played as it lies there; `start` the id of the step
    to begin with ("": the first); `dry` only shows where it would act."""

    stored: Stored
    entry: Entry | None = None
    start: str = ""
    dry: bool = False


@dataclass(frozen=True)
class Ended:
    """`run` the store's id, empty where none was begun."""

    status: RunStatus
    summary: str
    hint: str = ""
    failed_step: str = ""
    run: str = ""


class Playing(QObject):
    """One at a time.

    Signals:
        begins: our windows should step aside.
        ended: with the name and the `Ended`, when it began.
        failed: with the `AgentError`: it did not begin.
    """

    begins = Signal()
    ended = Signal(str, object)
    failed = Signal(object)

    def __init__(self, work: Work, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._bridge = work, bridge
        self._last: dict[str, Mapping[str, str]] = {}
        self.form: ParameterForm | None = None

    def play(self, wanted: Wanted, parent: QWidget | None = None) -> None:
        """Play it. Where it has parameters, the person is asked for them in a window above `parent`."""
        if not wanted.stored.macro.parameters:
            self._begin(wanted, {})
            return

        def ask(names: tuple[str, ...]) -> None:
            macro = wanted.stored.macro
            self.form = form = ParameterForm(macro, names, self._work.check, parent)
            form.fill(self._last.get(macro.name, {}))

            def given(values: Mapping[str, str]) -> None:
                self._last[macro.name] = values
                self._begin(wanted, values)

            form.given.connect(given)
            form.open()
            form.activateWindow()

        self._bridge.background(named_secrets.names, ask, self.failed.emit, self)

    def _begin(self, wanted: Wanted, values: Mapping[str, str]) -> None:
        name, played = wanted.stored.macro.name, list[Played]()

        def work(watch: Watcher) -> RunEnded:
            stored, entry, start = wanted.stored, wanted.entry, wanted.start or None
            end = self._work.play(stored, values, watch, entry=entry, start=start, dry=wanted.dry)
            played.append(end)
            return RunEnded(end.run, end.status, end.summary, end.hint)

        def over(end: RunEnded) -> None:
            failed = played[0].failed_step if played else ""
            self.ended.emit(name, Ended(end.status, end.summary, end.hint, failed, end.run))

        if self._bridge.current is not None:
            self.failed.emit(AgentError(self.tr("Something is running already."), self.tr("Wait, or stop it.")))
            return
        self.begins.emit()
        words = self.tr("Play the macro “{name}”").format(name=line(name)[:80])
        run = self._bridge.carry_out(words, work)
        if run is not None:
            run.ended.connect(over)
