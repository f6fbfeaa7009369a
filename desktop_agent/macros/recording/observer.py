"""Looks what stands where an event went, in a thread of its own, so that nobody waits for it.

What stood there must be told of the moment before the event. Pixels and windows come from a glance from before; what
element the mouse is on is asked for in advance whenever the mouse rests, since after a press it may be gone.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from desktop_agent.core.desktop import Element, Screenshot, Surroundings, Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.macros.format import Target, WindowRef
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.glances import Glance, Glances
from desktop_agent.macros.recording.masking import FOLLOWS_SECONDS, Look
from desktop_agent.macros.recording.observation import Describer, Observation, Sight, place_of
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.masks import masked
from desktop_agent.step.privacy import Privacy
from desktop_agent.tools.ranking import of_popup

MOST_WAITING = 200
"""Events that wait to be looked at; of more only their window is known."""
REST_SECONDS = 0.06
"""How often it is looked where the mouse is while nothing else is to be done."""
REACH = 300
"""Pixels around a point in which elements are asked for: what is near a target tells it from others like it."""
SOON_SECONDS = 0.015
"""Within this no application has done yet what a key tells it."""
ADVANCE_SECONDS = 3.0
"""How long what was asked for in advance counts."""
LATE = "What stood there was looked up after the press, and may be what came of it."
BEHIND = "There was no time to look what stood there: only its place is known."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """An event to look after: a press or release at `point`, typing into what `look` found, or keys."""

    number: int
    at: float
    kind: Literal["point", "typing", "keys"]
    point: Point | None = None
    look: Look | None = None


@dataclass(frozen=True)
class _Advance:
    """What was asked for in advance: the elements around a point, and the innermost one at it."""

    at: float
    window: Window
    elements: tuple[Element, ...]
    element: Element

    def tells(self, window: Window, job: Job) -> bool:
        """Whether the job's point, in `window`, is on the same element."""
        here = job.point is not None and self.element.region.contains(job.point)
        return here and self.window.id == window.id and 0 <= job.at - self.at <= ADVANCE_SECONDS


