"""Describes what a recording acts on: the finder's description, from what the recorder saw."""

from desktop_agent.core.desktop import Window
from desktop_agent.macros.finding import describe
from desktop_agent.macros.finding.windows import reference
from desktop_agent.macros.format import ElementRef, Place, Target, WindowRef
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
        """What stands there, with a picture where there may be one."""
        point, shot = sight.point, sight.shot
        layout = self._eyes.screen.layout()
        if shot is None or not shot.region.contains(point):
            return Described(_unseen(sight, place_of(sight.surface, point, layout)))
        monitor = next((each for each in layout.monitors if each.region.contains(point)), layout.monitors[0])
        # The one that was acted on may be gone from the others by now.
        known = (sight.element,) if sight.element is not None and sight.element not in sight.elements else ()
        elements = (*known, *sight.elements)
        found = describe.describe(describe.Moment(point, sight.surface, sight.window, elements, shot, monitor))
        return Described(found.target, found.pictures)


def _unseen(sight: Sight, place: Place) -> Target:
    """Where no picture may be kept."""
    element = sight.element
    named = ElementRef(role=element.role, name=describe.name_of(element)) if element is not None else None
    return Target(window=reference(sight.window), element=named, place=place)
