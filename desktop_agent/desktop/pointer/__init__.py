"""The mouse on each platform. Under X11 only the hands process moves it (`pointer.x11`)."""

import sys
from typing import Protocol

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point


class Pointer(Protocol):
    """Moves and presses without any check."""

    def move(self, point: Point) -> None:
        """Move to a pixel of the virtual desktop."""

    def button(self, name: str, down: bool) -> None:
        """Press or release "left", "middle" or "right"."""

    def scroll(self, direction: str, clicks: int) -> None:
        """Turn the wheel "up", "down", "left" or "right"."""


def open_pointer() -> Pointer:
    """The mouse of Windows or macOS.

    Raises:
        Unavailable: on other systems, where the hands process owns it.
    """
    if sys.platform in ("win32", "darwin"):
        from desktop_agent.desktop.pointer.automation import AutomationPointer

        return AutomationPointer()
    raise Unavailable("The mouse belongs to the hands process here.", "Use desktop.hands.connect.")
