"""What the windows of the macros need from those who record and play them: the one place where they meet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from desktop_agent.core.events import RunStatus, Watcher
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro, Parameter
from desktop_agent.macros.library import Entry, Library


class Draft(Protocol):
    """A macro that nobody has kept yet. `remarks` say what the person should look at."""

    @property
    def macro(self) -> Macro: ...

    @property
    def pictures(self) -> Mapping[str, bytes]: ...

    @property
    def remarks(self) -> Sequence[str]: ...


class Recorder(Protocol):
    """Records what the person does, until it is stopped. Every method may block."""

    @property
    def count(self) -> int:
        """How many events there are by now; never blocks."""

    def start(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def stop(self) -> Draft:
        """End it; what was recorded, as a macro."""


class Played(Protocol):
    """How playing ended; see `macros.playing.outcome.Played`."""

    @property
    def status(self) -> RunStatus: ...

    @property
    def summary(self) -> str: ...

    @property
    def hint(self) -> str: ...

    @property
    def failed_step(self) -> str: ...

    @property
    def run(self) -> str: ...

    @property
    def mended(self) -> bool: ...


class Work(Protocol):
    """Every method may block, and raise an `AgentError`."""

    @property
    def library(self) -> Library: ...

    def recorder(self) -> Recorder:
        """A new one."""

    def draft_of_run(self, run: str) -> Draft:
        """A confirmed run of the agent as a macro."""

    def forget(self, draft: Draft) -> None:
        """What is on disk of a recording may go: it was kept as a macro, or is not wanted."""

    def is_approved(self, entry: Entry, stored: Stored) -> bool:
        """Whether the person has approved it as a whole, as it is."""

    def approve(self, entry: Entry, stored: Stored, approved: bool) -> None:
        """Keep that the person approved it as a whole, or does no longer. Only for the person's own command."""

    def play(
        self,
        stored: Stored,
        values: Mapping[str, str],
        watch: Watcher,
        *,
        entry: Entry | None = None,
        start: str | None = None,
        dry: bool = False,
        unattended: bool = False,
    ) -> Played:
        """Play it, from the step whose id is `start`; `dry` only shows where it would act; `unattended`: nobody is
        there to be asked. `entry` is where it is kept, if it is played as it lies there: only then an approval of the
        whole counts."""

    def check(self, parameter: Parameter, text: str) -> None:
        """Raise a `UsageError` where `text` can't be the parameter's value."""

    def export(self, stored: Stored, path: Path) -> None:
        """Write it to `path`, in the form that the ending of its name says."""
