"""A finished recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop_agent.macros.recording.events import Event, Repeat, WindowChange
from desktop_agent.macros.recording.observation import Observation


@dataclass(frozen=True)
class Recording:
    """What was recorded. `events` are in the order of their numbers, windows' changes apart; `observations` by the
    number of the event; `pictures` by name. `started` is seconds since 1970; `where` says on what, for people.
    `folder` is where the journal lies until the recording is kept or discarded."""

    events: tuple[Event, ...] = ()
    changes: tuple[WindowChange, ...] = ()
    observations: Mapping[int, Observation] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    started: float = 0.0
    where: str = ""
    repeat: Repeat = field(default_factory=Repeat)
    remarks: tuple[str, ...] = ()
    folder: Path | None = None

    def discard(self) -> None:
        """Remove its journal: the recording was kept as a macro, or is not wanted."""
        if self.folder is not None:
            from desktop_agent.macros.recording.journal import remove

            remove(self.folder)


def put_together(
    events: list[Event], observations: list[Observation], pictures: Mapping[str, bytes], about: "About", folder: Path
) -> Recording:
    """A recording of what was kept, in whatever order."""
    plain = sorted((each for each in events if not isinstance(each, WindowChange)), key=lambda each: each.number)
    changes = sorted((each for each in events if isinstance(each, WindowChange)), key=lambda each: each.at)
    seen: dict[int, Observation] = {}
    for each in observations:
        seen.setdefault(each.number, each)
    return Recording(
        tuple(plain),
        tuple(changes),
        seen,
        pictures,
        about.started,
        about.where,
        Repeat(about.repeat_delay, about.repeat_interval),
        folder=folder,
    )


@dataclass(frozen=True)
class About:
    """What is known of a recording from its beginning on."""

    started: float
    where: str = ""
    repeat_delay: float = Repeat.delay
    repeat_interval: float = Repeat.interval
