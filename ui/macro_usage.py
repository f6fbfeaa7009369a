"""Which macros are played most."""

import contextlib

from desktop_agent.core import paths
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.runs import Runs

PLANNER = "macro:"
"""Runs of macros name the macro as their planner: "macro:NAME"."""
MOST_USED = 6


def has_macros() -> bool:
    """Whether there may be some, without loading anything."""
    return (paths.data() / "macros").is_dir()


def most_used() -> tuple[str, ...]:
    """Their names, the most used first. Reads all macros: not for the GUI thread.

    Raises:
        StoreError: library or store can't be read.
    """
    from desktop_agent.macros.library import Library, fold

    with contextlib.closing(Database(default_path())) as database:
        played = [each.removeprefix(PLANNER) for each in Runs(database).planners(PLANNER, 4 * MOST_USED)]
    known = {fold(entry.name): entry.name for entry in Library().entries() if not entry.problem}
    return tuple(dict.fromkeys(known[fold(name)] for name in played if fold(name) in known))[:MOST_USED]
