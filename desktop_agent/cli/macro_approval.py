"""`desktop-agent macro approve|unapprove`: approving a macro as a whole, after every step of it was shown."""

import argparse

from desktop_agent.cli import macro_words
from desktop_agent.cli.macro_action import Told, require_yes, say
from desktop_agent.core.errors import AgentError
from desktop_agent.macros import check
from desktop_agent.macros.library import Entry, Library, Snapshot
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.program import gather

MEANING = (
    "Its ordinary steps will run without asking, also by schedule, hotkey and instant command. "
    "What must be asked every time still is. Any change of it ends this."
)


def approve(arguments: argparse.Namespace) -> Told:
    """Show the macro and all that it plays, ask, and approve it."""
    snapshot = Library().snapshot()
    entry = snapshot.find(arguments.name)
    stored = snapshot.open(entry)
    check.require_sound(stored, snapshot.get)
    program = gather(stored, snapshot)
    for each in program.all:
        say(arguments, macro_words.preview(each.macro, check.check(each, snapshot.get)))
    say(arguments, [MEANING])
    require_yes(arguments, f"Approve “{entry.name}” as a whole?", f"“{entry.name}” was not approved.")
    MacroApprovals().approve(snapshot.place(entry), program)
    say(arguments, [f"“{entry.name}” is approved."])
    return Told({"name": entry.name, "approved": True})


def unapprove(arguments: argparse.Namespace) -> Told:
    """End its approval."""
    snapshot = Library().snapshot()
    entry = snapshot.locate(arguments.name)
    MacroApprovals().revoke(snapshot.place(entry))
    say(arguments, [f"“{entry.name}” asks again."])
    return Told({"name": entry.name, "approved": False})


def is_approved(entry: Entry, snapshot: Snapshot) -> bool:
    """Whether it is approved as a whole as it is now."""
    try:
        program = gather(snapshot.open(entry), snapshot)
    except AgentError:
        return False  # what can't be played is not approved
    return MacroApprovals().holds(snapshot.place(entry), program)
