"""Where jobs are recorded and replayed: a display with the program's own session, recorder, library and player."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from unittest import mock

from desktop_agent.cli.macro_describing import TargetDescriber
from desktop_agent.cli.playing import Wanted
from desktop_agent.cli.session import Session
from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from desktop_agent.core.events import Watcher
from desktop_agent.core.pause import Pause, Reply
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.program import gather
from desktop_agent.macros.recording.convert import Draft, convert
from desktop_agent.macros.recording.eyes import open_eyes
from desktop_agent.macros.recording.recorder import Recorder
from tests.bench.macro_job import App, Job, Raw, Sight, perform
from tests.bench.macro_witness import Presses
from tests.keyring_file import FileKeyring

PLACES = ("DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "XDG_SESSION_TYPE")
REST_SECONDS = 0.5


@dataclass
class Yes:
    """Approves what is asked although the macro was approved: what is critical. Answers no question."""

    asked: list[str] = field(default_factory=list)

    def decide(self, request: ApprovalRequest) -> Decision:
        self.asked.append(f"{request.action.words} ({request.verdict.category})")
        return Decision(Answer.APPROVED, by="scripted")

    def ask(self, question: str, choices: object) -> str:
        raise AssertionError(f"a macro asked: {question} {choices}")

    def pause(self, pause: Pause) -> Reply:
        raise AssertionError(f"a macro paused: {pause}")


@dataclass(frozen=True)
class Recorded:
    """What a person did once: as a macro in the library, and in coordinates."""

    draft: Draft
    raw: tuple[Raw, ...]


class Stand:
    """A display of `size`, and the program on it. `data` is where the program keeps what is its own."""

    def __init__(self, size: tuple[int, int], data: Path) -> None:
        self._size, self._data = size, data
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            enter = self._stack.enter_context
            self.display = enter(PrivateDisplay("xvfb", self._size))
            self.display.environment["ACCESSIBILITY_ENABLED"] = "1"  # for Chromium
            places = {name: self.display.environment[name] for name in PLACES}
            own = {"DESKTOP_AGENT_HOME": str(self._data), "KEYRING_FILE": str(self._data / "keyring")}
            enter(mock.patch.dict(os.environ, places | own))
            enter(_keyring())
            self.sight = Sight(open_windows(), open_elements())
            self._stack.callback(self.sight.close)
            self.presses = enter(Presses(self.display))
            self.approver = Yes()
            self._session = Session(Settings(), self.approver, self.approver)
            self._stack.callback(self._session.close)
            self.library = Library()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextlib.contextmanager
    def running(self, app: App) -> Iterator[App]:
        """`app`, which is ended afterwards."""
        try:
            yield app
        finally:
            app.close()

    def record(self, app: App) -> Recorded:
        """Record a person who does the job, keep it in the library, and approve it as a whole."""
        eyes = open_eyes(self.display.name)
        recorder = Recorder(eyes, TargetDescriber(eyes), lambda: frozenset({os.getpid()}), Settings())
        try:
            recorder.start()
            time.sleep(REST_SECONDS)
            with Person.on(self.display) as person:
                raw = perform(app, person)
            time.sleep(REST_SECONDS)
        finally:
            recording = recorder.stop()
            eyes.close()
        draft = convert(recording, app.job.name)
        recording.discard()
        self.library.add(draft.macro, draft.pictures)
        snapshot = self.library.snapshot()
        entry = snapshot.find(app.job.name)
        MacroApprovals().approve(snapshot.place(entry), gather(snapshot.open(entry), snapshot))
        return Recorded(draft, tuple(raw))

    def play(self, job: Job, watch: Watcher = lambda _: None) -> Played:
        """Play the macro of the job, as it lies in the library."""
        snapshot = self.library.snapshot()
        entry = snapshot.find(job.name)
        wanted = Wanted(place=snapshot.place(entry), shelf=snapshot)
        return self._session.play(snapshot.open(entry), {}, watch=watch, wanted=wanted)


@contextlib.contextmanager
def _keyring() -> Iterator[None]:
    """A keyring in a file, for the approvals' key."""
    import keyring

    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    try:
        yield
    finally:
        keyring.set_keyring(before)
