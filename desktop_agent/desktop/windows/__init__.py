"""Top-level windows: which there are, which has the focus, which a click reaches."""

import sys

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.protocols import Windows


def open_windows(display: str = "") -> Windows:
    """The windows of the X11 display `display`, or of $DISPLAY.

    Raises:
        Unavailable: no display, a Wayland session, or a platform that is not supported yet.
    """
    if sys.platform != "linux":
        raise Unavailable(
            f"Finding windows is not supported yet on {sys.platform}.", "Use Linux with an X11 session for now."
        )
    from desktop_agent.desktop import x11

    if not display and x11.is_wayland():
        raise Unavailable(
            "This is a Wayland session, where programs can't see one another's windows.", x11.WAYLAND_HINT
        )
    from desktop_agent.desktop.windows.x11 import X11Windows

    return X11Windows(display)
