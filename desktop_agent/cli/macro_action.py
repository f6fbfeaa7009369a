"""What the actions of `desktop-agent macro` share: how they find a macro, speak, ask and end."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_agent.cli.approvers import printable
from desktop_agent.core.errors import ExitCode, Refused, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros import files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import SUFFIX, Stored
from desktop_agent.macros.library import Entry, Library, Snapshot


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
    snapshot = library.snapshot()
    entry = located(snapshot, name)
    return files.read(Path(name)) if entry is None else snapshot.open(entry)


def located(snapshot: Snapshot, name: str) -> Entry | None:
    """The macro called `name`; None where that is a file or folder, and no macro's name.

    Raises:
        UsageError: it is neither.
        BadMacro: it can't be read.
    """
    try:
        return snapshot.find(name)
    except BadMacro:
        raise
    except UsageError:
        path = Path(name)
        if path.suffix == SUFFIX or path.exists():
            return None
        raise


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """What `--set name=value` says, given as often as wanted.

    Raises:
        UsageError: one is none, or a name is given twice.
    """
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"“{one_line(text, 80)}” sets nothing.", "Write it like: --set amount=3")
        if name.strip() in values:
            raise UsageError(f"“{one_line(name.strip(), 80)}” is set twice.", "Set it once.")
        values[name.strip()] = value
    return values


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
