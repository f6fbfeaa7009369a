"""Describes what a recording acts on: the finder's description, from what the recorder saw."""

from desktop_agent.core.desktop import Element, Window
from desktop_agent.macros.finding import describe
from desktop_agent.macros.finding.windows import reference
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.observation import Described, Sight, place_of


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

    def target(self, sight: Sight) -> Described:
        """What stands at the sight's point, with a picture where there may be one."""
        shot, point = sight.shot, sight.point
        if shot is None or not shot.region.contains(point):
            return Described(self._unseen(sight))
        monitors = self._eyes.screen.layout().monitors
        monitor = next((each for each in monitors if each.region.contains(point)), monitors[0])
        elements = _each_once(sight)
        found = describe.describe(describe.Moment(point, sight.surface, sight.window, elements, shot, monitor))
        return Described(found.target, found.pictures)

    def _unseen(self, sight: Sight) -> Target:
        """Where no picture may be kept."""
        element = sight.element
        return Target(
            window=reference(sight.window),
            element=ElementRef(role=element.role, name=describe.name_of(element)) if element is not None else None,
            place=place_of(sight.surface, sight.point, self._eyes.screen.layout()),
        )


def _each_once(sight: Sight) -> tuple[Element, ...]:
    """Its elements, the one that was acted on as it was seen: two of a name mean that something beside must tell them
    apart."""
    known = (sight.element,) if sight.element is not None else ()
    return (*known, *(each for each in sight.elements if all(each.ref != one.ref for one in known)))
