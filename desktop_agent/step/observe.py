"""What can be known around an action's target at one moment, to be compared before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop_agent.core.actions import Action
from desktop_agent.core.desktop import Element, ElementTree, Scope, Screenshot, Window
from desktop_agent.core.errors import ScopeGone, Unavailable, UsageError
from desktop_agent.step.capture import capture
from desktop_agent.step.desk import Desk


@dataclass(frozen=True)
class Observation:
    """One moment. `windows` are the visible ones that aren't ours, topmost first; `elements` those of the target's
    main window by their ref, `capped` when there may be more; `subject` the element whose text matters, and `text`
    what it holds (None: can't be read). `shot` is None when the scope is gone; `seen` is an earlier screenshot, which
    tells the pixels that change on their own."""

    windows: tuple[Window, ...]
    shot: Screenshot | None
    seen: Screenshot | None = None
    focused: Element | None = None
    subject: Element | None = None
    text: str | None = None
    elements: Mapping[str, Element] = field(default_factory=dict)
    capped: bool = False


def observe(
    desk: Desk, scope: Scope, action: Action, seen: Screenshot | None = None, subject: Element | None = None
) -> Observation:
    """Look at the action's surroundings now. `seen` is an earlier screenshot of the scope; `subject` the element whose
    text to read, by default the one that the action would type into.

    Raises:
        CaptureFailed: the screen can't be read.
    """
    own = desk.hands.own_pids()
    windows = tuple(each for each in desk.windows.stacking() if each.pid not in own)
    shot = _shot(desk, scope)
    window = _main(windows, action.window)
    if window is None:
        return Observation(windows, shot, seen)
    try:
        tree = desk.elements.tree(window)
        focused = focused_of(tree)
        subject = subject or _subject(action, focused)
        text = desk.elements.text(subject) if subject and not desk.privacy.veils(subject) else None
    except Unavailable:
        return Observation(windows, shot, seen)  # An application without accessibility: windows and pixels must do.
    elements = {each.ref: each for each in tree.elements}
    return Observation(windows, shot, seen, focused, subject, text, elements, tree.capped)


def focused_in(desk: Desk, window: Window) -> Element | None:
    """The visible element of `window` that has the keyboard focus; None where none is known."""
    try:
        return focused_of(desk.elements.tree(window))
    except Unavailable:
        return None


def focused_of(tree: ElementTree) -> Element | None:
    """The focused element of a tree. Several say they are, where one holds the other (a text and its viewport): the one
    that takes text is meant, else the innermost."""
    focused = [each for each in tree.elements if "focused" in each.states]
    return min(focused, key=lambda each: (not each.takes_text, each.region.area), default=None)


def _subject(action: Action, focused: Element | None) -> Element | None:
    if action.element is not None and action.element.takes_text:
        return action.element
    return focused


def _shot(desk: Desk, scope: Scope) -> Screenshot | None:
    try:
        return capture(desk, scope)
    except (ScopeGone, UsageError):
        return None


def _main(windows: tuple[Window, ...], window: Window | None) -> Window | None:
    """The target's window; for a popup the window of its process that it belongs to."""
    if window is None:
        return None
    family = [each for each in windows if each.pid == window.pid]
    same = next((each for each in family if each.id == window.id and not each.popup), None)
    return same or next((each for each in family if not each.popup), None)
