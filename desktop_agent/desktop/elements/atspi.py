"""Elements through AT-SPI (at-spi2-core's D-Bus protocol)."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from desktop_agent.core.desktop import Element, ElementTree, Surroundings, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Windows
from desktop_agent.desktop.elements import content, roots
from desktop_agent.desktop.elements.address import HINT, connect
from desktop_agent.desktop.elements.bus import Bus, BusError
from desktop_agent.desktop.elements.paths import paths
from desktop_agent.desktop.elements.roles import ACTIONABLE, PASSIVE, TEXT
from desktop_agent.desktop.elements.units import PIXELS, Units
from desktop_agent.desktop.elements.walk import Address, Node, Reader
from desktop_agent.desktop.windows import open_windows

TREE_SECONDS = 1.5
ANSWER_SECONDS = 1.0
MAX_NODES = 2000
FLAT = 8
"""Pixels: what has no more room in it shows its content elsewhere, if it has any."""
_ATTEMPTS = 2
"""The second one on a fresh connection, where the bus was restarted since."""

T = TypeVar("T")


class AtspiElements:
    """Implements `core.protocols.Elements`. All methods raise `Unavailable` where the bus can't be reached."""

    def __init__(self, display: str = "") -> None:
        self._display = display
        self._lock = threading.Lock()
        self._bus: Bus | None = connect(display)
        self._applications = roots.Applications()
        self._windows: Windows | None = None

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            if self._windows is not None:
                self._windows.close()
                self._windows = None
            if self._bus is not None:
                self._bus.close()
                self._bus = None

    def tree(self, window: Window) -> ElementTree:
        """The visible elements of `window`, those of its open menus included; of a popup, those within it. Labels and
        pictures that only show a button's own name are left out.

        Raises:
            Unavailable: the application exposes nothing, or does not answer.
        """

        def look(bus: Bus) -> ElementTree:
            reader = Reader(bus, TREE_SECONDS, MAX_NODES)
            found = self._roots(reader, window)
            reader.walk(found)
            nodes = visible(found, window)
            return ElementTree(_elements(reader, nodes, window.pid), reader.spent)

        return self._with_bus(look)

    def at(self, window: Window, point: Point) -> Element | None:
        """The innermost visible element at `point`; the button rather than the label inside it. None where none is
        known.

        Raises:
            Unavailable: the application exposes nothing, or does not answer.
        """

        def look(bus: Bus) -> Element | None:
            reader = Reader(bus, TREE_SECONDS, MAX_NODES)
            found = self._roots(reader, window)
            reader.walk(found, lambda node: _may_hold(node, window, point))
            hits = [node for node in visible(found, window) if node.region.contains(point)]
            innermost = min(reversed(hits), key=lambda node: node.region.area, default=None)
            return _elements(reader, [innermost], window.pid)[0] if innermost else None

        return self._with_bus(look)

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        """The visible elements of `window` at most `reach` pixels from `point`, sideways or up and down.

        Raises:
            Unavailable: the application exposes nothing, or does not answer.
        """

        def is_near(node: Node) -> bool:
            return node.region.grown(reach).contains(point)

        def look(bus: Bus) -> Surroundings:
            reader = Reader(bus, TREE_SECONDS, MAX_NODES)
            found = self._roots(reader, window)
            reader.walk(found, lambda node: _may_hold(node, window, point, reach))
            nodes = [node for node in visible(found, window) if is_near(node)]
            elements = _elements(reader, nodes, window.pid)
            clickable = content.clickable(reader, nodes)
            return Surroundings(elements, frozenset(elements[index].ref for index in clickable))

        return self._with_bus(look)

    def focused(self, window: Window) -> Element | None:
        """The element of `window` that has the keyboard focus.

        Raises:
            Unavailable: the application exposes nothing, or does not answer.
        """

        def look(bus: Bus) -> Element | None:
            reader = Reader(bus, TREE_SECONDS, MAX_NODES)
            found = self._roots(reader, window)
            reader.walk(found)
            hits = [each for root in found for each in root.preorder() if each.showing and "focused" in each.states]
            # Qt calls the viewport within a text edit focused as well, but not focusable.
            best = max(hits, key=lambda it: ("focusable" in it.states, sum(1 for _ in it.ancestors)), default=None)
            return _elements(reader, [best], window.pid)[0] if best else None

        return self._with_bus(look)

    def refresh(self, element: Element) -> Element | None:
        """The same element as it is now; None when it is gone or no longer shown."""

        def look(bus: Bus) -> Element | None:
            reader = Reader(bus, ANSWER_SECONDS)
            address, units = _parsed(element.ref)
            node = reader.read([address])[0]
            if node is None or not node.showing:
                return None
            node.place(units)
            return _elements(reader, [node], element.pid)[0]

        return self._with_bus(look)

    def text(self, element: Element) -> str | None:
        """Its whole text, up to a million characters; None when it has none to read or is a password."""

        def look(bus: Bus) -> str | None:
            return content.whole(Reader(bus, ANSWER_SECONDS), _parsed(element.ref)[0])

        return self._with_bus(look)

    def _roots(self, reader: Reader, window: Window) -> list[Node]:
        return roots.find(
            reader, self._applications.of(window.pid, reader), window, lambda: self._windows_of(window.pid)
        )

    def _windows_of(self, pid: int) -> list[Window]:
        self._windows = self._windows or open_windows(self._display)
        return [each for each in self._windows.stacking() if each.pid == pid and not each.popup]

    def _with_bus(self, look: Callable[[Bus], T]) -> T:
        with self._lock:
            problem = None
            for _ in range(_ATTEMPTS):
                self._bus = self._bus or connect(self._display)
                try:
                    return look(self._bus)
                except BusError as error:
                    problem, self._bus, self._applications = error, None, roots.Applications()
            raise Unavailable("The accessibility bus breaks the connection.", HINT, str(problem)) from problem


