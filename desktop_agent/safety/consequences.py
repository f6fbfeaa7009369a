"""Actions whose consequences are grave enough to be asked about every time, told by plain rules."""

import re
from dataclasses import dataclass

from desktop_agent.core.actions import Action, ActionKind
from desktop_agent.core.text import one_line

_TERMINALS = (
    "xterm", "uxterm", "terminal", "konsole", "alacritty", "kitty", "foot", "urxvt", "rxvt", "terminator", "tilix",
    "wezterm", "ghostty", "guake", "yakuake", "ptyxis", "kgx", "st-256color", "powershell", "cmd.exe",
)  # fmt: skip
_FILE_MANAGERS = (
    "thunar", "nautilus", "org.gnome.files", "dolphin", "nemo", "caja", "pcmanfm", "spacefm", "krusader",
    "explorer.exe", "finder",
)  # fmt: skip
_SETTINGS = (
    "settings", "systemsettings", "control-center", "control center", "gnome-tweaks", "dconf-editor", "pavucontrol",
    "nm-connection-editor", "software-properties", "synaptic", "gparted", "polkit", "lxappearance",
)  # fmt: skip
_SENSITIVE = (
    (_TERMINALS, "{name} is a terminal: what is done there can run commands."),
    (_FILE_MANAGERS, "{name} is a file manager: what is done there can move or delete files."),
    (_SETTINGS, "{name} changes settings of the system."),
)

_CLOSING = frozenset(
    {
        frozenset({"alt", "f4"}),
        frozenset({"ctrl", "w"}),
        frozenset({"ctrl", "q"}),
        frozenset({"ctrl", "f4"}),
        frozenset({"ctrl", "shift", "w"}),
        frozenset({"ctrl", "shift", "q"}),
        frozenset({"super", "q"}),
        frozenset({"super", "w"}),
    }
)
_FUNCTION_KEYS = frozenset(f"f{number}" for number in range(1, 25))
_WITH_ALT = _FUNCTION_KEYS | {"tab", "escape", "space", "`"}
"""Window managers take these with Alt: they switch windows, open menus and run dialogs."""
_WITH_CTRL = _FUNCTION_KEYS | {"escape"}
"""And these with Ctrl: they switch workspaces and open the system's menu."""
_CONSEQUENTIAL = re.compile(
    r"\b(delete|remove|erase|format|uninstall|discard|don.?t save|overwrite|replace|send|submit|post|publish|buy|pay|"
    r"order|purchase|transfer|install|sign out|log ?out|shut ?down|restart|reboot|reset|quit|close)\b"
    r"|löschen|entfernen|senden|kaufen|bezahlen|删除|移除|清空|发送|提交|发布|购买|支付|付款|卸载|关机|重启|注销|退出|关闭|格式化",
    re.IGNORECASE,
)
_MULTI_LINE = frozenset({"multi line", "multi-line"})
_SHOWN = 60
"""Characters of a name from outside that stand in a reason."""


@dataclass(frozen=True)
class Consequence:
    """Why an action must be asked every time. `reason` is for people; `category` names the rule."""

    reason: str
    category: str


def of(action: Action) -> Consequence | None:
    """The gravest consequence that the rules know of, or None."""
    return _sensitive_application(action) or _grave_keys(action) or _grave_element(action)


def _sensitive_application(action: Action) -> Consequence | None:
    application = action.window.application if action.window else ""
    if action.kind is ActionKind.OPEN_APP:
        application = action.application.removesuffix(".desktop")
    folded = application.casefold()
    for names, reason in _SENSITIVE:
        if any(name in folded for name in names):
            return Consequence(reason.format(name=one_line(application, _SHOWN)), "sensitive_application")
    return None


def _grave_keys(action: Action) -> Consequence | None:
    for keys in action.keys:
        if frozenset(keys) in _CLOSING:
            return Consequence(f"{'+'.join(keys)} closes a window or the whole application.", "closing")
        if "delete" in keys:
            return Consequence("Delete may remove more than a character.", "deleting")
        if "enter" in keys:
            return Consequence("Enter may send or confirm something.", "enter")
        if _is_system_shortcut(frozenset(keys)):
            return Consequence(f"{'+'.join(keys)} is a shortcut of the whole system.", "system_shortcut")
    if any(c in action.typed for c in "\n\r") and not _takes_lines(action):
        return Consequence("The text has a line break, which may send or confirm something.", "enter")
    return None


def _is_system_shortcut(keys: frozenset[str]) -> bool:
    """Whether the desktop may take the keys for itself, whatever window they are meant for."""
    if keys & {"super", "printscreen"} or {"ctrl", "alt"} <= keys:
        return True
    return ("alt" in keys and bool(keys & _WITH_ALT)) or ("ctrl" in keys and bool(keys & _WITH_CTRL))


def _takes_lines(action: Action) -> bool:
    return action.element is not None and bool(_MULTI_LINE & action.element.states)


def _grave_element(action: Action) -> Consequence | None:
    if not _activates(action):
        return None
    for name in (action.element.name if action.element else "", action.claimed):
        cleaned = one_line(name, max(len(name), 1))  # Hidden characters must not split a word.
        if _CONSEQUENTIAL.search(cleaned):
            reason = f'The target is called "{one_line(cleaned, _SHOWN)}": that may not be undone.'
            return Consequence(reason, "consequential")
    return None


def _activates(action: Action) -> bool:
    """Whether it can set off what the target does: by the pointer, or by a blank, which presses what has the focus."""
    if action.kind not in (ActionKind.KEY, ActionKind.TYPE) or action.point is not None:
        return True
    blank = any("space" in keys for keys in action.keys) or any(char.isspace() for char in action.typed)
    return blank and action.element is not None and not action.element.takes_text
