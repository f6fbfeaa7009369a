"""Hotkeys on Windows and macOS through pynput's listener. Not tested on either yet.

The listener sees every key but reserves none, so a combination that another program uses triggers both. It does not
tell whose key it was either.
"""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.hotkeys import HotkeyTaken
from desktop_agent.desktop.keyboard.controller import pynput_name
from desktop_agent.desktop.keyboard.names import combination_text, parse_combination

log = logging.getLogger(__name__)


def pynput_text(keys: tuple[str, ...]) -> str:
    """A combination as pynput writes it: "<ctrl>+<alt>+a"."""
    return "+".join(key if len(key) == 1 else f"<{pynput_name(key)}>" for key in keys)


class ListenedHotkeys:
    """Implements `Hotkeys`.

    Raises:
        Unavailable: pynput can't listen here.
    """

    def __init__(self) -> None:
        try:
            from pynput import keyboard
        except ImportError as error:
            raise Unavailable(
                f"Hotkeys are not available on {sys.platform} here.", "Reinstall the program.", str(error)
            ) from error
        self._keyboard = keyboard
        self._lock = threading.Lock()
        self._callbacks: dict[tuple[str, ...], Callable[[], None]] = {}
        self._listener: Any = None

    def register(self, combination: str, callback: Callable[[], None]) -> None:
        keys = parse_combination(combination)
        with self._lock:
            if keys in self._callbacks:
                raise HotkeyTaken(f"{combination_text(keys)} is used already.", "Choose another hotkey.")
            self._callbacks[keys] = callback
            self._listen()

    def unregister(self, combination: str) -> None:
        with self._lock:
            if self._callbacks.pop(parse_combination(combination), None) is not None:
                self._listen()

    def close(self) -> None:
        with self._lock:
            self._callbacks.clear()
            self._listen()

    def _listen(self) -> None:
        """The combinations are taken by pynput at its start, so a change means a new listener."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        if self._callbacks:
            pairs = {pynput_text(keys): _guarded(callback) for keys, callback in self._callbacks.items()}
            self._listener = self._keyboard.GlobalHotKeys(pairs)
            self._listener.start()


def _guarded(callback: Callable[[], None]) -> Callable[[], None]:
    def call() -> None:
        try:
            callback()
        except Exception:
            log.exception("a hotkey's action failed")

    return call
