"""Names of keys, as people, settings and GLM's `key` tool write them."""

from desktop_agent.core.errors import UsageError

MODIFIERS = ("ctrl", "alt", "shift", "super", "altgr")
"""In the order in which combinations are written."""

DEAD = "dead"
"""What a dead key is called that was pressed: an accent for the next letter, which writes nothing by itself."""

_NAMED = (
    *MODIFIERS,
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("capslock", "numlock", "scrolllock", "printscreen", "pause", "menu"),
    *(f"f{number}" for number in range(1, 25)),
)
NAMED = frozenset(_NAMED)
"""Canonical names of the keys that write no character, and "space"."""

_ALIASES = {
    "control": "ctrl", "ctl": "ctrl", "strg": "ctrl",
    "option": "alt", "opt": "alt",
    "win": "super", "windows": "super", "cmd": "super", "command": "super", "meta": "super",
    "alt gr": "altgr", "alt_gr": "altgr",
    "return": "enter", "esc": "escape", "spacebar": "space", "del": "delete", "ins": "insert", "bksp": "backspace",
    "arrowup": "up", "arrowdown": "down", "arrowleft": "left", "arrowright": "right",
    "page_up": "pageup", "pgup": "pageup", "page up": "pageup", "prior": "pageup",
    "page_down": "pagedown", "pgdn": "pagedown", "pgdown": "pagedown", "page down": "pagedown", "next": "pagedown",
    "caps_lock": "capslock", "caps lock": "capslock", "num_lock": "numlock", "scroll_lock": "scrolllock",
    "print": "printscreen", "prtsc": "printscreen", "print_screen": "printscreen",
    "break": "pause", "apps": "menu", "contextmenu": "menu",
    "plus": "+", "minus": "-", "comma": ",", "period": ".", "dot": ".", "slash": "/", "backslash": "\\",
    "semicolon": ";", "equal": "=", "equals": "=", "grave": "`", "backquote": "`", "quote": "'",
}  # fmt: skip


def key_name(text: str) -> str:
    """The canonical name of one key: a name of `NAMED`, or the character that it writes, in lower case where that is
    one character.

    Raises:
        UsageError: no such key.
    """
    name = text.strip().lower() or text
    name = _ALIASES.get(name, name)
    name = {" ": "space", "\n": "enter", "\t": "tab"}.get(name, name)
    if name in NAMED or (len(name) == 1 and name.isprintable()):
        return name
    if len(text) == 1 and text.isprintable():
        return text  # its lower case is more than one character
    raise UsageError(f"There is no key called {text!r}.", 'Write keys like "ctrl+s", "enter" or "f5".')


def parse_combination(text: str) -> tuple[str, ...]:
    """Keys pressed together, written like "ctrl+alt+a", as canonical names, modifiers first in the order of
    `MODIFIERS`. The plus key itself is "plus", or a plus at the end: "ctrl++".

    Raises:
        UsageError: an unknown key, the same key twice, or no key at all.
    """
    written = text.strip()
    last_is_plus = written == "+" or written.endswith(("++", "+ +"))
    parts = written[:-1].rstrip().removesuffix("+").split("+") if last_is_plus else written.split("+")
    names = [key_name(part.strip()) for part in parts if part.strip() or not last_is_plus]
    if last_is_plus:
        names.append("+")
    if len(set(names)) != len(names):
        raise UsageError(f"{text!r} names a key twice.", 'Write keys like "ctrl+s".')
    modifiers = [name for name in MODIFIERS if name in names]
    return (*modifiers, *(name for name in names if name not in MODIFIERS))


def combination_text(keys: tuple[str, ...]) -> str:
    """The way `parse_combination` reads it, for people and logs."""
    return "+".join("plus" if key == "+" else key for key in keys)
