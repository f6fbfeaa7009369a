"""What records and plays macros, as the windows want it (`ui.macro_work.Work`)."""

from collections.abc import Mapping
from pathlib import Path

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import Watcher
from desktop_agent.core.protocols import Approver
from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Parameter
from desktop_agent.macros.library import Entry, Library
from ui.current import Current
from ui.macro_work import Draft, Played, Recorder

NOT_YET = "This version can't do that yet."


class Rooms:
    """Implements `Work`.

    Args:
        current: the session in use.
        approver: asks the person.
    """

    def __init__(self, current: Current, approver: Approver) -> None:
        self._current, self._approver = current, approver
        self.library = Library()

    def recorder(self) -> Recorder:
        """See `Work`."""
        raise Unavailable(NOT_YET)

    def draft_of_run(self, run: str) -> Draft:
        """See `Work`."""
        raise Unavailable(NOT_YET)

    def forget(self, draft: Draft) -> None:
        """See `Work`."""

    def is_approved(self, entry: Entry, stored: Stored) -> bool:
        """See `Work`."""
        return False

    def approve(self, entry: Entry, stored: Stored, approved: bool) -> None:
        """See `Work`."""
        raise Unavailable(NOT_YET)

    def play(
        self,
        stored: Stored,
        values: Mapping[str, str],
        watch: Watcher,
        *,
        entry: Entry | None = None,
        start: str | None = None,
        dry: bool = False,
    ) -> Played:
        """See `Work`."""
        raise Unavailable(NOT_YET)

    def check(self, parameter: Parameter, text: str) -> None:
        """See `Work`."""

    def export(self, stored: Stored, path: Path) -> None:
        """See `Work`."""
        files.pack(stored, path)
