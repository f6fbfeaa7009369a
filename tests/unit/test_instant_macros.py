"""Playing a macro by an instant command."""

import pytest

from desktop_agent.core.chat import ToolSpec
from desktop_agent.instant.commands import Click, Command, NotUnderstood, Open, Play, Press
from desktop_agent.instant.grammar import parse
from desktop_agent.instant.planner import InstantPlanner
from tests.unit.instant_doubles import TOOLS, FixedLocator, Run

NAMES = ("Invoice", "Find and Replace", "Play with me", "发票", "Save", "A/Same", "B/Same", "Weekly, all", "3")
UNDERSTOOD: dict[str, tuple[Command, ...]] = {
    "run Invoice": (Play("Invoice"),),
    "Please run the invoice macro.": (Play("Invoice"),),
    'play the macro "INVOICE"': (Play("Invoice"),),
    "run A/Same": (Play("A/Same"),),
    "run Find and Replace": (Play("Find and Replace"),),
    "run Weekly, all": (Play("Weekly, all"),),
    "play Play with me": (Play("Play with me"),),
    'run Invoice with number=7, name="Bob and Co"': (Play("Invoice", (("number", "7"), ("name", "Bob and Co"))),),
    "run Invoice with number: 7 and total=3.5": (Play("Invoice", (("number", "7"), ("total", "3.5"))),),
    "run Invoice, then press enter": (Play("Invoice"), Press(("enter",))),
    "press enter and run Invoice": (Press(("enter",)), Play("Invoice")),
    "运行 发票": (Play("发票"),),
    "请运行发票": (Play("发票"),),
    "播放宏“发票”": (Play("发票"),),
    "执行 发票，其中 number=7": (Play("发票", (("number", "7"),)),),
    "运行 计算器": (Open("计算器"),),
    "click Save": (Click("Save"),),
    "press 3": (Press(("3",)),),
    "open Invoice": (Open("Invoice"),),
}


@pytest.mark.parametrize("said", UNDERSTOOD)
def test_macros_are_run_by_their_names_and_shadow_nothing(said: str) -> None:
    assert parse(said, lambda: NAMES) == UNDERSTOOD[said]


def test_what_may_mean_several_is_asked_about() -> None:
    parsed = parse("run same", lambda: NAMES)
    assert isinstance(parsed, NotUnderstood)
    assert parsed.why == "Which macro do you mean? There is “A/Same”, “B/Same”: say its whole name."


@pytest.mark.parametrize("said", ["run the tests", "play", "run", "play something nice with 3 friends"])
def test_without_such_a_macro_it_is_no_command(said: str) -> None:
    assert isinstance(parse(said, lambda: NAMES), NotUnderstood)
    assert isinstance(parse("run Invoice"), NotUnderstood)


def test_values_that_are_none_are_told() -> None:
    parsed = parse("run Invoice with love", lambda: NAMES)
    assert isinstance(parsed, NotUnderstood)
    assert "with number=7" in parsed.why


def test_the_names_are_only_looked_up_for_what_may_be_a_macro() -> None:
    asked: list[str] = []

    def names() -> tuple[str, ...]:
        asked.append("names")
        return NAMES

    parse('click Save, then type "run Invoice"', names)
    assert not asked
    parse("run Invoice, then run Save and run 3", names)
    assert asked == ["names"]


def planned(said: str, answer: str) -> Run:
    tools = (*TOOLS, ToolSpec("run_macro", "run_macro", {}))
    return Run(InstantPlanner(FixedLocator(), "", lambda: NAMES), lambda _: answer, tools).play(said)


def test_the_planner_calls_the_tool_and_goes_on_only_when_it_was_done() -> None:
    done = planned("run Invoice with number=7, then press enter", "confirmed: 5 steps.\nThe screen is now img2:")
    assert [(call.name, dict(call.arguments)) for call in done.calls[:2]] == [
        ("run_macro", {"name": "Invoice", "values": {"number": "7"}}),
        ("key", {"keys": "enter"}),
    ]
    assert "Played the macro “Invoice”" in done.text
    assert InstantPlanner(FixedLocator(), "", lambda: NAMES).sure("run invoice")
    assert not InstantPlanner(FixedLocator()).sure("run invoice")
    halted = planned("run Invoice, then press enter", "failed: Step s3: the button “Save” was not found.")
    assert [call.name for call in halted.calls] == ["run_macro"]
    assert halted.failed
    assert "Step s3" in halted.text
    refused = planned("run Invoice", "run_macro: The person did not want this macro to be played.")
    assert refused.failed
    assert "did not want" in refused.text