class Observer:
    """Observes.

    Args:
        eyes: as they are.
        glances: at the desktop.
        refer: how to refer to a window.
        describer: describes targets.
        privacy: what is never captured.
        own_pids: processes whose windows are ours.
        pointer: where the mouse is.
        told: is told of each observation and its pictures, on the observer's thread.
    """

    def __init__(
        self,
        eyes: Eyes,
        glances: Glances,
        refer: Callable[[Window], WindowRef],
        describer: Describer,
        privacy: Privacy,
        own_pids: Callable[[], frozenset[int]],
        pointer: Callable[[], Point],
        told: Callable[[Observation, dict[str, bytes]], None],
    ) -> None:
        self._eyes = eyes
        self._glances = glances
        self._refer = refer
        self._describer = describer
        self._privacy = privacy
        self._own_pids = own_pids
        self._pointer = pointer
        self._told = told
        self._jobs: queue.Queue[Job | None] = queue.Queue(MOST_WAITING)
        self._advance: _Advance | None = None
        self._rested_at: Point | None = None
        self._secret_windows: set[int] = set()
        self._pressed_at = float("-inf")
        self.behind = 0
        """Events for which there was no time."""
        self._thread = threading.Thread(target=self._run, name="recording-observer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Do what is still to be done, then end."""
        self._jobs.put(None)
        self._thread.join()

    def observe(self, job: Job) -> None:
        """Have it looked after. Returns at once."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            self.behind += 1
            self._told(self._hasty(job), {})

    def veil(self, window: Window) -> None:
        """No picture of `window` is kept any more: something secret is typed there."""
        self._secret_windows.add(window.id)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=REST_SECONDS)
            except queue.Empty:
                self._look_ahead()
                continue
            if job is None:
                return
            try:
                self._told(*self._observed(job))
            except Exception as error:  # noqa: BLE001 # one bad answer of an application must not end the recording
                _log.warning("event %d could not be looked after: %r", job.number, error)
                self._told(self._hasty(job), {})

    def _look_ahead(self) -> None:
        """Ask what element the mouse is on, once it rests somewhere else."""
        with contextlib.suppress(AgentError):  # then it is asked for at the press
            point, glance = self._pointer(), self._glances.latest
            if point == self._rested_at or glance is None:
                return
            self._rested_at = point
            began = time.monotonic()
            window = glance.window_at(point)
            if window is None or self._is_closed(window):
                return
            around = self._around(window, point)
            innermost = around.innermost(point)
            self._advance = _Advance(began, window, around.elements, innermost) if innermost is not None else None

    def _observed(self, job: Job) -> tuple[Observation, dict[str, bytes]]:
        glance = self._glances.before(job.at) or self._glances.latest
        if job.kind == "typing" and job.look is not None:
            return self._typing(job, job.look, glance)
        if job.point is None:
            return self._of_window(job.number, self._active(job, glance)), {}
        self._pressed_at = job.at
        window = glance.window_at(job.point) if glance is not None else None
        if window is None or glance is None:
            return self._of_window(job.number, window), {}
        seen = self._of_window(job.number, window)
        if seen.own or self._privacy.hides(window):
            return self._placed(seen, window, job.point), {}
        elements, element, note = self._elements(window, job, job.point)
        return self._described(replace(seen, note=note), window, elements, element, job.point, glance)

    def _active(self, job: Job, glance: Glance | None) -> Window | None:
        """The window that had the keyboard: asked for at once, since what the keys do takes a moment, else from a
        glance, unless a press came after that, which the keyboard may have followed."""
        soon = time.monotonic() - job.at < SOON_SECONDS
        if soon or glance is None or glance.at < self._pressed_at + FOLLOWS_SECONDS:
            return self._eyes.windows.active()
        return glance.active

    def _typing(self, job: Job, look: Look, glance: Glance | None) -> tuple[Observation, dict[str, bytes]]:
        if look.verdict == "secret" and look.window is not None:
            self.veil(look.window)
        seen = replace(self._of_window(job.number, look.window), known=look.element is not None or look.terminal)
        element = look.element
        if look.window is None or element is None or element.region.empty or self._privacy.hides(look.window):
            return seen, {}
        return self._described(seen, look.window, (element,), element, element.region.center, glance)

    def _elements(self, window: Window, job: Job, point: Point) -> tuple[tuple[Element, ...], Element | None, str]:
        """What is around the job's point, what is at it, and what is to be said about that."""
        advance = self._advance
        if advance is not None and advance.tells(window, job):
            return advance.elements, advance.element, ""
        self._advance = self._rested_at = None
        try:
            around = self._around(window, point)
        except Unavailable:
            return (), None, ""
        element = around.innermost(point)
        return around.elements, element, LATE if element is not None else ""

    def _around(self, window: Window, point: Point) -> Surroundings:
        """What is around `point`; of an open list nothing that lies under it."""
        around = self._eyes.elements.around(window, point, REACH)
        return replace(around, elements=tuple(of_popup(around.elements, window))) if window.popup else around

    def _described(
        self,
        seen: Observation,
        surface: Window,
        elements: tuple[Element, ...],
        element: Element | None,
        point: Point,
        glance: Glance | None,
    ) -> tuple[Observation, dict[str, bytes]]:
        if element is not None and element.role == PASSWORD_ROLE:
            self.veil(surface)
        window = glance.owner_of(surface) if glance is not None else surface
        sight = Sight(surface, window, elements, element, point, self._picture(surface, glance))
        described = self._describer.target(sight)
        role = element.role if element is not None else ""
        several = element is not None and "multi line" in element.states
        return replace(seen, target=described.target, role=role, multi_line=several), dict(described.pictures)

    def _picture(self, window: Window, glance: Glance | None) -> Screenshot | None:
        """The desktop before the event as it may be kept; None where `window` may not be shown."""
        if glance is None or window.id in self._secret_windows:
            return None
        own = self._own_pids()
        now = self._glances.latest
        hidden = [
            part
            for each in (glance, now)
            if each is not None
            for part in self._privacy.hidden_regions(each.stacking, own, glance.shot.region)
        ]
        secret = [each.frame for each in glance.stacking if each.id in self._secret_windows]
        return masked(glance.shot, dict.fromkeys((*hidden, *secret)))

    def _hasty(self, job: Job) -> Observation:
        """What can be told of an event without asking anybody."""
        glance = self._glances.before(job.at) or self._glances.latest
        window = None
        if glance is not None:
            window = glance.window_at(job.point) if job.point is not None else glance.active
        seen = replace(self._of_window(job.number, window), note=BEHIND)
        return seen if window is None or job.point is None else self._placed(seen, window, job.point)

    def _of_window(self, number: int, window: Window | None) -> Observation:
        if window is None:
            return Observation(number)
        return Observation(
            number,
            self._refer(window),
            window.id,
            own=bool(window.pid) and window.pid in self._own_pids(),
            panel=window.panel,
            popup=window.popup,
        )

    def _placed(self, seen: Observation, window: Window, point: Point) -> Observation:
        place = place_of(window, point, self._eyes.screen.layout())
        return replace(seen, target=Target(window=seen.window, place=place))

    def _is_closed(self, window: Window) -> bool:
        return self._privacy.hides(window) or window.pid in self._own_pids()
