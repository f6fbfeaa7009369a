"""Walking an AT-SPI tree level by level, with a limit on time and count."""

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop_agent.core.geometry import Rect
from desktop_agent.core.text import one_line
from desktop_agent.desktop.elements.bus import Bus, Call, get_property
from desktop_agent.desktop.elements.roles import DOCUMENT, MENU, role_name, state_names
from desktop_agent.desktop.elements.units import PIXELS, Units

ACCESSIBLE = "org.a11y.atspi.Accessible"
CHILDREN = "a(so)"
"""Signature of what GetChildren answers."""
COMPONENT = "org.a11y.atspi.Component"
SCREEN_COORDINATES = 0
OFF_SCREEN = -(2**31)
"""AT-SPI's coordinate of what is nowhere on the screen."""
NOWHERE = Rect(0, 0, 0, 0)
MAX_DEPTH = 80
_LARGEST = 2**15
"""X11 coordinates have 16 bits: a larger size is a toolkit's mistake, or a trap."""

_BUS_NAME = re.compile(r":?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")

Address = tuple[str, str]
"""An object: the bus name of its application, and its path there."""


@dataclass(slots=True, eq=False)
class Node:
    """One accessible object as it was answered. `extents` is where it says that it is, in `units`, and `region` where
    that is on the screen; both are NOWHERE when it is not on it, and `units` is None where they can't be told."""

    address: Address
    role: str
    name: str
    states: frozenset[str]
    region: Rect
    child_addresses: tuple[Address, ...] = ()
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    extents: Rect = NOWHERE
    units: Units | None = PIXELS

    @property
    def showing(self) -> bool:
        return "showing" in self.states and "defunct" not in self.states

    @property
    def ancestors(self) -> Iterator["Node"]:
        """Its parent, the parent's parent, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def in_menu(self) -> bool:
        """Whether it may lie outside of its window, in a menu's."""
        return self.role in MENU or any(each.role in MENU for each in self.ancestors)

    def place(self, units: Units | None) -> None:
        """Say in which units its extents are, and so where it is on the screen."""
        self.units = units
        self.region = units.pixels(self.extents) if units else NOWHERE

    def preorder(self) -> Iterator["Node"]:
        """The node and all below, in tree order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class Reader:
    """Reads objects within a limit of time and count; `spent` tells when something was left out for it.

    Args:
        bus: the accessibility bus.
        seconds: until when answers are awaited.
        nodes: how many objects to read in `walk`.
    """

    def __init__(self, bus: Bus, seconds: float, nodes: int = 1) -> None:
        self._bus = bus
        self._deadline = time.monotonic() + seconds
        self.spent = False
        self._nodes = nodes

    @property
    def late(self) -> bool:
        return time.monotonic() > self._deadline

    def ask(self, calls: Sequence[Call]) -> list[tuple[Any, ...] | None]:
        """The answers to `calls`; None for an error, and for what did not come in time.

        Raises:
            BusError: the connection broke.
        """
        return self._bus.calls(calls, self._deadline)

    def read(self, addresses: Sequence[Address]) -> list[Node | None]:
        """The objects at `addresses`, taken to count in the screen's pixels; None for each that is gone or did not
        answer in time.

        Raises:
            BusError: the connection broke.
        """
        answers = self.ask([call for address in addresses for call in _questions(*address)])
        return [
            _node(address, answers[start : start + QUESTIONS])
            for address, start in zip(addresses, range(0, len(answers), QUESTIONS), strict=True)
        ]

    def walk(self, roots: Sequence[Node], enter: Callable[[Node], bool] = lambda _: True) -> None:
        """Fill `children` of `roots` and of all below that show and that `enter` lets in. They count in the units of
        what they are in, but for documents that don't.

        Raises:
            BusError: the connection broke.
        """
        seen = {root.address for root in roots}
        level = list(roots)
        for _ in range(MAX_DEPTH):
            wanted = {
                address: parent
                for parent in level
                if parent.showing and enter(parent)
                for address in parent.child_addresses
                if address not in seen
            }
            if not wanted:
                return
            room = 0 if self.late else max(0, self._nodes - len(seen))
            if len(wanted) > room:
                self.spent = True
                wanted = dict(itertools.islice(wanted.items(), room))
            seen.update(wanted)
            level = self._read_level(wanted)
        self.spent = True

    def _read_level(self, wanted: dict[Address, Node]) -> list[Node]:
        level = []
        for node in self.read(list(wanted)):
            if node is not None:
                node.parent = wanted[node.address]
                node.parent.children.append(node)
                node.place(_units_within(node.parent, node))
                level.append(node)
        self.spent = self.spent or self.late
        return level


QUESTIONS = 5


def _questions(destination: str, path: str) -> tuple[Call, ...]:
    return (
        Call(destination, path, ACCESSIBLE, "GetRole", "u"),
        get_property(destination, path, ACCESSIBLE, "Name"),
        Call(destination, path, ACCESSIBLE, "GetState", "au"),
        Call(destination, path, COMPONENT, "GetExtents", "(iiii)", "u", (SCREEN_COORDINATES,)),
        Call(destination, path, ACCESSIBLE, "GetChildren", CHILDREN),
    )


def _units_within(parent: Node, node: Node) -> Units | None:
    if parent.units is None or node.role not in DOCUMENT:
        return parent.units
    return parent.units.below(parent.extents, node.extents)


def _node(address: Address, answers: Sequence[tuple[Any, ...] | None]) -> Node | None:
    role, name, states, extents, children = answers
    if role is None or states is None:
        return None
    region = _region(extents[0]) if extents else NOWHERE
    return Node(
        address,
        role_name(role[0]),
        one_line(str(name[0][1])) if name else "",
        state_names(states[0]),
        region,
        addresses(children),
        extents=region,
    )


def addresses(answer: tuple[Any, ...] | None) -> tuple[Address, ...]:
    """The objects in an answer to GetChildren. An application may name anything; what could not be called is left
    out, as the bus ends the connection of whoever calls a name that none can be."""
    return tuple((name, path) for name, path in answer[0] if _BUS_NAME.fullmatch(name)) if answer else ()


def _region(extents: tuple[int, int, int, int]) -> Rect:
    x, y, width, height = extents
    if OFF_SCREEN in extents or not (0 < width < _LARGEST and 0 < height < _LARGEST):
        return NOWHERE
    return Rect(x, y, width, height) if max(abs(x), abs(y)) < _LARGEST else NOWHERE