def visible(found: Sequence[Node], window: Window) -> list[Node]:
    """What of the trees `found` shows in `window`, in tree order."""
    return [node for root in found for node in root.preorder() if _shows(node, window) and not _decorates(node)]


def _shows(node: Node, window: Window) -> bool:
    if not node.showing or node.region.empty:
        return False
    if window.popup:
        return window.frame.contains(node.region.center)
    return node.in_menu or not node.region.intersection(window.frame).empty


def _may_hold(node: Node, window: Window, point: Point, reach: int = 0) -> bool:
    """Whether something at most `reach` pixels from `point` may be within it. A popup's elements hang below a menu bar
    or a field that lies elsewhere. What a page places freely lies outside of its holder, which is flat then, or the
    whole page's body."""
    region = node.region
    is_body = node.parent is not None and node.parent.role == "document web"
    is_flat = min(region.width, region.height) <= FLAT
    return window.popup or is_body or is_flat or region.grown(reach).contains(point)


def _decorates(node: Node) -> bool:
    """Whether it is a nameless part of the button, link or text around it, or only repeats its name."""
    return node.role in PASSIVE and any(
        each.role in ACTIONABLE | TEXT and node.name in each.name and not each.region.empty for each in node.ancestors
    )


def _elements(reader: Reader, nodes: Sequence[Node], pid: int) -> tuple[Element, ...]:
    return tuple(
        Element(_ref(node), node.role, node.name, node.region, node.states, text, pid, tail, path)
        for node, (text, tail), path in zip(nodes, content.texts(reader, nodes), paths(nodes), strict=True)
    )


def _ref(node: Node) -> str:
    units = node.units or PIXELS
    return " ".join((*node.address, *(f"{each:.17g}" for each in (units.factor, units.dx, units.dy))))


def _parsed(ref: str) -> tuple[Address, Units]:
    name, path, *numbers = ref.split(" ")
    return (name, path), Units(*(float(each) for each in numbers))
