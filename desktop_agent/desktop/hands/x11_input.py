"""XTest events on the hands' own connection, each written to the journal before it happens."""

from typing import Any

from Xlib import X
from Xlib.ext import xtest

from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.sent import SentInput

LAST_BUTTON = 15


class X11Input:
    """Presses and releases keys and buttons. Events are buffered until `flush` or the next request with an answer."""

    def __init__(self, display: Any, journal: Journal, sent: SentInput | None = None) -> None:
        self.display = display
        self.root = display.screen().root
        self.journal = journal
        self._sent = sent or SentInput()

    def key(self, code: int, down: bool) -> None:
        if down:
            self.journal.add("key", code)
        self._sent.add("keyboard", down, code)
        xtest.fake_input(self.display, X.KeyPress if down else X.KeyRelease, code)
        if not down:
            self.journal.remove("key", code)

    def tap(self, code: int) -> None:
        self.key(code, True)
        self.key(code, False)

    def button(self, number: int, down: bool) -> None:
        if down:
            self.journal.add("button", number)
            self._sent.add("mouse", True, number)
        xtest.fake_input(self.display, X.ButtonPress if down else X.ButtonRelease, number)
        if not down:
            self.journal.remove("button", number)

    def motion(self, x: int, y: int) -> None:
        self._sent.add("mouse", False)
        xtest.fake_input(self.display, X.MotionNotify, x=x, y=y)

    def release_all(self) -> None:
        """Release what the journal says is down."""
        for code in self.journal.held("key"):
            self.key(code, False)
        for number in self.journal.held("button"):
            self.button(number, False)
        self.display.sync()

    def sweep(self) -> None:
        """Release whatever our devices hold down after a crash, in the journal or not, and empty the spare keycodes
        that were in use. Keys that the person holds stay down: an XTEST release counts for XTEST devices only."""
        for code in sorted(self.keys_down() | set(self.journal.held("key"))):
            xtest.fake_input(self.display, X.KeyRelease, code)
        for number in range(1, LAST_BUTTON + 1):
            if number in self.journal.held("button") or self._button_down(number):
                xtest.fake_input(self.display, X.ButtonRelease, number)
        for code in self.journal.held("spare"):
            self.display.change_keyboard_mapping(code, [[X.NoSymbol, X.NoSymbol]])
        self.display.sync()
        self.journal.clear()

    def keys_down(self) -> frozenset[int]:
        """Keycodes that are down now, whoever holds them."""
        down = self.display.query_keymap()
        return frozenset(8 * place + bit for place, byte in enumerate(down) for bit in range(8) if byte >> bit & 1)

    def _button_down(self, number: int) -> bool:
        return number <= 5 and bool(self.root.query_pointer().mask & (X.Button1Mask << (number - 1)))
