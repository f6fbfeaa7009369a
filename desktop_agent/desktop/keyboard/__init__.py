"""The keyboard: names of keys, and pressing keys and writing text on each platform. Under X11 only the hands process
does that (`keyboard.x11`)."""

import sys
from typing import Protocol

from desktop_agent.core.errors import Unavailable


class Keyboard(Protocol):
    """Presses keys and writes text without any check."""

    def key(self, name: str, down: bool) -> None:
        """Press or release a key by its canonical name."""

    def write(self, text: str) -> None:
        """Write any Unicode text."""


def open_keyboard() -> Keyboard:
    """The keyboard of Windows or macOS.

    Raises:
        Unavailable: on other systems, where the hands process owns it.
    """
    if sys.platform in ("win32", "darwin"):
        from desktop_agent.desktop.keyboard.controller import ControllerKeyboard

        return ControllerKeyboard()
    raise Unavailable("The keyboard belongs to the hands process here.", "Use desktop.hands.connect.")
