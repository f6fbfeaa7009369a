"""`desktop-agent secret set|list|remove`: passwords and codes in the keyring, which the agent types by their names."""

import argparse
import getpass
import json
import sys

from desktop_agent.core.errors import ExitCode, UsageError
from desktop_agent.safety import named_secrets, secrets

NAME = "secret"
HELP = "keep passwords and codes in the keyring, for the agent to type by their names without seeing them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options. A value is never one: command lines are seen by every program and kept in histories."""
    parser.add_argument("action", choices=("set", "list", "remove"))
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="such as: bank; for set and remove")


def run(arguments: argparse.Namespace) -> int:
    """Set, list or remove."""
    secrets.require_keyring()
    name = arguments.name
    if arguments.action == "list":
        return _list(arguments.json)
    if not name:
        raise UsageError("Which secret?", f"Name it: desktop-agent secret {arguments.action} NAME")
    if arguments.action == "set":
        named_secrets.require_name(name)
        named_secrets.keep(name, _value(name))
        said = f"“{name}” is in the keyring."
    else:
        named_secrets.remove(name)
        said = f"“{name}” is removed."
    print(json.dumps({"ok": True, "name": name}, ensure_ascii=False) if arguments.json else said)
    return ExitCode.DONE


def _list(as_json: bool) -> int:
    found = named_secrets.names()
    if as_json:
        print(json.dumps({"ok": True, "secrets": found}, ensure_ascii=False))
    else:
        print("\n".join(found) or "There are no secrets yet. Add one with: desktop-agent secret set NAME")
    return ExitCode.DONE


def _value(name: str) -> str:
    """What the person types, unseen; or standard input, where that is no terminal, without its last line break.

    Raises:
        UsageError: there is none, or it is no text.
    """
    try:
        if sys.stdin.isatty():
            return getpass.getpass(f"Value of “{name}” (it does not show): ")
        given = sys.stdin.buffer.read().decode()
    except EOFError:
        raise UsageError("No value was given.", "Type it, or write it to standard input.") from None
    except UnicodeDecodeError:  # it holds what could not be decoded
        raise UsageError("The value is not UTF-8 text.", "Only text can be typed.") from None
    return given.removesuffix("\n").removesuffix("\r")
