"""Where the accessibility bus is."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.elements.bus import Bus, BusError, Call

START_SECONDS = 5.0
"""The session bus may have to start the accessibility bus first."""
HINT = "Install at-spi2-core, log out and in again. Without it, text on the screen can still be read."


def connect(display: str = "", environment: Mapping[str, str] = os.environ) -> Bus:
    """The accessibility bus: as `org.a11y.Bus` on the session bus says, else as the X11 root window does.

    Args:
        display: the X11 display; empty for $DISPLAY.
        environment: where the session bus's address is.

    Raises:
        Unavailable: there is none.
    """
    try:
        return Bus(_from_session(environment))
    except BusError as error:
        problem = error
    try:
        return Bus(_from_root(display or environment.get("DISPLAY", "")))
    except (BusError, Unavailable) as error:
        raise Unavailable("The accessibility bus can't be reached.", HINT, f"{problem}; {error}") from error


def session_address(environment: Mapping[str, str] = os.environ) -> str:
    """The session bus's address: as DBUS_SESSION_BUS_ADDRESS says, else the one that systemd uses.

    Raises:
        BusError: there is none.
    """
    default = Path(environment.get("XDG_RUNTIME_DIR") or "/nowhere") / "bus"
    address = environment.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={default}" if default.exists() else "")
    if not address:
        raise BusError("there is no session bus: DBUS_SESSION_BUS_ADDRESS is not set")
    return address


def _from_session(environment: Mapping[str, str]) -> str:
    session = Bus(session_address(environment))
    try:
        call = Call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", "s")
        answer = session.call(call, time.monotonic() + START_SECONDS)
    finally:
        session.close()
    if not answer or not answer[0]:
        raise BusError("org.a11y.Bus gives no address")
    return str(answer[0])


def _from_root(display: str) -> str:
    if not display:
        raise BusError("DISPLAY is not set")
    connection = x11.open_display(display)
    try:
        address = x11.text(connection.screen().root, "AT_SPI_BUS")
    finally:
        connection.close()
    if not address:
        raise BusError("AT_SPI_BUS is not set on the root window")
    return address
