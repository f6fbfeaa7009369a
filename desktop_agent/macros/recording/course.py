"""The course of a recording: a thread that takes what comes, in order, until the time is up or somebody ends it."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from desktop_agent.macros.recording.controls import Controls
from desktop_agent.macros.recording.events import Button, Key, Motion, Source, WindowChange
from desktop_agent.macros.recording.intake import Intake, Message
from desktop_agent.macros.recording.status import State

TOLD_SECONDS = 0.5
"""How often it is told how it stands, at least."""
LAST_SECONDS = 1.0
"""How long the end waits for looks that tell where the last keys went."""


@dataclass(frozen=True)
class Command:
    """What is to be done after all that came before it."""

    do: Literal["pause", "resume", "settle", "end"]


Messages = queue.SimpleQueue[Message | Command]


class Course:
    """Runs once. `pause`, `resume`, `settle` and `end` may be called from any thread.

    Args:
        messages: what comes.
        intake: takes it.
        controls: what of it is not recorded.
        source: of what the person does.
        seconds: after which it is over; None for no limit.
        tell: is called when the state changes and now and then, on the course's thread.
    """

    def __init__(
        self,
        messages: Messages,
        intake: Intake,
        controls: Controls,
        source: Source,
        seconds: float | None,
        tell: Callable[[], None],
    ) -> None:
        self.state: State = "recording"
        self.began = time.monotonic()
        self.over = threading.Event()
        self._messages = messages
        self._intake = intake
        self._controls = controls
        self._source = source
        self._tell = tell
        self._deadline = self.began + seconds if seconds else float("inf")
        self._ending = float("inf")
        self._told_at = 0.0
        self._settled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def pause(self) -> None:
        """Leave out what the person does until `resume`."""
        self._messages.put(Command("pause"))

    def resume(self) -> None:
        """Go on."""
        self._messages.put(Command("resume"))

    def settle(self) -> None:
        """Wait until all that came is kept, or masked for good."""
        self._messages.put(Command("settle"))
        self._settled.wait()

    def end(self) -> None:
        """Take what is left, and end."""
        self._messages.put(Command("end"))
        self._thread.join()
        self.state = "stopped"
        self.over.set()

    # Everything below runs in the course's thread.

    def _run(self) -> None:
        self._tell_sometimes()
        while True:
            message = self._next()
            if isinstance(message, Command):
                if message.do == "end":
                    return
                self._obey(message)
            elif message is not None:
                self._take(message)
            self._do_due()
            self._tell_sometimes()

    def _next(self) -> Message | Command | None:
        """The next message; None after a while."""
        now = time.monotonic()
        due = self._intake.next_due()
        until = min(now + TOLD_SECONDS, self._ending, self._deadline, now + TOLD_SECONDS if due is None else due)
        try:
            return self._messages.get(timeout=max(0.001, until - now))
        except queue.Empty:
            return None

    def _obey(self, command: Command) -> None:
        if command.do == "settle":
            self._ending = time.monotonic() + LAST_SECONDS
        elif command.do == "pause" and self.state == "recording":
            self._intake.pause(self._source.read.events)
            self._become("paused")
        elif command.do == "resume" and self.state == "paused":
            self._become("recording")

    def _take(self, message: Message) -> None:
        match message:
            case WindowChange():
                self._intake.take(replace(message, number=self._source.read.events - 1), True)
            case Key() | Button() | Motion():
                # The controls see every key: one may be pressed while nothing is recorded, and let go later.
                controls = self._controls.holds(message)
                self._intake.take(message, self.state == "recording" and not controls)
            case _:
                self._intake.take(message, True)

    def _do_due(self) -> None:
        now = time.monotonic()
        self._intake.due(now)
        ends = self._ending != float("inf") and not self._settled.is_set()
        if ends and (now >= self._ending or (not self._intake.waits and self._messages.empty())):
            self._intake.flush()
            self._settled.set()
        if now >= self._deadline and self.state in ("recording", "paused"):
            self._become("over")
            self.over.set()

    def _become(self, state: State) -> None:
        self.state = state
        self._told_at = 0.0

    def _tell_sometimes(self) -> None:
        now = time.monotonic()
        if now >= self._told_at + TOLD_SECONDS:
            self._told_at = now
            self._tell()
