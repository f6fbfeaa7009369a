"""What `--scope` means: screen, window, window:TEXT, or X,Y,W,H."""

import re

from desktop_agent.core.desktop import Scope, Window
from desktop_agent.core.errors import Refused, UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen, Windows

HELP = "screen, window (the topmost that isn't ours), window:TEXT (in its title or application), or X,Y,W,H in pixels"
_REGION = re.compile(r"(-?\d+),(-?\d+),(\d+),(\d+)")


def resolve(text: str, screen: Screen, windows: Windows, own_pids: frozenset[int]) -> Scope:
    """The scope that `text` names, as things stand now.

    Raises:
        UsageError: `text` is no scope, or no such window is there, or the region lies off the screen.
    """
    if text == "screen":
        return Scope("screen", screen.layout().bounds, "the whole screen")
    if text == "window" or text.startswith("window:"):
        return of_window(_find_window(text.removeprefix("window").removeprefix(":"), windows, own_pids))
    match = _REGION.fullmatch(text)
    if match is None:
        raise UsageError(f"“{text}” is not a scope.", f"Use {HELP}.")
    region = Rect(*(int(group) for group in match.groups()))
    if region.empty:
        raise UsageError(f"The region {text} is empty.", "Its width and height, the last two numbers, must be above 0.")
    bounds = screen.layout().bounds
    if region.intersection(bounds).empty:
        raise UsageError(
            f"The region {text} lies off the screen.",
            f"The screen reaches from {bounds.x},{bounds.y} to {bounds.right},{bounds.bottom}.",
        )
    return Scope("region", region.intersection(bounds), f"the region {text}")


def of_window(window: Window) -> Scope:
    """The scope that follows `window`."""
    return Scope("window", window.region, f"“{window.title or window.application}”", window.id, window.pid)


def activate(scope: Scope, windows: Windows) -> None:
    """Bring a window scope's window to the front; other scopes need nothing.

    Raises:
        Refused: it could not be activated.
    """
    if scope.kind == "window" and not windows.activate(scope.window):
        raise Refused(f"{scope.label} could not be brought to the front.", "Bring it there yourself and try again.")


def _find_window(text: str, windows: Windows, own_pids: frozenset[int]) -> Window:
    others = [each for each in windows.stacking() if not (each.popup or each.panel or each.pid in own_pids)]
    if not text:
        matches = others
    else:
        ranked = [(rank, each) for each in others if (rank := _rank(text.casefold(), each)) is not None]
        best = min((rank for rank, _ in ranked), default=None)
        matches = [each for rank, each in ranked if rank == best]
    if matches:
        return matches[0]
    titles = ", ".join(f"“{each.title or each.application}”" for each in others) or "none"
    raise UsageError(
        f"No window matches “{text}”." if text else "There is no window to work in.",
        f"Windows that are there: {titles}.",
    )


def _rank(text: str, window: Window) -> int | None:
    """0 is the best match; None is none."""
    application, title = window.application.casefold(), window.title.casefold()
    tests = (text == application, text == title, text in application, text in title)
    return next((rank for rank, holds in enumerate(tests) if holds), None)
