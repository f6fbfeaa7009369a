"""Grabbing pixels with mss, which does it on every platform."""

import hashlib
import itertools
import logging
import secrets
import threading
import time
from dataclasses import replace
from typing import Any

from desktop_agent.core.desktop import Layout, Monitor, Screenshot
from desktop_agent.core.errors import CaptureFailed, UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

_log = logging.getLogger(__name__)


class Capture:
    """One mss instance, used by one thread at a time (a grab takes about a millisecond).

    Args:
        options: for `mss.MSS`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._mss: Any = None
        self._layout_id = ""
        self._number = itertools.count(1)
        self._session = secrets.token_hex(3)

    def grab(self, region: Rect, layout: Layout) -> Screenshot:
        """The pixels of `region`, clipped to `layout`.

        Raises:
            UsageError: the region lies off the screen or is empty.
            CaptureFailed: the screen could not be read.
        """
        part = clipped(region, layout)
        area = {"left": part.x, "top": part.y, "width": part.width, "height": part.height}
        with self._lock:
            taken_at = time.monotonic()
            shot = self._try_grab(area, layout)
            name = f"s{next(self._number)}-{self._session}"
        # Where the desktop is counted in points (macOS), there are more pixels than the region's size says.
        image = Image(
            shot.width, shot.height, shot.raw
        )  # not copied: for a whole screen that takes longer than the grab
        return Screenshot(name, part, layout.id, image, taken_at)

    def _try_grab(self, area: dict[str, int], layout: Layout) -> Any:
        import mss

        try:
            if self._mss is None or self._layout_id != layout.id:
                self._forget()  # its shared memory fits the layout that it was made for
                self._mss, self._layout_id = mss.MSS(**self._options), layout.id
            return self._mss.grab(area)
        except Exception as error:  # mss lets ctypes' and XCB's errors through, which share no base
            self._forget()
            raise CaptureFailed(
                "The screen could not be read.", "Try again; desktop-agent doctor says what is wrong.", repr(error)
            ) from error

    def monitors(self) -> list[dict[str, Any]]:
        """What mss knows of the monitors now, the whole desktop first."""
        import mss

        try:
            with mss.MSS(**self._options) as fresh:  # an instance never looks again
                return [dict(each) for each in fresh.monitors]
        except Exception as error:
            raise CaptureFailed(
                "The monitors could not be listed.", "desktop-agent doctor says what is wrong.", repr(error)
            ) from error

    def close(self) -> None:
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._mss is not None:
            old, self._mss = self._mss, None
            try:
                old.close()
            except Exception as error:  # noqa: BLE001 - its connection was broken already, which mss raises again
                _log.debug("closing the capture: %r", error)


def clipped(region: Rect, layout: Layout) -> Rect:
    """The part of `region` that lies on the desktop.

    Raises:
        UsageError: it is empty, or lies on no monitor.
    """
    if region.empty:
        raise UsageError("The region is empty.", "Give a width and a height of at least one pixel.")
    if all(region.intersection(monitor.region).empty for monitor in layout.monitors):
        desktop = layout.bounds
        raise UsageError(
            f"The region {region.x},{region.y},{region.width},{region.height} lies off the screen.",
            f"The screen spans {desktop.width}×{desktop.height} pixels from {desktop.x},{desktop.y}.",
        )
    return region.intersection(layout.bounds)


def layout_of(monitors: tuple[Monitor, ...]) -> Layout:
    """The layout with its id: a hash over names, places, sizes and scales. The first monitor is the primary one where
    none is."""
    if monitors and not any(each.primary for each in monitors):
        monitors = (replace(monitors[0], primary=True), *monitors[1:])
    return Layout(hashlib.sha256(repr(monitors).encode()).hexdigest()[:12], monitors)
