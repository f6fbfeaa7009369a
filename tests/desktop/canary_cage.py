"""A session with a canary secret, all that leaves it, and what must hold of that."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import keyring
import pytest

from desktop_agent.cli.session import Session
from desktop_agent.core.actions import StepResult
from desktop_agent.core.chat import CallEvent, End, Event, Message, Options, Text, ToolCall, ToolSpec
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import RunEnded, RunEvent, Stepped
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.elements import open_elements
from desktop_agent.model.scripted import ScriptedPlanner
from tests.desktop.canary import is_grey, traces, traces_in, traces_in_processes
from tests.desktop.command_line import CommandLine
from tests.desktop.helpers import wait_until
from tests.desktop.spine_support import ScriptedApprover
from tests.keyring_file import FileKeyring

VALUE = "Zx9-Käfig/Vogel+47%Qp"
"""Letters that no other text has, one of them not on a US keyboard, and what URLs and JSON escape."""


class Attentive(ScriptedPlanner):
    """Keeps all that it is told."""

    def __init__(self, turns: Sequence[Sequence[Event]]) -> None:
        super().__init__(turns)
        self.tools: Sequence[ToolSpec] = ()
        self.messages: list[Message] = []

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        self.tools, self.messages = tools, list(messages)
        return super().stream(messages, tools, options)


class Cage:
    """A session with the canary in its keyring, and all that left it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path, value: str) -> None:
        self.home = home
        self.value = value
        self.approver = ScriptedApprover()
        self.events: list[RunEvent] = []
        self.planners: list[Attentive] = []
        self.session = Session(Settings(), self.approver, NobodyAsks())
        monkeypatch.setattr(self.session._planners, "choose", lambda *_, **__: self.planners[-1])

    def run(self, window: Window, *calls: tuple[str, dict[str, object]]) -> RunEnded:
        turns = [[CallEvent(ToolCall(f"c{n}", tool, values)), End("calls")] for n, (tool, values) in enumerate(calls)]
        self.planners.append(Attentive([*turns, [CallEvent(ToolCall("end", "DONE", {})), End("calls")], [End("stop")]]))
        scope = self.session.scope(f"window:{window.title}")
        ended = self.session.do("Fill it in.", scope=scope, watch=self.events.append)
        print(ended, [each.message for each in self.steps])
        return ended

    @property
    def steps(self) -> list[StepResult]:
        return [each.result for each in self.events if isinstance(each, Stepped)]

    @property
    def told(self) -> list[Message]:
        return [each for planner in self.planners for each in planner.messages]

    def pictures_since(self, number: int) -> list[tuple[Image, View]]:
        """What the latest planner was shown, beginning with its message `number`."""
        shown = [each for message in self.planners[-1].messages[number:] for each in message.pictures]
        return [(each.image, each.view) for each in shown if each.view is not None]

    def traces(self) -> list[str]:
        found = traces_in(self.value, self.home) + traces_in_processes(self.value)
        for message in self.told:
            text = "\n".join(part.text for part in message.parts if isinstance(part, Text))
            found += traces(self.value, f"{text} {message.calls}".encode(), f"model context, {message.role}")
        found += traces(self.value, repr([planner.tools for planner in self.planners]).encode(), "tools")
        found += traces(
            self.value, repr([each for each in self.events if not isinstance(each, Stepped)]).encode(), "events"
        )
        for each in self.steps:
            said = f"{each.action} {each.message} {each.evidence} {each.verdict}"
            found += traces(self.value, said.encode(), "a step's result")
        return found + traces(self.value, repr(self.approver.requests).encode(), "approval requests")


class NobodyAsks:
    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return None


@pytest.fixture(name="keyring_file")
def keyring_file_fixture(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Outside the home, which is searched."""
    file = tmp_path_factory.mktemp("keyring") / "kept.json"
    monkeypatch.setenv("KEYRING_FILE", str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield file
    keyring.set_keyring(before)


@pytest.fixture(name="with_keyring")
def with_keyring_fixture(line: CommandLine, keyring_file: Path) -> CommandLine:
    line.environment |= {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring",
        "KEYRING_FILE": str(keyring_file),
    }
    return line


@pytest.fixture(name="value")
def value_fixture() -> str:
    """What the secret is, where a test does not say otherwise."""
    return VALUE


@pytest.fixture(name="cage")
def cage_fixture(with_keyring: CommandLine, monkeypatch: pytest.MonkeyPatch, home: Path, value: str) -> Iterator[Cage]:
    with with_keyring.terminal("secret", "set", "canary") as terminal:
        terminal.wait_for("it does not show")
        terminal.type(f"{value}\n")
        ended = terminal.finish()
    assert ended.code == 0, ended.said
    assert value not in ended.said
    made = Cage(monkeypatch, home, value)
    yield made
    made.session.close()


def field(window: Window, role: str, name: str = "") -> Rect:
    """Where it is; an application that has just begun may not answer yet."""
    elements = open_elements()

    def found() -> Rect | None:
        with contextlib.suppress(Unavailable):
            shown = elements.tree(window).elements
            return next((each.region for each in shown if each.role == role and name in ("", each.name)), None)
        return None

    try:
        return wait_until(found)
    finally:
        elements.close()


def place(window: Window, region: Rect) -> dict[str, object]:
    view = View(window.region, window.region.width, window.region.height)
    return {"start_box": list(view.to_thousandths(region.intersection(window.region).center))}


def require_grey(cage: Cage, region: Rect) -> None:
    """In all that the latest planner was shown after the system's, the person's and its own first message."""
    pictures = cage.pictures_since(3)
    assert pictures
    assert all(is_grey(image, view, region) for image, view in pictures)


def require_stored_pictures_known(cage: Cage) -> None:
    """No picture is stored but those that were shown to a planner, or that a step was told by."""
    known = {each.image.digest for message in cage.told for each in message.pictures}
    known |= {each.image.digest for step in cage.steps for each in (step.before, step.after) if each is not None}
    with contextlib.closing(sqlite3.connect(cage.home / "data" / "agent.sqlite")) as database:
        stored = {row[0] for row in database.execute("SELECT digest FROM images")}
    assert stored
    assert stored <= known
