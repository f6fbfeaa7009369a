"""What is excepted from being asked every time in terminals, system settings and file managers: what changes nothing.

Only what is known to stand there counts, never what the planner says of it, and only a single click, key or text.
"""

from desktop_agent.core.actions import Action, ActionKind, Click
from desktop_agent.core.desktop import Element
from desktop_agent.safety.words import Found, Reading

_ENTRIES = frozenset({"list item", "tree item"})
_VIEWS = _ENTRIES | {"page tab", "toggle button"}
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


def is_turning(action: Action, element: Element | None, name: Found, kinds: frozenset[str]) -> bool:
    """Whether it turns to another page of the system's settings, or to another view of a software centre.

    Rows must be called as pages are: other rows are networks, devices and servers to connect to, and settings that a
    click switches.
    """
    if element is None or action.kind is not ActionKind.LEFT_CLICK or not _clicks_once(action):
        return False
    if "software_centre" in kinds:
        return element.role in _VIEWS and name.has("software_view", Reading.WHOLE)
    if element.role in _ENTRIES and "checkable" not in element.states:
        return name.has("settings_page", Reading.WHOLE)
    return element.role == "page tab" and not name.has("file_command", Reading.WHOLE)


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
