"""Looks what stands where an event went, in a thread of its own, so that nobody waits for it.

What stood there must be told of the moment before the event. Pixels and windows come from a glance from before; what
element the mouse is on is asked for in advance while nothing else is to be done (`ahead`).
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.macros.format import Target, WindowRef
from desktop_agent.macros.recording.ahead import Ahead
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.glances import Glance, Glances
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act
from desktop_agent.macros.recording.masking import FOLLOWS_SECONDS, Look
from desktop_agent.macros.recording.observation import Described, Describer, Observation, Sight, place_of
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.masks import masked
from desktop_agent.step.privacy import Privacy

MOST_WAITING = 200
"""Events that wait to be looked at; of more only their window is known."""
REST_SECONDS = 0.06
"""How often it is looked where the mouse is while nothing else is to be done."""
SOON_SECONDS = 0.015
"""Within this no application has done yet what a key tells it."""
LATE = "What stood there was looked up after the press, and may be what came of it."
BEHIND = "There was no time to look what stood there: only its place is known."
_log = logging.getLogger(__name__)


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
        self._told = told
        self._jobs: queue.Queue[Job | None] = queue.Queue(MOST_WAITING)
        self._ahead = Ahead(eyes.elements, glances, pointer, self._is_closed)
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

    def acted(self, act: Act) -> None:
        """Take note of what was pressed last; before what comes of it is to be observed."""
        self._ahead.acted(act)

    def veil(self, window: Window) -> None:
        """No picture of `window` is kept any more: something secret is typed there."""
        self._secret_windows.add(window.id)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=REST_SECONDS)
            except queue.Empty:
                self._ahead.look()
                continue
            if job is None:
                return
            try:
                self._told(*self._observed(job))
            except Exception as error:  # noqa: BLE001 # one bad answer of an application must not end the recording
                _log.warning("event %d could not be looked after: %r", job.number, error)
                self._told(self._hasty(job), {})

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
        hovers, pictures = self._hovers(window, job, glance)
        seen = replace(seen, note=note, hovers=hovers)
        found, more = self._described(seen, window, elements, element, job.point, glance)
        return found, pictures | more

    def _hovers(self, window: Window, job: Job, glance: Glance) -> tuple[tuple[Target, ...], dict[str, bytes]]:
        """What the mouse had to rest on so that `window` opened, and its pictures."""
        pictures: dict[str, bytes] = {}
        targets: list[Target] = []
        for rest in self._ahead.hovers(window, job):
            surface, elements = rest.reading.window, rest.reading.around.elements
            described = self._describe(surface, elements, rest.element, rest.point, glance)
            targets.append(described.target)
            pictures |= described.pictures
        return tuple(targets), pictures

    def _active(self, job: Job, glance: Glance | None) -> Window | None:
        """The window that had the keyboard: the one that a look or the manager told, else the one that has it, if that
        is answered before the key can have done anything, else the one of a glance, unless a press came after that,
        which the keyboard may have followed."""
        if job.look is not None and job.look.window is not None:
            return job.look.window
        told = self._window(job.window, glance) if job.window else None
        if told is not None:
            return told
        now = self._eyes.windows.active()
        soon = time.monotonic() - job.at < SOON_SECONDS
        return now if soon or glance is None or glance.at < self._pressed_at + FOLLOWS_SECONDS else glance.active

    def _window(self, number: int, glance: Glance | None) -> Window | None:
        """The window with that id, as it was, or else as it is."""
        seen = next((each for each in glance.stacking if each.id == number), None) if glance is not None else None
        return seen or self._eyes.windows.get(number)

    def _typing(self, job: Job, look: Look, glance: Glance | None) -> tuple[Observation, dict[str, bytes]]:
        if look.verdict == "secret" and look.window is not None:
            self.veil(look.window)
        element, window = look.element, look.window
        window = (self._window(window.id, glance) or window) if window is not None else None
        seen = replace(self._of_window(job.number, window), known=element is not None or look.terminal)
        if window is None or element is None or element.region.empty or self._privacy.hides(window):
            return seen, {}
        return self._described(seen, window, (element,), element, element.region.center, glance)

    def _elements(self, window: Window, job: Job, point: Point) -> tuple[tuple[Element, ...], Element | None, str]:
        """What is around the job's point, what is at it, and what is to be said about that."""
        found = self._ahead.known(window, job)
        if found is not None:
            known, late = found
            return known.reading.around.elements, known.element, LATE if late else ""
        try:
            around = self._ahead.around(window, point)
        except Unavailable:
            return (), None, ""
        element = around.innermost(point)
        return around.elements, element, LATE if element is not None else ""

    def _described(
        self,
        seen: Observation,
        surface: Window,
        elements: tuple[Element, ...],
        element: Element | None,
        point: Point,
        glance: Glance | None,
    ) -> tuple[Observation, dict[str, bytes]]:
        described = self._describe(surface, elements, element, point, glance)
        role = element.role if element is not None else ""
        several = element is not None and "multi line" in element.states
        return replace(seen, target=described.target, role=role, multi_line=several), dict(described.pictures)

    def _describe(
        self,
        surface: Window,
        elements: tuple[Element, ...],
        element: Element | None,
        point: Point,
        glance: Glance | None,
    ) -> Described:
        if element is not None and element.role == PASSWORD_ROLE:
            self.veil(surface)
        window = glance.owner_of(surface) if glance is not None else surface
        return self._describer.target(Sight(surface, window, elements, element, point, self._picture(surface, glance)))

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
