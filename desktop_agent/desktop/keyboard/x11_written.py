"""What keys write that somebody else presses: by layout, level and locks, dead keys joined with what follows.

What an input method makes of the keys can't be known here.
"""

import unicodedata
from collections.abc import Set
from dataclasses import dataclass

from Xlib import X

from desktop_agent.desktop.keyboard import x11_names
from desktop_agent.desktop.keyboard.names import DEAD, MODIFIERS, NAMED
from desktop_agent.desktop.keyboard.x11_map import KeyMap

_DEAD = {
    0xFE50: "\u0300", 0xFE51: "\u0301", 0xFE52: "\u0302", 0xFE53: "\u0303", 0xFE54: "\u0304", 0xFE55: "\u0306",
    0xFE56: "\u0307", 0xFE57: "\u0308", 0xFE58: "\u030a", 0xFE59: "\u030b", 0xFE5A: "\u030c", 0xFE5B: "\u0327",
    0xFE5C: "\u0328", 0xFE60: "\u0323", 0xFE61: "\u0309", 0xFE62: "\u031b",
}  # fmt: skip
"""Dead keys by the combining mark that they put on the next letter."""
_ALONE = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨", "\u030a": "°", "\u0327": "¸"}
"""What a dead key writes before a space, or twice."""
_DEAD_KEYS = range(0xFE50, 0xFE90)
_COMPOSE = 0xFF20
_GROUP_BITS = 13
_SILENT = frozenset({*MODIFIERS, "capslock", "numlock", "scrolllock"})


@dataclass(frozen=True)
class Written:
    """What a key press means. `name` is the key's canonical name, "" where it has none; `text` what it writes; `types`
    says whether it belongs to typing, even where the text isn't known or is still to come; `held` are the modifiers
    that change its meaning: for a character neither Shift nor AltGr, which are part of it."""

    name: str
    text: str
    types: bool
    held: tuple[str, ...]


class Writing:
    """Follows the keys of one keyboard. `keymap` may be replaced when the layout was."""

    def __init__(self, keymap: KeyMap) -> None:
        self.keymap = keymap
        self._mark = ""

    def modifiers(self, down: Set[int]) -> tuple[str, ...]:
        """The modifiers among the keys that are `down`."""
        names = {self._modifier(code) for code in down}
        return tuple(each for each in MODIFIERS if each in names)

    def press(self, code: int, down: Set[int], state: int, group: int | None = None) -> Written:
        """What the key `code` means now.

        Args:
            code: its keycode.
            down: the keys that are down, with or without it.
            state: X's modifier bits, for the locks and the group.
            group: instead of the one in `state`.
        """
        held = self.modifiers(down - {code})
        keysym = self._keysym(code, held, state, state >> _GROUP_BITS & 3 if group is None else group)
        name = x11_names.pressed_name(keysym)
        if {"ctrl", "alt", "super"} & set(held):
            plain = self._plain_name(code, held, state) or name
            return Written(plain, "", False, held)
        if keysym in _DEAD_KEYS:
            return Written(DEAD, self._dead(keysym), True, ())
        if keysym == _COMPOSE:
            return Written("", "", True, ())  # what it makes of the next keys is the application's own affair
        character = "" if name in NAMED and name != "space" else x11_names.character_of(keysym)
        if not character and (name or not keysym):
            self._mark = self._mark if name in _SILENT else ""
            return Written(name, "", False, held)
        return Written(name, self._joined(character), True, ())

    def _keysym(self, code: int, held: tuple[str, ...], state: int, group: int) -> int:
        caps, numbers = bool(state & X.LockMask), bool(state & self._number_lock)
        return self.keymap.keysym(code, group, "shift" in held, "altgr" in held, caps, numbers)

    def _plain_name(self, code: int, held: tuple[str, ...], state: int) -> str:
        """How the key of a combination is called: by its first level, as in "ctrl+shift+s"; and where the group has no
        Latin letters by those of the first group, which applications look at too."""
        numbers = bool(state & self._number_lock)
        names = [
            x11_names.pressed_name(self.keymap.keysym(code, group, False, False, False, numbers))
            for group in (state >> _GROUP_BITS & 3, 0)
        ]
        return next((each for each in names if each.isascii() and each), names[0])

    def _dead(self, keysym: int) -> str:
        mark = _DEAD.get(keysym, "")
        before, self._mark = self._mark, mark
        if before and before == mark:
            self._mark = ""
            return _ALONE.get(mark, "")
        return ""

    def _joined(self, character: str) -> str:
        mark, self._mark = self._mark, ""
        if not mark:
            return character
        if character in (" ", "\u00a0"):
            return _ALONE.get(mark, "")
        joined = unicodedata.normalize("NFC", character + mark)
        return joined if len(joined) == 1 else ""  # the keyboard swallows what can't be joined

    def _modifier(self, code: int) -> str:
        return next((name for each in self.keymap.symbols.get(code, ()) if (name := _modifier_name(each))), "")

    @property
    def _number_lock(self) -> int:
        codes = self.keymap.codes_of(x11_names.NUM_LOCK)
        return next((1 << row for row, keys in enumerate(self.keymap.modifiers) if codes & set(keys)), 0)


def _modifier_name(keysym: int) -> str:
    name = x11_names.pressed_name(keysym) if keysym else ""
    return name if name in MODIFIERS else ""
