"""`desktop-agent ask QUESTION`: answer it about a scope or an image file, looking only."""

import argparse
from pathlib import Path

from desktop_agent.cli import options
from desktop_agent.core.errors import UsageError
from desktop_agent.core.images import Image

NAME = "ask"
HELP = "answer a question about a scope or an image; it only looks"
MAX_FILE = 200_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("question", help="such as: 'What does the error say?'")
    options.add_scope(parser, "")
    options.add_planner(parser)
    parser.add_argument("--image", type=Path, metavar="FILE", help="ask about this picture instead of the screen")
    parser.add_argument("--system", metavar="TEXT", help="more instructions for the model")
    parser.add_argument("--no-tools", action="store_true", help="give the model no tools: one turn, one answer")


def run(arguments: argparse.Namespace) -> int:
    """Run it, streaming the answer to stdout."""
    from desktop_agent.cli.narrate import Narrator
    from desktop_agent.cli.terminal import terminal_session

    if arguments.image and arguments.scope:
        raise UsageError("A question is about an image or about a scope, not both.", "Leave one of them out.")
    image = _read(arguments.image) if arguments.image else None
    with terminal_session(arguments) as session:
        scope = session.scope(arguments.scope) if arguments.scope else None
        ended = session.ask(arguments.question, image=image, scope=scope, watch=Narrator())
        return options.report(ended, session.planner_name, arguments.json)


def _read(file: Path) -> Image:
    try:
        if file.stat().st_size > MAX_FILE:
            raise UsageError(f"{file} is larger than {MAX_FILE // 1_000_000} MB.", "Use a smaller picture.")
        return Image.decode(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.", "Check the path.") from error
