"""What `doctor` says about the limits of the model's process."""

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_agent.desktop.probe import Check

NAME = "model limits"


def check() -> "Check":
    """What the model's process can't do here, tried out: a model's file may have been made by anybody."""
    from desktop_agent.desktop.probe import Check
    from desktop_agent.model.worker_trial import trial

    try:
        found = trial()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return Check(NAME, "limited", f"What a model's process may do could not be tried out: {error}.", "")
    refused, allowed = (", ".join(what) for what in (found.refused, found.allowed))
    if not found.allowed:
        return Check(NAME, "ok", f"A model's process can't {refused}; its model and its cache excepted.")
    message = f"A model's process can {allowed}" + (f"; it can't {refused}." if refused else ".")
    return Check(NAME, "limited", message, f"{found.limits} Use only models that you trust.")
