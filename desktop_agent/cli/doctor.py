"""`desktop-agent doctor`: what works on this machine, what does not, and what to do about it."""

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

from desktop_agent.cli import doctor_limits, model_options
from desktop_agent.core import settings
from desktop_agent.core.errors import AgentError, ExitCode

if TYPE_CHECKING:
    from desktop_agent.desktop.probe import Check

NAME = "doctor"
HELP = "say what works on this machine, what does not, and what to do about it"
_MARKS = {"ok": "ok     ", "limited": "limited", "missing": "missing"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options: the local model's, to see what would be chosen."""
    model_options.add(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print every check. Missing things are no failure of the doctor's: it returns 0 unless a display is missing."""
    from desktop_agent.desktop.probe import probe

    checks = (*probe(), *_model(arguments), doctor_limits.check())
    usable = all(check.status != "missing" for check in checks if check.name == "display")
    if arguments.json:
        print(json.dumps({"ok": usable, "checks": [dataclasses.asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            print(f"{_MARKS[check.status]}  {check.name:<{width}}  {check.message}")
            if check.hint and check.status != "ok":
                print(f"{'':<{width + 11}}{check.hint}")
    return ExitCode.DONE if usable else ExitCode.FAILED


def _model(arguments: argparse.Namespace) -> "tuple[Check, ...]":
    from desktop_agent.cli import doctor_model
    from desktop_agent.desktop.probe import Check

    changes = model_options.changes(arguments)
    try:
        chosen = dataclasses.replace(settings.load(), **changes)
    except AgentError as error:
        return (Check("settings", "missing", error.user_message, error.hint),)
    return doctor_model.checks(chosen)
