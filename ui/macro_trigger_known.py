"""What there is to know of a macro before its hotkey and its times are changed."""

from dataclasses import dataclass

from desktop_agent.macros.library import Entry
from desktop_agent.macros.playing import triggered, triggers
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger
from desktop_agent.safety import named_secrets
from ui.macro_work import Work


@dataclass(frozen=True)
class Known:
    """`called` is the name by which the macro is found; `hotkey` and `schedule` are the first of theirs; `approved`: as
    a whole; `secrets` are the names of those that are stored."""

    entry: Entry
    called: str
    hotkey: HotkeyTrigger | None = None
    schedule: ScheduleTrigger | None = None
    approved: bool = False
    secrets: tuple[str, ...] = ()


def known(entry: Entry, work: Work) -> Known:
    """Takes a while.

    Raises:
        UsageError: what starts macros can't be read.
        BadMacro: the macro can't be.
        StoreError: the library or the secrets can't be.
    """
    snapshot = work.library.snapshot()
    found = triggered.by_place(triggers.load(), snapshot).get(snapshot.place(entry), ())
    hotkeys = [each for each in found if isinstance(each, HotkeyTrigger)]
    schedules = [each for each in found if isinstance(each, ScheduleTrigger)]
    return Known(
        entry,
        snapshot.called(entry),
        hotkeys[0] if hotkeys else None,
        schedules[0] if schedules else None,
        work.is_approved(entry, work.library.open(entry)),
        named_secrets.names(),
    )
