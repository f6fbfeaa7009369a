"""The hands: one process for each display and user that owns all input, and its clients."""

import os
import sys
from collections.abc import Iterable

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.hands.client import HandsClient
from desktop_agent.desktop.hands.own import own_pids
from desktop_agent.desktop.hands.status import HandsStatus, Role

__all__ = ["LINGER_SECONDS", "HandsClient", "HandsStatus", "Role", "connect", "own_pids"]

LINGER_SECONDS = 10.0


def connect(
    role: Role = "run", own_pids: Iterable[int] = (), display: str = "", linger: float = LINGER_SECONDS
) -> HandsClient:
    """A client of the hands process of a display, which is started where it isn't running.

    Args:
        display: ":N"; empty for $DISPLAY.
        role: what the client is for; only "run" may take the lock and act.
        own_pids: processes whose windows are never acted on, besides the calling one's; see `own.own_pids`.
        linger: seconds for which a process started now outlives its last client. It stays longer while the person's
            clipboard lives in it. A latched stop outlives it in any case.

    Raises:
        Unavailable: this session can't be acted on (Wayland, another system, no display), with what to do.
    """
    if sys.platform != "linux":
        raise Unavailable(f"Acting is not supported yet on {sys.platform}.", "Use Linux with an X11 session for now.")
    from desktop_agent.desktop import x11
    from desktop_agent.desktop.hands.address import address_of

    if x11.is_wayland():
        raise Unavailable(
            "This is a Wayland session, where programs may not act for you.",
            "Log out, and choose the X11 session (Xorg) on the login screen.",
        )
    name = display or os.environ.get("DISPLAY", "")
    if not name:
        raise Unavailable("There is no X11 display: DISPLAY is not set.", x11.NO_DISPLAY_HINT)
    return HandsClient(address_of(name), role, frozenset(own_pids), linger)
