"""Which accessible objects a window of the screen is."""

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.elements.bus import Call
from desktop_agent.desktop.elements.walk import ACCESSIBLE, CHILDREN, Address, Node, Reader, addresses

_REGISTRY: Address = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_BUS_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_TITLE_WEIGHT = 0.5
_LIKELY = 0.4
"""Least likeness at which an accessible window counts as the one sought."""
_NEAR = 60
"""Pixels by which the sizes may differ that a toolkit and the server give: decorations and shadows."""


class Applications:
    """The applications on the accessibility bus and their processes, which are asked once: names are never reused."""

    def __init__(self) -> None:
        self._pids: dict[str, int] = {}

    def of(self, pid: int, reader: Reader) -> list[Address]:
        """The roots of process `pid`'s trees.

        Raises:
            BusError: the connection broke.
        """
        answer = reader.ask([Call(*_REGISTRY, ACCESSIBLE, "GetChildren", CHILDREN)])[0]
        roots = addresses(answer)
        unknown = [name for name, _ in roots if name not in self._pids]
        calls = [Call(*_BUS_DAEMON, "GetConnectionUnixProcessID", "u", "s", (name,)) for name in unknown]
        for name, found in zip(unknown, reader.ask(calls), strict=True):
            if found:
                self._pids[name] = int(found[0])
        return [address for address in roots if pid and self._pids.get(address[0]) == pid]


def find(reader: Reader, applications: list[Address], window: Window) -> list[Node]:
    """The accessible window that `window` is; for a popup that is none of its own, all that its application shows.
    Sets the reader's offset where the toolkit counts from the window.

    Args:
        reader: what to read with.
        applications: the roots of its process's trees (see `Applications.of`).
        window: the window.

    Raises:
        Unavailable: the application exposes none, or does not answer.
        BusError: the connection broke.
    """
    parents = [node for node in reader.read(applications) if node is not None]
    children = [address for parent in parents for address in parent.child_addresses]
    shown = [node for node in reader.read(children) if node is not None and node.showing]
    best = max(shown, key=lambda node: likeness(node, window), default=None)
    if best is not None and (likeness(best, window) >= _LIKELY or (len(shown) == 1 and not window.popup)):
        reader.offset = _offset(best.region, window)
        best.region = best.region.moved(*reader.offset)
        return [best]
    if window.popup and shown:
        return shown
    raise _silent(window, late=reader.late)


def likeness(node: Node, window: Window) -> float:
    """How much `node` looks like `window`, 0…1.5: the share of their areas that they have in common, and the title."""
    title = _TITLE_WEIGHT if node.name and node.name == window.title else 0.0
    return title + max(_overlap(node.region, window.frame), _overlap(node.region, window.region))


def _overlap(one: Rect, other: Rect) -> float:
    common = one.intersection(other).area
    return common / (one.area + other.area - common) if common else 0.0


def _offset(root: Rect, window: Window) -> tuple[int, int]:
    """From the accessible window's coordinates to the screen's: zero, unless it says it lies at 0,0 and does not."""
    alike = abs(root.width - window.region.width) < _NEAR and abs(root.height - window.region.height) < _NEAR
    at_origin = (root.x, root.y) == (0, 0)
    if at_origin and alike and (0, 0) not in ((window.region.x, window.region.y), (window.frame.x, window.frame.y)):
        return window.region.x, window.region.y
    return 0, 0


def _silent(window: Window, late: bool) -> Unavailable:
    name = window.application or window.title or "The application"
    if late:
        return Unavailable(f"{name} does not answer accessibility questions.", "It may be busy: wait and try again.")
    if "chrom" in name.lower() or "electron" in name.lower():
        hint = "Start it with --force-renderer-accessibility. Its text can still be read from the screen."
    else:
        hint = "Its text can still be read from the screen. desktop-agent doctor says whether accessibility is on."
    return Unavailable(
        f"{name} tells nothing about its elements.", hint, f"window {window.id:#x}, process {window.pid}"
    )
