"""Describes what a recording acts on: the finder's description, from what the recorder saw."""

import contextlib
from collections.abc import Sequence

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.macros.finding import describe
from desktop_agent.macros.finding.windows import reference
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.observation import Described, place_of


class TargetDescriber:
    """Implements `macros.recording.observation.Describer`.

    Args:
        eyes: the recording's.
    """

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    def window(self, window: Window) -> WindowRef:
        """How to refer to it."""
        return reference(window)

    def target(self, window: Window, element: Element | None, point: Point, shot: Screenshot | None) -> Described:
        """What stands at `point`, with a picture where there may be one."""
        if shot is None or not shot.region.contains(point):
            return Described(self._unseen(window, element, point))
        layout = self._eyes.screen.layout()
        monitor = next((each for each in layout.monitors if each.region.contains(point)), layout.monitors[0])
        moment = describe.Moment(point, window, self._owner(window), self._elements(window, element), shot, monitor)
        found = describe.describe(moment)
        return Described(found.target, found.pictures)

    def _elements(self, window: Window, element: Element | None) -> Sequence[Element]:
        """Those of the window, the one that was known to be there first: a press may have changed the others."""
        known = (element,) if element is not None else ()
        with contextlib.suppress(Unavailable):
            return (*known, *self._eyes.elements.tree(window).elements)
        return known

    def _owner(self, window: Window) -> Window:
        """The window that a popup belongs to."""
        if not window.popup:
            return window
        others = (each for each in self._eyes.windows.stacking() if each.pid == window.pid and not each.popup)
        return next(others, window)

    def _unseen(self, window: Window, element: Element | None, point: Point) -> Target:
        """Where no picture may be kept."""
        return Target(
            window=reference(self._owner(window)),
            element=ElementRef(role=element.role, name=describe.name_of(element)) if element is not None else None,
            place=place_of(window, point, self._eyes.screen.layout()),
        )
