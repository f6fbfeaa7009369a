"""Plays a macro: asks for its parameters first, then runs it as every run of the program is run."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.events import RunEnded, RunStatus, Watcher
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro, Parameter
from desktop_agent.macros.library import Entry
from desktop_agent.safety import named_secrets
from ui.bridge import Bridge
from ui.macro_form import ParameterForm
from ui.macro_rings import Rings
from ui.macro_work import Played, Work
from ui.visible_text import line


@dataclass(frozen=True)
class Wanted:
    """What is to be played. `entry` is where it is kept, if it is played as it lies there; `start` the id of the step
    to begin with ("": the first); `dry` only shows where it would act. `given` are values that nobody need be asked
    for; without them (None) the person is asked for all."""

    stored: Stored
    entry: Entry | None = None
    start: str = ""
    dry: bool = False
    given: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Ended:
    """`run` the store's id, empty where none was begun; `mended`: the macro is another one now."""

    status: RunStatus
    summary: str
    hint: str = ""
    failed_step: str = ""
    run: str = ""
    mended: bool = False


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

    def __init__(self, work: Work, bridge: Bridge, rings: Rings | None = None, parent: QObject | None = None) -> None:
        """`rings` show where a dry run would act; None: nothing can be shown here."""
        super().__init__(parent)
        self._work, self._bridge, self._rings = work, bridge, rings
        self._last: dict[str, Mapping[str, str]] = {}
        self.form: ParameterForm | None = None

    def play(self, wanted: Wanted, parent: QWidget | None = None) -> None:
        """Play it. The person is asked for parameters in a window above `parent`, unless that is open already."""
        macro, given = wanted.stored.macro, wanted.given or {}
        if self.form is not None and isValid(self.form) and self.form.isVisible():
            self.form.raise_()
            self.form.activateWindow()
            return
        if not macro.parameters:
            self._begin(wanted, {})
            return

        def look() -> tuple[tuple[Parameter, ...], tuple[str, ...]]:
            asked = macro.parameters if wanted.given is None else self._missing(macro, given)
            return asked, named_secrets.names()

        def ask(found: tuple[tuple[Parameter, ...], tuple[str, ...]]) -> None:
            asked, names = found
            if asked:
                self._ask(wanted, macro.model_copy(update={"parameters": asked}), names, parent)
            else:
                self._begin(wanted, given)

        self._bridge.background(look, ask, self.failed.emit, self)

    def _missing(self, macro: Macro, given: Mapping[str, str]) -> tuple[Parameter, ...]:
        """The parameters that have no value yet, or none that they can take."""
        return tuple(each for each in macro.parameters if not self._fits(each, given.get(each.name, each.default)))

    def _fits(self, parameter: Parameter, text: str | None) -> bool:
        if text is None:
            return False
        try:
            self._work.check(parameter, text)
        except UsageError:
            return False
        return True

    def _ask(self, wanted: Wanted, macro: Macro, secrets: tuple[str, ...], parent: QWidget | None) -> None:
        self.form = form = ParameterForm(macro, secrets, self._work.check, parent)
        known = {each.name: each for each in macro.parameters}
        given = {name: text for name, text in (wanted.given or {}).items() if name not in known}
        form.fill(self._last.get(macro.name, {}))

        def answered(values: Mapping[str, str]) -> None:
            self._last[macro.name] = {**self._last.get(macro.name, {}), **values}
            self._begin(wanted, {**given, **values})

        form.given.connect(answered)
        form.open()
        form.activateWindow()

    def _begin(self, wanted: Wanted, values: Mapping[str, str]) -> None:
        name, played = wanted.stored.macro.name, list[Played]()

        def work(watch: Watcher) -> RunEnded:
            stored, entry, start = wanted.stored, wanted.entry, wanted.start or None
            if wanted.dry and self._rings is not None:
                watch = self._rings.watching(watch)
            end = self._work.play(stored, values, watch, entry=entry, start=start, dry=wanted.dry)
            played.append(end)
            return RunEnded(end.run, end.status, end.summary, end.hint)

        def over(end: RunEnded) -> None:
            failed, mended = (played[0].failed_step, played[0].mended) if played else ("", False)
            self.ended.emit(name, Ended(end.status, end.summary, end.hint, failed, end.run, mended))

        if self._bridge.current is not None:
            self.failed.emit(AgentError(self.tr("Something is running already."), self.tr("Wait, or stop it.")))
            return
        self.begins.emit()
        words = self.tr("Play the macro “{name}”").format(name=line(name)[:80])
        run = self._bridge.carry_out(words, work)
        if run is not None:
            run.ended.connect(over)
