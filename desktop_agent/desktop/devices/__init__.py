"""The input devices: whether an event came from the person's hands or from a program."""

import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.devices.person import Ours, PersonInput


class DeviceWatch(Protocol):
    """Watches the person's devices until it is closed."""

    def trust(self, names: Sequence[str]) -> None:
        """From now on the virtual devices of these names, with * and ?, are the person's."""

    def close(self) -> None:
        """End the watching."""


class Witness(Protocol):
    """Tells who pressed what, and what happened around a window of ours that takes answers. One thread at a time."""

    def watch(self, window: int) -> None:
        """Begin to look at what happens where that window stands."""

    def fileno(self) -> int:
        """Readable when there may be news."""

    def is_person(self, source: int) -> bool:
        """Whether the device with that id is certainly the person's."""

    def pressed(self, code: int, time: int, state: int) -> bool:
        """Whether the person pressed the key `code` at the server's `time` (milliseconds), holding what `state` (X
        modifiers) says; each press is told of once."""

    def stirred(self) -> bool:
        """Whether a window came, went or moved where ours stands, or ours was moved, since this was asked last."""

    def close(self) -> None:
        """Give back its connection."""


def virtual_devices() -> tuple[str, ...]:
    """The names of the devices through which programs act on this session's display, in the order of the server's list;
    none on a platform where nobody acts yet.

    Raises:
        Unavailable: the display can't be asked.
    """
    if sys.platform != "linux":
        return ()
    from desktop_agent.desktop.devices.x11 import virtual_devices

    return virtual_devices()


def open_witness(trusted: Sequence[str] = ()) -> Witness | None:
    """A witness for this session's display; None on a platform where nobody acts yet.

    Args:
        trusted: names of virtual devices that are the person's, with * and ?.

    Raises:
        Unavailable: the person can't be told from a program here.
    """
    if sys.platform != "linux":
        return None
    from desktop_agent.desktop.devices.x11_witness import X11Witness

    return X11Witness(trusted=trusted)


def watch_devices(
    display: str,
    seen: Callable[[PersonInput], None],
    gone: Callable[[], None],
    broken: Callable[[Exception], None],
    trusted: Sequence[str],
    ours: Ours,
) -> DeviceWatch:
    """Watch the person's devices; the functions are called from a thread of the watch.

    Args:
        display: the X11 display.
        seen: told of every input of the person's.
        gone: called when the display went away.
        broken: called with the reason when the watching ended for another one.
        trusted: names of virtual devices that are the person's, with * and ?.
        ours: whether what came from such a device was sent by the hands.

    Raises:
        Unavailable: the person can't be told from a program here, or a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.devices.x11 import X11DeviceWatch

        return X11DeviceWatch(display, seen, gone, broken, trusted, ours)
    raise Unavailable(f"Watching your devices is not supported yet on {sys.platform}.")
