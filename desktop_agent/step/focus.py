"""Which window is in front and which has the keyboard, right before and in the middle of an action."""

import time
from collections.abc import Callable

from desktop_agent.core.actions import Action, Drag, Input, Press, TypeSecret, TypeText
from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.errors import Refused, TargetChanged, Unavailable
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.desk import Desk
from desktop_agent.step.expectation import require_window
from desktop_agent.step.observe import focused_in

WAIT_SECONDS = 1.0
POLL = 0.02
HINT = "Look again: a new screenshot shows what is there now."


def end_window(desk: Desk, action: Action) -> Window | None:
    """For a drag, the window where it ends."""
    drags = (each for each in action.inputs if isinstance(each, Drag))
    return next((desk.windows.at(each.end) for each in drags), None)


def split(inputs: tuple[Input, ...]) -> tuple[tuple[Input, ...], tuple[Input, ...]]:
    """What the pointer does first, and the keys that follow; all of it first, where there is only one of both."""
    for index, each in enumerate(inputs):
        if isinstance(each, (TypeText, TypeSecret, Press)) and index:
            return inputs[:index], inputs[index:]
    return inputs, ()


def bring_forward(desk: Desk, action: Action) -> None:
    """After asking, a window of our own (a card, the terminal that asked) may have the keyboard or cover the target:
    then the target's window is brought back. Another program's window is left alone: the person went there.

    Raises:
        TargetChanged: another window has the keyboard, or is in the way; or the window moved.
    """
    window, point = action.window, action.point
    if window is None or window.popup:
        return
    if point is None:
        if not _until(lambda: _has_keyboard(desk, window), desk, window, _ours_active):
            require_window(desk, window)
            raise TargetChanged(f"The keyboard is in {_name(desk.windows.active())} now.", HINT)
    elif not _until(lambda: _is_at(desk, action, window), desk, window, _ours_covers(action)):
        require_window(desk, window)
        now = desk.windows.get(window.id)
        if now is not None and now.frame != window.frame:
            raise TargetChanged(f"{_name(window)} has moved or changed its size.", HINT)
        raise TargetChanged(f"{_name(desk.windows.at(point))} covers the target now.", HINT)


def require_focus(desk: Desk, action: Action, differs_with: Callable[[Element], bool]) -> Element | None:
    """Right before keys or text, after the click where there is one: the window, and in it the field that was clicked
    or that had the keyboard when it was asked about, must have the keyboard.

    Args:
        desk: eyes.
        action: as it was judged.
        differs_with: whether the person would have been asked otherwise, had it been known that this element has
            the focus.

    Returns:
        The element that has it, where one is known.

    Raises:
        TargetChanged: something else has it.
        Refused: a password field has it, and not the one that was asked about.
    """
    window = action.window
    if window is None:
        return None
    focused: Element | None = None
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        active = desk.windows.active()
        if active is not None and (active.id == window.id or (window.popup and active.pid == window.pid)):
            focused = focused_in(desk, active)
            is_password = focused is not None and focused.role == PASSWORD_ROLE
            if focused is not None and is_password and not action.secret and not _is_about(action, focused):
                raise Refused("This is a password field: please fill it in yourself.")
            if focused is not None and action.element is None and differs_with(focused):
                raise TargetChanged(f"The keyboard is in {_described(focused, active)} now.", HINT)
            if _fits(desk, focused, action):
                return focused
        if time.monotonic() > deadline:
            require_window(desk, window)
            raise TargetChanged(f"The keyboard is in {_described(focused, active)}, not in the target.", HINT)
        time.sleep(POLL)


def _until(reached: Callable[[], bool], desk: Desk, window: Window, ours: Callable[[Desk], bool]) -> bool:
    """Wait until `reached`, while it is only a window of our own that is in the way; activate `window` meanwhile."""
    if reached():
        return True
    deadline = time.monotonic() + WAIT_SECONDS
    while ours(desk) and time.monotonic() < deadline:
        desk.windows.activate(window.id)
        if reached():
            return True
        time.sleep(POLL)
    return reached()


def _has_keyboard(desk: Desk, window: Window) -> bool:
    active = desk.windows.active()
    return active is not None and active.id == window.id


def _ours_active(desk: Desk) -> bool:
    active = desk.windows.active()
    return active is None or active.pid in desk.hands.own_pids()


def _is_at(desk: Desk, action: Action, window: Window) -> bool:
    there = desk.windows.at(action.point) if action.point else None
    return there is not None and there.id == window.id


def _ours_covers(action: Action) -> Callable[[Desk], bool]:
    def covers(desk: Desk) -> bool:
        there = desk.windows.at(action.point) if action.point else None
        return there is not None and there.pid in desk.hands.own_pids()

    return covers


def _fits(desk: Desk, focused: Element | None, action: Action) -> bool:
    """Whether the focus is where the action is meant to go. Where no element is known, the window must do."""
    element = action.element
    if element is None:
        return True
    if focused is None:
        return action.point is not None or _still_focused(desk, element)
    in_place = action.point is not None and focused.region.contains(action.point)
    return focused.ref == element.ref or in_place


def _is_about(action: Action, focused: Element) -> bool:
    """Whether `focused` is the very element that was judged and asked about."""
    return action.element is not None and action.element.ref == focused.ref


def _still_focused(desk: Desk, element: Element) -> bool:
    """Asked of the element itself, which a tree that was cut short may lack."""
    try:
        now = desk.elements.refresh(element)
    except Unavailable:
        return False
    return now is not None and "focused" in now.states


def _described(focused: Element | None, active: Window | None) -> str:
    return f"“{focused.name}” ({focused.role})" if focused is not None else _name(active)


def _name(window: Window | None) -> str:
    return f"“{window.title or window.application}”" if window is not None else "no window"
