"""What may happen without asking, what must be asked, and what never happens. Deterministic, outside every model.

Acting asks. Looking, hovering and scrolling content are free. The rules in `rules/` tell what is graver than that. What
stands on the screen can make a rule stricter, never more lenient.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Move, Ruling, Scroll, Verdict
from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.safety import rulebook, shell
from desktop_agent.safety.acts import written_by
from desktop_agent.safety.classify import Finding, classify, differs_with
from desktop_agent.safety.facts import Facts
from desktop_agent.safety.rulebook import Grade, Rulebook, RulesBroken

TEXTLESS_ROLES = frozenset(
    {
        *("push button", "button", "toggle button", "push button menu", "check box", "radio button", "switch", "link"),
        *("menu", "menu item", "check menu item", "radio menu item", "page tab", "slider", "scroll bar"),
    }
)
"""Roles that a click sets off and that take no text, so that typing "into" one would only press it."""
_WARNINGS = {
    "file_manager": "It is a file manager, where files can be moved and deleted.",
    "settings": "It changes settings of the system.",
    "software_centre": "It installs and removes software.",
    "terminal": "It is a terminal, where commands are run.",
}
"""What a question about an ordinary action says of the kind of application that it is in."""
_NAME = 60
"""Characters of a window's name that stand in a reason."""
DENIED_NEAR = 24
"""Pixels within which a place counts as the one that was denied, where no element names it."""

SHELL_TAIL = 2_000
"""Characters typed into a window's shell before that are read with what is typed next: a command may be split."""
_RULINGS = {Grade.EVERY_TIME: Ruling.ASK, Grade.HAND_OVER: Ruling.HAND_OVER, Grade.BLOCK: Ruling.BLOCK}
_KEYS = frozenset({ActionKind.KEY, ActionKind.TYPE})
_DOING = {
    ActionKind.LEFT_CLICK: "Clicking",
    ActionKind.RIGHT_CLICK: "Right-clicking",
    ActionKind.MIDDLE_CLICK: "Middle-clicking, which may paste,",
    ActionKind.DOUBLE_CLICK: "Double-clicking",
    ActionKind.DRAG: "Dragging",
    ActionKind.KEY: "Pressing keys",
    ActionKind.TYPE: "Typing",
    ActionKind.SCROLL: "Scrolling",
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
            mine_said, said = ((each.kind, each.typed, each.keys, each.secret) for each in (mine, action))
            return mine_said == said and _same_place(mine, action)
        return _same_place(mine, action)


class Policy:
    """The rules, and what the person allowed for as long as this object lives (a session, in memory only).

    Args:
        rules: reads the rules, when something is first judged.
    """

    def __init__(self, rules: Callable[[], Rulebook] = rulebook.shipped) -> None:
        self._rules = rules
        self._written: dict[tuple[str, int, str], str] = {}
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
        instruction: str = "",
    ) -> Verdict:
        """What is to be done with `action`. An error in the rules asks.

        Args:
            action: with the window and the element that stand at its target now.
            scope_windows: the ids of the windows that the run may touch; None: all but our own.
            own_pids: processes whose windows are our own.
            region: the part of the desktop that the run may touch; None: all of it.
            end_window: for a drag, the window where it ends.
            run: whose denials count.
            instruction: all that the person wrote in this conversation. Text that isn't in it comes from the screen or
                the planner.
        """
        try:
            return (
                self._blocked(action, scope_windows, own_pids, region, end_window)
                or self._denied_before(action, run)
                or self._by_rule(action, instruction)
                or self._ordinary(action)
            )
        except RulesBroken as error:
            _log.error("%s (%s)", error, error.details)
            return Verdict(Ruling.ASK, f"{error} So everything is asked.", "rules_broken", critical=True)
        except Exception:  # noqa: BLE001 - whatever went wrong in classifying, the person decides
            _log.warning("an action could not be classified", exc_info=True)
            return Verdict(Ruling.ASK, "This action could not be classified.", "unclassified", critical=True)

    def remember(self, action: Action) -> None:
        """Let actions of this kind pass in this application, in this process of it, for the session."""
        self._allowed.add((*_place(action), action.kind))

    def acted(self, action: Action) -> None:
        """Note that the person approved an action there: the next one is no longer the first."""
        place = _place(action)
        self._acted.add(place)
        with contextlib.suppress(RulesBroken):  # Then nothing is judged by them, and all is asked.
            if Facts(action, "", "", self._rules()).holds("shell"):
                line = self._written.get(place, "") + written_by(action)
                self._written[place] = shell.unfinished(line)[-SHELL_TAIL:]

    def differs_with(self, action: Action, focused: Element, instruction: str = "") -> bool:
        """Whether `action`, judged without knowing what has the keyboard focus, would have been asked about otherwise
        now that `focused` has it."""
        try:
            return differs_with(action, focused, self._rules(), instruction)
        except RulesBroken:  # Then it was asked as gravely as can be.
            return False

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

    def _by_rule(self, action: Action, instruction: str) -> Verdict | None:
        """Looking, which is free, and what is handed over, blocked, or asked every time."""
        book = self._rules()
        if Facts(action, instruction, "", book).looks:
            return Verdict(Ruling.ALLOW, "Looking is free.", "looking")
        finding = classify(action, book, instruction, self._written.get(_place(action), ""))
        return _verdict(finding) if finding is not None else None

    def _ordinary(self, action: Action) -> Verdict:
        if (*_place(action), action.kind) in self._allowed:
            return Verdict(Ruling.ALLOW, "You allowed this for the session.", "remembered")
        if action.kind is ActionKind.OPEN_APP:
            return Verdict(Ruling.ASK, "This starts an application.", "open_application", rememberable=True)
        if action.kind not in _DOING:
            return Verdict(Ruling.ASK, "This kind of action is not known.", "unknown", critical=True)
        if action.window is None:
            return Verdict(Ruling.ASK, "No window is known to stand there.", "unknown_window", critical=True)
        name = _name(action.window)
        first = _place(action) not in self._acted
        said = f"This is the first action in {name}." if first else f"{_DOING[action.kind]} in {name} asks."
        kinds = Facts(action, "", "", self._rules()).kinds
        warning = " ".join(("", *(_WARNINGS[each] for each in sorted(kinds & _WARNINGS.keys()))))
        category = "first_in_application" if first else "acting"
        return Verdict(Ruling.ASK, f"{said}{warning}", category, rememberable=True)


def _verdict(finding: Finding) -> Verdict:
    ruling = _RULINGS[finding.rule.grade]
    return Verdict(ruling, finding.reason, finding.rule.category, critical=ruling is not Ruling.BLOCK)


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
