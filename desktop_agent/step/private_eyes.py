"""The eyes of a run: whatever planners must not see is left out of what they report (see `privacy`)."""

from collections.abc import Callable
from dataclasses import replace

from desktop_agent.core.desktop import Element, ElementTree, Layout, Screenshot, Surroundings, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Elements, Screen, Windows
from desktop_agent.step.copies import Copies
from desktop_agent.step.masks import masked
from desktop_agent.step.privacy import Privacy


class PrivateScreen:
    """Implements `core.protocols.Screen`: in its pictures all that is hidden is painted grey and listed in `masked`,
    since X11 can't leave a window out of a capture.

    Args:
        screen, windows, elements: the eyes as they are.
        own_pids: the processes whose windows are our own.
        privacy: what else is hidden.
    """

    def __init__(
        self,
        screen: Screen,
        windows: Windows,
        elements: Elements,
        own_pids: Callable[[], frozenset[int]],
        privacy: Privacy,
    ) -> None:
        self._screen = screen
        self._windows = windows
        self._elements = elements
        self._own_pids = own_pids
        self._privacy = privacy
        self._copies = Copies(elements, privacy)

    def layout(self) -> Layout:
        return self._screen.layout()

    def grab(self, region: Rect) -> Screenshot:
        own = self._own_pids()
        # Before and after: a window that comes or goes in between must not stay in the picture.
        earlier = self._privacy.hidden_regions(self._windows.stacking(), own, region, self._find)
        shot = self._screen.grab(region)
        stacking = self._windows.stacking()
        later = self._privacy.hidden_regions(stacking, own, region, self._find)
        shot = masked(shot, dict.fromkeys((*earlier, *later)))
        return masked(shot, self._copies.find(shot, stacking, own)) if self._privacy.knows_secrets else shot

    def close(self) -> None:
        self._screen.close()

    def _find(self, element: Element) -> Element | None:
        try:
            return self._elements.refresh(element)
        except Unavailable:
            return None  # Then where it was must do, or its whole window.


class PrivateWindows:
    """Implements `core.protocols.Windows`: titles of hidden applications are empty, and no title tells a secret."""

    def __init__(self, windows: Windows, privacy: Privacy) -> None:
        self._windows = windows
        self._privacy = privacy

    def active(self) -> Window | None:
        return self._shown(self._windows.active())

    def at(self, point: Point) -> Window | None:
        return self._shown(self._windows.at(point))

    def stacking(self) -> tuple[Window, ...]:
        return tuple(self._titled(each) for each in self._windows.stacking())

    def get(self, window: int) -> Window | None:
        return self._shown(self._windows.get(window))

    def activate(self, window: int) -> bool:
        return self._windows.activate(window)

    def close(self) -> None:
        self._windows.close()

    def _shown(self, window: Window | None) -> Window | None:
        return self._titled(window) if window is not None else None

    def _titled(self, window: Window) -> Window:
        title = "" if self._privacy.hides(window) else self._privacy.redacted(window.title)
        return window if title == window.title else replace(window, title=title)


class PrivateElements:
    """Implements `core.protocols.Elements`: hidden applications tell nothing, and no element tells a secret."""

    def __init__(self, elements: Elements, privacy: Privacy) -> None:
        self._elements = elements
        self._privacy = privacy

    def tree(self, window: Window) -> ElementTree:
        self._require_shown(window)
        tree = self._elements.tree(window)
        return replace(tree, elements=self._privacy.veiled(tree.elements))

    def at(self, window: Window, point: Point) -> Element | None:
        self._require_shown(window)
        return self._veiled(self._elements.at(window, point))

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        self._require_shown(window)
        found = self._elements.around(window, point, reach)
        return replace(found, elements=self._privacy.veiled(found.elements))

    def focused(self, window: Window) -> Element | None:
        self._require_shown(window)
        return self._veiled(self._elements.focused(window))

    def refresh(self, element: Element) -> Element | None:
        return self._veiled(self._elements.refresh(element))

    def text(self, element: Element) -> str | None:
        text = self._elements.text(element)
        return None if text is None else self._privacy.veiled_text(element, text)

    def close(self) -> None:
        self._elements.close()

    def _veiled(self, element: Element | None) -> Element | None:
        return self._privacy.veiled((element,))[0] if element is not None else None

    def _require_shown(self, window: Window) -> None:
        if self._privacy.hides(window):
            raise Unavailable(f"{window.application} is never shown to the agent.", "Its name is in the settings.")
