"""What opened by itself under a resting mouse: a menu's entry opens another menu, without which there is nothing to
press in it. All other ways of the mouse are wander. Pure."""

from collections import deque
from dataclasses import dataclass

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.gestures import DOUBLE_PIXELS, apart
from desktop_agent.macros.recording.glances import Glance
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act, Known

BESIDE = 10
"""Pixels within which something opens beside what the mouse rests on."""
SLOW_SECONDS = 2.0
"""A window that comes this soon after something was pressed came for that; menus that come late are told apart by where
the mouse is."""
REMEMBERED = 8
"""Rests and openings."""


@dataclass(frozen=True)
class _Opening:
    """A window appeared while the mouse rested on `rest`, and `acted` was pressed last."""

    rest: Known
    acted: int


@dataclass(frozen=True)
class _Rest:
    """The mouse was on something, and was still there when it was looked again if it `stays`."""

    known: Known
    stays: bool


class Openings:
    """Is told where the mouse rests, and of what is on the screen, in turns."""

    def __init__(self) -> None:
        self._seen: frozenset[int] | None = None
        """Windows of the last glance."""
        self._still: tuple[int, Point] | None = None
        """The number of what was pressed last, and where the mouse was then."""
        self._rests: deque[_Rest] = deque(maxlen=REMEMBERED)
        self._found: dict[int, _Opening] = {}

    def rest(self, known: Known) -> None:
        """The mouse is on something."""
        last = self._rests[-1].known if self._rests else None
        stays = last is not None and _what(last) == _what(known)
        if stays:
            self._rests.pop()
        self._rests.append(_Rest(known, stays))

    def see(self, glance: Glance, pointer: Point, act: Act) -> None:
        """Take note of what appeared.

        Args:
            glance: the latest.
            pointer: where the mouse is.
            act: what was pressed last.
        """
        if self._still is None or self._still[0] != act.number:
            self._still = (act.number, act.point or pointer)
        there = {each.id: each for each in glance.stacking if not each.panel}
        before, self._seen = self._seen, frozenset(there)
        for number in there.keys() - before if before is not None else ():
            self._found.pop(number, None)
            rest = self._opener(there[number], glance, act)
            if rest is not None:
                self._found[number] = _Opening(rest, act.number)
        while len(self._found) > REMEMBERED:
            del self._found[next(iter(self._found))]

    def before(self, window: Window, job: Job) -> tuple[Known, ...]:
        """On what the mouse rested, one after the other, so that `window` opened, if `job` is what was done next."""
        found: list[Known] = []
        while (opening := self._found.get(window.id)) is not None and job.before <= opening.acted:
            if len(found) == REMEMBERED:
                return ()  # ids of windows were used again
            found.insert(0, opening.rest)
            window = opening.rest.reading.window
        return tuple(found)

    def _opener(self, window: Window, glance: Glance, act: Act) -> Known | None:
        """On what the mouse rested for which `window` may have opened."""
        if not window.popup and glance.at < act.at + SLOW_SECONDS:
            return None
        found = [each for each in reversed(self._rests) if self._may_open(each.known, window, act)]
        return next((each.known for each in (*filter(lambda each: each.stays, found), *found)), None)

    def _may_open(self, rest: Known, window: Window, act: Act) -> bool:
        """Whether it is beside it, of the same program, and the mouse came there after whatever was pressed."""
        on = rest.reading.window
        if rest.reading.acted != act.number or on.id == window.id or on.pid != window.pid:
            return False
        moved = self._still is not None and apart(rest.point, self._still[1]) > DOUBLE_PIXELS
        return moved and not window.frame.grown(BESIDE).intersection(rest.element.region).empty


def _what(known: Known) -> tuple[str, int, int]:
    return known.element.ref, known.reading.window.id, known.reading.acted
