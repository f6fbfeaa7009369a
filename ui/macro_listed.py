"""What the list of macros shows, looked up at once. It takes a while."""

from dataclasses import dataclass

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import triggered, triggers
from desktop_agent.macros.playing.triggers import Trigger, Triggers
from ui.macro_entries import Item


@dataclass(frozen=True)
class Listed:
    """The macros; what would start macros that are not there; why it isn't known what starts them."""

    items: tuple[Item, ...]
    lost: tuple[Trigger, ...] = ()
    problem: UsageError | None = None


def listed(library: Library) -> Listed:
    """See the module.

    Raises:
        StoreError: the library can't be read.
    """
    snapshot, problem = library.snapshot(), None
    try:
        kept = triggers.load()
    except UsageError as error:
        kept, problem = Triggers(), error
    starts = triggered.by_place(kept, snapshot)
    items = tuple(Item.of(each, starts.get(snapshot.place(each), ())) for each in snapshot.entries)
    return Listed(items, triggered.lost(kept, snapshot), problem)
