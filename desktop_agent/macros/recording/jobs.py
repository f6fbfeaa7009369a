"""Which of the events that are kept are looked after, and how."""

import bisect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.geometry import Point
from desktop_agent.desktop.keyboard.names import MODIFIERS
from desktop_agent.macros.recording.events import Button, Key, Masked, Raw
from desktop_agent.macros.recording.gestures import DRAG_PIXELS, SCROLL_PIXELS, SCROLL_SECONDS, apart
from desktop_agent.macros.recording.masking import EDITING, WHEEL, Kept, Look


@dataclass(frozen=True)
class Job:
    """An event to look after: a press or release at `point`, typing into what `look` found, or keys into the window
    with the id `window`, 0 where that isn't known. `before` is the number of what was pressed last before it, a key, a
    button or the wheel, -1 where nothing was."""

    number: int
    at: float
    kind: Literal["point", "typing", "keys"]
    point: Point | None = None
    look: Look | None = None
    window: int = 0
    before: int = -1


class Jobs:
    """Tells `observe` of each press, the end of each drag, the beginning of each turning of the wheel and of each
    stretch of typing, and `place` of each key that is no typing. One thread at a time."""

    def __init__(self, observe: Callable[[Job], None], place: Callable[[Job], None]) -> None:
        self._observe = observe
        self._place = place
        self._before = self._latest = -1
        """The numbers of what was pressed last, and before that."""
        self._pressed: dict[int, Button] = {}
        self._turned: Button | None = None
        self._typed: tuple[int, tuple[int, str]] | None = None
        """The number of the last typed key, and where it went."""
        self._others = _Numbers()
        """Of what is no typing."""

    def saw(self, event: Raw) -> None:
        """Take note of what the person did, be it kept or not, before what of it is kept."""
        if isinstance(event, Key | Button) and event.down:
            self._before, self._latest = self._latest, event.number

    def take(self, kept: Kept) -> None:
        """Take note of an event that is kept."""
        match kept.event:
            case Button() as event if event.down:
                self._press(event)
            case Button() as event:
                self._release(event)
            case Masked() as event:
                self._type(event, kept.look)
            case Key() as event if event.down and event.types:
                self._type(event, kept.look)
            case Key() as event if event.down and event.name not in MODIFIERS:
                self._key(event, kept.look)

    def _press(self, event: Button) -> None:
        self._others.add(event.number)
        if event.button < WHEEL:
            self._pressed[event.button] = event
        before, self._turned = self._turned, event if event.button >= WHEEL else None
        goes_on = (
            before is not None
            and self._turned is not None
            and before.button == event.button
            and event.at - before.at <= SCROLL_SECONDS
            and apart(before.point, event.point) <= SCROLL_PIXELS
        )
        if not goes_on:
            self._observe(Job(event.number, event.at, "point", event.point, before=self._before))

    def _release(self, event: Button) -> None:
        press = self._pressed.pop(event.button, None)
        if press is not None and apart(press.point, event.point) >= DRAG_PIXELS:
            self._observe(Job(event.number, event.at, "point", event.point, before=self._latest))

    def _key(self, event: Key, look: Look | None) -> None:
        if event.name not in EDITING or event.held:
            self._others.add(event.number)
        job = Job(event.number, event.at, "keys", look=look)
        (self._place if look is None else self._observe)(job)

    def _type(self, event: Key | Masked, look: Look | None) -> None:
        """Where typing goes is looked after once, until it goes elsewhere or something else was done."""
        window = look.window.id if look is not None and look.window is not None else 0
        where = (window, look.element.ref if look is not None and look.element is not None else "")
        before, self._typed = self._typed, (event.number, where)
        goes_on = before is not None and before[1] == where and not self._others.between(before[0], event.number)
        if not goes_on:
            self._observe(Job(event.number, event.at, "typing", look=look))


class _Numbers:
    """Sorted numbers that mostly come in order."""

    def __init__(self) -> None:
        self._sorted: list[int] = []

    def add(self, number: int) -> None:
        """Take note of `number`."""
        bisect.insort(self._sorted, number)

    def between(self, low: int, high: int) -> bool:
        """Whether there is one between `low` and `high`."""
        return bisect.bisect_right(self._sorted, low) < bisect.bisect_left(self._sorted, high)
