"""Whether windows can be shown here. Asked before Qt is loaded: without a display Qt ends the process at once."""

import ctypes
import os
import sys
from collections.abc import Mapping

from desktop_agent.core.errors import Unavailable

WAYLAND_NOTE = (
    "This is a Wayland session: chat and settings work, but asking about a region and acting need an X11 session. "
    "Log out and choose the X11 (Xorg) session to use them."
)
_COMMANDS_HINT = "Start it from your desktop, or use the commands: desktop-agent --help"


def check(environment: Mapping[str, str] = os.environ) -> str:
    """See that a display can be reached.

    Returns:
        What does not work in this kind of session, for the person; empty where everything does.

    Raises:
        Unavailable: no display, or Qt cannot use it.
    """
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM", "").startswith(
        ("offscreen", "minimal")
    ):
        return ""
    wayland = bool(environment.get("WAYLAND_DISPLAY"))
    if environment.get("DISPLAY"):
        _check_x11(environment["DISPLAY"])
    elif not wayland:
        raise Unavailable(
            "There is no display, so the windows can't open.", _COMMANDS_HINT, "DISPLAY and WAYLAND_DISPLAY are not set"
        )
    return WAYLAND_NOTE if wayland or environment.get("XDG_SESSION_TYPE") == "wayland" else ""


def _check_x11(display: str) -> None:
    """Connect as Qt's xcb plugin will, with the library that it uses."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        raise Unavailable(
            "A system library that the windows need is missing.",
            "Run: sudo apt install libxcb1 libxcb-cursor0",
            str(error),
        ) from error
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    problem = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if problem:
        raise Unavailable(
            f"The display {display} can't be reached: nothing answers there, or it refuses this user.",
            _COMMANDS_HINT,
            f"xcb_connect: error {problem}",
        )
