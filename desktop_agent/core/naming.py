"""How well a name on the screen fits what a person called it. Pure functions over text and roles."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Fit(IntEnum):
    """How a name matches, best first."""

    EXACT = 0
    ALIAS = 1
    WORDS = 2
    PREFIX = 3
    SUBSTRING = 4


BUTTONS = frozenset({"push button", "toggle button", "radio button", "button", "push button menu", "split button"})
MENUS = frozenset({"menu", "push button menu"})
MENU_ITEMS = frozenset({"menu item", "check menu item", "radio menu item", "tearoff menu item", "menu"})
TEXTS = frozenset(
    {"text", "entry", "password text", "editbar", "autocomplete", "terminal", "document text", "spin button"}
)
ACTIONABLE = (
    BUTTONS
    | MENU_ITEMS
    | TEXTS
    | {"check box", "combo box", "link", "list item", "page tab", "slider", "switch", "table cell", "tree item"}
)
DISPLAYS = frozenset({"text", "label", "static", "editbar"})
DIALOGS = frozenset({"dialog", "alert", "file chooser", "color chooser", "font chooser", "frame", "window"})
POPUP_ROOTS = frozenset({"window", "dialog", "frame", "popup menu", "menu", "list box", "list", "combo box", "alert"})
"""What a popup is, where it has a tree of its own."""
IN_POPUPS = MENU_ITEMS | {"list item", "table cell", "tree item"}
CONTAINERS = DIALOGS | {
    *(
        "panel",
        "filler",
        "scroll pane",
        "viewport",
        "section",
        "grouping",
        "root pane",
        "layered pane",
        "internal frame",
    ),
    *("split pane", "menu bar", "tool bar", "page tab list", "document frame", "document web", "form", "page"),
}
"""Roles that hold others: the middle of one is no place that its name would mean."""

_AREA_WORDS = ("text area", "textarea", "text editor", "editor", "文本区", "文本区域", "编辑器", "编辑区")
_FIELD_WORDS = ("text field", "edit field", "input field", "field", "entry field", "search box", "输入栏")
_EITHER_WORDS = (
    *("text box", "textbox", "text", "edit", "input", "input box", "box"),
    *("文本框", "输入框", "编辑框"),
)

_ROLES: dict[str, frozenset[str]] = {
    "menu item|menu entry|item|entry|菜单项": MENU_ITEMS,
    "button|key|按钮|键|按键": BUTTONS,
    "menu|菜单": MENUS,
    "|".join((*_AREA_WORDS, *_FIELD_WORDS, *_EITHER_WORDS)): TEXTS,
    "display|显示屏|显示区": DISPLAYS,
    "check box|checkbox|复选框": frozenset({"check box", "check menu item", "toggle button", "switch"}),
    "radio button|option|单选按钮|选项": frozenset({"radio button", "radio menu item"}),
    "combo box|combobox|dropdown|drop-down|下拉框|下拉列表": frozenset({"combo box"}),
    "tab|标签页|选项卡": frozenset({"page tab"}),
    "link|链接": frozenset({"link"}),
    "icon|图标": frozenset({"icon", "image", "desktop icon", "push button", "toggle button"}),
    "slider|滑块": frozenset({"slider"}),
    "list|列表": frozenset({"list", "list box", "table", "tree", "tree table"}),
    "table|表格": frozenset({"table", "tree table"}),
    "status bar|statusbar|状态栏": frozenset({"status bar"}),
    "toolbar|tool bar|工具栏": frozenset({"tool bar"}),
    "image|picture|图片|图像": frozenset({"image"}),
    "label|标签": frozenset({"label", "static"}),
    "menu bar|menubar|菜单栏": frozenset({"menu bar"}),
    "dialog|dialogue|dialog box|window|对话框|窗口": DIALOGS,
    "scroll bar|scrollbar|滚动条": frozenset({"scroll bar"}),
}
ROLES_OF = {word: roles for words, roles in _ROLES.items() for word in words.split("|")}
ROLE_WORDS = sorted(ROLES_OF, key=len, reverse=True)

_SYMBOLS = (
    ("×", "*", "x", "✕", "⋅", "·", "multiply", "times", "乘"),
    ("÷", "/", "∕", "divide", "divided by", "除"),
    ("−", "-", "–", "minus", "subtract", "减"),
    ("+", "plus", "add", "加"),
    ("=", "equals", "equal", "等于", "等号"),
    ("√", "sqrt", "square root", "根号"),
    (".", ",", "decimal point", "小数点"),
    ("π", "pi"),
    ("±", "+/-", "change sign"),
    ("%", "percent", "百分号"),
)
"""Other ways to write or say a mathematical symbol."""
ALIASES = {name: group for group in _SYMBOLS for name in group}

_MNEMONIC = re.compile(r"\(\s*[&_]?[A-Za-z0-9]\s*\)$|[&_](?=\w)")
_END = re.compile(r"(?:\s|\.\.\.|…|:)+$")
IDEOGRAPH = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SHORTEST_PART = 3
_SHORTEST_PART_IDEOGRAPHS = 2


@dataclass(frozen=True)
class Wanted:
    """One reading of what a person called a place: `name` (normalised, may be empty), and what kind of element it is
    (all kinds where `roles` is empty). `lines` says which fields of text are rather meant."""

    name: str
    roles: frozenset[str] = frozenset()
    lines: Literal["one", "many", "any"] = "any"


def normal(name: str) -> str:
    """`name` without differences of case, width, spacing, mnemonics and a final ellipsis, which people leave out."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    plain = _END.sub("", _MNEMONIC.sub("", folded)).strip()
    return plain or folded


