"""`desktop-agent macro schedule|hotkey NAME`: what starts a macro by itself while the tray runs."""

import argparse
import re
import shlex
from datetime import UTC, datetime

from desktop_agent.cli import macro_approval
from desktop_agent.cli.macro_action import Told, assignments, say
from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import fold, one_line
from desktop_agent.desktop.keyboard.names import combination_text, parse_combination
from desktop_agent.macros.library import Entry, Library, Snapshot
from desktop_agent.macros.playing import triggered, triggers
from desktop_agent.macros.playing.parameters import checked
from desktop_agent.macros.playing.schedule import trigger_of
from desktop_agent.macros.playing.trigger_words import keys_words, words
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Trigger, Triggers

_EVERY = re.compile(r"(\d{1,6})\s*(m|min|mins|minutes?|h|hours?|d|days?)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
ASKS = (
    "It is not approved as a whole, so nobody would be there to answer: approve it with "
    "desktop-agent macro approve {name}."
)


def schedule(arguments: argparse.Namespace) -> Told:
    """Play it at times, or no longer."""
    snapshot = Library().snapshot()
    if arguments.off:
        return _off(arguments, snapshot, ScheduleTrigger)
    entry = snapshot.find(arguments.name)
    values = assignments(arguments.set)
    if entry.macro is not None:
        checked(entry.macro, values)  # nobody could be asked for what is missing
    minutes = minutes_of(arguments.every) if arguments.every else 0
    made = triggered.schedule(snapshot.called(entry), values, arguments.cron or "", minutes)
    due = trigger_of(made).get_next_fire_time(None, datetime.now(UTC))
    _keep(snapshot, entry, made)
    said = f"next at {due.astimezone():%Y-%m-%d %H:%M}" if due else "never"
    lines = [f"“{entry.name}” is played {words(made)}, {said}, while the tray runs."]
    if not macro_approval.is_approved(entry, snapshot):
        lines.append(ASKS.format(name=shlex.quote(entry.name)))
    say(arguments, lines)
    return Told({"name": entry.name, "schedule": words(made), "next": due.isoformat() if due else None})


def hotkey(arguments: argparse.Namespace) -> Told:
    """Play it by keys, or no longer."""
    snapshot = Library().snapshot()
    if arguments.off:
        return _off(arguments, snapshot, HotkeyTrigger)
    entry = snapshot.find(arguments.name)
    keys = combination_text(parse_combination(arguments.keys))
    _keep(snapshot, entry, HotkeyTrigger(id=triggered.new_id("hotkey"), macro=snapshot.called(entry), keys=keys))
    say(arguments, [f"{keys_words(keys)} plays “{entry.name}” while the tray runs."])
    return Told({"name": entry.name, "hotkey": keys})


def by_place() -> dict[str, str]:
    """What starts each macro, in words, by its place in the library."""
    snapshot = Library().snapshot()
    found = triggered.by_place(triggers.load(), snapshot)
    return {place: "; ".join(map(words, starts)) for place, starts in found.items()}


def minutes_of(text: str) -> int:
    """The minutes that “15 minutes”, “2 hours” or “1 day” are.

    Raises:
        UsageError: it is none of these.
    """
    match = _EVERY.fullmatch(text.strip().casefold())
    minutes = int(match[1]) * _MINUTES[match[2][0]] if match else 0
    if not 1 <= minutes <= 60 * 24 * 366:
        raise UsageError(f"“{one_line(text, 40)}” is no time.", "Write it like “15 minutes”, “2 hours” or “1 day”.")
    return minutes


def _keep(snapshot: Snapshot, entry: Entry, trigger: Trigger) -> None:
    """In the place of the one of its kind that the macro has."""
    triggered.change(lambda kept: triggered.replaced(kept, snapshot, entry, type(trigger), trigger))


def _off(arguments: argparse.Namespace, snapshot: Snapshot, kind: type[Trigger]) -> Told:
    """Also where the macro is broken, or gone."""
    removed: list[Trigger] = []

    def without(kept: Triggers) -> Triggers:
        try:
            wanted = triggered.replaced(kept, snapshot, snapshot.locate(arguments.name), kind, None)
        except UsageError:
            named = fold(arguments.name)
            others = [each for each in kept.triggers if not (isinstance(each, kind) and fold(each.macro) == named)]
            if len(others) == len(kept.triggers):
                raise
            wanted = kept.model_copy(update={"triggers": tuple(others)})
        removed.extend(each for each in kept.triggers if each not in wanted.triggers)
        return wanted

    triggered.change(without)
    say(arguments, [f"“{arguments.name}” no longer starts so."])
    return Told({"name": arguments.name, "removed": len(removed)})
