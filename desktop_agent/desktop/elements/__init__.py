"""Elements of windows by role and name, from the accessibility tree."""

import sys

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.protocols import Elements


def open_elements(display: str = "") -> Elements:
    """The accessibility trees of the session, as AT-SPI gives them.

    Args:
        display: the X11 display on which to look for the accessibility bus where there is no session bus.

    Raises:
        Unavailable: no accessibility bus, or a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.elements.atspi import AtspiElements

        return AtspiElements(display)
    raise Unavailable(
        f"Reading elements is not supported yet on {sys.platform}.", "Text on the screen can be read instead."
    )
