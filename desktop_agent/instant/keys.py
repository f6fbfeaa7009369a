"""Key names as people write them."""

import re

MODIFIERS = ("ctrl", "alt", "shift", "super")
_NAMES = {
    "ctrl": "ctrl control ctl ⌃",
    "alt": "alt option opt ⌥",
    "shift": "shift ⇧ 上档",
    "super": "super win windows cmd command meta ⌘",
    "enter": "enter return ⏎ ↵ 回车 回车键",
    "escape": "escape esc 退出键",
    "tab": "tab tabulator ⇥ 制表 制表键",
    "space": "space spacebar 空格 空格键",
    "backspace": "backspace ⌫ 退格 退格键",
    "delete": "delete del 删除键",
    "insert": "insert ins 插入键",
    "home": "home",
    "end": "end",
    "pageup": "pageup pgup prior 上翻页 上翻页键",
    "pagedown": "pagedown pgdn pgdown 下翻页 下翻页键",
    "up": "up uparrow arrowup ↑ 上键 上箭头 向上键",
    "down": "down downarrow arrowdown ↓ 下键 下箭头 向下键",
    "left": "left leftarrow arrowleft ← 左箭头 左方向键 向左键",
    "right": "right rightarrow arrowright → 右箭头 右方向键 向右键",
    "capslock": "capslock",
    "printscreen": "printscreen prtsc",
    "menu": "contextmenu",
    "+": "plus 加号",
    "-": "minus hyphen dash 减号",
    "=": "equals equal 等号",
    "*": "asterisk 星号",
    "/": "slash",
    ".": "period dot 句点",
    ",": "comma 逗号",
    ";": "semicolon",
}
_BY_NAME = {name: key for key, names in _NAMES.items() for name in names.split()}
_BY_NAME.update((f"f{number}", f"f{number}") for number in range(1, 25))
_TWO_WORDS = re.compile(
    r"\b(page|arrow|back|caps|print|space)[ _-](up|down|left|right|space|lock|screen|bar)\b"
    r"|\b(up|down|left|right)[ _-](arrow)\b"
)


def parse_keys(words: str) -> tuple[str, ...] | None:
    """The keys that `words` name, modifiers first: "Ctrl + Shift + P" → ("ctrl", "shift", "p"). None where they name no
    key: that takes at most one key besides modifiers, and a character key by itself counts."""
    if len(words.strip()) == 1 and words.strip().lower() not in _BY_NAME:
        return (words.strip().lower(),)
    joined = _TWO_WORDS.sub(lambda match: "".join(filter(None, match.groups())), words.strip().lower())
    keys = [_key(word) for word in _split(joined)]
    if not keys or None in keys:
        return None
    modifiers = [key for key in MODIFIERS if key in keys]
    others = [key for key in keys if key not in MODIFIERS]
    if len(others) > 1 or len(modifiers) + len(others) < len(keys):
        return None
    return tuple(key for key in (*modifiers, *others) if key)


def _split(words: str) -> list[str]:
    """Words between plus signs, hyphens or spaces; a sign at the end is a key itself."""
    last = words[-1:] if len(words) > 1 and words[-1:] in "+-" and words[-2:-1] in "+- " else ""
    rest = words[: -len(last)] if last else words
    return [word for word in re.split(r"[\s+＋-]+|(?:\band\b)|加(?!号)", rest) if word] + ([last] if last else [])


def _key(word: str) -> str | None:
    if word in _BY_NAME:
        return _BY_NAME[word]
    return word if len(word) == 1 else None
