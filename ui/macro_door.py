"""The way from tray, hotkeys, schedule and chat to the macros, which are loaded on a thread when they are first wanted.

Their format alone takes a tenth of a second to load, and memory that somebody without macros does not need.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_agent.core.settings import Settings
from ui.macro_trigger_news import TriggerNews
from ui.macro_triggers import QUEUED, Due, MacroTriggers
from ui.macro_usage import has_macros, most_used
from ui.parts import Parts
from ui.pause_key import PauseKey
from ui.tray import Tray

if TYPE_CHECKING:
    from desktop_agent.macros.playing.triggers import Start
    from ui.macro_desk import MacroDesk


class MacroDoor(QObject):
    """See the module. `hotkey` is that for recording, for people."""

    def __init__(self, parts: Parts, tray: Tray, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts, self._tray = parts, tray
        self._waiting: list[Callable[[MacroDesk], object]] = []
        self._desk: MacroDesk | None = None
        self.hotkey = ""
        self._closed = False
        self._problems: Mapping[str, str] = {}
        self.news = TriggerNews(tray, self)
        self.triggers = self._make_triggers()
        self._pause = PauseKey(parts.keys, parts.settings, self)
        tray.macros_wanted.connect(self.show_list)
        tray.record_wanted.connect(self.toggle_recording)
        tray.macro_wanted.connect(self.play)
        if has_macros():
            parts.bridge.background(most_used, self._show_most_used, owner=self)

    def show_list(self) -> None:
        """Open the list of macros."""
        self._open(lambda desk: desk.show_list())

    def toggle_recording(self) -> None:
        """Record a macro, or end what is being recorded."""
        self._open(lambda desk: desk.toggle_recording())

    def play(self, name: str) -> None:
        """Play the macro of that name."""
        self._open(lambda desk: desk.play_named(name))

    def save_run(self, run: str) -> None:
        """Make a macro of a confirmed run."""
        self._open(lambda desk: desk.drafts.take_run(run))

    def set_hotkey(self, hotkey: str) -> None:
        """The hotkey for recording has changed."""
        self.hotkey = hotkey
        if self._desk is not None:
            self._desk.hotkey = hotkey

    def let_keys_go(self) -> None:
        """Before the system's hotkeys are opened anew; `use` comes after that."""
        self.triggers.let_keys_go()
        self._pause.let_go()

    def use(self, settings: Settings) -> None:
        """Go on with other settings."""
        self.triggers.use(settings)
        self._show_pause_hotkey(self._pause.use(settings))

    def close(self) -> None:
        """The program ends."""
        self._closed = True
        self.triggers.close()
        self._pause.end()
        if self._desk is not None:
            self._desk.close()

    def _make_triggers(self) -> MacroTriggers:
        made = MacroTriggers(self._parts.bridge, self._parts.keys, self._parts.settings, self)
        made.pressed.connect(self._start, QUEUED)
        made.due.connect(self._play_due, QUEUED)
        made.locked.connect(self.news.locked, QUEUED)
        made.missed.connect(self.news.missed, QUEUED)
        made.found.connect(self._show_problems)
        made.failed.connect(lambda _: self.news.unreadable())
        made.load()
        return made

    def _follow_recording(self, active: bool) -> None:
        if active:
            self._show_pause_hotkey(self._pause.begin())
        else:
            self._pause.end()

    def _show_pause_hotkey(self, hotkey: str) -> None:
        if self._desk is not None:
            self._desk.recorder.show_pause_hotkey(hotkey)

    def _start(self, start: "Start") -> None:
        self._open(lambda desk: desk.start(start))

    def _play_due(self, due: Due) -> None:
        self._open(lambda desk: desk.unattended.play(due.start, due.over.set))

    def _show_problems(self, problems: Mapping[str, str]) -> None:
        if problems and problems != self._problems:
            self.news.problems()
        self._problems = problems
        if self._desk is not None:
            self._desk.show_problems(problems)
            self._desk.refresh()

    def _show_most_used(self, names: tuple[str, ...]) -> None:
        if not self._closed:  # it may still be looked for when the menu is gone already
            self._tray.show_most_used(names)

    def _open(self, then: "Callable[[MacroDesk], object]") -> None:
        if self._desk is not None:
            then(self._desk)
            return
        self._waiting.append(then)
        if len(self._waiting) == 1:
            bridge = self._parts.bridge
            bridge.background(_load, lambda _: self._enter(), bridge.failed.emit, self)

    def _enter(self) -> None:
        from ui.macro_desk import MacroDesk
        from ui.macro_rings import Rings
        from ui.macro_rooms import Rooms

        parts, tray = self._parts, self._tray
        screen = parts.prompts.screen
        rings = Rings(screen, parts.bridge, parent=self) if screen is not None else None
        self._desk = desk = MacroDesk(Rooms(parts.current), parts.bridge, rings, self)
        desk.hotkey = self.hotkey
        desk.show_problems(self._problems)
        desk.unattended.ended.connect(self.news.ended)
        desk.most_used.connect(self._show_most_used)
        desk.recording.connect(tray.show_recording)
        desk.recording.connect(self._follow_recording)
        self._pause.pressed.connect(desk.recorder.toggle_pause)
        desk.told.connect(tray.notify)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(desk)


def _load() -> None:
    import ui.macro_desk
    import ui.macro_rooms  # noqa: F401 # what they import is what takes long
