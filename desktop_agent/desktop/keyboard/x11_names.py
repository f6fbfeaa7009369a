"""Keysyms of X11: which one a key's name or a character stands for (X11 protocol, appendix A)."""

UNICODE = 0x01000000
"""Added to a character's code point, it makes the keysym of characters that have none of their own."""

_KEYSYMS = {
    "ctrl": 0xFFE3, "alt": 0xFFE9, "shift": 0xFFE1, "super": 0xFFEB, "altgr": 0xFE03,
    "enter": 0xFF0D, "escape": 0xFF1B, "tab": 0xFF09, "space": 0x20, "backspace": 0xFF08,
    "delete": 0xFFFF, "insert": 0xFF63,
    "up": 0xFF52, "down": 0xFF54, "left": 0xFF51, "right": 0xFF53,
    "home": 0xFF50, "end": 0xFF57, "pageup": 0xFF55, "pagedown": 0xFF56,
    "capslock": 0xFFE5, "numlock": 0xFF7F, "scrolllock": 0xFF14, "printscreen": 0xFF61, "pause": 0xFF13, "menu": 0xFF67,
    **{f"f{number}": 0xFFBD + number for number in range(1, 25)},
}  # fmt: skip

SHIFT, CONTROL, ALT, SUPER = 0xFFE1, 0xFFE3, 0xFFE9, 0xFFEB
LEVEL3 = 0xFE03
CAPS_LOCK, NUM_LOCK = 0xFFE5, 0xFF7F
INSERT, DELETE = 0xFF63, 0xFFFF

_LEFT_AND_RIGHT = {0xFFE2: "shift", 0xFFE4: "ctrl", 0xFFEA: "alt", 0xFFE7: "alt", 0xFFE8: "alt", 0xFFEC: "super"}
_NAMES = {keysym: name for name, keysym in _KEYSYMS.items()} | _LEFT_AND_RIGHT
_ALSO = {
    0xFE20: "tab",  # what Shift makes of it
    0xFF8D: "enter", 0xFF95: "home", 0xFF96: "left", 0xFF97: "up", 0xFF98: "right", 0xFF99: "down",
    0xFF9A: "pageup", 0xFF9B: "pagedown", 0xFF9C: "end", 0xFF9E: "insert", 0xFF9F: "delete",
    0xFE11: "altgr",
}  # fmt: skip
"""Keys of the keypad and others that are pressed for the same as the one of that name."""
_CODECS = {
    1: "iso8859_2", 2: "iso8859_3", 3: "iso8859_4", 5: "iso8859_6", 6: "koi8_u", 7: "iso8859_7", 12: "iso8859_8",
    13: "iso8859_11", 18: "iso8859_14", 19: "iso8859_15",
}  # fmt: skip
"""The older keysyms of a script are the bytes of its character set with this in the second byte."""
_KEYPAD = {0xFFAA: "*", 0xFFAB: "+", 0xFFAC: ",", 0xFFAD: "-", 0xFFAE: ".", 0xFFAF: "/", 0xFFBD: "=", 0xFF80: " "}
_KEYPAD_DIGITS = range(0xFFB0, 0xFFBA)


def keysyms_of(character: str) -> tuple[int, ...]:
    """The keysyms that write `character`, the one to use for a new key first."""
    code = ord(character)
    if character in "\r\n":
        return (_KEYSYMS["enter"],)
    if character == "\t":
        return (_KEYSYMS["tab"],)
    if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF:
        return (code, UNICODE | code)
    if character == "€":
        return (UNICODE | code, 0x20AC)
    return (UNICODE | code,)


def keysym_of(name: str) -> int:
    """The keysym of a key by its canonical name (`names.key_name`)."""
    return _KEYSYMS[name] if name in _KEYSYMS else keysyms_of(name)[0]


def character_of(keysym: int) -> str:
    """The character that `keysym` writes; "" where it writes none, or is of a script that is not known here."""
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    if UNICODE <= keysym <= UNICODE + 0x10FFFF:
        return chr(keysym - UNICODE)
    if keysym in _KEYPAD_DIGITS:
        return chr(ord("0") + keysym - _KEYPAD_DIGITS.start)
    if keysym in _KEYPAD or keysym == 0x20AC:
        return _KEYPAD.get(keysym, "€")
    codec = _CODECS.get(keysym >> 8)
    return bytes((keysym & 0xFF,)).decode(codec, "ignore") if codec and keysym & 0x80 else ""


def pressed_name(keysym: int) -> str:
    """Like `name_of`, for a key that was pressed: the keypad's keys, and Tab with Shift, count as the plain ones."""
    character = character_of(keysym)
    return name_of(keysym) or _ALSO.get(keysym, "") or character.lower()


def name_of(keysym: int) -> str:
    """The canonical name of `keysym`; the character that it writes; "" when it is neither."""
    if keysym in _NAMES:
        return _NAMES[keysym]
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym).lower()
    if UNICODE <= keysym <= UNICODE + 0x10FFFF:
        return chr(keysym - UNICODE)
    return ""
