"""The keyboard on Windows and macOS through pynput, which sends Unicode characters as such (KEYEVENTF_UNICODE, CGEvent
Unicode strings). Not tested on either yet."""

from typing import Any

from desktop_agent.core.errors import Unavailable

_PYNPUT_NAMES = {
    "super": "cmd", "altgr": "alt_gr", "escape": "esc", "pageup": "page_up", "pagedown": "page_down",
    "capslock": "caps_lock", "numlock": "num_lock", "scrolllock": "scroll_lock", "printscreen": "print_screen",
}  # fmt: skip


def pynput_name(name: str) -> str:
    """The name that pynput has for a named key."""
    return _PYNPUT_NAMES.get(name, name)


class ControllerKeyboard:
    """Implements `Keyboard`.

    Raises:
        Unavailable: pynput can't be used here.
    """

    def __init__(self) -> None:
        try:
            from pynput import keyboard
        except ImportError as error:
            raise Unavailable("Keys can't be pressed here.", "Reinstall the program.", str(error)) from error
        self._keys: Any = keyboard.Key
        self._controller: Any = keyboard.Controller()

    def key(self, name: str, down: bool) -> None:
        key = name if len(name) == 1 else getattr(self._keys, pynput_name(name))
        (self._controller.press if down else self._controller.release)(key)

    def write(self, text: str) -> None:
        self._controller.type(text)
