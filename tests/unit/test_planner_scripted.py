"""The scripted planner's turns."""

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
from desktop_agent.model.scripted import ScriptedPlanner


def play(planner: ScriptedPlanner) -> list[Event]:
    return list(planner.stream([], [], Options()))


def test_turns_are_played_in_order_and_then_end() -> None:
    first: list[Event] = [
        ReasoningDelta("Hm."),
        TextDelta("I click."),
        CallEvent(ToolCall("c1", "left_click", {"start_box": [1, 2]})),
        Usage(prompt=5, generated=2),
    ]
    bad = BadCall("<tool_call>", "cut off")
    planner = ScriptedPlanner([first, [bad, End("length"), TextDelta("never said")]])
    assert play(planner) == [*first, End("calls")]
    assert play(planner) == [bad, End("length")]
    assert play(planner) == play(planner) == [End("stop")]


def test_pace_is_kept_until_cancelled() -> None:
    planner = ScriptedPlanner([[TextDelta("never")]], pace=600)
    stream = planner.stream([], [], Options())
    planner.cancel()
    assert list(stream) == [End("cancelled")]
