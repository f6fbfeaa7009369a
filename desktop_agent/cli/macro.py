"""`desktop-agent macro …`: record, play, look at, change, share and trigger macros."""

import argparse
import json
from importlib import import_module

from desktop_agent.cli.macro_arguments import ACTIONS
from desktop_agent.core.errors import ExitCode

NAME = "macro"
HELP = "record macros, play them without a model, change, share and schedule them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its actions and their options."""
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action in ACTIONS:
        one = below.add_parser(action.name, help=action.help, description=action.help)
        # So that --json may stand before the action and behind it.
        one.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="the last line is one JSON object"
        )
        action.declare(one)
        one.set_defaults(carried_out_by=action.carried_out_by)


def run(arguments: argparse.Namespace) -> int:
    """Carry out one action. What it needs is loaded only now: other commands start without it."""
    module, _, function = arguments.carried_out_by.partition(":")
    told = getattr(import_module(f"desktop_agent.cli.{module}"), function)(arguments)
    if arguments.json:
        print(json.dumps({"ok": told.code is ExitCode.DONE, **told.body}, ensure_ascii=False))
    return int(told.code)
