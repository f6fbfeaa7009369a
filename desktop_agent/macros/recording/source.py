"""Where the person's input comes from on this system."""

import sys
from collections.abc import Sequence

from desktop_agent.macros.recording.events import Source


def open_source(display: str = "", trusted: Sequence[str] = ()) -> Source:
    """The person's input.

    Args:
        display: the X11 display; empty for $DISPLAY.
        trusted: names of virtual devices that are the person's, with * and ?.

    Raises:
        Unavailable: it can't be seen here, with what to do.
    """
    if sys.platform != "linux":
        from desktop_agent.macros.recording.source_pynput import PynputSource

        return PynputSource()
    from desktop_agent.core.errors import Unavailable
    from desktop_agent.desktop import x11

    if not display and x11.is_wayland():
        raise Unavailable("Wayland lets no program see what you do, so nothing can be recorded.", x11.WAYLAND_HINT)
    from desktop_agent.macros.recording.source_x11 import X11Source

    return X11Source(display, trusted)
