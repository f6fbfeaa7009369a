"""The command line: parses, runs one command, and turns every expected error into a message and an exit code."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from desktop_agent import __version__
from desktop_agent.cli.approvers import printable_lines
from desktop_agent.core import log
from desktop_agent.core.errors import AgentError, ExitCode, Stopped, UsageError

NAMES = ("ask", "do", "act", "stop", "macro", "model", "secret", "doctor", "runs", "audit", "bench", "eval")
RELEASE_HINT = "The stop stays until you release it: desktop-agent stop --release"
_log = logging.getLogger(__name__)


class Command(Protocol):
    """A module of this package (or of the windows) that is a command."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Carry it out and return the exit code."""


class Parser(argparse.ArgumentParser):
    """Raises `UsageError` where argparse would end the process, so that wrong usage is told like everything else."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"Wrong usage: {message}.", f"See: {self.prog} --help")


def commands() -> tuple[Command, ...]:
    """The commands that need no window."""
    return tuple(cast(Command, import_module(f"desktop_agent.cli.{name}")) for name in NAMES)


def parser(available: Sequence[Command]) -> Parser:
    """The parser for `available` commands."""
    top = Parser(
        prog="desktop-agent",
        description="Ask about what is on the screen, and have small jobs done there, each step confirmed. "
        "Without a command the tray starts.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused or denied, 4 stopped by the person.",
    )
    top.add_argument("--version", action="version", version=f"desktop-agent {__version__}")
    below = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in available:
        one = below.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        one.add_argument("--json", action="store_true", help="the last line is one JSON object")
        command.add_arguments(one)
        one.set_defaults(carry_out=command.run)  # A name that no command uses for an option of its own.
    return top


def main(argv: Sequence[str] | None = None, extra: Sequence[Command] = ()) -> int:
    """Run one command line and return its exit code. `extra` commands are those of the windows."""
    words = sys.argv[1:] if argv is None else argv
    try:
        arguments = parser((*commands(), *extra)).parse_args(words)
    except UsageError as error:
        return _report(error, "--json" in words)
    try:
        log.start("command")
        return int(arguments.carry_out(arguments))
    except AgentError as error:
        _log.warning("%s: %s (%s)", arguments.command, error, error.details)
        return _report(error, arguments.json)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return ExitCode.STOPPED
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the person gets a sentence, and the log the traceback
        _log.exception("%s broke off", arguments.command)
        broken = AgentError(f"Something in the program went wrong: {error!r}.", "Its log has the details: command.log.")
        return _report(broken, arguments.json)


def _report(error: AgentError, as_json: bool) -> int:
    hint = RELEASE_HINT if isinstance(error, Stopped) else error.hint
    print(f"desktop-agent: {printable_lines(error.user_message)}", file=sys.stderr)
    if hint:
        print(f"  {printable_lines(hint)}", file=sys.stderr)
    if as_json:
        print(json.dumps({"ok": False, "error": error.user_message, "hint": hint}, ensure_ascii=False))
    return error.exit_code
