"""What the actions of `desktop-agent macro` share: how they find a macro, speak, ask and end."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_agent.cli.approvers import printable
from desktop_agent.core.errors import ExitCode, Refused, UsageError
from desktop_agent.macros import files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import SUFFIX, Stored
from desktop_agent.macros.library import Library


@dataclass(frozen=True)
class Told:
    """How an action ended: `body` for `--json`, and the exit code."""

    body: Mapping[str, Any] = field(default_factory=dict)
    code: ExitCode = ExitCode.DONE


def opened(library: Library, name: str) -> Stored:
    """The macro called `name`, or the one in the file or folder of that name.

    Raises:
        UsageError: there is none.
        BadMacro: it can't be read.
    """
    try:
        return library.open(library.find(name))
    except BadMacro:
        raise
    except UsageError:
        path = Path(name)
        if path.suffix == SUFFIX or path.exists():
            return files.read(path)
        raise


def say(arguments: argparse.Namespace, lines: Iterable[str]) -> None:
    """Print lines for people, unless a program listens. What a macro holds doesn't steer the terminal."""
    if not arguments.json:
        for line in lines:
            print(printable(line))


def require_yes(arguments: argparse.Namespace, question: str, refusal: str) -> None:
    """Ask the person, unless they said yes beforehand (`--yes`).

    Raises:
        Refused: they said no, or nobody can be asked.
    """
    if getattr(arguments, "yes", False):
        return
    if not sys.stdin.isatty():
        hint = "Add --yes if you have looked at it." if hasattr(arguments, "yes") else "Do it in a terminal."
        raise Refused(f"{refusal} Nobody can be asked: standard input is not a terminal.", hint)
    print(f"{printable(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused(refusal)
