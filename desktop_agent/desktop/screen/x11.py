"""The screen under X11: monitors from RandR 1.5, pixels through shared memory."""

import contextlib
from typing import Any

from desktop_agent.core.desktop import Layout, Monitor, Screenshot
from desktop_agent.core.errors import CaptureFailed
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.screen.capture import Capture, layout_of

NORMAL_DPI = 96.0
SCALES = (0.5, 8.0)
"""A scale outside these is somebody's mistake."""


class X11Screen:
    """Implements `core.protocols.Screen`."""

    def __init__(self, display: str = "") -> None:
        self._connection = x11.Connection(display)
        self._capture = Capture(**({"display": display} if display else {}))
        self._names: dict[int, str] = {}
        self.layout()  # so that a missing display is told now

    def layout(self) -> Layout:
        """The monitors as they are now; one named "screen" where the server has no RandR 1.5.

        Raises:
            Unavailable: the display went away.
        """
        with self._connection.use() as display:
            root = display.screen().root
            scale = _scale(root)
            found = tuple(
                Monitor(
                    self._name(display, each.name),
                    Rect(each.x, each.y, each.width_in_pixels, each.height_in_pixels),
                    bool(each.primary),
                    scale,
                )
                for each in _monitors(display, root)
            )
            if not found:
                size = root.get_geometry()
                found = (Monitor("screen", Rect(0, 0, size.width, size.height), True, scale),)
        return layout_of(found)

    def grab(self, region: Rect) -> Screenshot:
        """The pixels of `region`, clipped to the desktop.

        Raises:
            UsageError: the region lies off the screen or is empty.
            CaptureFailed: the screen could not be read.
        """
        return self._capture.grab(region, self.layout())

    def close(self) -> None:
        """Give back the connections."""
        self._capture.close()
        self._connection.close()

    def _name(self, display: Any, atom: int) -> str:
        if atom not in self._names:
            self._names[atom] = display.get_atom_name(atom)
        return self._names[atom]


def _monitors(display: Any, root: Any) -> list[Any]:
    from Xlib import error
    from Xlib.ext import randr

    if not display.has_extension(randr.extname):
        return []
    try:
        return list(root.xrandr_get_monitors().monitors)
    except error.BadRequest:
        return []  # older than 1.5
    except error.XError as problem:
        raise CaptureFailed(
            "The monitors could not be listed.", "desktop-agent doctor says what is wrong.", str(problem)
        ) from problem


def _scale(root: Any) -> float:
    """The person's scaling, from the `Xft.dpi` resource, which desktops set."""
    for line in x11.text(root, "RESOURCE_MANAGER").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Xft.dpi":
            with contextlib.suppress(ValueError):
                scale = float(value) / NORMAL_DPI
                return round(scale, 3) if SCALES[0] <= scale <= SCALES[1] else 1.0
    return 1.0
