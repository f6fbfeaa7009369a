"""Records what the person does. See the package's other modules for the parts that it puts together."""

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.geometry import Point
from desktop_agent.core.settings import Settings
from desktop_agent.macros.format import WindowRef
from desktop_agent.macros.recording.controls import Controls
from desktop_agent.macros.recording.course import Course, Messages
from desktop_agent.macros.recording.events import Source
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.focus import Focus, FocusWatch
from desktop_agent.macros.recording.glances import Glances
from desktop_agent.macros.recording.intake import Intake
from desktop_agent.macros.recording.journal import Journal
from desktop_agent.macros.recording.observation import Describer, Observation
from desktop_agent.macros.recording.observer import Observer
from desktop_agent.macros.recording.recording import About, Recording, put_together
from desktop_agent.macros.recording.source import open_source
from desktop_agent.macros.recording.status import Status
from desktop_agent.step.privacy import Privacy

NOTHING = "There is nothing to record yet: start it first."


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
        self._controls = Controls((settings.stop_hotkey, *hotkeys))
        self._seconds = seconds
        self._watch = watch
        self._source = source
        self._trusted = settings.trusted_devices
        self._messages: Messages = queue.SimpleQueue()
        self._focus = Focus(eyes.windows, eyes.focus, self._privacy, own_pids, place=self._focused)
        self._glances = Glances(eyes.screen, eyes.windows, self._refer, self._messages.put)
        self._observer = Observer(
            eyes, self._glances, self._refer, describer, self._privacy, own_pids, self._pointer, self._observed
        )
        self._course: Course | None = None

    @property
    def status(self) -> Status:
        """How it stands."""
        course, source = self._course, self._source
        if course is None or source is None:
            return Status("ready")
        seconds, problem = time.monotonic() - course.began, source.problem or self._journal.problem
        events, masked = len(self._intake.events), self._intake.mask.masked
        return Status(course.state, seconds, events, masked, self._observer.behind, problem)

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
        if self._course is not None:
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
        self._focus_watch = FocusWatch(self._focus.look, self._messages.put)
        self._intake = Intake(self._journal, self._observer, self._focus_watch.ask)
        self._course = Course(self._messages, self._intake, self._controls, source, self._seconds, self._tell)
        self._observer.start()
        self._course.start()
        source.start(self._messages.put)

    def pause(self) -> None:
        """Leave out what the person does until `resume`.

        Raises:
            UsageError: it was not started.
        """
        self._begun().pause()

    def resume(self) -> None:
        """Go on.

        Raises:
            UsageError: it was not started.
        """
        self._begun().resume()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the time is up; False where it isn't after so many `seconds`.

        Raises:
            UsageError: it was not started.
        """
        return self._begun().over.wait(seconds)

    def stop(self) -> Recording:
        """End it. What was recorded stays on disk until it is discarded.

        Raises:
            UsageError: it was not started, or was stopped before.
        """
        course = self._begun()
        if self._source is None or course.state == "stopped":
            raise UsageError(NOTHING)
        self._source.close()
        course.settle()
        self._focus_watch.close()
        self._glances.close()
        self._observer.close()
        course.end()
        self._journal.close()
        self._tell()
        kept = self._intake
        recording = put_together(kept.events, kept.observations, kept.pictures, self._about, self._journal.folder)
        return replace(recording, remarks=self._remarks())

    def _begun(self) -> Course:
        if self._course is None:
            raise UsageError(NOTHING)
        return self._course

    def _note_about(self, source: Source) -> About:
        size = self._eyes.screen.layout().bounds
        where = f"{size.width}×{size.height}"
        self._about = About(time.time(), where, source.repeat.delay, source.repeat.interval)
        return self._about

    def _tell(self) -> None:
        self._watch(self.status)

    def _refer(self, window: Window) -> WindowRef:
        """How to refer to a window; what is never captured tells no title. Called from several threads."""
        hidden = self._privacy.hides(window)
        return self._describer.window(replace(window, title="") if hidden else window)

    def _observed(self, observation: Observation, pictures: dict[str, bytes]) -> None:
        """Called from the observer's thread."""
        self._intake.add_pictures(pictures)
        self._messages.put(observation)

    def _pointer(self) -> Point:
        """Called from the observer's thread."""
        if self._source is None:
            raise UsageError(NOTHING)
        return self._source.pointer()

    def _focused(self) -> int:
        """Called from the thread that looks."""
        return self._source.focus() if self._source is not None else 0

    def _remarks(self) -> tuple[str, ...]:
        status, untold = self.status, self._intake.mask.untold
        unsure = (
            f"Of {untold} keys it could not be told in time where they went: secrets stand in their place. "
            "Write the text there, if it is none."
        )
        return tuple(filter(None, (status.problem, unsure if untold else "")))
