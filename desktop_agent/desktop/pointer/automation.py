"""The mouse on Windows and macOS through pyautogui. Not tested on either yet.

pyautogui's own fail-safe is off: it fires in corners that it froze at import, and raises when the pointer happens to
start in one. The stop latch does that work.
"""

from typing import Any

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point


class AutomationPointer:
    """Implements `Pointer`.

    Raises:
        Unavailable: pyautogui can't be used here.
    """

    def __init__(self) -> None:
        try:
            import pyautogui
        except (ImportError, KeyError, SystemExit) as error:  # it exits the program where tkinter is missing
            raise Unavailable("The mouse can't be moved here.", "Reinstall the program.", str(error)) from error
        pyautogui.FAILSAFE = False
        pyautogui.PAUSE = 0
        self._mouse: Any = pyautogui

    def move(self, point: Point) -> None:
        self._mouse.moveTo(point.x, point.y, _pause=False)

    def button(self, name: str, down: bool) -> None:
        (self._mouse.mouseDown if down else self._mouse.mouseUp)(button=name, _pause=False)

    def scroll(self, direction: str, clicks: int) -> None:
        amount = clicks if direction in ("up", "right") else -clicks
        (self._mouse.scroll if direction in ("up", "down") else self._mouse.hscroll)(amount, _pause=False)
