"""The session of a command in a terminal."""

import argparse
import contextlib
from collections.abc import Iterator

from desktop_agent.agent.limits import Limits
from desktop_agent.cli import approvers, options
from desktop_agent.cli.session import Session
from desktop_agent.core.chat import Options
from desktop_agent.core.settings import Settings


@contextlib.contextmanager
def terminal_session(arguments: argparse.Namespace) -> Iterator[Session]:
    """The session of a command: the person is asked in the terminal, whose own window is out of reach."""
    given = vars(arguments)
    if "planner" not in given:
        settings, generation, limits = Settings(), Options(), Limits()
    else:
        settings = options.chosen_settings(arguments)
        generation = Options(arguments.thinking, arguments.max_tokens, arguments.greedy)
        limits = Limits(steps=arguments.max_steps) if arguments.max_steps else Limits()

    def come_forward() -> None:
        session.come_forward()

    session = Session(
        settings,
        approvers.approver(arguments.approve, come_forward),
        approvers.TerminalAsker(come_forward=come_forward),
        include_ancestors=True,
        generation=generation,
        limits=limits,
        remark=given.get("system") or "",
        tools=not given.get("no_tools"),
    )
    try:
        yield session
    finally:
        session.close()
