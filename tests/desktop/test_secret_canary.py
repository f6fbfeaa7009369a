"""A canary secret through every flow: it arrives where it is typed, and is found nowhere else."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keyring
import pytest
from Xlib.ext import xfixes

from desktop_agent.cli.session import Session
from desktop_agent.core.actions import Answer, Outcome, StepResult
from desktop_agent.core.chat import CallEvent, End, Event, Message, Options, Text, ToolCall, ToolSpec
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import RunEnded, RunEvent, Stepped
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.x11 import open_display
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.model.scripted import ScriptedPlanner
from desktop_agent.safety import named_secrets
from tests.desktop.canary import is_grey, traces, traces_in, traces_in_processes
from tests.desktop.command_line import (
    Application,
    CommandLine,
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
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

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self.home = home
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
        found = traces_in(VALUE, self.home) + traces_in_processes(VALUE)
        for message in self.told:
            text = "\n".join(part.text for part in message.parts if isinstance(part, Text))
            found += traces(VALUE, f"{text} {message.calls}".encode(), f"model context, {message.role}")
        found += traces(VALUE, repr([planner.tools for planner in self.planners]).encode(), "tools")
        found += traces(VALUE, repr([each for each in self.events if not isinstance(each, Stepped)]).encode(), "events")
        for each in self.steps:
            said = f"{each.action} {each.message} {each.evidence} {each.verdict}"
            found += traces(VALUE, said.encode(), "a step's result")
        return found + traces(VALUE, repr(self.approver.requests).encode(), "approval requests")


class NobodyAsks:
    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return None


@pytest.fixture
def keyring_file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Outside the home, which is searched."""
    file = tmp_path_factory.mktemp("keyring") / "kept.json"
    monkeypatch.setenv("KEYRING_FILE", str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield file
    keyring.set_keyring(before)


@pytest.fixture
def with_keyring(line: CommandLine, keyring_file: Path) -> CommandLine:
    line.environment |= {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring",
        "KEYRING_FILE": str(keyring_file),
    }
    return line


@pytest.fixture
def cage(with_keyring: CommandLine, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Cage]:
    with with_keyring.terminal("secret", "set", "canary") as terminal:
        terminal.wait_for("it does not show")
        terminal.type(f"{VALUE}\n")
        ended = terminal.finish()
    assert ended.code == 0, ended.said
    assert VALUE not in ended.said
    made = Cage(monkeypatch, home)
    yield made
    made.session.close()


@pytest.fixture
def qt(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[tuple[Window, Callable[[], dict[str, str]]]]:
    state = tmp_path / "state.json"
    window = open_app(on_desktop, qt_command("Canary form", state=state), "Canary form")
    yield window, lambda: json.loads(state.read_text("utf-8"))
    close_app(on_desktop, window)


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


def test_typed_into_a_text_and_read_afterwards(cage: Cage, line: CommandLine, mousepad: Application) -> None:
    region = field(mousepad.window, "text")
    cage.approver.while_asked = lambda: None if not traces_in_processes(VALUE) else pytest.fail("in a process")
    ended = cage.run(
        mousepad.window,
        ("type_secret", {"name": "canary", **place(mousepad.window, region)}),
        ("type", {"content": " and more"}),
        ("read_text", {}),
        ("screenshot", {}),
        ("zoom", {"box": [300, 300, 700, 700]}),
    )
    assert ended.status == "done"
    typed, more = cage.steps
    assert (typed.outcome, typed.evidence) == (Outcome.CONFIRMED, "the field now holds it")
    assert mousepad.text == f"{VALUE} and more"
    assert more.outcome is not Outcome.REFUSED, more.message
    assert [each.action.secret for each in cage.approver.requests] == ["canary", ""]
    require_grey(cage, region)
    assert any('[secret "canary"]' in message.text for message in cage.told if message.role == "tool")
    require_stored_pictures_known(cage)
    shown = line.run("runs", "show", ended.run, "--json")
    assert shown.code == 0, shown.said
    assert traces(VALUE, shown.said.encode(), "runs show") + cage.traces() == []


def test_typed_into_a_line_and_into_a_password_field(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]]
) -> None:
    window, state = qt
    text, password = field(window, "text", "Name"), field(window, "password text")
    cage.run(
        window,
        ("type_secret", {"name": "canary", **place(window, text)}),
        ("type_secret", {"name": "canary", **place(window, password)}),
        ("read_text", {}),
        ("screenshot", {}),
    )
    assert [each.outcome for each in cage.steps] == [Outcome.CONFIRMED, Outcome.UNVERIFIABLE]
    wait_until(lambda: (state()["line"], state()["password"]) == (VALUE, VALUE))
    require_grey(cage, text)
    (screenshot,) = cage.pictures_since(0)[-1:]
    assert is_grey(*screenshot, password)
    require_stored_pictures_known(cage)
    assert cage.traces() == []


def test_denied_and_typed_into_a_window_that_is_gone(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]], on_desktop: PrivateDisplay
) -> None:
    window, state = qt
    call = ("type_secret", {"name": "canary", **place(window, field(window, "text", "Name"))})
    cage.approver.answer = Answer.DENIED
    cage.run(window, call)
    assert state()["line"] == ""
    cage.approver.answer = Answer.APPROVED
    cage.approver.while_asked = lambda: close_app(on_desktop, window)
    cage.run(window, call)
    assert [each.outcome for each in cage.steps] == [Outcome.REFUSED, Outcome.REFUSED]
    assert "closed" in cage.steps[-1].message
    assert cage.traces() == []


