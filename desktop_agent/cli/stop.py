"""`desktop-agent stop`: latch the stop for everything of this user on this display, or release it."""

import argparse
import json

from desktop_agent.core.errors import ExitCode

NAME = "stop"
HELP = "stop every run at once and release what it holds; it stays stopped until --release"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("--release", action="store_true", help="let runs act again")


def run(arguments: argparse.Namespace) -> int:
    """Latch or release the stop."""
    from desktop_agent.desktop.hands import connect

    client = connect("stop")
    try:
        if arguments.release:
            client.resume()
        else:
            client.stop("desktop-agent stop")
        reason = client.stopped()
    finally:
        client.close()
    print(json.dumps({"ok": True, "stopped": reason is not None}) if arguments.json else _words(reason))
    return ExitCode.DONE


def _words(reason: str | None) -> str:
    if reason is None:
        return "Released: runs may act again."
    return "Stopped. Nothing acts until you release it: desktop-agent stop --release"
