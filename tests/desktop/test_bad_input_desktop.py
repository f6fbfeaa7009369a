"""What the session lacks: a display, an accessible one, tkinter, a keyring; and scopes that aren't there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core import settings
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.safety import secrets
from tests.contract.openai_server import MODEL, OpenAIServer, status, text
from tests.desktop.command_line import (
    Application,
    CommandLine,
    Finished,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import open_app

DO = ("do", "click 7", "--scope", "window:galculator", "--approve", "ordinary", "--json")
ASK = ("ask", "what does it say?", "--scope", "window:galculator", "--json")
ACT = ("act", "key", '{"keys": "a"}', "--approve", "ordinary", "--json")
STOP = ("stop", "--json")
TRAY = ()
NOWHERE = ":987654"

GATE = "printf 'Open the Gate\\n'; read line; printf '\\033[2J\\033[Hgot [%s]\\n' \"$line\"; sleep 60"

NO_TKINTER = """
import importlib.machinery

find = importlib.machinery.PathFinder.find_spec


def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in ("tkinter", "_tkinter") else find(name, path, target)


importlib.machinery.PathFinder.find_spec = find_others
"""

FIXED_KEYRING = """
import os

import keyring.backend


class FixedKeyring(keyring.backend.KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return "sk-kept" if username == os.environ["KEPT_FOR"] else None

    def set_password(self, service, username, password):
        raise NotImplementedError
"""


@pytest.mark.parametrize("command", [DO, ASK, ACT, STOP, TRAY], ids=lambda each: each[0] if each else "tray")
def test_no_display(line: CommandLine, command: tuple[str, ...]) -> None:
    ended = line.run(*command, without=("DISPLAY",))
    require_told(ended, 1, "display", "graphical session" if command else "desktop-agent --help")


@pytest.mark.parametrize("command", [DO, ASK, ACT, STOP, TRAY], ids=lambda each: each[0] if each else "tray")
def test_a_display_that_nobody_serves(line: CommandLine, command: tuple[str, ...]) -> None:
    ended = line.run(*command, DISPLAY=NOWHERE)
    require_told(ended, 1, f"display {NOWHERE} can't be reached", "graphical session" if command else "--help")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [(DO, 3, "may not act for you"), (ACT, 3, "may not act for you"), (ASK, 1, "can't read the screen")],
    ids=["do", "act", "ask"],
)
def test_a_wayland_session_refuses_whatever_its_x11_display_pretends(
    line: CommandLine, galculator: Application, command: tuple[str, ...], code: int, said: str
) -> None:
    require_told(line.run(*command, WAYLAND_DISPLAY="wayland-0"), code, said, "X11")
    assert galculator.text == "0"


def test_the_doctor_names_what_is_missing(line: CommandLine) -> None:
    for told, word in (
        (line.run("doctor", "--json", without=("DISPLAY",)), "DISPLAY is not set"),
        (line.run("doctor", "--json", WAYLAND_DISPLAY="wayland-0"), "Wayland"),
    ):
        assert told.code == 1, told.said
        assert told.json["ok"] is False
        display = next(each for each in told.json["checks"] if each["name"] == "display")
        assert display["status"] == "missing"
        assert word in display["message"]
        assert display["hint"]


@pytest.mark.parametrize(
    ("scope", "said", "hint"),
    [
        ("window:nowhere", "No window matches “nowhere”", "“galculator”"),
        ("5000,5000,10,10", "lies off the screen", "from 0,0 to 1920,1080"),
        ("10,10,0,10", "is empty", "above 0"),
        ("everything", "is not a scope", "window:TEXT"),
    ],
)
def test_a_scope_that_is_not_there(
    line: CommandLine, galculator: Application, scope: str, said: str, hint: str
) -> None:
    for command in ("do", "ask"):
        require_told(line.run(command, "click 7", "--scope", scope, "--json"), 2, said, hint)
    assert galculator.text == "0"


@pytest.fixture(scope="module")
def inaccessible() -> Iterator[PrivateDisplay]:
    """A display without a session bus, with a terminal that no accessibility tree describes."""
    with PrivateDisplay("xvfb", size=(800, 600), bus=False) as display:
        font = ("-fs", "16", "-fa", "DejaVu Sans Mono")
        open_app(display, ["xterm", "-title", "plain", "-geometry", "40x10", *font, "-e", GATE], "plain")
        yield display


def test_without_accessibility_visible_words_do(inaccessible: PrivateDisplay, home: Path) -> None:
    line = CommandLine(inaccessible.environment, home)
    try:
        instruction = "hover over “the Gate”, then type “knock”, press Enter and read it"
        with line.terminal("do", instruction, "--scope", "window:plain", "--json") as terminal:
            for number in (1, 2):  # Typing and Enter; in a terminal both are asked every time.
                terminal.wait_for("Approve?", number)
                terminal.type("y\n")
            ended = terminal.finish()
        assert ended.code == 0, ended.said
        assert "got [knock]" in ended.out
        told = line.run("doctor", "--json")
        accessibility = next(each for each in told.json["checks"] if each["name"] == "accessibility")
        assert accessibility["status"] == "missing"
    finally:
        line.end_hands()


def test_without_tkinter_nothing_dies(line: CommandLine, galculator: Application, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_TKINTER)
    path = {"PYTHONPATH": f"{tmp_path}:{line.environment['PYTHONPATH']}"}
    told = line.run("doctor", "--json", **path)
    checks = {each["name"]: each for each in told.json["checks"]}
    assert checks["tkinter"]["status"] == "limited", "it is missing for the commands"
    assert "python3-tk" in checks["tkinter"]["hint"]
    assert told.code == 0, told.said
    ended = line.run(*DO, **path)
    assert ended.code == 0, ended.said
    assert galculator.text == "7"
    assert line.run(*ASK, **path).code == 0


def test_without_a_keyring_a_server_that_wants_no_key_is_used(line: CommandLine) -> None:
    with OpenAIServer(text("Hello.")) as server:
        settings.save(Settings(base_url=server.url, model_name=MODEL))
        ended = line.run("ask", "who are you?", "--planner", "remote", "--json")
    assert ended.code == 0, ended.said
    assert ended.out.splitlines()[0] == "Hello."
    assert "authorization" not in server.chats[0].headers


def test_without_a_keyring_a_server_that_wants_a_key_is_told(line: CommandLine) -> None:
    with OpenAIServer(status(401, {"error": {"message": "no key"}})) as server:
        settings.save(Settings(base_url=server.url, model_name=MODEL))
        ended = line.run("ask", "who are you?", "--planner", "remote", "--json")
    require_told(ended, 1, "wants an API key", "keyring can't be used")


def test_the_kept_key_goes_to_its_server_and_to_no_other(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "fixed_keyring.py").write_text(FIXED_KEYRING)
    keyring = {
        "PYTHON_KEYRING_BACKEND": "fixed_keyring.FixedKeyring",
        "PYTHONPATH": f"{tmp_path}:{line.environment['PYTHONPATH']}",
    }
    with OpenAIServer(text("Hello.")) as known, OpenAIServer(text("Hello.")) as stranger:
        settings.save(Settings(base_url=known.url, model_name=MODEL))
        keyring["KEPT_FOR"] = secrets.server_key(known.url)
        for more in ((), ("--base-url", stranger.url)):
            ended = line.run("ask", "who are you?", "--planner", "remote", "--json", *more, **keyring)
            assert ended.code == 0, ended.said
    assert known.chats[0].headers["authorization"] == "Bearer sk-kept"
    assert "authorization" not in stranger.chats[0].headers


def require_told(ended: Finished, code: int, said: str, hint: str) -> None:
    """The person is told what and why, and what to do; a script gets the same as JSON."""
    assert ended.code == code, ended.said
    assert "Traceback" not in ended.err
    assert said in ended.err, ended.said
    assert hint in ended.err, ended.said
    if ended.out:
        last = json.loads(ended.out.splitlines()[-1])
        assert last["ok"] is False
        assert said in last.get("error", "") + last.get("summary", "")
        assert hint in last["hint"]
