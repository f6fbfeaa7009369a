"""What the mouse is on, asked in advance: after a press it may be gone.

Whenever the mouse rests it is asked what is around it. A menu or list is asked for all that it holds as soon as it is
seen: its entries go at the press, often sooner than they could be asked for. What was learned counts until something is
pressed, since any key, button or turn of the wheel may move what stands on the screen.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_agent.core.desktop import Surroundings, Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Elements
from desktop_agent.macros.recording.glances import Glance, Glances
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act, Known, counts
from desktop_agent.macros.recording.masking import FOLLOWS_SECONDS
from desktop_agent.macros.recording.openings import Openings
from desktop_agent.tools.ranking import of_popup

REACH = 300
"""Pixels around a point in which elements are asked for: what is near a target tells it from others like it."""
AGAIN_SECONDS = 2.0
"""After which what was asked for in advance is asked for again."""
EMPTY_SECONDS = 0.3
"""After which a list is asked for again that held nothing: it may not have been filled yet."""
QUIET_SECONDS = 0.25
"""How long nothing must have been pressed before the same is asked for again: nobody is asked at every key."""
REMEMBERED = 8
"""Lists that are remembered."""


@dataclass(frozen=True)
class _Held:
    """All that a popup held."""

    at: float
    acted: int
    window: Window
    around: Surroundings

    def is_fresh(self, acted: int) -> bool:
        patience = AGAIN_SECONDS if self.around.elements else EMPTY_SECONDS
        return self.acted == acted and time.monotonic() < self.at + patience

    def known(self, point: Point) -> Known | None:
        """What is at `point`."""
        element = self.around.innermost(point)
        return Known(self.at, self.acted, self.window, self.around, element, point) if element is not None else None


@dataclass(frozen=True)
class _Asked:
    """It was asked at `at` what the mouse is on at a point of a window."""

    place: tuple[Point, int]
    acted: int
    at: float


class Ahead:
    """Asks when it is told to. One thread at a time, but for `acted`.

    Args:
        elements: the eyes as they are.
        glances: at the desktop.
        pointer: where the mouse is.
        is_closed: whether a window may not be looked at.
    """

    def __init__(
        self, elements: Elements, glances: Glances, pointer: Callable[[], Point], is_closed: Callable[[Window], bool]
    ) -> None:
        self._elements = elements
        self._glances = glances
        self._pointer = pointer
        self._is_closed = is_closed
        self._act = Act()
        self._place: tuple[Point, int] | None = None
        """Where the mouse was the last time."""
        self._asked: _Asked | None = None
        self._known: Known | None = None
        self._lists: dict[int, _Held] = {}
        self._openings = Openings()

    def acted(self, act: Act) -> None:
        """Take note of what was pressed last. From any thread."""
        self._act = act

    def look(self) -> None:
        """Ask for what may be wanted soon. What can't be told now may be told at the press."""
        with contextlib.suppress(AgentError):
            point, glance = self._pointer(), self._glances.latest
            act = self._act
            if glance is None or glance.at < act.at + FOLLOWS_SECONDS:
                return  # what was pressed may still be moving what is there
            self._openings.see(glance, point, act)
            self._ask_list(glance, act)
            self._ask_mouse(glance, point, act)

    def known(self, window: Window, job: Job) -> Known | None:
        """What is known of the job's point in `window`; None where it was not asked for in time."""
        if self._known is not None and self._known.tells(window, job):
            return self._known
        held = self._lists.get(window.id)
        if held is None or job.point is None or not counts(held.at, held.acted, job):
            return None
        return held.known(job.point)

    def hovers(self, window: Window, job: Job) -> tuple[Known, ...]:
        """What the mouse had to rest on so that `window` opened, if `job` is what was done next."""
        return self._openings.before(window, job)

    def around(self, window: Window, point: Point, reach: int = REACH) -> Surroundings:
        """What is around `point`; of an open list nothing that lies under it.

        Raises:
            Unavailable: the application tells nothing.
        """
        around = self._elements.around(window, point, reach)
        return replace(around, elements=tuple(of_popup(around.elements, window))) if window.popup else around

    def _ask_list(self, glance: Glance, act: Act) -> None:
        """Ask the topmost popup of which it isn't known what it holds."""
        for window in (each for each in glance.stacking if each.popup):
            held, began = self._lists.pop(window.id, None), time.monotonic()
            if held is not None and (held.is_fresh(act.number) or began < act.at + QUIET_SECONDS):
                self._lists[window.id] = held
            elif not self._is_closed(window):
                self._lists[window.id] = _Held(began, act.number, window, self._inside(window))
                break
        while len(self._lists) > REMEMBERED:
            del self._lists[next(iter(self._lists))]

    def _inside(self, window: Window) -> Surroundings:
        frame = window.frame
        try:
            around = self.around(window, frame.center, max(frame.width, frame.height))
        except Unavailable:
            return Surroundings(())
        return replace(around, elements=tuple(each for each in around.elements if frame.contains(each.region.center)))

    def _ask_mouse(self, glance: Glance, point: Point, act: Act) -> None:
        """Ask what the mouse is on, once it rests somewhere else, or something else is there. While it moves over a
        list, what that is known to hold will do."""
        window, began = glance.window_at(point), time.monotonic()
        if window is None or self._is_closed(window):
            return
        place, held = (point, window.id), self._lists.get(window.id)
        passes, self._place = place != self._place, place
        if passes and held is not None and held.is_fresh(act.number):
            self._note(held.known(point))
            return
        asked = self._asked
        if asked is not None and asked.place == place:
            fresh = asked.acted == act.number and began < asked.at + AGAIN_SECONDS
            if fresh or began < act.at + QUIET_SECONDS:
                return
        self._asked = _Asked(place, act.number, began)
        around = self.around(window, point)
        element = around.innermost(point)
        self._note(Known(began, act.number, window, around, element, point) if element is not None else None)

    def _note(self, known: Known | None) -> None:
        self._known = known
        if known is not None:
            self._openings.rest(known)
