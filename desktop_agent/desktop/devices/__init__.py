"""The input devices: whether an event came from the person's hands or from a program."""

import sys
from collections.abc import Callable
from typing import Protocol

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.devices.person import PersonInput


class DeviceWatch(Protocol):
    """Watches the person's devices until it is closed."""

    def close(self) -> None:
        """End the watching."""


def watch_devices(
    display: str,
    seen: Callable[[PersonInput], None],
    gone: Callable[[], None],
    broken: Callable[[Exception], None],
) -> DeviceWatch:
    """Watch the person's devices; the functions are called from a thread of the watch.

    Args:
        display: the X11 display.
        seen: told of every input of the person's.
        gone: called when the display went away.
        broken: called with the reason when the watching ended for another one.

    Raises:
        Unavailable: the person can't be told from a program here, or a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.devices.x11 import X11DeviceWatch

        return X11DeviceWatch(display, seen, gone, broken)
    raise Unavailable(f"Watching your devices is not supported yet on {sys.platform}.")
