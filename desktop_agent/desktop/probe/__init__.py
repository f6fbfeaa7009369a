"""What this machine offers, for `desktop-agent doctor` and the first start."""

import os
from collections.abc import Mapping

from desktop_agent.core.errors import AgentError
from desktop_agent.desktop.probe.check import INSTALL_HINT, Check, Look

__all__ = ["Check", "probe"]


def probe(environment: Mapping[str, str] = os.environ) -> tuple[Check, ...]:
    """Look at everything, in less than a second. A look that fails is reported, not raised.

    Args:
        environment: whose DISPLAY, WAYLAND_DISPLAY, XDG_SESSION_TYPE, XDG_RUNTIME_DIR and DBUS_SESSION_BUS_ADDRESS
            to go by. The keyring goes by this process's own.
    """
    from desktop_agent.desktop.probe import machine, session

    return tuple(_guarded(name, look, environment) for name, look in {**session.LOOKS, **machine.LOOKS}.items())


def _guarded(name: str, look: Look, environment: Mapping[str, str]) -> Check:
    try:
        return Check(name, *look(environment))
    except AgentError as error:
        return Check(name, "missing", error.user_message, error.hint)
    except Exception as error:  # noqa: BLE001 - a broken library must not hide how the rest stands
        return Check(name, "missing", f"Looking at it failed: {error!r}.", INSTALL_HINT)
