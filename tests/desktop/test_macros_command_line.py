"""Macros played from the command line on a real application, and what a recording of nothing is."""

import contextlib
import csv
from pathlib import Path

import pytest

from desktop_agent.desktop import x11
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
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


def test_nothing_is_recorded_where_nobody_does_anything(line: CommandLine, on_desktop: PrivateDisplay) -> None:
    ended = line.run("macro", "record", "--seconds", "1", "--name", "Nothing", "--json")
    assert ended.code == 1, ended.said
    assert ended.json["error"] == "Nothing was recorded."
    assert [each.name for each in Library().entries()] == ["Seven times"]
