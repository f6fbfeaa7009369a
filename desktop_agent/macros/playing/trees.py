"""Element trees that are read once for one look: to find a step's target, and as what was there before the action."""

from desktop_agent.core.desktop import Element, ElementTree, Surroundings, Window
from desktop_agent.core.events import Acting, Asking, RunEvent
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Elements


class Trees:
    """Implements `core.protocols.Elements`. Walking a tree takes most of the time of a step.

    A tree is kept from `look` until something is done or the person is asked, or until `forget`. Single elements are
    always asked anew, so that what is checked right before an action is how it is.

    Args:
        elements: reads them.
    """

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self._kept: dict[Window, ElementTree] | None = None

    def look(self) -> None:
        """A new look begins: trees are read anew, once."""
        self._kept = {}

    def forget(self) -> None:
        """The look is over."""
        self._kept = None

    def notice(self, event: RunEvent) -> None:
        """Forget where the event says that time has passed or things may change."""
        if isinstance(event, (Acting, Asking)):
            self.forget()

    def tree(self, window: Window) -> ElementTree:
        kept = self._kept
        if kept is None:
            return self._elements.tree(window)
        if window not in kept:
            kept[window] = self._elements.tree(window)
        return kept[window]

    def at(self, window: Window, point: Point) -> Element | None:
        return self._elements.at(window, point)

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        return self._elements.around(window, point, reach)

    def focused(self, window: Window) -> Element | None:
        return self._elements.focused(window)

    def refresh(self, element: Element) -> Element | None:
        return self._elements.refresh(element)

    def text(self, element: Element) -> str | None:
        return self._elements.text(element)

    def close(self) -> None:
        self._elements.close()
