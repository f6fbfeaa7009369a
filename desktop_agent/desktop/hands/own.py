"""Which processes' windows count as our own: no input is ever sent there."""

import os


def own_pids(include_ancestors: bool = False) -> frozenset[int]:
    """The calling process; with `include_ancestors` also those that it descends from, such as the terminal in which a
    command that asks is running. The first process of the machine never counts."""
    pids = {os.getpid()}
    if include_ancestors:
        import psutil

        pids.update(each.pid for each in psutil.Process().parents())
    return frozenset(pids - {0, 1})
