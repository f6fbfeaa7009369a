"""Terminals: whether what is typed there is shown."""

import sys


def hides_typing(pid: int) -> bool | None:
    """Whether a program in a terminal of the process `pid` reads a line without showing it, as passwords are read;
    None where there is no such terminal, or it can't be looked at. Where the process has several terminals, it is
    enough that one does."""
    if sys.platform != "linux" or pid <= 0:
        return None
    from desktop_agent.desktop.terminals.linux import hides_typing

    return hides_typing(pid)
