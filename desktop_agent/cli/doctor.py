"""`desktop-agent doctor`: what works on this machine, what does not, and what to do about it."""

import argparse
import dataclasses
import json

from desktop_agent.core.errors import ExitCode

NAME = "doctor"
HELP = "say what works on this machine, what does not, and what to do about it"
_MARKS = {"ok": "ok     ", "limited": "limited", "missing": "missing"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has no options of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Print every check. Missing things are no failure of the doctor's: it returns 0 unless a display is missing."""
    from desktop_agent.desktop.probe import probe

    checks = probe()
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
