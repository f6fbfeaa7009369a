"""Who sees on what every press lands while a job is replayed, and trusts nobody's word."""

import os
import select
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from Xlib.ext import ge, xinput

from desktop_agent.core.actions import Click, Drag
from desktop_agent.core.events import Acting, RunEvent
from desktop_agent.core.geometry import Point
from desktop_agent.desktop import x11
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import Sight, Thing


class Presses:
    """Where the buttons of a display's pointers were pressed, as its server tells it."""

    def __init__(self, display: PrivateDisplay) -> None:
        self._display: Any = x11.open_display(display.name)
        self._root = self._display.screen().root
        opcode = self._display.display.get_extension_major(xinput.extname)
        xinput.XIQueryVersion(display=self._display.display, opcode=opcode, major_version=2, minor_version=2)
        self._root.xinput_select_events([(xinput.AllMasterDevices, 1 << xinput.RawButtonPress)])
        self._display.sync()
        self._points: list[Point] = []
        self._reader, self._writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="presses")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._writer)
        self._thread.join()
        os.close(self._reader)
        self._display.close()

    @property
    def points(self) -> Sequence[Point]:
        """All that were seen so far, in order."""
        return tuple(self._points)

    def _run(self) -> None:
        while True:
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == ge.GenericEventCode and event.evtype == xinput.RawButtonPress:
                    there = self._root.query_pointer()
                    self._points.append(Point(there.root_x, there.root_y))
            ready, _, _ = select.select([self._display.fileno(), self._reader], [], [])
            if self._reader in ready:
                return


@dataclass(frozen=True)
class _Announced:
    """What lay at a point right before it was to be pressed."""

    point: Point
    thing: Thing


class Witness:
    """Watches one replay. Before each press it looks itself what lies there; afterwards it compares that with where
    the server saw presses, and with what the job wants pressed.

    Args:
        sight: its eyes.
        presses: of the display.
        wanted: what is to be pressed, in order.
    """

    def __init__(self, sight: Sight, presses: Presses, wanted: Sequence[Thing]) -> None:
        self._sight = sight
        self._presses = presses
        self._wanted = wanted
        self._before = len(presses.points)
        self._announced: list[_Announced] = []

    def watch(self, event: RunEvent) -> None:
        """What the player tells, on its thread: the hands act when this returns."""
        if isinstance(event, Acting) and any(isinstance(each, (Click, Drag)) for each in event.action.inputs):
            self.announce(event.action.point)

    def announce(self, point: Point | None) -> None:
        """That `point` is to be pressed next."""
        if point is not None:
            self._announced.append(_Announced(point, self._sight.thing_at(point)))

    @property
    def pressed(self) -> int:
        """How many presses there were."""
        return len(self._presses.points) - self._before

    def wrong(self) -> list[str]:
        """The presses that landed on anything else than what was to be pressed then."""
        wrong, announced = [], list(self._announced)
        for number, point in enumerate(self._presses.points[self._before :]):
            while announced and announced[0].point != point:
                announced.pop(0)  # The hands refused it.
            thing = announced.pop(0).thing if announced else None
            wanted = self._wanted[number] if number < len(self._wanted) else None
            if thing is None or wanted is None or thing != wanted:
                wrong.append(
                    f"pressed {thing or 'unannounced'} at {point.x},{point.y} instead of {wanted or 'nothing'}"
                )
        return wrong
