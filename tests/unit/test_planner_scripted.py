"""The scripted planner's files and turns."""

import json
from pathlib import Path

import pytest

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Event,
    Options,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    Usage,
)
from desktop_agent.core.errors import UsageError
from desktop_agent.model.scripted import ScriptedPlanner

ALL = {
    "turns": [
        [
            {"reasoning": "Hm."},
            {"text": "I click."},
            {"call": {"name": "left_click", "arguments": {"start_box": [1, 2]}}},
            {"usage": {"prompt": 5, "generated": 2}},
        ],
        [{"bad_call": {"raw": "<tool_call>", "problem": "cut off"}}, {"end": "length"}, {"text": "never said"}],
    ]
}


def play(planner: ScriptedPlanner) -> list[Event]:
    return list(planner.stream([], [], Options()))


def written(folder: Path, script: object) -> Path:
    path = folder / "trip.json"
    path.write_text(script if isinstance(script, str) else json.dumps(script), "utf-8")
    return path


def test_turns_are_played_in_order_and_then_end(tmp_path: Path) -> None:
    planner = ScriptedPlanner.from_file(written(tmp_path, ALL))
    assert planner.name == "scripted:trip"
    assert play(planner) == [
        ReasoningDelta("Hm."),
        TextDelta("I click."),
        CallEvent(ToolCall("call_1.3", "left_click", {"start_box": [1, 2]})),
        Usage(prompt=5, generated=2),
        End("calls"),
    ]
    assert play(planner) == [BadCall("<tool_call>", "cut off"), End("length")]
    assert play(planner) == play(planner) == [End("stop")]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "[]",
        "[" * 100_000,
        {},
        {"turns": 5},
        {"turns": [5]},
        {"turns": [["text"]]},
        {"turns": [[{}]]},
        {"turns": [[{"text": "a", "end": "stop"}]]},
        {"turns": [[{"text": 5}]]},
        {"turns": [[{"shout": "a"}]]},
        {"turns": [[{"end": "tired"}]]},
        {"turns": [[{"end": []}]]},
        {"turns": [[{"call": {}}]]},
        {"turns": [[{"call": {"name": "key", "arguments": "x"}}]]},
        {"turns": [[{"usage": {"prompts": 5}}]]},
    ],
)
def test_what_is_no_script_is_refused(tmp_path: Path, script: object) -> None:
    with pytest.raises(UsageError, match="is no script"):
        ScriptedPlanner.from_file(written(tmp_path, script))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        ScriptedPlanner.from_file(tmp_path / "none.json")


def test_pace_is_kept_until_cancelled() -> None:
    planner = ScriptedPlanner([[TextDelta("never")]], pace=600)
    stream = planner.stream([], [], Options())
    planner.cancel()
    assert list(stream) == [End("cancelled")]
