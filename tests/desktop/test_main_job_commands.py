"""The other commands on a real display: asking, one tool call, stopping, interrupting, earlier runs, the doctor."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont
from Xlib.display import Display

from desktop_agent.desktop.hands import HandsClient, connect
from desktop_agent.evaluation.display import PrivateDisplay
from tests.contract.openai_server import MODEL, OpenAIServer, stalled
from tests.desktop.command_line import (
    Application,
    CommandLine,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import wait_until

ORDINARY = ("--approve", "ordinary", "--json")
LONG = "the quick brown fox jumps over the lazy dog " * 22
"""Short enough to be typed key by key, which takes some tenths of a second."""
TYPE_LONG = ", then ".join([f'type "{LONG}"'] * 3)


@pytest.fixture
def hands(line: CommandLine) -> Iterator[HandsClient]:
    """A look at the hands process that the commands use."""
    client = connect("watch", linger=0.1)
    yield client
    client.close()


def test_a_question_about_a_window_is_answered_with_its_text(line: CommandLine, galculator: Application) -> None:
    assert line.run("do", "click 4, then 2", "--scope", "window:galculator", *ORDINARY).code == 0
    ended = line.run("ask", "what does it say?", "--scope", "window:galculator", "--json")
    assert ended.code == 0, ended.said
    lines = ended.out.splitlines()
    assert lines[0] == "The text reads:"
    assert {"galculator", "Calculator", "sqrt", "42"} <= set(lines[:-1])
    assert ended.json["planner"] == "instant"


def test_the_words_of_a_picture_are_read_without_a_display(line: CommandLine, tmp_path: Path) -> None:
    picture = Image.new("RGB", (420, 120), "white")
    font = ImageFont.load_default(28)
    ImageDraw.Draw(picture).text((20, 30), "Hello from a picture", fill="black", font=font)
    picture.save(tmp_path / "picture.png")
    command = ("ask", "what does it say?", "--image", str(tmp_path / "picture.png"), "--json")
    ended = line.run(*command, without=("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"))
    assert ended.code == 0, ended.said
    assert ended.out.splitlines()[:2] == ["The text reads:", "Hello from a picture"]


def test_a_question_about_nothing_says_what_to_give(line: CommandLine) -> None:
    ended = line.run("ask", "what does it say?", "--json", without=("DISPLAY",))
    assert ended.code == 1, ended.said
    assert ended.json["status"] == "gave_up"
    assert "choose a region, a window or a picture" in ended.json["summary"]


def test_one_tool_call(line: CommandLine, galculator: Application) -> None:
    point = galculator.thousandths("toggle button", "9")
    ended = line.run("act", "left_click", json.dumps({"start_box": point}), "--scope", "window:galculator", *ORDINARY)
    assert ended.code == 0, ended.said
    assert galculator.text == "9"
    assert 'Click "9" (toggle button) in "galculator": confirmed.' in ended.err
    assert (ended.json["status"], ended.json["steps"]) == ("done", 1)


@pytest.mark.parametrize(
    ("tool", "values", "code", "said"),
    [
        ("left_click", "{start_box", 2, "are not JSON"),
        ("left_click", "[500, 500]", 2, "must be a JSON object"),
        ("left_click", '{"start_box": [500]}', 1, "is not a point"),
        ("click", '{"start_box": [500, 500]}', 1, 'no tool called "click". The tools are: left_click,'),
    ],
)
def test_a_call_that_makes_no_sense(
    line: CommandLine, galculator: Application, tool: str, values: str, code: int, said: str
) -> None:
    ended = line.run("act", tool, values, "--scope", "window:galculator", *ORDINARY)
    assert ended.code == code, ended.said
    assert said in ended.json.get("error", ended.json.get("summary", ""))
    assert galculator.text == "0"


def test_the_plain_window_is_the_one_on_top_and_no_panel(line: CommandLine, galculator: Application) -> None:
    """The tray's panel lies above everything."""
    ended = line.run("do", "click 5", *ORDINARY)
    assert ended.code == 0, ended.said
    assert galculator.text == "5"


def test_stop_ends_a_run_and_stays_until_it_is_released(
    line: CommandLine, galculator: Application, hands: HandsClient
) -> None:
    do = ("do", "wait 50 seconds, then click 7", "--scope", "window:galculator", *ORDINARY)
    with line.terminal(*do) as running:
        wait_until(lambda: hands.status().holder, 20, "the run to hold the hands")
        stopped = line.run("stop", "--json")
        ended = running.finish(5)
    assert (stopped.code, stopped.json) == (0, {"ok": True, "stopped": True})
    assert ended.code == 4, ended.said
    assert ended.json["status"] == "stopped"
    assert "desktop-agent stop" in ended.json["summary"]

    refused = line.run("do", "click 7", "--scope", "window:galculator", *ORDINARY)
    assert refused.code == 4, refused.said
    assert "stop --release" in refused.json["hint"]
    assert galculator.text == "0"

    assert line.run("stop", "--release", "--json").json == {"ok": True, "stopped": False}
    assert line.run("do", "click 7", "--scope", "window:galculator", *ORDINARY).code == 0
    assert galculator.text == "7"


def test_stop_ends_the_thinking_of_a_model(line: CommandLine, galculator: Application, hands: HandsClient) -> None:
    with OpenAIServer(stalled()) as server:
        remote = ("--planner", "remote", "--base-url", server.url, "--model-name", MODEL)
        with line.terminal("do", "press 7", "--scope", "window:galculator", *ORDINARY, *remote) as running:
            wait_until(lambda: server.chats, 20, "the request")
            assert line.run("stop").code == 0
            ended = running.finish(5)
    assert ended.code == 4, ended.said


