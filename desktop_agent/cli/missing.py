"""What stands in for eyes that this machine lacks, so that a run goes on without them: whatever is asked of it raises
what opening the real one raised."""

from desktop_agent.core.desktop import Element, ElementTree, Surroundings, Window, Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.images import Image


class NoElements:
    """Implements `core.protocols.Elements` where there is no accessibility."""

    def __init__(self, why: Unavailable) -> None:
        self._why = why

    def tree(self, window: Window) -> ElementTree:
        raise _again(self._why)

    def at(self, window: Window, point: Point) -> Element | None:
        raise _again(self._why)

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        raise _again(self._why)

    def focused(self, window: Window) -> Element | None:
        raise _again(self._why)

    def refresh(self, element: Element) -> Element | None:
        raise _again(self._why)

    def text(self, element: Element) -> str | None:
        raise _again(self._why)

    def close(self) -> None:
        """Nothing is open."""


class NoReader:
    """Implements `core.protocols.TextReader` where no text can be read from pixels."""

    def __init__(self, why: Unavailable) -> None:
        self._why = why

    def read(self, image: Image) -> tuple[Word, ...]:
        raise _again(self._why)

    def close(self) -> None:
        """Nothing is open."""


def _again(why: Unavailable) -> Unavailable:
    """A new error each time: one that is raised again and again collects tracebacks."""
    return Unavailable(why.user_message, why.hint, why.details)
