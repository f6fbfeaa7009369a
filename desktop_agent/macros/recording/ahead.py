"""What the mouse is on, asked in advance: after a press it may be gone.

Whenever the mouse rests it is asked what is around it. A menu or list is asked for all that it holds as soon as it is
seen: its entries go at the press, often sooner than they could be asked for. What was learned counts until something is
pressed, since any key, button or turn of the wheel may move what stands on the screen.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_agent.core.desktop import Surroundings, Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Elements
from desktop_agent.macros.recording.glances import Glance, Glances
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act, Known, Reading
from desktop_agent.macros.recording.masking import FOLLOWS_SECONDS
from desktop_agent.macros.recording.openings import Openings
from desktop_agent.tools.ranking import of_popup

REACH = 300
"""Pixels around a point in which elements are asked for: what is near a target tells it from others like it."""
AGAIN_SECONDS = 2.0
"""After which what was asked for in advance is asked for again."""
EMPTY_SECONDS = 0.3
"""After which a list is asked for once more that held nothing: it may not have been filled yet."""
QUIET_SECONDS = 0.25
"""How long nothing must have been pressed before the same is asked for again: nobody is asked at every key."""
REMEMBERED = 30
"""Readings, as many as may count at once."""


@dataclass(frozen=True)
class _List:
    """What a popup holds, which was read so many `times`."""

    reading: Reading
    times: int = 1

    def is_fresh(self, window: Window, act: Act) -> bool:
        """Whether `window` need not be asked again."""
        read, once = self.reading, self.times == 1 and not self.reading.around.elements
        same = read.acted == act.number and read.window.frame == window.frame
        return same and time.monotonic() < read.began + (EMPTY_SECONDS if once else AGAIN_SECONDS)


@dataclass(frozen=True)
class _Asked:
    """It was asked at `at` what the mouse is on at a point of a window."""

    place: tuple[Point, int]
    acted: int
    at: float

    def will_do(self, place: tuple[Point, int], act: Act, now: float) -> bool:
        """Whether it need not be asked again."""
        fresh = self.acted == act.number and now < self.at + AGAIN_SECONDS
        return self.place == place and (fresh or now < act.at + QUIET_SECONDS)


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
        self._here: Known | None = None
        """What is there."""
        self._readings: deque[Reading] = deque(maxlen=REMEMBERED)
        self._lists: dict[int, _List] = {}
        """Of the popups that are there."""
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

    def known(self, window: Window, job: Job) -> tuple[Known, bool] | None:
        """What is known of the job's point in `window`, and whether that may be from after the job; None where it was
        not asked for."""
        late: Known | None = None
        for reading in reversed(self._readings):
            known = reading.at(job.point) if job.point is not None and reading.tells(window, job) else None
            if known is not None and reading.ended <= job.at:
                return known, False
            late = late or known
        return (late, True) if late is not None else None

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
        popups = [each for each in glance.stacking if each.popup]
        self._lists = {each.id: self._lists[each.id] for each in popups if each.id in self._lists}
        for window in popups:
            held, quiet = self._lists.get(window.id), time.monotonic() >= act.at + QUIET_SECONDS
            if (held is None or (quiet and not held.is_fresh(window, act))) and not self._is_closed(window):
                frame = window.frame
                found = self._read(window, frame.center, max(frame.width, frame.height), act)
                inside = [each for each in found.around.elements if frame.contains(each.region.center)]
                found = replace(found, around=replace(found.around, elements=tuple(inside)))
                self._lists[window.id] = _List(found, held.times + 1 if held is not None else 1)
                self._readings.append(found)
                return

    def _ask_mouse(self, glance: Glance, point: Point, act: Act) -> None:
        """Ask what the mouse is on, once it rests somewhere else, or something else is there. While it moves over a
        list, what that is known to hold will do."""
        window, now = glance.window_at(point), time.monotonic()
        if window is None or self._is_closed(window):
            return
        place, held = (point, window.id), self._lists.get(window.id)
        passes, self._place = place != self._place, place
        if passes and held is not None and held.is_fresh(window, act):
            self._here = held.reading.at(point)
        elif self._asked is None or not self._asked.will_do(place, act, now):
            self._asked = _Asked(place, act.number, now)
            found = self._read(window, point, REACH, act)
            self._readings.append(found)
            self._here = found.at(point)
        if self._here is not None:
            self._openings.rest(self._here)

    def _read(self, window: Window, point: Point, reach: int, act: Act) -> Reading:
        began = time.monotonic()
        try:
            around = self.around(window, point, reach)
        except Unavailable:
            around = Surroundings(())
        return Reading(began, time.monotonic(), act.number, window, point, reach, around)
