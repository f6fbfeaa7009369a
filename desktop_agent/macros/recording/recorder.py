"""Records what the person does. See the package's other modules for the parts that it puts together."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.geometry import Point
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.keyboard.names import parse_combination
from desktop_agent.macros.format import WindowRef
from desktop_agent.macros.recording.events import Event, Key, Paused, Raw, Source, WindowChange
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.focus import Focus, FocusWatch
from desktop_agent.macros.recording.glances import Glances
from desktop_agent.macros.recording.jobs import Jobs
from desktop_agent.macros.recording.journal import Journal
from desktop_agent.macros.recording.masking import Kept, Look, Mask
from desktop_agent.macros.recording.observation import Describer, Observation
from desktop_agent.macros.recording.observer import Observer
from desktop_agent.macros.recording.recording import About, Recording, put_together
from desktop_agent.macros.recording.source import open_source
from desktop_agent.step.privacy import Privacy

TOLD_SECONDS = 0.5
"""How often the watcher is told, at least."""
LAST_SECONDS = 1.0
"""How long the end waits for looks that tell where the last keys went."""
NOTHING = "There is nothing to record yet: start it first."

State = Literal["ready", "recording", "paused", "over", "stopped"]
"""`over`: the time is up; what comes is not recorded any more, and `stop` gives what was."""


@dataclass(frozen=True)
class Status:
    """How a recording stands. `events` were kept, `masked` keys were not, since they are secret; `behind` events could
    not be looked after in time. `problem` says for people what is wrong."""

    state: State
    seconds: float = 0.0
    events: int = 0
    masked: int = 0
    behind: int = 0
    problem: str = ""


@dataclass(frozen=True)
class _Command:
    do: Literal["pause", "resume", "settle", "end"]


_Message = Raw | Look | WindowChange | Observation | _Command


class Recorder:
    """Records once. `start`, `pause`, `resume` and `stop` may be called from any thread.

    Args:
        eyes: what to see with, as it is; the recorder leaves out what must not be kept.
        describer: describes targets.
        own_pids: processes whose windows are ours.
        settings: what the person chose.
        hotkeys: combinations that control the recording, beside the stop keys: they are not recorded.
        seconds: after which it is over; None for no limit.
        watch: is told how it stands, on a thread of the recorder's.
        source: the person's input; None for that of this session.
    """

    def __init__(
        self,
        eyes: Eyes,
        describer: Describer,
        own_pids: Callable[[], frozenset[int]],
        settings: Settings,
        *,
        hotkeys: Sequence[str] = (),
        seconds: float | None = None,
        watch: Callable[[Status], None] = lambda _: None,
        source: Source | None = None,
    ) -> None:
        self._eyes = eyes
        self._describer = describer
        self._privacy = Privacy(settings.never_captured)
        self._ignored = {frozenset(parse_combination(each)) for each in (settings.stop_hotkey, *hotkeys) if each}
        self._seconds = seconds
        self._watch = watch
        self._source = source
        self._trusted = settings.trusted_devices
        self._messages: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._mask = Mask()
        self._focus = Focus(eyes.windows, eyes.focus, self._privacy, own_pids)
        self._glances = Glances(eyes.screen, eyes.windows, self._refer, self._messages.put)
        self._observer = Observer(
            eyes, self._glances, self._refer, describer, self._privacy, own_pids, self._pointer, self._observed
        )
        self._state: State = "ready"
        self._began = self._deadline = 0.0
        self._told_at = 0.0
        self._ignored_down: set[int] = set()
        self._events: list[Event] = []
        self._observations: list[Observation] = []
        self._pictures: dict[str, bytes] = {}
        self._jobs = Jobs(self._observer.observe)
        self._settled, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    @property
    def status(self) -> Status:
        """How it stands."""
        seconds = time.monotonic() - self._began if self._began else 0.0
        source = self._source.problem if self._source is not None else ""
        journal = self._journal.problem if self._state != "ready" else ""
        return Status(
            self._state, seconds, len(self._events), self._mask.masked, self._observer.behind, source or journal
        )

    @property
    def slowest(self) -> float:
        """The longest that it took from an event until it was on disk, in seconds."""
        return self._journal.worst

    def start(self) -> None:
        """Begin.

        Raises:
            Unavailable: nothing can be recorded here.
            StoreError: nothing can be kept.
            UsageError: it was started before.
        """
        if self._state != "ready":
            raise UsageError("This recording has begun already.")
        source = self._source or open_source(trusted=self._trusted)
        try:
            self._glances.start()
            self._journal = Journal(self._note_about(source))
        except AgentError:
            source.close()
            self._glances.close()
            raise
        self._source = source
        glance = self._glances.latest
        self._focus.know(glance.stacking if glance is not None else ())
        self._began = time.monotonic()
        self._deadline = self._began + self._seconds if self._seconds else float("inf")
        self._state = "recording"
        self._focus_watch = FocusWatch(self._focus.look, self._messages.put)
        self._observer.start()
        self._thread.start()
        source.start(self._messages.put)

    def _note_about(self, source: Source) -> About:
        size = self._eyes.screen.layout().bounds
        where = f"{size.width}×{size.height}"
        self._about = About(time.time(), where, source.repeat.delay, source.repeat.interval)
        return self._about

    def pause(self) -> None:
        """Leave out what the person does until `resume`."""
        self._messages.put(_Command("pause"))

    def resume(self) -> None:
        """Go on."""
        self._messages.put(_Command("resume"))

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the time is up; False where it isn't after so many `seconds`."""
        return self._over.wait(seconds)

    def stop(self) -> Recording:
        """End it. What was recorded stays on disk until it is discarded.

        Raises:
            UsageError: it was not started, or was stopped before.
        """
        if self._source is None or self._state in ("ready", "stopped"):
            raise UsageError(NOTHING)
        self._source.close()
        self._messages.put(_Command("settle"))
        self._settled.wait()
        self._focus_watch.close()
        self._glances.close()
        self._observer.close()
        self._messages.put(_Command("end"))
        self._thread.join()
        self._journal.close()
        self._state = "stopped"
        self._over.set()
        self._watch(self.status)
        recording = put_together(self._events, self._observations, self._pictures, self._about, self._journal.folder)
        return replace(recording, remarks=self._remarks())

    # Everything below runs in the recorder's thread, but for what says otherwise.

    def _run(self) -> None:
        ending = float("inf")
        self._tell_sometimes()
        while True:
            message = self._next(ending)
            if isinstance(message, _Command):
                if message.do == "end":
                    return
                ending = self._obey(message, ending)
            elif message is not None:
                self._take(message)
            self._keep_due(ending)
            self._tell_sometimes()

    def _next(self, ending: float) -> _Message | None:
        """The next message; None after a while."""
        now = time.monotonic()
        due = self._mask.next_due()
        until = min(now + TOLD_SECONDS, ending, self._deadline, now + TOLD_SECONDS if due is None else due)
        try:
            return self._messages.get(timeout=max(0.001, until - now))
        except queue.Empty:
            return None

    def _obey(self, command: _Command, ending: float) -> float:
        if command.do == "settle":
            return time.monotonic() + LAST_SECONDS
        if command.do == "pause" and self._state == "recording":
            self._mask.cut(time.monotonic())
            self._keep(Kept(Paused(self._source.read.events if self._source else 0, time.monotonic())))
            self._become("paused")
        elif command.do == "resume" and self._state == "paused":
            self._become("recording")
        return ending

    def _take(self, message: Raw | Look | WindowChange | Observation) -> None:
        match message:
            case Look():
                if message.verdict == "secret" and message.window is not None:
                    self._observer.veil(message.window)
                self._mask.looked(message)
            case WindowChange():
                self._keep(Kept(self._numbered(message)))
            case Observation():
                self._observations.append(message)
                self._journal.add_observation(message)
            case _ if self._state == "recording" and not self._is_control(message):
                self._keep_all(self._mask.take(message))
        wanted = self._mask.wants_look()
        if wanted is not None:
            self._focus_watch.ask(wanted)

    def _keep_due(self, ending: float) -> None:
        now = time.monotonic()
        self._keep_all(self._mask.due(now))
        all_told = not self._mask.held and self._messages.empty()
        if ending != float("inf") and not self._settled.is_set() and (all_told or now >= ending):
            self._keep_all(self._mask.flush())
            self._settled.set()
        if now >= self._deadline and self._state in ("recording", "paused"):
            self._become("over")
            self._over.set()

    def _keep_all(self, kept: Iterable[Kept]) -> None:
        for each in kept:
            self._keep(each)

    def _keep(self, kept: Kept) -> None:
        event = kept.event
        self._events.append(event)
        self._journal.add(event)
        self._jobs.take(kept)

    def _is_control(self, event: Raw) -> bool:
        """Whether it belongs to a combination that controls the program."""
        if not isinstance(event, Key):
            return False
        if not event.down:
            known = event.code in self._ignored_down
            self._ignored_down.discard(event.code)
            return known
        if frozenset((*event.held, event.name)) not in self._ignored:
            return False
        self._ignored_down.add(event.code)
        return True

    def _numbered(self, change: WindowChange) -> WindowChange:
        return replace(change, number=self._source.read.events - 1 if self._source is not None else -1)

    def _refer(self, window: Window) -> WindowRef:
        """How to refer to a window; what is never captured tells no title. Called from several threads."""
        hidden = self._privacy.hides(window)
        return self._describer.window(replace(window, title="") if hidden else window)

    def _become(self, state: State) -> None:
        self._state = state
        self._told_at = 0.0

    def _tell_sometimes(self) -> None:
        now = time.monotonic()
        if now >= self._told_at + TOLD_SECONDS:
            self._told_at = now
            self._watch(self.status)

    def _observed(self, observation: Observation, pictures: dict[str, bytes]) -> None:
        """Called from the observer's thread."""
        for name, data in pictures.items():
            self._pictures[name] = data
            self._journal.add_picture(name, data)
        self._messages.put(observation)

    def _pointer(self) -> Point:
        """Called from the observer's thread."""
        if self._source is None:
            raise UsageError(NOTHING)
        return self._source.pointer()

    def _remarks(self) -> tuple[str, ...]:
        status, untold = self.status, self._mask.untold
        unsure = (
            f"Of {untold} keys it could not be told in time where they went: secrets stand in their place. "
            "Write the text there, if it is none."
        )
        return tuple(filter(None, (status.problem, unsure if untold else "")))
