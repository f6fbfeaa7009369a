"""Installed applications: finding and opening them."""

import sys

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.protocols import Launcher


def open_launcher() -> Launcher:
    """The applications that this session's desktop entries name.

    Raises:
        Unavailable: a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.apps.xdg import XdgLauncher

        return XdgLauncher()
    raise Unavailable(f"Opening applications is not supported yet on {sys.platform}.", "Open it yourself, then go on.")
