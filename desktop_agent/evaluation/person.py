"""A scripted person on a display of our own: mouse and keyboard input that comes from the person's devices.

The program tells a person's input from its own by the source device of XInput 2 raw events, so what a test or the demo
does "as the person" must not arrive through the XTEST devices. On Xvfb, XTEST 2.2 can name the device that
an event comes from; in Xephyr, plain XTEST on the outer display arrives as Xephyr's own devices.
"""

import time
from typing import TYPE_CHECKING, Protocol, Self

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.keyboard.names import parse_combination

if TYPE_CHECKING:
    from desktop_agent.evaluation.display import PrivateDisplay

PAUSE_SECONDS = 0.01
"""Between two events, as fast hands would be."""
DRAG_STEPS = 8


class Person:
    """Sends input to `display_name` as its own devices would.

    Args:
        display_name: ":N" of a display that we started.
        outer: for a Xephyr display, the ":N" of the display it is shown on; the input goes there.

    Raises:
        Unavailable: the display has no device to speak for; an Xorg with the dummy driver has none.
    """

    def __init__(self, display_name: str, outer: str = "") -> None:
        from desktop_agent.desktop import x11

        self._layout = x11.open_display(display_name)
        self._input: _Input
        if outer:
            self._input = _OuterInput(outer)
        else:
            from desktop_agent.evaluation.device_input import DeviceInput

            self._input = DeviceInput(self._layout)

    @classmethod
    def on(cls, display: "PrivateDisplay") -> Self:
        """The person in front of `display`, whatever kind it is."""
        return cls(display.name, display.outer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect."""
        if isinstance(self._input, _OuterInput):
            self._input.connection.close()
        self._layout.close()

    def move(self, x: int, y: int) -> None:
        """Move the mouse to a pixel of the display."""
        self._motion(x, y)

    def press_button(self, button: int = 1) -> None:
        """Press a mouse button and keep it down (1 left, 2 middle, 3 right, 4 and 5 the wheel)."""
        self._button(button, True)

    def release_button(self, button: int = 1) -> None:
        """Release a mouse button."""
        self._button(button, False)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move to a pixel and click."""
        self._motion(x, y)
        self.press_button(button)
        self.release_button(button)

    def drag(self, x1: int, y1: int, x2: int, y2: int) -> None:
        """Drag with the left button from one pixel to the other, in steps."""
        self._motion(x1, y1)
        self.press_button()
        for step in range(1, DRAG_STEPS + 1):
            self._motion(x1 + (x2 - x1) * step // DRAG_STEPS, y1 + (y2 - y1) * step // DRAG_STEPS)
        self.release_button()

    def hold(self, key: str) -> None:
        """Press a key and keep it down, by name ("ctrl", "a")."""
        self._key(self._keycode(key)[0], True)

    def let_go(self, key: str) -> None:
        """Release a key."""
        self._key(self._keycode(key)[0], False)

    def press(self, combination: str) -> None:
        """Press keys together, written like "ctrl+alt+a"."""
        self._press_together([self._keycode(name) for name in parse_combination(combination)])

    def type(self, text: str) -> None:
        """Type characters of the display's keyboard layout, line ends as Enter.

        Raises:
            Unavailable: the layout has no key for a character.
        """
        for character in text:
            self._press_together([self._keycode(character)])

    def _press_together(self, keys: list[tuple[int, bool]]) -> None:
        shift = self._keycode("shift")[0]
        codes = ([shift] if any(shifted for _, shifted in keys) else []) + [code for code, _ in keys]
        for code in codes:
            self._key(code, True)
        for code in reversed(codes):
            self._key(code, False)

    def _keycode(self, name: str) -> tuple[int, bool]:
        """The key of that name and whether Shift belongs to it."""
        from desktop_agent.desktop.keyboard.x11_names import keysym_of

        keysym = keysym_of(name)
        for code, level in sorted(self._layout.keysym_to_keycodes(keysym), key=lambda each: each[1]):
            if level in (0, 1):
                return code, level == 1
        raise Unavailable(f"The keyboard layout has no key for {name!r}.", "Use another character.")

    def _motion(self, x: int, y: int) -> None:
        self._input.motion(x, y)
        self._settle()

    def _button(self, number: int, down: bool) -> None:
        self._input.button(number, down)
        self._settle()

    def _key(self, code: int, down: bool) -> None:
        self._input.key(code, down)
        self._settle()

    def _settle(self) -> None:
        if isinstance(self._input, _OuterInput):
            self._input.connection.sync()
        self._layout.sync()
        time.sleep(PAUSE_SECONDS)


class _Input(Protocol):
    def key(self, code: int, down: bool) -> None: ...
    def button(self, number: int, down: bool) -> None: ...
    def motion(self, x: int, y: int) -> None: ...


class _OuterInput:
    """Plain XTEST on the display that a Xephyr is shown on."""

    def __init__(self, name: str) -> None:
        from desktop_agent.desktop import x11

        self.connection = x11.open_display(name)

    def key(self, code: int, down: bool) -> None:
        from Xlib import X

        self._fake(X.KeyPress if down else X.KeyRelease, code)

    def button(self, number: int, down: bool) -> None:
        from Xlib import X

        self._fake(X.ButtonPress if down else X.ButtonRelease, number)

    def motion(self, x: int, y: int) -> None:
        from Xlib import X

        self._fake(X.MotionNotify, 0, x, y)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        from Xlib.ext import xtest

        xtest.fake_input(self.connection, kind, detail, x=x, y=y)