def readings(name: str) -> tuple[Wanted, ...]:
    """What `name` may mean: all of it as a name, and its last or first words as a kind of element."""
    whole = normal(name)
    found = [Wanted(whole)]
    for word in ROLE_WORDS:
        rest = _without(whole, word)
        if rest is not None:
            lines: Literal["one", "many", "any"] = (
                "many" if word in _AREA_WORDS else "one" if word in _FIELD_WORDS else "any"
            )
            found.append(Wanted(rest, ROLES_OF[word], lines))
            break
    return tuple(found)


def _without(name: str, word: str) -> str | None:
    """`name` without the role `word` at its end (or start, in English); None where it isn't there."""
    if name == word:
        return ""
    if IDEOGRAPH.search(word):
        return name.removesuffix(word).rstrip(" 的") if name.endswith(word) else None
    if name.endswith(f" {word}") or (name.endswith(word) and IDEOGRAPH.match(name[-len(word) - 1])):
        return name[: -len(word)].rstrip()
    return (
        name[len(word) :].lstrip() if name.startswith(f"{word} ") and word in ("menu item", "button", "menu") else None
    )


def fit(wanted: str, name: str) -> Fit | None:
    """How `name` on the screen fits `wanted` (normalised); None where it doesn't. A digit, a symbol or a single letter
    fits only itself or another way to say it."""
    there = normal(name)
    if not wanted or not there:
        return None
    if there == wanted:
        return Fit.EXACT
    if there in ALIASES.get(wanted, ()):
        return Fit.ALIAS
    if len(wanted) == 1 or not any(char.isalpha() for char in wanted):
        return None
    shortest = _SHORTEST_PART_IDEOGRAPHS if IDEOGRAPH.search(wanted) else _SHORTEST_PART
    if re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", there):
        return Fit.WORDS
    if len(wanted) < shortest or wanted not in there:
        return None
    return Fit.PREFIX if there.startswith(wanted) else Fit.SUBSTRING


def has_ideographs(text: str) -> bool:
    """Whether `text` is in a script that puts no spaces between words."""
    return bool(IDEOGRAPH.search(text))
