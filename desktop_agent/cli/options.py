"""Options that `ask`, `do` and `act` share, and how a run's end becomes output and an exit code."""

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from desktop_agent.cli import model_options, scopes
from desktop_agent.core import settings
from desktop_agent.core.errors import ExitCode, UsageError
from desktop_agent.core.events import RunEnded, RunStatus
from desktop_agent.core.settings import Server, Settings

EXIT_CODES: dict[RunStatus, ExitCode] = {
    "done": ExitCode.DONE,
    "failed": ExitCode.FAILED,
    "limit": ExitCode.FAILED,
    "gave_up": ExitCode.FAILED,
    "waiting": ExitCode.REFUSED,
    "refused": ExitCode.REFUSED,
    "stopped": ExitCode.STOPPED,
}


def add_scope(parser: argparse.ArgumentParser, default: str) -> None:
    """`--scope` and `--approve`."""
    parser.add_argument(
        "--scope", default=default, metavar="SCOPE", help=f"{scopes.HELP} (default: {default or 'none'})"
    )
    parser.add_argument(
        "--approve",
        choices=("ask", "ordinary", "deny"),
        default="ask",
        help="ask here (default); let ordinary actions pass and deny what must be asked every time; or deny all",
    )


def add_planner(parser: argparse.ArgumentParser, *others: str, limits: bool = True) -> None:
    """Which planner, and how it generates; with `limits`, also when a run ends by itself. `others` are planners that
    only this command has."""
    names = ("auto", "instant", "local", "remote", *others)
    parser.add_argument("--planner", choices=names, help="default: the setting (auto)")
    parser.add_argument(
        "--base-url",
        metavar="URL",
        action="append",
        default=[],
        help="an OpenAI-compatible server, such as http://127.0.0.1:8000/v1; given again: one to ask where those "
        "before it can't be reached or are overloaded",
    )
    parser.add_argument(
        "--model-name",
        metavar="NAME",
        action="append",
        default=[],
        help="the model's name there; one for all servers, or one for each in the same order",
    )
    parser.add_argument("--thinking", metavar="on|off|TOKENS", type=thinking, default=False, help="default: off")
    if limits:
        parser.add_argument(
            "--max-steps", "--steps", type=positive, metavar="N", help="give up after that many actions"
        )
    parser.add_argument(
        "--max-tokens", type=positive, metavar="N", default=4096, help="at most so many new tokens a turn"
    )
    parser.add_argument("--greedy", action="store_true", help="always take the likeliest token")
    model_options.add(parser)


def thinking(text: str) -> bool | int:
    """Parse `--thinking`."""
    if text in ("on", "off"):
        return text == "on"
    return positive(text)


def chosen_settings(arguments: argparse.Namespace) -> Settings:
    """The person's settings with what the command line says instead.

    Raises:
        UsageError: a file that was named does not exist, or the names of models don't fit the servers.
    """
    changes = model_options.changes(arguments)
    if arguments.planner:
        changes["planner"] = arguments.planner
    if arguments.base_url:
        changes["remote_enabled"] = True
    chosen = dataclasses.replace(settings.load(), **changes)
    return _with_servers(chosen, arguments.base_url, arguments.model_name)


def _with_servers(chosen: Settings, addresses: Sequence[str], models: Sequence[str]) -> Settings:
    """`chosen` with the servers of the command line, where it names any, or another model on the first one."""
    if not addresses:
        if len(models) > 1:
            raise UsageError("There are several names of models and no server.", "Give a --base-url for each of them.")
        return dataclasses.replace(chosen, model_name=models[0]) if models else chosen
    models = models or [chosen.model_name]
    if len(models) == 1:
        models = [*models] * len(addresses)
    if len(models) != len(addresses):
        raise UsageError(
            f"There are {len(addresses)} servers and {len(models)} names of models.",
            "Give one --model-name for all of them, or one for each --base-url.",
        )
    return settings.with_servers(chosen, [*map(Server, addresses, models)])


def report(ended: RunEnded, planner: str, as_json: bool) -> int:
    """Print the run's end as JSON where wanted, and return the exit code."""
    if as_json:
        done = ended.status == "done"
        body = {
            "ok": done,
            "status": ended.status,
            "summary": ended.summary,
            "hint": ended.hint,
            "run": ended.run,
            "steps": ended.steps,
            "planner": planner,
            **({} if done else {"error": ended.summary}),
        }
        print(json.dumps(body, ensure_ascii=False))
    return EXIT_CODES[ended.status]


def positive(text: str) -> int:
    """Parse a count that must be at least 1."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no positive number")
    return value


def made(folder: Path) -> Path:
    """`folder`, absolute and there.

    Raises:
        UsageError: it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} can't be made: {error.strerror}.", "Name another with --out.") from error
    return folder.absolute()
