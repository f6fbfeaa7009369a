"""The eyes of a recording, as they are: the recorder itself leaves out what must not be kept."""

from dataclasses import dataclass, field

from desktop_agent.core.desktop import Element, ElementTree, Surroundings, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Elements, Screen, Windows


@dataclass(frozen=True)
class Eyes:
    """What a recording sees with. `focus` are elements for the looks at the focus alone: others' questions may take
    long, and keys wait meanwhile."""

    screen: Screen
    windows: Windows
    elements: Elements
    focus: Elements

    def close(self) -> None:
        """Give back the connections."""
        for each in (self.focus, self.elements, self.windows, self.screen):
            each.close()


def open_eyes(display: str = "") -> Eyes:
    """Eyes of the recording's own. Without accessibility, elements are unknown, and what is typed into windows whose
    titles don't tell is kept.

    Raises:
        Unavailable: the screen or its windows can't be seen.
    """
    from desktop_agent.desktop.screen import open_screen
    from desktop_agent.desktop.windows import open_windows

    return Eyes(open_screen(display), open_windows(display), _elements(display), _elements(display))


def _elements(display: str) -> Elements:
    from desktop_agent.desktop.elements import open_elements

    try:
        return open_elements(display)
    except Unavailable as error:
        return Blind(error)


@dataclass(frozen=True)
class Blind:
    """Implements `core.protocols.Elements` where there is no accessibility: every question raises `why`."""

    why: Unavailable = field(default_factory=lambda: Unavailable("Elements can't be read here."))

    def tree(self, window: Window) -> ElementTree:
        raise self.why

    def at(self, window: Window, point: Point) -> Element | None:
        raise self.why

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        raise self.why

    def focused(self, window: Window) -> Element | None:
        raise self.why

    def refresh(self, element: Element) -> Element | None:
        raise self.why

    def text(self, element: Element) -> str | None:
        raise self.why

    def close(self) -> None:
        """Nothing was opened."""
