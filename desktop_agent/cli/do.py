"""`desktop-agent do INSTRUCTION`: carry it out within the scope, each action approved."""

import argparse

from desktop_agent.cli import options

NAME = "do"
HELP = "carry an instruction out within a scope, each action shown and approved"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("instruction", help="""what to do, such as: 'click "Save", then press enter'""")
    options.add_scope(parser, "window")
    options.add_planner(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run it, telling each step."""
    from desktop_agent.cli.narrate import Narrator
    from desktop_agent.cli.terminal import terminal_session

    with terminal_session(arguments, acting=True) as session:
        scope = session.scope(arguments.scope)
        ended = session.do(arguments.instruction, scope=scope, watch=Narrator())
        return options.report(ended, session.planner_name, arguments.json)
