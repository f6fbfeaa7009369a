"""The hotkey that pauses a recording: the system's only while there is one, as it is other programs' otherwise."""

import logging

from PySide6.QtCore import QObject, Qt, Signal

from desktop_agent.core.errors import AgentError
from desktop_agent.core.settings import Settings
from ui.global_keys import GlobalKeys
from ui.tray import shown_hotkey

_log = logging.getLogger(__name__)


class PauseKey(QObject):
    """Signals:
    pressed: the person pressed it.
    """

    pressed = Signal()
    _arrived = Signal()

    def __init__(self, keys: GlobalKeys, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys, self._settings = keys, settings
        self.active = False
        self._arrived.connect(self.pressed, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> str:
        """A recording has begun. Returns the hotkey for people, empty where it does not work."""
        self.active = True
        hotkey = self._settings.pause_hotkey
        try:
            self._keys.hotkeys.register(hotkey, self._arrived.emit)
        except AgentError as error:
            _log.warning("a recording can't be paused by %s: %s", hotkey, error)
            return ""
        return shown_hotkey(hotkey)

    def end(self) -> None:
        """It has ended."""
        if self.active:
            self.let_go()
            self.active = False

    def let_go(self) -> None:
        """Before the system's hotkeys are opened anew."""
        if self.active:
            try:
                self._keys.hotkeys.unregister(self._settings.pause_hotkey)
            except AgentError as error:
                _log.info("there is no hotkey to give back: %s", error)

    def use(self, settings: Settings) -> str:
        """Go on with other settings; see `begin`."""
        self._settings = settings
        return self.begin() if self.active else ""
