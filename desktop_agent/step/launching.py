"""Waiting for an application that was started."""

import time
from collections.abc import Callable, Sequence

from desktop_agent.core.desktop import Window
from desktop_agent.step.desk import Desk

LAUNCH_SECONDS = 15.0
POLL = 0.1


def new_window(desk: Desk, before: Sequence[Window], check: Callable[[], None]) -> Window | None:
    """The first window that wasn't there `before`, once it stays where it is; None when none comes in time. `check` is
    called all the while, and raises when waiting must end."""
    known = {each.id for each in before}
    deadline = time.monotonic() + LAUNCH_SECONDS
    candidate: Window | None = None
    while time.monotonic() < deadline:
        check()
        own = desk.hands.own_pids()
        fresh = [
            each
            for each in desk.windows.stacking()
            if each.id not in known and each.pid not in own and not each.popup and not each.panel
        ]
        if fresh and fresh[0] == candidate:
            return candidate
        candidate = fresh[0] if fresh else None
        time.sleep(POLL)
    return candidate
