"""Why the oracle does not try a task, read from the task's page: each reason with the tasks that it holds for."""

from desktop_agent.evaluation.oracle.registry import solver_for

_REASONS = {
    "It rewards closeness to a point that is not marked: only an exact pixel earns all of it.": (
        "bisect-angle",
        "circle-center",
        "find-midpoint",
        "right-angle",
        "use-colorwheel",
        "use-colorwheel-2",
    ),
    "It moves on within a second or less, faster than a step that is checked before and after.": (
        "chase-circle",
        "hover-shape",
        "moving-items",
        "stock-market",
    ),
    "It wants a pause of a few seconds kept to 15 %, and a step takes part of a second by itself.": ("button-delay",),
    "What has to be repeated blinks once, in the first seconds, before a picture of it can be taken.": ("simon-says",),
    "It wants luck: whether a game can be won depends on the opponent's mistakes.": ("tic-tac-toe",),
    "It wants luck: only trying out tells where the spot of 10 pixels lies.": ("hot-cold",),
    "It wants luck: of its menu the first item can't be clicked with a mouse. Each time that the pointer comes onto it,"
    " the page takes it out and puts it back, and Chromium sends the press to what lies behind.": (
        "click-pie",
        "click-pie-nodelay",
    ),
    "It wants a password typed, which the product leaves to the person.": (
        "enter-password",
        "login-user",
        "login-user-popup",
    ),
    "No tool holds the button along a curve.": ("draw-circle",),
    "No tool clicks while a key is held, which choosing a second entry of the list needs.": ("click-scroll-list",),
    "How many sides the drawing has stands nowhere but in its pixels, and the oracle reads the page, not pictures.": (
        "count-sides",
    ),
    "The cube turns with the drag by an amount that the page does not tell, and its sides have no place to aim at.": (
        "drag-cube",
    ),
    "An event has to be dragged over a free part of a day that is longer than the page, and named: not written yet.": (
        "daily-calendar",
    ),
}
_BY_TASK = {task: reason for reason, tasks in _REASONS.items() for task in tasks}
UNWRITTEN = "Nobody has written a solver for it yet."


def reason_for(task: str) -> str | None:
    """Why the oracle does not try a task, as sentences; None where it has a solver."""
    if solver_for(task) is not None:
        return None
    return _BY_TASK.get(task, UNWRITTEN)


def told_apart() -> tuple[str, ...]:
    """The tasks with a reason of their own."""
    return tuple(_BY_TASK)
