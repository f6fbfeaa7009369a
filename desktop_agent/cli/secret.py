"""`desktop-agent secret set|list|remove`: passwords and codes in the keyring, which the agent types by their names, and
the keys of servers, which it sends to nobody else.
"""

import argparse
import dataclasses
import getpass
import json
import sys

from desktop_agent.core.errors import ExitCode, UsageError
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.safety import named_secrets, secrets

NAME = "secret"
HELP = "keep in the keyring: what the agent types by name without seeing it (passwords, codes), and servers' keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options. A value is never one: command lines are seen by every program and kept in histories."""
    parser.add_argument("action", choices=("set", "list", "remove"))
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="such as: bank; or a server's address; for set and remove"
    )


def run(arguments: argparse.Namespace) -> int:
    """Set, list or remove."""
    secrets.require_keyring()
    name = arguments.name
    if arguments.action == "list":
        return _list(arguments.json)
    if not name:
        raise UsageError("Which secret?", f"Name it: desktop-agent secret {arguments.action} NAME")
    if "://" in name:
        said = _server_key(name, remove=arguments.action == "remove")
    elif arguments.action == "set":
        named_secrets.require_name(name)
        named_secrets.keep(name, _value(name))
        said = f"“{name}” is in the keyring."
    else:
        named_secrets.remove(name)
        said = f"“{name}” is removed."
    print(json.dumps({"ok": True, "name": name}, ensure_ascii=False) if arguments.json else said)
    return ExitCode.DONE


def _server_key(address: str, remove: bool) -> str:
    """Keep or forget the key of the server at `address`; what to say then.

    Raises:
        UsageError: it is no address, or what was typed is empty or can't be a key.
    """
    endpoint = Endpoint(address, "any")  # checked before anybody is asked
    key = "" if remove else _value(f"the key of {endpoint.host}")
    if not (key or remove):
        raise UsageError("The key is empty.", f"To forget it: desktop-agent secret remove {address}")
    secrets.store(secrets.server_key(address), dataclasses.replace(endpoint, api_key=key).api_key)
    return f"The key of {endpoint.host} is {'in the keyring' if key else 'removed'}."


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
