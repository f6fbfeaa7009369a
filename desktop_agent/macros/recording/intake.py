"""What is recorded: what comes from the source, the looks and the observer, kept in memory and on disk. What may not be
kept never gets there."""

import time
from collections.abc import Callable, Iterable

from desktop_agent.macros.recording.events import Button, Event, Focused, Key, Motion, Paused, Raw, WindowChange
from desktop_agent.macros.recording.jobs import Jobs
from desktop_agent.macros.recording.journal import Journal
from desktop_agent.macros.recording.known import Act
from desktop_agent.macros.recording.masking import Kept, Look, Mask
from desktop_agent.macros.recording.observation import Observation
from desktop_agent.macros.recording.observer import Observer
from desktop_agent.macros.recording.placing import Placing

Message = Raw | Focused | Look | WindowChange | Observation


class Intake:
    """Takes messages, one thread at a time; `pictures` may be added to from another.

    Args:
        journal: where it is kept on disk.
        observer: looks after what is kept.
        ask_look: has a look at the focus begin at a time.
    """

    def __init__(self, journal: Journal, observer: Observer, ask_look: Callable[[float], None]) -> None:
        self.events: list[Event] = []
        self.observations: list[Observation] = []
        self.pictures: dict[str, bytes] = {}
        self.mask = Mask()
        self._journal = journal
        self._observer = observer
        self._ask_look = ask_look
        self._placing = Placing(observer.observe)
        self._jobs = Jobs(observer.observe, self._placing.take)

    @property
    def waits(self) -> bool:
        """Whether something waits to be told where it went."""
        return bool(self.mask.held or self._placing.waiting)

    def take(self, message: Message, records: bool) -> None:
        """Take a message; what the person does only where it `records`."""
        match message:
            case Look():
                if message.verdict == "secret" and message.window is not None:
                    self._observer.veil(message.window)
                self.mask.looked(message)
            case Focused():
                self._placing.focused(message.window)
            case WindowChange():
                self._keep(Kept(message))
            case Observation():
                self.observations.append(message)
                self._journal.add_observation(message)
            case Key() | Button() | Motion():
                self._act(message, records)
        wanted = self.mask.wants_look()
        if wanted is not None:
            self._ask_look(wanted)

    def pause(self, number: int) -> None:
        """What follows is not joined to what was before. `number`: of the next event."""
        now = time.monotonic()
        self.mask.cut(now)
        self._keep(Kept(Paused(number, now)))

    def due(self, now: float) -> None:
        """Keep what may be kept by now that was held back."""
        self._keep_all(self.mask.due(now))
        self._placing.due(now)

    def next_due(self) -> float | None:
        """When `due` may have more to do; None where it won't."""
        return min(
            (each for each in (self.mask.next_due(), self._placing.next_due()) if each is not None), default=None
        )

    def flush(self) -> None:
        """The end: nothing is held back any more."""
        self._keep_all(self.mask.flush())
        self._placing.due(float("inf"))

    def add_pictures(self, pictures: dict[str, bytes]) -> None:
        """Keep pictures. From any thread."""
        for name, data in pictures.items():
            self.pictures[name] = data
            self._journal.add_picture(name, data)

    def _act(self, event: Raw, records: bool) -> None:
        self._jobs.saw(event)
        if isinstance(event, Key | Button) and event.down:
            self._observer.acted(Act(event.number, event.at, event.point if isinstance(event, Button) else None))
        if records:
            self._keep_all(self.mask.take(event))

    def _keep_all(self, kept: Iterable[Kept]) -> None:
        for each in kept:
            self._keep(each)

    def _keep(self, kept: Kept) -> None:
        self.events.append(kept.event)
        self._journal.add(kept.event)
        self._jobs.take(kept)
