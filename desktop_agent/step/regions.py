"""Which part of the desktop a scope is now, and which parts of it are covered by our own windows."""

from collections.abc import Callable, Iterable, Sequence

from desktop_agent.core.desktop import Scope, Window
from desktop_agent.core.errors import ScopeGone
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Windows


def scope_windows(windows: Windows, scope: Scope) -> tuple[Window, ...]:
    """The windows that a window scope consists of now, topmost first: its window, and of the same process its dialogs
    and popups. Other windows of the process don't belong to it, nor does one that came in the place of its window.
    Empty for other scopes.

    Raises:
        ScopeGone: the window is gone, and its dialogs too.
    """
    if scope.kind != "window":
        return ()
    family = [each for each in windows.stacking() if _same_process(each, scope)]
    ids = {each.id for each in family}
    members = {scope.window}
    for _ in family:  # a dialog of a dialog is found in the round after its parent
        members |= {each.id for each in family if each.parent in members}
        if scope.window in ids:  # Popups that don't say whose they are can only be taken for its own.
            members |= {each.id for each in family if each.popup and each.parent not in ids}
    found = tuple(each for each in family if each.id in members)
    if all(each.popup and each.id != scope.window for each in found):
        raise ScopeGone(
            f"{scope.label} is closed or hidden.", "Open it again, or start over with another window.", str(scope)
        )
    return found


def _same_process(window: Window, scope: Scope) -> bool:
    """Where the process isn't known, only the window itself counts."""
    return window.pid == scope.pid if scope.pid else window.id == scope.window


def scope_region(windows: Windows, scope: Scope) -> Rect:
    """The part of the desktop that the scope is now: a window scope follows its window, popups and dialogs.

    Raises:
        ScopeGone: the scope's window is gone.
    """
    members = scope_windows(windows, scope)
    if not members:
        return scope.region
    region = Rect(0, 0, 0, 0)
    for each in members:
        region = region.union(each.region)
    return region


def visible_parts(
    stacking: Iterable[Window], region: Rect, parts: Callable[[Window], Iterable[Rect]]
) -> tuple[Rect, ...]:
    """Where in `region` one sees those `parts` of the windows. `stacking` holds all visible windows, topmost first."""
    above: list[Rect] = []
    visible: list[Rect] = []
    for window in stacking:
        for part in parts(window):
            visible += subtract(part.intersection(region), above)
        above.append(window.frame)
    return tuple(visible)


def subtract(rect: Rect, holes: Sequence[Rect]) -> list[Rect]:
    """What is left of `rect` outside all `holes`, as rectangles that don't overlap."""
    parts = [] if rect.empty else [rect]
    for hole in holes:
        parts = [left for part in parts for left in _without(part, hole)]
    return parts


def _without(rect: Rect, hole: Rect) -> list[Rect]:
    cut = rect.intersection(hole)
    if cut.empty:
        return [rect]
    pieces = (
        Rect(rect.x, rect.y, rect.width, cut.y - rect.y),
        Rect(rect.x, cut.bottom, rect.width, rect.bottom - cut.bottom),
        Rect(rect.x, cut.y, cut.x - rect.x, cut.height),
        Rect(cut.right, cut.y, rect.right - cut.right, cut.height),
    )
    return [each for each in pieces if not each.empty]
