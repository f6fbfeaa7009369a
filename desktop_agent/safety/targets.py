"""What an element is, as far as the rules care: something to set off, or something that takes text of some kind."""

from desktop_agent.core.desktop import Element
from desktop_agent.safety import shell
from desktop_agent.safety.words import Found, Reading

PASSWORD_ROLE = "password text"  # noqa: S105 - the AT-SPI role, not a password
VALUE_ROLES = frozenset({"slider", "spin button", "combo box", "dial"})
"""Roles whose value the mouse wheel changes."""
WHEEL_ROLES = VALUE_ROLES | {"page tab list"}
"""Roles where scrolling acts."""
TEXTS = frozenset({"editor", "field", "search", "chat", "password", "code", "terminal"})
"""Targets that keys write into."""
PAGES = frozenset({"document web", "document text", "document frame", "document presentation", "document spreadsheet"})
"""Roles of what is read as a whole."""
_COMMANDS = frozenset(
    {
        *("push button", "button", "toggle button", "push button menu", "split button", "check box", "radio button"),
        *("switch", "menu item", "check menu item", "radio menu item", "tearoff menu item"),
    }
)
_OPENERS = frozenset({"menu", "combo box", "option pane"})
_CONTENTS = frozenset({"link", "page tab", "heading", "article", "paragraph"})
_ROWS = frozenset(
    {
        *("list item", "tree item", "table cell", "table row", "icon", "desktop icon", "list", "tree", "table"),
        *("tree table", "list box", "column header", "row header", "table column header", "table row header"),
    }
)
_DOCUMENTS = frozenset({"document text", "document frame", "paragraph", "section", "page", "document email"})
_ONE_LINE = frozenset({"entry", "autocomplete", "spin button", "editbar"})
_MULTI_LINE = frozenset({"multi line", "multi-line"})
_TARGETS = (
    (_COMMANDS, "command"),
    (_OPENERS, "menu"),
    (WHEEL_ROLES, "value"),
    (_ROWS, "row"),
    (_CONTENTS, "content"),
)


def target_of(element: Element | None, name: Found, places: frozenset[str]) -> str:
    """What `element` is, in the terms of `rules/rules.toml`.

    Args:
        element: what is clicked or has the focus; None where it isn't known.
        name: the words in its name.
        places: the kinds of applications that its window is of.
    """
    if element is None:
        return "unknown"
    if element.role == PASSWORD_ROLE:
        return "password"
    if element.takes_text or (element.role in _DOCUMENTS and "editor" in places):
        return _text(element, name, places)
    for roles, target in _TARGETS:
        if element.role in roles:
            return target
    return "other"


def _text(element: Element, name: Found, places: frozenset[str]) -> str:
    if element.role == "terminal":
        return "password" if shell.asks_password(element.tail or element.text) else "terminal"
    lines = bool(_MULTI_LINE & element.states)
    if not lines:
        for family in ("search", "code", "password"):
            if name.has(f"{family}_field", Reading.ANYWHERE):
                return family
    if name.has("message_field", Reading.ANYWHERE):
        return "chat"
    if "single line" in element.states or element.role in _ONE_LINE:
        return "field"
    if "chat" in places:
        return "chat"
    return "editor" if lines or "editor" in places or element.role in _DOCUMENTS else "field"
