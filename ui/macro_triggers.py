"""What starts macros by itself while the tray runs: hotkeys and times, as the file says that the commands write too.

Nothing of it is loaded where there is no such file: the format of triggers and the scheduler take a tenth of a second
and memory that somebody without them does not need.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from desktop_agent.core.errors import AgentError
from desktop_agent.core.settings import Settings
from desktop_agent.macros.playing.trigger_path import default_path
from ui.bridge import Bridge
from ui.file_watch import FileWatch
from ui.global_keys import GlobalKeys

if TYPE_CHECKING:
    from desktop_agent.macros.playing.schedule import Schedule
    from desktop_agent.macros.playing.triggers import HotkeyTrigger, MacroHotkeys, Start

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Due:
    """A macro whose time has come. The schedule waits until somebody sets `over`."""

    start: "Start"
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class _Read:
    """What the file says. `problems` are those of schedules, by their ids."""

    hotkeys: "tuple[HotkeyTrigger, ...]"
    problems: Mapping[str, str]


class MacroTriggers(QObject):
    """Keeps the hotkeys registered and the schedule running.

    Signals:
        pressed: the `Start` of a hotkey.
        due: a `Due`; the screen is not locked.
        locked: the `Start` of a schedule that is not played because the screen is locked.
        missed: a `Missed`.
        found: what is wrong with triggers, by their ids: all of it, each time.
        failed: the `AgentError` because of which nothing starts by itself.
    """

    pressed = Signal(object)
    due = Signal(object)
    locked = Signal(object)
    missed = Signal(object)
    found = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, keys: GlobalKeys, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._keys, self._settings = bridge, keys, settings
        self._path = default_path()
        self._read: _Read | None = None
        self._hotkeys: MacroHotkeys | None = None
        self._schedule: Schedule | None = None
        self._waiting: set[Due] = set()
        self._loading = self._again = self._closed = False
        self._watch = FileWatch(self._path, self)
        self._watch.changed.connect(self.load)

    def load(self) -> None:
        """Go by the file as it is now; without one nothing happens that has not begun."""
        if self._loading:
            self._again = True
        elif self._read is not None or self._path.exists():
            self._loading = True
            self._bridge.background(self._look, self._use, self._give_up, self)

    def let_keys_go(self) -> None:
        """Before the system's hotkeys are opened anew: after that `use` must be called."""
        if self._hotkeys is not None:
            self._hotkeys.close()

    def use(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._settings = settings
        self._register()

    def close(self) -> None:
        """The program ends; before its hotkeys are closed."""
        self._closed = True
        self._watch.close()
        self.let_keys_go()
        if self._schedule is not None:
            self._schedule.close()
        for each in tuple(self._waiting):
            each.over.set()  # or the schedule's thread would wait, and the program for it

    def _look(self) -> _Read:
        """On a thread of its own."""
        from desktop_agent.macros.playing import triggers

        try:
            kept = triggers.load(self._path)
        except AgentError:
            if self._schedule is not None:
                self._schedule.use(())
            raise
        schedules = [each for each in kept.schedules if each.on]
        problems: dict[str, str] = {}
        if schedules or self._schedule is not None:
            from desktop_agent.macros.playing.schedule import Schedule, senseless

            problems = {each: str(error) for each, error in senseless(schedules).items()}
            if self._schedule is None:
                self._schedule = Schedule(self._play, self.missed.emit)
            self._schedule.use([each for each in schedules if each.id not in problems])
            if self._closed:
                self._schedule.close()
        return _Read(kept.hotkeys, problems)

    def _use(self, read: _Read) -> None:
        self._read = read
        self._register()
        self._loaded()

    def _give_up(self, error: AgentError) -> None:
        """What can't be read starts nothing: it may have been changed so that it does no longer."""
        self._read = _Read((), {})
        self._register()
        self.failed.emit(error)
        self._loaded()

    def _loaded(self) -> None:
        self._loading = False
        again, self._again = self._again, False
        if again and not self._closed:
            self.load()

    def _register(self) -> None:
        if self._read is None or self._closed:
            return
        from desktop_agent.macros.playing.triggers import MacroHotkeys

        if self._hotkeys is None:
            self._hotkeys = MacroHotkeys(self.pressed.emit)
        problems = dict(self._read.problems)
        try:
            hotkeys = self._keys.hotkeys
        except AgentError as error:
            problems |= {each.id: str(error) for each in self._read.hotkeys if each.on}
        else:
            self._hotkeys.use(hotkeys, self._read.hotkeys, self._settings)
            problems |= self._hotkeys.problems
        self.found.emit(problems)

    def _play(self, start: "Start") -> None:
        """On the schedule's thread, which waits for the end: of two macros at one time the later one comes after."""
        from desktop_agent.macros.playing import locked

        if self._closed:
            return
        if reason := locked.look().forbids(unattended=True):
            _log.info("a scheduled macro is not played: %s", reason)
            self.locked.emit(start)
            return
        due = Due(start)
        self._waiting.add(due)
        if not self._closed:  # which sets what waits by then
            self.due.emit(due)
            due.over.wait()
        self._waiting.discard(due)


QUEUED = Qt.ConnectionType.QueuedConnection
"""How to connect to `pressed`, `due`, `locked` and `missed`, which come from other threads."""
