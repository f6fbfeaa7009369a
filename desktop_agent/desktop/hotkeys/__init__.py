"""Hotkeys: combinations that the person presses anywhere on the desktop."""

import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from desktop_agent.core.errors import Refused


class HotkeyTaken(Refused):
    """Another program holds that combination."""


class Hotkeys(Protocol):
    """Registered combinations. The person's own keys count, and those of the devices that they trust."""

    def register(self, combination: str, callback: Callable[[], None]) -> None:
        """Call `callback`, from a thread of ours, when the person presses `combination` ("ctrl+alt+a").

        Raises:
            HotkeyTaken: another program, or an earlier call, holds it.
            UsageError: no such keys.
        """

    def unregister(self, combination: str) -> None:
        """Give it back. Nothing happens where it isn't registered."""

    def close(self) -> None:
        """Give all of them back."""


def open_hotkeys(display: str = "", trusted: Sequence[str] = ()) -> Hotkeys:
    """The hotkeys of this session.

    Args:
        display: the X11 display; empty for $DISPLAY.
        trusted: names of virtual devices that are the person's, with * and ?.

    Raises:
        Unavailable: they can't be registered here, with what to do.
    """
    if sys.platform != "linux":
        from desktop_agent.desktop.hotkeys.listener import ListenedHotkeys

        return ListenedHotkeys()
    from desktop_agent.core.errors import Unavailable
    from desktop_agent.desktop import x11

    if x11.is_wayland():
        raise Unavailable(
            "Wayland does not let programs have hotkeys.", "Log out, and choose the X11 session (Xorg) when logging in."
        )
    from desktop_agent.desktop.hotkeys.x11 import X11Hotkeys

    return X11Hotkeys(display, trusted)
