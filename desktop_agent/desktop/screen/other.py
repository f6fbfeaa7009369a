"""The screen on Windows and macOS, as mss sees it. Untested there."""

from desktop_agent.core.desktop import Layout, Monitor, Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.screen.capture import Capture, layout_of


class OtherScreen:
    """Implements `core.protocols.Screen`."""

    def __init__(self) -> None:
        self._capture = Capture()
        self.layout()  # so that a screen that can't be read is told now

    def layout(self) -> Layout:
        """The monitors as they are now.

        Raises:
            CaptureFailed: they could not be listed.
        """
        found = self._capture.monitors()[1:]
        return layout_of(
            tuple(
                Monitor(
                    str(each.get("name") or f"monitor {number}"),
                    Rect(each["left"], each["top"], each["width"], each["height"]),
                    bool(each.get("is_primary", number == 1)),
                )
                for number, each in enumerate(found, 1)
            )
        )

    def grab(self, region: Rect) -> Screenshot:
        """The pixels of `region`, clipped to the desktop.

        Raises:
            UsageError: the region lies off the screen or is empty.
            CaptureFailed: the screen could not be read.
        """
        return self._capture.grab(region, self.layout())

    def close(self) -> None:
        """Give back what mss holds."""
        self._capture.close()
