"""Macros played from the command line on a real application, and what a recording of nothing is."""

import contextlib
import csv
from pathlib import Path

import pytest

from desktop_agent.core import settings
from desktop_agent.core.settings import Settings
from desktop_agent.desktop import x11
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from tests.contract.openai_server import MODEL, OpenAIServer, text
from tests.desktop.command_line import (
    Application,
    CommandLine,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
)

ORDINARY = ("--approve", "ordinary", "--json")
PLAY = ("macro", "play", "Seven times", *ORDINARY)


def seven_times(application: str) -> Macro:
    """Clicks 7 × factor =."""
    window = {"application": application}
    steps: list[dict[str, object]] = [
        {
            "id": f"s{number}",
            "do": "click",
            "target": {"window": window, "element": {"role": "toggle button", "name": name}},
        }
        for number, name in enumerate(("7", "*", "{{factor}}", "="))
    ]
    parameters = [{"name": "factor", "type": "integer"}]
    return Macro.model_validate({"name": "Seven times", "steps": steps, "parameters": parameters})


@pytest.fixture(autouse=True)
def kept(galculator: Application, on_desktop: PrivateDisplay) -> None:
    # A tooltip of what the pointer rests on would cover a button.
    with contextlib.closing(x11.open_display(on_desktop.name)) as connection:
        connection.screen().root.warp_pointer(1, 1)
        connection.sync()
    Library().add(seven_times(galculator.window.application), {})


def test_a_macro_is_looked_for_played_and_recorded(line: CommandLine, galculator: Application) -> None:
    dry = line.run(*PLAY, "--set", "factor=8", "--dry-run")
    assert dry.code == 0, dry.said
    assert galculator.text == "0"
    played = line.run(*PLAY, "--set", "factor=8")
    assert played.code == 0, played.said
    assert galculator.text == "56"
    shown = line.run("runs", "show", played.json["run"], "--json").json
    assert [each["outcome"] for each in shown["steps"]] == ["confirmed"] * 4


def test_nobody_there_means_no_and_what_is_missing_halts(line: CommandLine, galculator: Application) -> None:
    waiting = line.run(*PLAY, "--set", "factor=8", "--unattended")
    assert (waiting.code, waiting.json["status"]) == (3, "waiting"), waiting.said
    assert galculator.text == "0"
    halted = line.run(*PLAY, "--set", "factor=88")
    assert halted.code == 1, halted.said
    assert halted.json["failed_step"] == "s2"
    assert "88" in halted.json["error"]


def test_each_row_of_a_table_is_played_once(line: CommandLine, galculator: Application, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("factor,note\n8,first\n9,second\n")
    ended = line.run(*PLAY, "--table", str(table), seconds=60)
    assert ended.code == 0, ended.said
    with Path(ended.json["results"]).open(encoding="utf-8-sig", newline="") as file:
        assert [(each["note"], each["result"]) for each in csv.DictReader(file)] == [
            ("first", "done"),
            ("second", "done"),
        ]
    assert galculator.text == "63"
    assert line.run(*PLAY, "--table", str(table)).json["earlier"] == 2


def test_it_is_run_by_an_instant_command(line: CommandLine, galculator: Application) -> None:
    said = "run Seven times with factor=8"
    ended = line.run("do", said, "--planner", "instant", "--scope", "screen", *ORDINARY)
    assert ended.code == 0, ended.said
    assert galculator.text == "56"
    assert "Played the macro “Seven times”" in ended.json["summary"]


def lost(application: str) -> Macro:
    """Clicks what is called otherwise here."""
    target = {"window": {"application": application}, "element": {"role": "toggle button", "name": "Sieben"}}
    return Macro.model_validate(
        {"name": "Lost", "steps": [{"id": "go", "do": "click", "target": target, "limit": 0.5}]}
    )


def test_in_a_terminal_it_is_asked_whether_a_model_may_look(line: CommandLine, galculator: Application) -> None:
    library = Library()
    entry = library.add(lost(galculator.window.application), {})
    play = ("macro", "play", "Lost", "--json")
    x, y = galculator.thousandths("toggle button", "7")
    with OpenAIServer(text(f"[{x}, {y}]"), text(f"[{x}, {y}]")) as server:
        settings.save(Settings(base_url=server.url, model_name=MODEL, remote_enabled=True))
        alone = line.run(*play)
        assert (alone.code, server.chats) == (1, []), "nobody can be asked, so nothing is sent"
        with line.terminal(*play) as terminal:
            terminal.wait_for("Approve?")
            terminal.type("n\n")
            refused = terminal.finish()
        assert (refused.code, server.chats, galculator.text) == (1, [], "0"), refused.said
        assert "Let a model look for the toggle button “Sieben” in Galculator" in refused.err
        assert f"The model remote:{MODEL}, on a server, would be shown this picture of the window." in refused.err
        with line.terminal(*play) as terminal:
            for number in range(1, 4):
                terminal.wait_for("Approve?", number)
                assert galculator.text == "0"
                terminal.type("y\n")
            ended = terminal.finish()
        assert len(server.chats) == 1
    assert ended.code == 0, ended.said
    assert galculator.text == "7"
    assert "Step 1 was mended" in ended.json["summary"]
    assert 'Take "7" (toggle button) in ' in ended.err
    assert library.open(entry).macro.steps[0].target.element.name == "7"


def test_nothing_is_recorded_where_nobody_does_anything(line: CommandLine, on_desktop: PrivateDisplay) -> None:
    ended = line.run("macro", "record", "--seconds", "1", "--name", "Nothing", "--json")
    assert ended.code == 1, ended.said
    assert ended.json["error"] == "Nothing was recorded."
    assert [each.name for each in Library().entries()] == ["Seven times"]
