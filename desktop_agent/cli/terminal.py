"""The session of a command in a terminal."""

import argparse
import contextlib
import sys
from collections.abc import Iterator

from desktop_agent.agent.limits import Limits
from desktop_agent.cli import approvers, options
from desktop_agent.cli.session import Session
from desktop_agent.core import settings as core_settings
from desktop_agent.core.chat import Options
from desktop_agent.core.errors import Refused
from desktop_agent.desktop import x11


@contextlib.contextmanager
def terminal_session(arguments: argparse.Namespace, acting: bool = False) -> Iterator[Session]:
    """The session of a command: the person is asked in the terminal, whose own window is out of reach.

    Raises:
        Refused: it is to act, which no program may here.
    """
    if acting and sys.platform == "linux" and x11.is_wayland():
        raise Refused("This is a Wayland session, where programs may not act for you.", x11.WAYLAND_HINT)
    given = vars(arguments)
    if "planner" not in given:
        settings, generation, limits = core_settings.load(), Options(), Limits()
    else:
        settings = options.chosen_settings(arguments)
        generation = Options(arguments.thinking, arguments.max_tokens, arguments.greedy)
        limits = Limits(steps=arguments.max_steps) if arguments.max_steps else Limits()

    def come_forward() -> None:
        session.come_forward()

    def stopped() -> str | None:
        return session.stopped_while_acting()

    session = Session(
        settings,
        approvers.approver(arguments.approve, come_forward, stopped),
        approvers.TerminalAsker(come_forward=come_forward, stopped=stopped),
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
