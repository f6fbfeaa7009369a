"""`desktop-agent act TOOL JSON`: one tool call, as a planner would make it."""

import argparse
import json

from desktop_agent.cli import options
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.errors import UsageError

NAME = "act"
HELP = "make one tool call within a scope; points are thousandths of the scope's width and height"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("tool", help="such as left_click, type, scroll, read_text")
    parser.add_argument("values", metavar="JSON", help="""its arguments, such as '{"start_box": [500, 500]}'""")
    options.add_scope(parser, "window")


def run(arguments: argparse.Namespace) -> int:
    """Make the call."""
    from desktop_agent.cli.narrate import Narrator
    from desktop_agent.cli.terminal import terminal_session

    try:
        values = json.loads(arguments.values)
    except ValueError as error:
        raise UsageError(f"The arguments are not JSON: {error}.", 'Quote them: \'{"content": "text"}\'.') from error
    if not isinstance(values, dict):
        raise UsageError("The arguments must be a JSON object.", 'Such as \'{"content": "text"}\'.')
    with terminal_session(arguments, acting=True) as session:
        scope = session.scope(arguments.scope)
        ended = session.act(ToolCall("act", arguments.tool, values), scope=scope, watch=Narrator())
        return options.report(ended, "none", arguments.json)
