"""Reading pixels: monitors and screenshots."""

import sys

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.protocols import Screen


def open_screen(display: str = "") -> Screen:
    """The screen of the X11 display `display` or of $DISPLAY; on Windows and macOS (untested there) the desktop.

    Raises:
        Unavailable: no display, or a Wayland session, which lets no program read the screen.
    """
    if sys.platform in ("win32", "darwin"):
        from desktop_agent.desktop.screen.other import OtherScreen

        return OtherScreen()
    from desktop_agent.desktop import x11

    if not display and x11.is_wayland():
        raise Unavailable("This is a Wayland session, where programs can't read the screen.", x11.WAYLAND_HINT)
    from desktop_agent.desktop.screen.x11 import X11Screen

    return X11Screen(display)