def test_interrupting_ends_a_run_and_lets_go_of_the_keys(
    line: CommandLine, mousepad: Application, hands: HandsClient
) -> None:
    with line.terminal("do", TYPE_LONG, "--scope", "window:mousepad", *ORDINARY) as running:
        wait_until(lambda: hands.status().performing, 20, "the typing to begin")
        running.type("\x03")
        ended = running.finish(5)
    assert ended.code == 4, ended.said
    assert ended.json["status"] == "stopped"
    assert "Ctrl+C" in ended.json["summary"]
    wait_until(lambda: not hands.status().performing, 2, "the typing to end")
    status = hands.status()
    assert (status.held, status.holder, status.stopped) == ((), "", None)
    _require_no_key_down()
    (run,) = line.run("runs", "list", "--json").json["runs"]
    assert (run["status"], run["summary"]) == ("stopped", "Stopped with Ctrl+C.")
    assert settled_length(mousepad) < (run["steps"] + 1) * len(LONG), "the text was typed to its end"


def test_interrupting_the_question_types_nothing(line: CommandLine, mousepad: Application, hands: HandsClient) -> None:
    with line.terminal("do", 'type "x"', "--scope", "window:mousepad", "--json") as running:
        running.wait_for("Approve?")
        running.type("\x03")
        ended = running.finish(5)
    assert ended.code == 4, ended.said
    wait_until(lambda: not hands.status().prompts, 2, "the gate to open")
    assert mousepad.text == ""
    assert line.run("runs", "list", "--json").json["runs"][0]["status"] == "stopped"


def test_a_command_that_is_killed_leaves_nothing_held(
    line: CommandLine, mousepad: Application, hands: HandsClient
) -> None:
    with line.terminal("do", TYPE_LONG, "--scope", "window:mousepad", *ORDINARY) as running:
        wait_until(lambda: hands.status().performing, 20, "the typing to begin")
        psutil.Process(running.process.pid).kill()
        wait_until(lambda: not hands.status().performing, 5, "the typing to end")
    wait_until(lambda: not hands.status().holder, 2)
    assert hands.status().held == ()
    _require_no_key_down()
    (run,) = line.run("runs", "list", "--json").json["runs"]
    assert run["status"] == "unknown"
    assert settled_length(mousepad) < (run["steps"] + 1) * len(LONG), "the text was typed to its end"


def test_earlier_runs_are_listed_and_shown_with_their_pictures(
    line: CommandLine, galculator: Application, tmp_path: Path
) -> None:
    begun = time.time()
    line.run("do", "click 1, then 2", "--scope", "window:galculator", *ORDINARY)
    line.run("do", "click 3", "--scope", "window:galculator", "--approve", "deny")
    denied, done = line.run("runs", "list", "--json").json["runs"]
    assert (denied["status"], denied["instruction"], denied["steps"]) == ("refused", "click 3", 1)
    assert (done["status"], done["planner"], done["steps"]) == ("done", "instant", 2)
    assert begun - 1 < done["started_at"] < done["ended_at"] < denied["started_at"] < time.time() + 1

    folder = tmp_path / "pictures"
    shown = line.run("runs", "show", done["id"], "--pictures", str(folder), "--json")
    assert shown.code == 0, shown.said
    assert [step["words"] for step in shown.json["steps"]] == [
        f'Click "{digit}" (toggle button) in "galculator"' for digit in "12"
    ]
    assert [(step["outcome"], step["answer"]) for step in shown.json["steps"]] == [("confirmed", "approved")] * 2
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["01-after.png", "01-before.png", "02-after.png", "02-before.png"]
    region = galculator.window.region
    for each in folder.iterdir():
        with Image.open(each) as picture:
            assert picture.width >= region.width, "a tooltip may reach over its edge"
            assert picture.height >= region.height

    in_words = line.run("runs", "show", denied["id"][:-1])
    assert in_words.code == 0, in_words.said
    assert "refused (ask, denied by policy). It would have to be asked, and by --approve nobody is." in in_words.out
    unknown = line.run("runs", "show", "nosuch", "--json")
    assert (unknown.code, unknown.json["error"]) == (2, 'No run begins with "nosuch".')


def test_the_doctor_says_how_everything_stands(line: CommandLine, on_desktop: PrivateDisplay) -> None:
    told = line.run("doctor", "--json")
    assert told.code == 0, told.said
    assert told.json["ok"] is True
    checks = {each["name"]: each for each in told.json["checks"]}
    assert checks["display"]["message"] == f"X11 display {on_desktop.name}, 1920×1080 pixels."
    assert all(each["hint"] for each in checks.values() if each["status"] != "ok")
    in_words = line.run("doctor")
    assert all(f"  {name}" in in_words.out for name in checks)


def settled_length(application: Application) -> int:
    """How much text it holds once it has worked off the keys that were sent."""
    lengths = [-1]

    def at_rest() -> bool:
        time.sleep(0.1)
        lengths.append(len(application.text))
        return len(lengths) > 3 and len(set(lengths[-3:])) == 1

    wait_until(at_rest)
    return lengths[-1]


def _require_no_key_down() -> None:
    display = Display()
    try:
        wait_until(lambda: not any(display.query_keymap()), 2, "all keys up")
    finally:
        display.close()
