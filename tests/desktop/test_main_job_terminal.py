"""`desktop-agent do` in a terminal asks there, and does what was approved in an application that nobody here wrote."""

import contextlib
import json
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Windows
from desktop_agent.desktop.hands import connect
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from tests.desktop.command_line import (
    CHECKOUT,
    Application,
    CommandLine,
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import close_app, open_app, wait_until

TEXT = "grüß dich, 世界"
DO = ("do", f'type "{TEXT}" into the text area', "--scope", "window:mousepad", "--approve", "ask", "--json")
GREY = bytes((0x80, 0x80, 0x80))


@pytest.fixture
def windows(on_desktop: PrivateDisplay) -> Iterator[Windows]:
    opened = open_windows()
    yield opened
    opened.close()


def test_yes_types_exactly_that(line: CommandLine, mousepad: Application) -> None:
    with line.terminal(*DO) as terminal:
        shown = terminal.wait_for("Approve?")
        assert mousepad.text == "", "nothing happens before the answer"
        terminal.type("y\n")
        ended = terminal.finish()
    assert ended.code == 0, ended.said
    assert mousepad.text == TEXT
    assert f'Type "{TEXT}" into the text' in shown, "the action in words, with the window's name"
    assert mousepad.window.title[:40] in shown
    assert f"│ {TEXT}" in shown, "what is typed, in full"
    assert "This is the first action in Mousepad." in shown, "why it asks"
    assert (ended.json["ok"], ended.json["status"], ended.json["steps"]) == (True, "done", 1)
    assert "the text now holds it" in ended.json["summary"]


def test_no_denies_and_types_nothing(line: CommandLine, mousepad: Application) -> None:
    with line.terminal(*DO) as terminal:
        terminal.wait_for("Approve?")
        terminal.type("n\n")
        ended = terminal.finish()
    assert ended.code == 3, ended.said
    assert (ended.json["ok"], ended.json["status"]) == (False, "refused")
    assert "The person said no." in ended.json["summary"]
    assert mousepad.text == ""


def test_stop_stops_and_types_nothing(line: CommandLine, mousepad: Application) -> None:
    with line.terminal(*DO) as terminal:
        terminal.wait_for("Approve?")
        terminal.type("s\n")
        ended = terminal.finish()
    assert ended.code == 4, ended.said
    assert ended.json["status"] == "stopped"
    assert mousepad.text == ""


def test_a_stop_from_elsewhere_ends_the_question(line: CommandLine, mousepad: Application) -> None:
    with line.terminal(*DO) as terminal:
        terminal.wait_for("Approve?")
        stopped = line.run("stop")
        assert stopped.code == 0, stopped.said
        ended = terminal.finish()
    assert ended.code == 4, ended.said
    assert ended.json["status"] == "stopped"
    assert mousepad.text == ""
    assert line.run("stop", "--release").code == 0


def test_nobody_at_standard_input_means_no(line: CommandLine, mousepad: Application) -> None:
    ended = line.run(*DO)
    assert ended.code == 3, ended.said
    assert "Nobody can be asked: standard input is not a terminal." in ended.err
    assert mousepad.text == ""


def test_in_xterm_the_person_answers_and_the_text_arrives_in_mousepad(
    line: CommandLine, mousepad: Application, on_desktop: PrivateDisplay, windows: Windows, tmp_path: Path
) -> None:
    """The terminal gets the keyboard while it asks: what the person answers must not arrive where the run acts."""
    middle = mousepad.window.region.center
    place = f"80x24+{middle.x - 200}+{middle.y - 50}"  # over the text area
    with (
        _xterm(line, on_desktop, place, tmp_path, [DO]) as terminal,
        connect("watch", linger=0.1) as hands,
        Person.on(on_desktop) as person,
    ):
        wait_until(lambda: hands.status().prompts, 20, "the question")  # Mousepad is in front by then.
        _wait_for_active(windows, terminal)
        _read_like_a_person(on_desktop, terminal)
        person.type("y\n")
        ((code, said),) = _ends(tmp_path, 1)
        assert code == 0, said
        assert mousepad.text == TEXT
        _wait_for_active(windows, mousepad.window)


def test_the_terminal_is_neither_seen_nor_clicked(
    line: CommandLine, mousepad: Application, on_desktop: PrivateDisplay, windows: Windows, tmp_path: Path
) -> None:
    scope = Rect(100, 200, 900, 600)
    commands = [
        ("ask", "what does it say?", "--scope", "100,200,900,600", "--json"),
        (
            "act",
            "left_click",
            '{"start_box": [500, 500]}',
            "--scope",
            "100,200,900,600",
            "--approve",
            "ordinary",
            "--json",
        ),
    ]
    with _xterm(line, on_desktop, "60x20+300+350", tmp_path, commands) as terminal:
        assert terminal.region.contains(Point(550, 500)), "the terminal is where the click goes"
        (asked, _), (acted, said) = _ends(tmp_path, 2)
    assert asked == 0
    seen = _first_picture(line, "what does it say?")
    inside = terminal.region.intersection(scope).moved(-scope.x, -scope.y)
    part = seen.crop(inside).bgra
    assert {part[at : at + 3] for at in range(0, len(part), 4)} == {GREY}
    assert "what does it say" not in (tmp_path / "out0").read_text().partition("\n{")[0], "it read the terminal"
    assert acted == 3, said
    assert said["status"] == "refused"
    assert "window of Desktop Agent itself" in said["summary"]


@contextlib.contextmanager
def _xterm(
    line: CommandLine,
    display: PrivateDisplay,
    place: str,
    folder: Path,
    commands: list[tuple[str, ...]],
) -> Iterator[Window]:
    """Run commands, one after the other, in a new xterm; its window."""
    script = [f"cd {shlex.quote(str(CHECKOUT))}"]
    for number, command in enumerate(commands):
        words = shlex.join([sys.executable, "-m", "ui", *command])
        script.append(f"{words} >{folder}/out{number}; echo $? >{folder}/part; mv {folder}/part {folder}/code{number}")
    (folder / "script").write_text("\n".join([*script, "sleep 60"]))
    variables = [f"{name}={line.environment[name]}" for name in ("DESKTOP_AGENT_HOME", "PYTHONPATH")]
    title = "a real terminal"
    command = ["env", *variables, "xterm", "-T", title, "-geometry", place, "-e", "sh", str(folder / "script")]
    window = open_app(display, command, title)
    try:
        yield window
    finally:
        close_app(display, window)


def _ends(folder: Path, count: int) -> list[tuple[int, dict[str, str]]]:
    """Exit code and last line of each command."""
    ends = []
    for number in range(count):
        wait_until((folder / f"code{number}").exists, 20, f"the end of command {number}")
        out = (folder / f"out{number}").read_text().splitlines()
        ends.append((int((folder / f"code{number}").read_text()), json.loads(out[-1])))
    return ends


def _wait_for_active(windows: Windows, wanted: Window) -> None:
    def is_active() -> bool:
        active = windows.active()
        return active is not None and active.id == wanted.id

    wait_until(is_active, what=f"{wanted.title} in front")


def _read_like_a_person(display: PrivateDisplay, terminal: Window) -> None:
    """What is typed before the question stands there is thrown away, so wait until it has stood there for a second."""
    screen = open_screen(display.name)
    seen: list[tuple[str, float]] = []

    def is_still() -> bool:
        digest = screen.grab(terminal.region).image.digest
        if not seen or seen[-1][0] != digest:
            seen.append((digest, time.monotonic()))
        time.sleep(0.05)
        return time.monotonic() - seen[-1][1] > 1.0

    wait_until(is_still, what="the question to stand in the terminal")
    screen.close()


def _first_picture(line: CommandLine, title: str) -> Image:
    database = Database(line.home / "data" / "agent.sqlite")
    try:
        conversations = Conversations(database)
        found = next(each for each in conversations.recent(10) if each.title == title)
        return conversations.messages(found.id)[0].pictures[0].image
    finally:
        database.close()
