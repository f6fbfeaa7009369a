"""Which accessible objects a window of the screen is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.naming import POPUP_ROOTS
from desktop_agent.desktop.elements.bus import Call
from desktop_agent.desktop.elements.units import Units, overlap, units_of
from desktop_agent.desktop.elements.walk import ACCESSIBLE, CHILDREN, Address, Node, Reader, addresses

_REGISTRY: Address = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_BUS_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_TITLE_WEIGHT = 0.5
_LIKELY = 0.4
"""Least likeness at which an accessible window counts as the one sought."""


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


def find(
    reader: Reader, applications: list[Address], window: Window, siblings: Callable[[], Sequence[Window]]
) -> list[Node]:
    """The accessible window that `window` is; for a popup that is none of its own, or an empty one as Chromium's lists
    are, all that its application shows. They count in their toolkit's units, and have their regions in pixels.

    Args:
        reader: what to read with.
        applications: the roots of its process's trees (see `Applications.of`).
        window: the window.
        siblings: the windows of its process that are no popups, asked for where the popup has no tree of its own.

    Raises:
        Unavailable: the application exposes none, does not answer, or does not say where they are.
        BusError: the connection broke.
    """
    parents = [node for node in reader.read(applications) if node is not None]
    children = [address for parent in parents for address in parent.child_addresses]
    shown = [node for node in reader.read(children) if node is not None and node.showing]
    own = _fit(shown, window)
    if own and window.popup and _is_empty(own.node):
        shown.remove(own.node)
        own = None
    found = [own] if own else _held(shown, siblings()) if window.popup else []
    for fit in found:
        fit.node.place(fit.units)
    if found:
        return [fit.node for fit in found]
    if any(node.name and node.name == window.title for node in shown):
        raise _misfit(window)
    raise _silent(window, late=reader.late)


@dataclass(frozen=True)
class _Fit:
    """An accessible window that may be a window, and its units if it is."""

    node: Node
    units: Units
    likeness: float


def _is_empty(root: Node) -> bool:
    """Whether there is nothing in it. A notification may be a single text, which is its own window."""
    return not root.child_addresses and not root.name and root.role in POPUP_ROOTS


def _fit(shown: Sequence[Node], window: Window) -> _Fit | None:
    """Which of the accessible windows is `window`, if one is."""
    fits = [fit for node in shown if (fit := _compared(node, window))]
    best = max(fits, key=lambda fit: fit.likeness, default=None)
    is_only_one = len(shown) == 1 and not window.popup
    return best if best and (best.likeness >= _LIKELY or is_only_one) else None


def _held(shown: Sequence[Node], windows: Sequence[Window]) -> list[_Fit]:
    """Those accessible windows that are one of `windows`, which a popup may belong to."""
    fits = [[fit for window in windows if (fit := _compared(node, window))] for node in shown]
    best = [max(each, key=lambda fit: fit.likeness) for each in fits if each]
    return [fit for fit in best if fit.likeness >= _LIKELY or len(shown) == len(windows) == 1]


def _compared(node: Node, window: Window) -> _Fit | None:
    """How much they are alike, 0…1.5: the share of their areas that they have in common, and the title."""
    named = bool(node.name) and node.name == window.title
    units = units_of(node.extents, window, named)
    if units is None:
        return None
    region = Units(units.factor).pixels(node.extents)
    title = _TITLE_WEIGHT if named else 0.0
    return _Fit(node, units, title + max(overlap(region, window.frame), overlap(region, window.region)))


def _misfit(window: Window) -> Unavailable:
    name = window.application or window.title or "The application"
    return Unavailable(
        f"{name} does not say where its elements are.",
        "Its window may be changing: wait and try again. Its text can still be read from the screen.",
        f"window {window.id:#x}, {window.frame}, process {window.pid}",
    )


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
