"""The person's input through pynput, on systems other than X11. Not run on any of them yet.

It can't tell the person from a program everywhere, and not at all which character a dead key made.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.desktop.keyboard.names import MODIFIERS
from desktop_agent.macros.recording.events import Button, Key, Motion, Read, Repeat, Take

_BUTTONS = {"left": 1, "middle": 2, "right": 3}
_NAMES = {
    "ctrl_l": "ctrl", "ctrl_r": "ctrl", "shift_l": "shift", "shift_r": "shift", "alt_l": "alt", "alt_r": "alt",
    "alt_gr": "altgr", "cmd": "super", "cmd_l": "super", "cmd_r": "super", "esc": "escape", "page_up": "pageup",
    "page_down": "pagedown", "caps_lock": "capslock", "num_lock": "numlock", "scroll_lock": "scrolllock",
    "print_screen": "printscreen",
}  # fmt: skip


class PynputSource:
    """Implements `events.Source`.

    Raises:
        Unavailable: pynput can't listen here.
    """

    def __init__(self) -> None:
        try:
            from pynput import keyboard, mouse
        except ImportError as error:
            raise Unavailable(
                f"Your input can't be recorded here on {sys.platform}.", "Reinstall the program.", str(error)
            ) from error
        self.read = Read()
        self.problem = ""
        self.repeat = Repeat()
        self._keyboard, self._mouse = keyboard, mouse
        self._lock = threading.Lock()
        self._held: dict[str, str] = {}
        self._buttons_down: set[int] = set()
        self._take: Take = lambda _: None
        self._listeners: list[Any] = []

    def start(self, take: Take) -> None:
        self._take = take
        self._listeners = [
            self._keyboard.Listener(
                on_press=lambda key: self._key(key, True), on_release=lambda key: self._key(key, False)
            ),
            self._mouse.Listener(on_move=self._moved, on_click=self._clicked, on_scroll=self._scrolled),
        ]
        for each in self._listeners:
            each.start()

    def pointer(self) -> Point:
        x, y = self._mouse.Controller().position
        return Point(int(x), int(y))

    def focus(self) -> int:
        return 0

    def close(self) -> None:
        for each in self._listeners:
            each.stop()
            each.join()

    def _hand_on(self, make: Callable[[int, float], Key | Button | Motion]) -> None:
        """The two listeners have threads of their own, and numbers must not be given twice."""
        with self._lock:
            event = make(self.read.events, time.monotonic())
            self.read.events += 1
            self._take(event)

    def _key(self, key: Any, down: bool) -> None:
        character = getattr(key, "char", None) or ""
        plain = getattr(key, "name", "") or ""
        name = _NAMES.get(plain, plain) or character.lower()
        code = int(getattr(key, "vk", None) or hash(name) & 0xFFFF)
        if name in MODIFIERS:
            (self._held.__setitem__ if down else self._held.pop)(plain, name)
        held = tuple(each for each in MODIFIERS if each in self._held.values() and each != name)
        combined = {"ctrl", "alt", "super"} & set(held)
        text = "" if combined else " " if name == "space" else character
        types = not combined and (bool(text) or not name)
        self._hand_on(lambda number, at: Key(number, at, down, code, name, text, types, () if types else held))

    def _moved(self, x: float, y: float) -> None:
        if self._buttons_down:
            self._hand_on(lambda number, at: Motion(number, at, Point(int(x), int(y))))
        else:
            self.read.wander += 1

    def _clicked(self, x: float, y: float, button: Any, down: bool) -> None:
        pressed = _BUTTONS.get(button.name, 8)
        (self._buttons_down.add if down else self._buttons_down.discard)(pressed)
        self._press(x, y, pressed, down)

    def _scrolled(self, x: float, y: float, dx: float, dy: float) -> None:
        for amount, more, less in ((dy, 4, 5), (dx, 7, 6)):
            for _ in range(abs(int(amount))):
                self._press(x, y, more if amount > 0 else less, True)
                self._press(x, y, more if amount > 0 else less, False)

    def _press(self, x: float, y: float, button: int, down: bool) -> None:
        held = tuple(each for each in MODIFIERS if each in self._held.values())
        self._hand_on(lambda number, at: Button(number, at, down, button, Point(int(x), int(y)), held))
