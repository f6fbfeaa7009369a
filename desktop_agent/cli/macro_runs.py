"""Macros as runs of other kinds play them: by instant commands, and by planners' `run_macro`."""

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop_agent.core import paths
from desktop_agent.core.actions import Outcome
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import AgentError
from desktop_agent.core.events import Watcher
from desktop_agent.core.text import one_line
from desktop_agent.tools.macros import Ended, Offered

if TYPE_CHECKING:
    from desktop_agent.cli.session import Session
    from desktop_agent.macros.library import Snapshot
    from desktop_agent.macros.playing.outcome import Played

_OUTCOMES = {"done": Outcome.CONFIRMED, "refused": Outcome.REFUSED, "waiting": Outcome.REFUSED}


def names() -> tuple[str, ...]:
    """The names by which macros can be played, for instant commands.

    Raises:
        StoreError: the library can't be read.
    """
    if not _has_macros():
        return ()
    snapshot = _library()
    return tuple(snapshot.called(each) for each in snapshot.entries if each.macro is not None)


def _has_macros() -> bool:
    """Whether there may be some; without any nothing of them is loaded."""
    return (paths.data() / "macros").is_dir()


def _library() -> "Snapshot":
    from desktop_agent.macros.library import Library

    return Library().snapshot()


def offered() -> tuple[Offered, ...]:
    """The macros that planners are told of. Where the library can't be read, they are told of none."""
    with contextlib.suppress(AgentError):
        if not _has_macros():
            return ()
        snapshot = _library()
        return tuple(
            Offered(
                snapshot.called(each),
                tuple(f"{one.name}{'' if one.default is None else '?'}" for one in each.macro.parameters),
            )
            for each in snapshot.entries
            if each.macro is not None
        )
    return ()


def play_named(session: "Session", name: str, values: Mapping[str, str], watch: Watcher, scope: Scope) -> Ended:
    """Play the macro called `name` within a run that holds the hands, and within its `scope`.

    Raises:
        AgentError: it could not begin.
    """
    from desktop_agent.cli.playing import Wanted
    from desktop_agent.macros import check

    snapshot = _library()
    entry = snapshot.find(name)
    stored = snapshot.open(entry)
    check.require_sound(stored, snapshot.get)
    wanted = Wanted(place=snapshot.place(entry), shelf=snapshot, scope=scope)
    return _ended(session.play(stored, values, watch=watch, wanted=wanted, held=True))


def _ended(played: "Played") -> Ended:
    """What a planner is told of it."""
    said = f"{played.summary} {played.hint}".strip()
    kept = "".join(f" {name} = “{one_line(text, 200)}”." for name, text in played.values.items())
    return Ended(_OUTCOMES.get(played.status, Outcome.FAILED), f"{said}{kept}")
