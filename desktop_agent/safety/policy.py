"""What may happen without asking, what must be asked, and what never happens. Deterministic, outside every model.

Acting asks. Looking, hovering and scrolling content are free. What stands on the screen can make a rule stricter, never
more lenient.
"""

import logging
from dataclasses import dataclass

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Move, Ruling, Scroll, Verdict
from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.safety import consequences

PASSWORD_ROLE = "password text"  # noqa: S105 - the AT-SPI role, not a password
VALUE_ROLES = frozenset({"slider", "spin button", "combo box", "dial", "page tab list"})
"""Roles whose value the mouse wheel changes: scrolling there acts."""
TEXTLESS_ROLES = frozenset(
    {
        *("push button", "button", "toggle button", "push button menu", "check box", "radio button", "switch", "link"),
        *("menu", "menu item", "check menu item", "radio menu item", "page tab", "slider", "scroll bar"),
    }
)
"""Roles that a click sets off and that take no text, so that typing "into" one would only press it."""
_NAME = 60
"""Characters of a window's name that stand in a reason."""
DENIED_NEAR = 24
"""Pixels within which a place counts as the one that was denied, where no element names it."""

_POINTER = frozenset(
    {
        ActionKind.LEFT_CLICK,
        ActionKind.RIGHT_CLICK,
        ActionKind.MIDDLE_CLICK,
        ActionKind.DOUBLE_CLICK,
        ActionKind.DRAG,
    }
)
_KEYS = frozenset({ActionKind.KEY, ActionKind.TYPE})
_DOING = {
    ActionKind.LEFT_CLICK: "Clicking",
    ActionKind.RIGHT_CLICK: "Right-clicking",
    ActionKind.MIDDLE_CLICK: "Middle-clicking, which may paste,",
    ActionKind.DOUBLE_CLICK: "Double-clicking",
    ActionKind.DRAG: "Dragging",
    ActionKind.KEY: "Pressing keys",
    ActionKind.TYPE: "Typing",
    ActionKind.SCROLL: "Changing a value",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Denied:
    """What the person said no to, so that a retry by another kind of click or a few pixels aside is known."""

    run: str
    action: Action

    def covers(self, action: Action) -> bool:
        mine = self.action
        same_window = (mine.window and mine.window.id) == (action.window and action.window.id)
        if not same_window or mine.application != action.application:
            return False
        if mine.kind is ActionKind.OPEN_APP:
            return action.kind is mine.kind
        if mine.kind in _KEYS or action.kind in _KEYS:
            same_keys = mine.kind is action.kind and _keyed(mine) == _keyed(action)
            return same_keys and _same_place(mine, action)
        return _same_place(mine, action)


class Policy:
    """The rules, and what the person allowed for as long as this object lives (a session, in memory only)."""

    def __init__(self) -> None:
        self._allowed: set[tuple[str, int, str, ActionKind]] = set()
        self._acted: set[tuple[str, int, str]] = set()
        self._denied: list[_Denied] = []

    def judge(
        self,
        action: Action,
        scope_windows: frozenset[int] | None,
        own_pids: frozenset[int],
        *,
        region: Rect | None = None,
        end_window: Window | None = None,
        run: str = "",
    ) -> Verdict:
        """What is to be done with `action`. An error in the rules asks.

        Args:
            action: with the window and the element that stand at its target now.
            scope_windows: the ids of the windows that the run may touch; None: all but our own.
            own_pids: processes whose windows are our own.
            region: the part of the desktop that the run may touch; None: all of it.
            end_window: for a drag, the window where it ends.
            run: whose denials count.
        """
        try:
            return (
                self._blocked(action, scope_windows, own_pids, region, end_window)
                or self._denied_before(action, run)
                or self._unusual(action)
                or self._ordinary(action)
            )
        except Exception:  # noqa: BLE001 - whatever went wrong in classifying, the person decides
            _log.warning("an action could not be classified", exc_info=True)
            return Verdict(Ruling.ASK, "This action could not be classified.", "unclassified", critical=True)

    def remember(self, action: Action) -> None:
        """Let actions of this kind pass in this application, in this process of it, for the session."""
        self._allowed.add((*_place(action), action.kind))

    def acted(self, action: Action) -> None:
        """Note that the person approved an action there: the next one is no longer the first."""
        self._acted.add(_place(action))

    def denied(self, run: str, action: Action) -> None:
        """Note that the person said no: for the rest of the run it isn't asked again."""
        self._denied.append(_Denied(run, action))

    def forget_run(self, run: str) -> None:
        """The run is over, and its denials with it."""
        self._denied = [each for each in self._denied if each.run != run]

    def _blocked(
        self,
        action: Action,
        scope_windows: frozenset[int] | None,
        own_pids: frozenset[int],
        region: Rect | None,
        end_window: Window | None,
    ) -> Verdict | None:
        windows = [each for each in (action.window, end_window) if each is not None]
        if any(each.pid in own_pids for each in windows):
            return _block("That is a window of Desktop Agent itself.", "own_window")
        if action.kind is ActionKind.OPEN_APP:
            return None
        if action.kind in _KEYS and action.window is None:
            return _block("No window has the keyboard focus, so the keys would go nowhere.", "no_focus")
        outside = _outside_region(action, region) if region is not None else ""
        if not outside and scope_windows is not None:
            outside = _outside_windows(windows, scope_windows)
        if outside:
            return _block(outside, "outside_scope")
        if _types_into_nothing(action):
            return _block("That is nothing that takes text, so the click alone would act.", "takes_no_text")
        return None

    def _denied_before(self, action: Action, run: str) -> Verdict | None:
        if any(each.run == run and each.covers(action) for each in self._denied):
            return _block("You said no to this before in this run.", "denied_before")
        return None

    def _unusual(self, action: Action) -> Verdict | None:
        """What is handed over, or asked every time."""
        if action.secret:
            reason = f'This types your secret "{one_line(action.secret, _NAME)}".'
            return Verdict(Ruling.ASK, reason, "secret", critical=True)
        if action.kind in _KEYS and action.element is not None and action.element.role == PASSWORD_ROLE:
            return Verdict(Ruling.HAND_OVER, "This is a password field: please fill it in yourself.", "password")
        if self._looking(action):
            return Verdict(Ruling.ALLOW, "Looking is free.", "looking")
        consequence = consequences.of(action)
        if consequence is not None:
            return Verdict(Ruling.ASK, consequence.reason, consequence.category, critical=True)
        return None

    def _ordinary(self, action: Action) -> Verdict:
        if (*_place(action), action.kind) in self._allowed:
            return Verdict(Ruling.ALLOW, "You allowed this for the session.", "remembered")
        if action.kind is ActionKind.OPEN_APP:
            return Verdict(Ruling.ASK, "This starts an application.", "open_application", rememberable=True)
        if action.kind not in _DOING:
            return Verdict(Ruling.ASK, "This kind of action is not known.", "unknown", critical=True)
        if action.window is None:
            return Verdict(Ruling.ASK, "No window is known to stand there.", "unknown_window")
        name = _name(action.window)
        if _place(action) not in self._acted:
            return Verdict(
                Ruling.ASK, f"This is the first action in {name}.", "first_in_application", rememberable=True
            )
        return Verdict(Ruling.ASK, f"{_DOING[action.kind]} in {name} asks.", "acting", rememberable=True)

    @staticmethod
    def _looking(action: Action) -> bool:
        if action.kind is ActionKind.HOVER:
            return all(isinstance(each, Move) for each in action.inputs)
        if action.kind is ActionKind.SCROLL:
            changes_value = action.element is not None and action.element.role in VALUE_ROLES
            return all(isinstance(each, Scroll) for each in action.inputs) and not changes_value
        return False


def _block(reason: str, category: str) -> Verdict:
    return Verdict(Ruling.BLOCK, reason, category)


def _points(action: Action) -> list[Point]:
    points = []
    for each in action.inputs:
        match each:
            case Move(point) | Click(point) | Scroll(point):
                points.append(point)
            case Drag(start, end):
                points += [start, end]
    return points


def _outside_region(action: Action, region: Rect) -> str:
    """Why the action leaves `region`, or nothing."""
    points = _points(action)
    for point in points:
        if not region.contains(point):
            return f"The place {point.x},{point.y} is outside what this run may touch."
    if not points and not _keys_land_in(action, region):
        return "The keys would go outside what this run may touch."
    return ""


def _outside_windows(windows: list[Window], members: frozenset[int]) -> str:
    """Why the action leaves the windows with the ids `members`, or nothing."""
    if not windows:
        return "No window of this run stands there."
    strange = next((each for each in windows if each.id not in members), None)
    return f"{_name(strange)} does not belong to what this run may touch." if strange else ""


def _keyed(action: Action) -> tuple[str, str, tuple[tuple[str, ...], ...]]:
    return action.typed, action.secret, action.keys


def _types_into_nothing(action: Action) -> bool:
    element = action.element
    if action.kind is not ActionKind.TYPE or action.point is None or element is None:
        return False
    return element.role in TEXTLESS_ROLES and not element.takes_text


def _keys_land_in(action: Action, region: Rect) -> bool:
    if action.element is not None and not action.element.region.empty:
        return not action.element.region.intersection(region).empty
    return action.window is not None and not action.window.region.intersection(region).empty


def _place(action: Action) -> tuple[str, int, str]:
    """Where a permission holds. The process belongs to it, because an application chooses its name itself."""
    window = action.window
    return (window.application, window.pid, action.application) if window else ("", 0, action.application)


def _name(window: Window) -> str:
    application, title = one_line(window.application, _NAME), one_line(window.title, _NAME)
    return application or (f'"{title}"' if title else "this application")


def _same_place(one: Action, other: Action) -> bool:
    first, second = one.element, other.element
    if first is not None and second is not None:
        same_name = (first.role, first.name) == (second.role, second.name)
        return same_name and (bool(first.name) or first.region == second.region)
    if one.point is None or other.point is None:
        return one.point is other.point
    return abs(one.point.x - other.point.x) <= DENIED_NEAR and abs(one.point.y - other.point.y) <= DENIED_NEAR
