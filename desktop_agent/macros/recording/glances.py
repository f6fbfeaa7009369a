"""Glances at the desktop, several a second: so that what stood somewhere before a press can still be told after it."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import AgentError
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.macros.format import WindowRef
from desktop_agent.macros.recording.events import WindowChange

INTERVAL_SECONDS = 0.15
REMEMBERED = 4
"""Whole screens in memory."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Glance:
    """The desktop right before `at`: windows, topmost first, the one with the keyboard, and the pixels."""

    at: float
    stacking: tuple[Window, ...]
    active: Window | None
    shot: Screenshot

    def window_at(self, point: Point) -> Window | None:
        """The topmost window there."""
        return next((each for each in self.stacking if each.frame.contains(point)), None)

    def owner_of(self, window: Window) -> Window:
        """The window that a popup belongs to: the topmost one of its process; `window` itself where it is none."""
        if not window.popup:
            return window
        others = (each for each in self.stacking if each.pid == window.pid and not each.popup)
        return next(others, window)


class Glances:
    """Takes them in a thread of its own.

    Args:
        screen, windows: the eyes as they are.
        refer: how to refer to a window.
        changed: is told of each window of an application that came or went, on that thread.
    """

    def __init__(
        self,
        screen: Screen,
        windows: Windows,
        refer: Callable[[Window], WindowRef],
        changed: Callable[[WindowChange], None],
    ) -> None:
        self._screen = screen
        self._windows = windows
        self._refer = refer
        self._changed = changed
        self._taken: deque[Glance] = deque(maxlen=REMEMBERED)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording-glances", daemon=True)

    def start(self) -> None:
        """Take the first one at once, then go on.

        Raises:
            Unavailable: the desktop can't be seen.
        """
        self._taken.append(self._take())
        self._thread.start()

    def close(self) -> None:
        """End, and forget them."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._taken.clear()

    def before(self, at: float) -> Glance | None:
        """The latest from before `at`."""
        return next((each for each in reversed(tuple(self._taken)) if each.at <= at), None)

    @property
    def latest(self) -> Glance | None:
        """The last one."""
        return self._taken[-1] if self._taken else None

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL_SECONDS):
            try:
                self._note(self._take())
            except AgentError as error:
                _log.info("no glance: %s (%s)", error, error.details)

    def _take(self) -> Glance:
        shot = self._screen.grab(self._screen.layout().bounds)
        active, stacking = self._windows.active(), self._windows.stacking()
        return Glance(time.monotonic(), stacking, active, shot)  # all that was seen is from before that

    def _note(self, glance: Glance) -> None:
        before = {each.id: each for each in self._taken[-1].stacking if _counts(each)} if self._taken else {}
        now = {each.id: each for each in glance.stacking if _counts(each)}
        self._taken.append(glance)
        for window in now.keys() - before.keys():
            self._changed(self._change(glance.at, True, now[window]))
        for window in before.keys() - now.keys():
            self._changed(self._change(glance.at, False, before[window]))

    def _change(self, at: float, appeared: bool, window: Window) -> WindowChange:
        reference = self._refer(window)
        return WindowChange(at, appeared, window.id, reference.application, reference.title, window.parent)


def _counts(window: Window) -> bool:
    """Menus, tooltips and panels come and go."""
    return not window.popup and not window.panel
