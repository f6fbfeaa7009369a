"""The keyboard mapping of an X server: which key and modifiers write a character in the current group.

The core mapping that XKB keeps lays a key's symbols out as group 1 levels 1–2, group 2 levels 1–2, group 1 levels 3–4,
group 2 levels 3–4 (XKB protocol, 12.4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from desktop_agent.desktop.keyboard import x11_names
from desktop_agent.desktop.keyboard.x11_names import keysyms_of

GROUPS = 2
_COLUMNS = ((0, 1, 4, 5), (2, 3, 6, 7))


@dataclass(frozen=True)
class Stroke:
    """A keycode, and whether Shift and AltGr (level 3) are held with it."""

    code: int
    shift: bool = False
    level3: bool = False


@dataclass(frozen=True)
class KeyMap:
    """`symbols` by keycode, as `GetKeyboardMapping` gives them; `modifiers` are the keycodes of
    `GetModifierMapping`, in its order: Shift, Lock, Control, Mod1 to Mod5. `group` counts from 0."""

    symbols: Mapping[int, Sequence[int]]
    modifiers: Sequence[Sequence[int]]
    group: int = 0

    def stroke(self, character: str) -> Stroke | None:
        """How to write `character`; None when the current group has no key for it."""
        return next((self._strokes[each] for each in keysyms_of(character) if each in self._strokes), None)

    def key(self, keysym: int) -> Stroke | None:
        """How to press the key with `keysym`: in the current group, else in any other, so that "ctrl+s" has a key on
        a Cyrillic layout too."""
        if keysym in self._strokes:
            return self._strokes[keysym]
        return next((Stroke(code) for code, row in sorted(self.symbols.items()) if keysym in row), None)

    def keysym(
        self, code: int, group: int, shift: bool, level3: bool, caps: bool = False, numbers: bool = False
    ) -> int:
        """What the key `code` means in `group` with these modifiers and locks; 0 for nothing. Keys that have no symbols
        of their own in the group mean what they mean in the first one."""
        row = self.symbols.get(code, ())
        columns = _COLUMNS[group] if group < GROUPS else _COLUMNS[0]
        if not any(row[column] for column in columns if column < len(row)):
            columns = _COLUMNS[0]
        low, high = columns[2:] if level3 else columns[:2]
        plain, shifted = (row[column] if column < len(row) else 0 for column in (low, high))
        if _is_keypad((plain, shifted)):
            shift = shift != numbers
        elif caps and _is_letter(plain, shifted):
            shift = not shift
        return (shifted or plain) if shift else plain

    def codes_of(self, keysym: int) -> frozenset[int]:
        """The keys that have `keysym` on any level."""
        return frozenset(code for code, row in self.symbols.items() if keysym in row)

    @cached_property
    def spare(self) -> tuple[int, ...]:
        """Keycodes without any symbol or modifier, ascending."""
        return tuple(sorted(code for code, row in self.symbols.items() if not any(row) and code not in self._modifiers))

    @cached_property
    def level3_code(self) -> int:
        """The key that selects level 3 (AltGr); 0 when there is none."""
        return next((code for code, row in sorted(self.symbols.items()) if x11_names.LEVEL3 in row), 0)

    @cached_property
    def momentary(self) -> frozenset[int]:
        """Modifiers that act while they are held: not Caps Lock, Num Lock and their like."""
        locks = {x11_names.CAPS_LOCK, x11_names.NUM_LOCK, 0xFF14}
        return frozenset(code for code in self._modifiers if not locks & set(self.symbols.get(code, ())))

    @cached_property
    def caps_lock_code(self) -> int:
        """The key that switches Caps Lock; 0 when there is none."""
        return next((code for code, row in sorted(self.symbols.items()) if x11_names.CAPS_LOCK in row), 0)

    @cached_property
    def _modifiers(self) -> frozenset[int]:
        return frozenset(code for codes in self.modifiers for code in codes if code)

    @cached_property
    def _strokes(self) -> dict[int, Stroke]:
        """The simplest stroke of each keysym in the current group. Keys of the keypad come last: with Num Lock they
        mean something else."""
        found: dict[int, Stroke] = {}
        if self.group >= GROUPS:
            return found
        for level, column in enumerate(_COLUMNS[self.group]):
            if level >= 2 and not self.level3_code:
                break
            for code, row in sorted(self.symbols.items()):
                keysym = row[column] if column < len(row) else 0
                if keysym and not _is_keypad(row):
                    found.setdefault(keysym, Stroke(code, bool(level & 1), level >= 2))
        return found


def _is_keypad(row: Iterable[int]) -> bool:
    return any(0xFF80 <= keysym <= 0xFFBD for keysym in row)


def _is_letter(plain: int, shifted: int) -> bool:
    """Whether Caps Lock makes `shifted` of `plain`."""
    small, capital = x11_names.character_of(plain), x11_names.character_of(shifted)
    return bool(small) and small != capital and small.upper() == capital
