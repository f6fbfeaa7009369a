"""What is excepted from being asked every time in terminals, system settings and file managers: what changes nothing.

Only what is known to stand there counts, never what the planner says of it, and only a single click, key or text.
"""

from desktop_agent.core.actions import Action, ActionKind, Click
from desktop_agent.core.desktop import Element
from desktop_agent.safety.words import Found, Reading

_PAGES = frozenset({"list item", "tree item", "page tab"})
_SELECTING = frozenset({ActionKind.LEFT_CLICK, ActionKind.RIGHT_CLICK})


def is_leaving(action: Action, target: str, name: Found) -> bool:
    """Whether it presses a button that changes nothing: Cancel, Back, Help and the like."""
    return target == "command" and _presses(action) and name.has("leaves", Reading.WHOLE)


def is_searching(action: Action, target: str, name: Found) -> bool:
    """Whether it clicks into a field that looks for something, or types there."""
    writes = action.kind is ActionKind.TYPE or _clicks_once(action)
    return writes and target == "search" and name.has("seeks", Reading.ANYWHERE)


def is_browsing(action: Action, target: str, name: Found, keys: frozenset[str]) -> bool:
    """Whether it goes about in a file manager: selects what is known, goes back and up, or changes the view."""
    if action.kind is ActionKind.KEY and "file_view" in keys:
        return len(action.inputs) == 1 and target not in ("unknown", "terminal")
    if target == "row":
        return _clicks_once(action) and not name.has("file_command", Reading.WHOLE)
    return target in ("command", "menu") and _presses(action) and name.has("file_view", Reading.WHOLE)


def is_turning(action: Action, element: Element | None, name: Found) -> bool:
    """Whether it turns to another page of the system's settings or of a software centre: a row of those to choose from,
    or a view."""
    if element is None or not _clicks_once(action) or action.kind is not ActionKind.LEFT_CLICK:
        return False
    is_view = element.role == "toggle button" and name.has("file_view", Reading.WHOLE)
    return (element.role in _PAGES and not name.has("file_command", Reading.WHOLE)) or is_view


def is_copying(action: Action, target: str, name: Found, keys: frozenset[str]) -> bool:
    """Whether it copies what is selected."""
    if action.kind is ActionKind.KEY:
        return len(action.inputs) == 1 and "copy" in keys
    return target == "command" and _presses(action) and name.has("copies", Reading.WHOLE)


def _clicks_once(action: Action) -> bool:
    single = len(action.inputs) == 1 and isinstance(action.inputs[0], Click) and action.inputs[0].count == 1
    return single and action.kind in _SELECTING


def _presses(action: Action) -> bool:
    """Whether it is one left click, or one key that presses what has the focus."""
    if action.kind is ActionKind.KEY:
        return len(action.inputs) == 1 and action.keys in ((("enter",),), (("space",),))
    return action.kind is ActionKind.LEFT_CLICK and _clicks_once(action)
