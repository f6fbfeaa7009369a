"""Which macro of the library each trigger starts, and changing that: also when the library changes."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros.library import Entry, Library, Snapshot
from desktop_agent.macros.playing import triggers
from desktop_agent.macros.playing.triggers import ScheduleTrigger, Trigger, Triggers

_log = logging.getLogger(__name__)


def new_id(kind: str) -> str:
    """For a trigger that is made."""
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def schedule(macro: str, values: Mapping[str, str], cron: str = "", minutes: int = 0) -> ScheduleTrigger:
    """A new one.

    Raises:
        UsageError: that is no time.
    """
    from pydantic import ValidationError

    from desktop_agent.macros.playing.schedule import trigger_of

    try:
        made = ScheduleTrigger(
            id=new_id("schedule"), macro=macro, values=dict(values), cron=cron.strip(), minutes=minutes
        )
    except ValidationError as error:
        said = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"That is no time: {one_line(said, 200)}.") from error
    trigger_of(made)
    return made


def started_by(trigger: Trigger, snapshot: Snapshot) -> Entry | None:
    """The macro that it starts; None where that is gone."""
    try:
        return snapshot.locate(trigger.macro)
    except UsageError:
        return None


def by_place(kept: Triggers, snapshot: Snapshot) -> dict[str, tuple[Trigger, ...]]:
    """What starts each macro, by its place in the library."""
    found: dict[str, tuple[Trigger, ...]] = {}
    for each in kept.triggers:
        entry = started_by(each, snapshot)
        if entry is not None:
            place = snapshot.place(entry)
            found[place] = (*found.get(place, ()), each)
    return found


def lost(kept: Triggers, snapshot: Snapshot) -> tuple[Trigger, ...]:
    """Those whose macro is gone."""
    return tuple(each for each in kept.triggers if started_by(each, snapshot) is None)


def change(alter: Callable[[Triggers], Triggers], path: Path | None = None) -> Triggers:
    """Keep what `alter` makes of those that are kept. No other process of ours changes them meanwhile.

    Raises:
        UsageError: see `triggers.load` and `triggers.save`.
        StoreError: they could not be written.
    """
    from filelock import FileLock

    path = path or triggers.default_path()
    try:
        with FileLock(f"{path}.lock"):
            kept = triggers.load(path)
            wanted = alter(kept)
            if wanted != kept:
                triggers.save(wanted, core_settings.load(), path, before=kept)
            return wanted
    except OSError as error:
        raise StoreError(
            f"What starts macros could not be saved: {error.strerror}.", "Make the folder writable.", str(error)
        ) from error


def replaced(kept: Triggers, snapshot: Snapshot, entry: Entry, kind: type[Trigger], new: Trigger | None) -> Triggers:
    """`kept` with `new` in the place of those of its kind that start `entry`."""
    others = [each for each in kept.triggers if not (isinstance(each, kind) and started_by(each, snapshot) == entry)]
    return _with(kept, (*others, *([new] if new is not None else [])))


def renaming(library: Library, entry: Entry, rename: Callable[[], Entry]) -> Entry:
    """Do `rename`, which gives `entry` another name or folder; what starts it follows.

    Raises:
        StoreError: what starts it could not be changed, or what `rename` raises.
    """
    ids = {each.id for each in _of(entry, library)}
    now = rename()
    if ids:
        name = library.snapshot().called(now)

        def follow(kept: Triggers) -> Triggers:
            followed = tuple(
                each.model_copy(update={"macro": name}) if each.id in ids else each for each in kept.triggers
            )
            return _with(kept, followed)

        change(follow)
    return now


@dataclass(frozen=True)
class Removed:
    """A macro in the trash: its `place` there, `entry` before, and what started it."""

    place: Path
    entry: Entry
    triggers: tuple[Trigger, ...] = ()


def remove(library: Library, entry: Entry) -> Removed:
    """Put it into the trash. What started it is forgotten: it must not start another one of that name.

    Raises:
        StoreError: it could not be moved, or what starts it could not be changed.
    """
    gone = _of(entry, library)
    place = library.remove(entry)
    if gone:
        ids = {each.id for each in gone}
        change(lambda kept: _with(kept, tuple(each for each in kept.triggers if each.id not in ids)))
    return Removed(place, entry, gone)


def restore(library: Library, removed: Removed) -> Entry:
    """Take it back, with what started it.

    Raises:
        UsageError: it is back, but what started it can't be used any more.
        StoreError: it could not be moved, or what starts it could not be changed.
    """
    entry = library.restore(removed.place, removed.entry.folder)
    if removed.triggers:
        name = library.snapshot().called(entry)
        back = [each.model_copy(update={"macro": name}) for each in removed.triggers]
        change(lambda kept: _with(kept, (*kept.triggers, *back)))
    return entry


def _with(kept: Triggers, others: tuple[Trigger, ...]) -> Triggers:
    return kept.model_copy(update={"triggers": others})


def _of(entry: Entry, library: Library) -> tuple[Trigger, ...]:
    """What starts it. Where that can't be read, nothing does: the tray tells why."""
    if not triggers.default_path().exists():
        return ()
    try:
        kept = triggers.load()
    except UsageError as error:
        _log.warning("what starts macros does not follow: %s", error)
        return ()
    snapshot = library.snapshot()
    return by_place(kept, snapshot).get(snapshot.place(entry), ())