def test_typed_into_a_terminal_which_is_grey_afterwards(cage: Cage, on_desktop: PrivateDisplay, tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    script = f'IFS= read -r line; printf %s "$line" > {arrived}.new; mv {arrived}.new {arrived}; sleep 60'
    command = ["xterm", "-title", "canary terminal", "-e", "sh", "-c", script]
    window = open_app(on_desktop, command, "canary terminal")
    try:
        cage.run(window, ("type_secret", {"name": "canary"}), ("key", {"keys": "enter"}), ("screenshot", {}))
        wait_until(arrived.exists)
        assert arrived.read_text("utf-8") == VALUE
        assert cage.steps[0].outcome is Outcome.UNVERIFIABLE
        require_grey(cage, window.region)
        require_stored_pictures_known(cage)
        assert cage.traces() == []
    finally:
        close_app(on_desktop, window)


def test_a_secret_never_goes_through_the_clipboard(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]], on_desktop: PrivateDisplay
) -> None:
    """Neither one that would otherwise be pasted, nor one that can't be typed, which is refused."""
    window, state = qt
    where = place(window, field(window, "text", "Name"))
    many = "".join(chr(0x4E00 + number) for number in range(60))
    named_secrets.keep("chinese", many[:20])
    named_secrets.keep("too much", many)
    with clipboard_owners(on_desktop.name) as owners:
        cage.run(window, ("type_secret", {"name": "chinese", **where}))
        wait_until(lambda: state()["line"] == many[:20])
        cage.run(window, ("type_secret", {"name": "too much", **where}))
        assert owners() == 0
        cage.run(window, ("type", {"content": many, **where}))
        assert owners() > 0, "what is no secret is pasted"
    chinese, too_much, _ = cage.steps
    assert (chinese.outcome, too_much.outcome) == (Outcome.CONFIRMED, Outcome.FAILED)
    assert "never goes through the clipboard" in too_much.message


@contextlib.contextmanager
def clipboard_owners(display: str) -> Iterator[Callable[[], int]]:
    """A function that counts how often the clipboard has got a new owner."""
    connection = open_display(display)
    root, clipboard = connection.screen().root, connection.intern_atom("CLIPBOARD")
    connection.xfixes_query_version()
    connection.xfixes_select_selection_input(root, clipboard, xfixes.XFixesSetSelectionOwnerNotifyMask)
    seen = 0

    def count() -> int:
        nonlocal seen
        connection.sync()
        events = [connection.next_event() for _ in range(connection.pending_events())]
        seen += sum(type(each).__name__ == "SetSelectionOwnerNotify" and bool(each.owner) for each in events)
        return seen

    try:
        yield count
    finally:
        connection.close()


def test_copied_into_another_field_it_is_grey_there_too(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]]
) -> None:
    window, state = qt
    line, notes = field(window, "text", "Name"), field(window, "text", "Notes")
    cage.run(
        window,
        ("type_secret", {"name": "canary", **place(window, line)}),
        ("key", {"keys": "ctrl+a"}),
        ("key", {"keys": "ctrl+c"}),
        ("type", {"content": f"{'Some text before it. ' * 20}", **place(window, notes)}),
        ("key", {"keys": "ctrl+v"}),
        ("screenshot", {}),
        ("read_text", {}),
    )
    wait_until(lambda: state()["text"].endswith(VALUE))
    (screenshot,) = cage.pictures_since(0)[-1:]
    assert is_grey(*screenshot, notes)
    require_stored_pictures_known(cage)
    assert cage.traces() == []


def test_the_command_line_types_it_and_tells_nothing(line: CommandLine, cage: Cage, mousepad: Application) -> None:
    where = place(mousepad.window, field(mousepad.window, "text"))
    call = ("act", "type_secret", json.dumps({"name": "canary", **where}), "--scope", "window:notes.txt", "--json")
    with line.terminal(*call) as terminal:
        terminal.wait_for("Approve?")
        assert traces_in_processes(VALUE) == []
        time.sleep(0.5)
        terminal.type("y\n")
        ended = terminal.finish()
    assert ended.code == 0, ended.said
    assert 'Type the secret "canary" into' in ended.said
    assert mousepad.text == VALUE
    assert traces(VALUE, ended.said.encode(), "the terminal") + cage.traces() == []


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    import base64
    import urllib.parse

    forms = [
        *(VALUE.encode(), VALUE.encode("utf-16"), VALUE[::-1].encode(), json.dumps({"x": VALUE}).encode()),
        *(urllib.parse.quote_plus(VALUE).encode(), base64.b64encode(b"key: " + VALUE.encode() + b"\n")),
        *(VALUE[:11].encode(), VALUE.upper().encode(), f"cut {VALUE[10:]}".encode()),
    ]
    for number, form in enumerate(forms):
        (tmp_path / str(number)).write_bytes(b"around " + form + b" it")
        assert any(each.startswith(f"{number}:") for each in traces_in(VALUE, tmp_path)), form
