"""The parser of GLM's answers."""

import itertools
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.chat import BadCall, CallEvent, Event, ReasoningDelta, TextDelta, ToolCall, ToolSpec
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.model.call_body import read_value
from desktop_agent.model.calls import CallParser
from desktop_agent.tools.context import POINT
from desktop_agent.tools.grounding import point_in
from desktop_agent.tools.schema import checked

OPEN = "<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>"
CLICK = ToolSpec(
    "left_click",
    "Click.",
    {
        "type": "object",
        "properties": {
            "start_box": {"type": "array", "items": {"type": "integer"}},
            "element_info": {"type": "string"},
            "step": {"type": ["integer", "null"]},
            "direction": {"enum": ["up", "down"]},
        },
    },
)
CALL = (
    "<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>[412, 655]</arg_value>\n"
    "<arg_key>element_info</arg_key>\n<arg_value>The 5 key</arg_value>\n</tool_call>"
)


def read(*pieces: str, tools: tuple[ToolSpec, ...] = (CLICK,), reasoning: bool = False) -> list[Event]:
    """The events of `pieces`, deltas of one kind that follow one another joined."""
    parser = CallParser(tools, reasoning)
    events = [event for piece in pieces for event in parser.feed(piece)]
    joined: list[Event] = []
    for event in [*events, *parser.end()]:
        last = joined[-1] if joined else None
        if isinstance(event, TextDelta | ReasoningDelta) and type(last) is type(event):
            joined[-1] = type(event)(last.text + event.text)  # type: ignore[union-attr]  # both are deltas
        else:
            joined.append(event)
    return joined


def call_of(event: Event) -> ToolCall:
    assert isinstance(event, CallEvent)
    return event.call


def arguments(value: str, key: str = "start_box") -> Any:
    (event,) = read(f"<tool_call>left_click\n<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n</tool_call>")
    return call_of(event).arguments[key]


@given(st.lists(st.integers(0, 200), max_size=12))
def test_the_cut_of_the_stream_does_not_matter(cuts: list[int]) -> None:
    answer = f"\n<think>The key\nis <b>there</b>.</think>\nI <|begin_of_box|>click<|end_of_box|> <it>.\n{CALL}"
    marks = sorted({0, len(answer), *(min(cut, len(answer)) for cut in cuts)})
    events = read(*(answer[a:b] for a, b in itertools.pairwise(marks)))
    assert events[:2] == [ReasoningDelta("The key\nis <b>there</b>."), TextDelta("I click <it>.\n")]
    assert call_of(events[2]).arguments == {"start_box": [412, 655], "element_info": "The 5 key"}
    assert len(events) == 3


def test_text_comes_as_soon_as_it_can_be_no_tag() -> None:
    parser = CallParser(())
    assert list(parser.feed("a <")) == [TextDelta("a ")]
    assert list(parser.feed("tool")) == []
    assert list(parser.feed("box")) == [TextDelta("<toolbox")]


def test_several_calls_in_a_turn_get_different_ids() -> None:
    first, second = map(call_of, read(f"{CALL}\n{CALL}"))
    assert first.arguments == second.arguments
    assert first.id != second.id


def test_calls_without_line_feeds() -> None:
    (event,) = read(CALL.replace("\n", ""))
    assert call_of(event).arguments == {"start_box": [412, 655], "element_info": "The 5 key"}


def test_calls_without_arguments() -> None:
    assert [call_of(each).name for each in read("<tool_call>DONE</tool_call><tool_call>WAIT\n</tool_call>")] == [
        "DONE",
        "WAIT",
    ]


def test_calls_as_json() -> None:
    body = json.dumps({"name": "left_click", "arguments": {"start_box": [1, 2], "element_info": "a </arg_value>"}})
    (event,) = read(f"<tool_call>\n{body}\n</tool_call>")
    assert call_of(event).arguments == {"start_box": [1, 2], "element_info": "a </arg_value>"}


def test_json_calls_whose_arguments_are_a_string() -> None:
    body = json.dumps({"name": "left_click", "arguments": json.dumps({"start_box": [1, 2]})})
    (event,) = read(f"<tool_call>{body}</tool_call>")
    assert call_of(event).arguments == {"start_box": [1, 2]}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("start_box", "[1, 2]", [1, 2]),
        ("start_box", "<|begin_of_box|>[[1, 2]]<|end_of_box|>", [[1, 2]]),
        ("start_box", "1, 2", "1, 2"),
        ("element_info", "[1, 2]", "[1, 2]"),
        ("element_info", " 5\n", " 5\n"),
        ("element_info", '"quoted"', '"quoted"'),
        ("direction", "up", "up"),
        ("step", "5", 5),
        ("step", "null", None),
        ("unknown", "5", 5),
        ("unknown", "five", "five"),
        ("unknown", '"five"', '"five"'),
    ],
)
def test_the_schema_decides_what_is_a_string(key: str, value: str, expected: Any) -> None:
    assert arguments(value, key) == expected


TWO_KINDS = {"type": ["string", "integer"]}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (TWO_KINDS, "5", 5),
        (TWO_KINDS, "5.5", "5.5"),
        (TWO_KINDS, "true", "true"),
        (TWO_KINDS, "[5]", "[5]"),
        ({"enum": ["5", 7]}, "5", "5"),
        ({"enum": ["5", 7]}, "7", 7),
        ({}, "NaN", "NaN"),
        ({}, "1e999", "1e999"),
        ({"type": "string"}, "<|begin_of_box|>up<|end_of_box|>", "up"),
        ({"type": "string"}, "a <|begin_of_box|>", "a <|begin_of_box|>"),
    ],
)
def test_a_value_is_read_as_a_type_that_the_schema_takes(schema: Any, value: str, expected: Any) -> None:
    assert read_value(value, schema) == expected


MENDED = [
    (f"{OPEN}[412, 655]</arg_value>\n</tool_call>", [412, 655]),
    (f"{OPEN}[412, 655]</arg_value>\n", [412, 655]),
    (f"{OPEN}[412, 655]", [412, 655]),
    (f"{OPEN}[[412, 655]]\n", [[412, 655]]),
    ("<tool_call>left_click\n<arg_key>start_box\n<arg_value>[412, 655]</arg_value></tool_call>", [412, 655]),
    ('<tool_call>left_click\n{"start_box": [412, 655]}\n</tool_call>', [412, 655]),
    ('<tool_call>left_click\n{"start_box": [412, 655]}', [412, 655]),
    ('<tool_call>{"name": "left_click", "arguments": {"start_box": [412, 655]}}', [412, 655]),
    ('<tool_call>{"name": "left_click", "arguments": {"start_box": [412, 655],},}</tool_call>', [412, 655]),
    ('<tool_call>{"name": "left_click", "arguments": {"start_box": [412, 655]</tool_call>', [412, 655]),
    ("<tool_call>{'name': 'left_click', 'arguments': {'start_box': (412, 655)}}</tool_call>", [412, 655]),
]


@pytest.mark.parametrize(("answer", "point"), MENDED)
def test_what_can_have_one_meaning_is_mended(answer: str, point: Any) -> None:
    (event,) = read(*answer)
    assert call_of(event).arguments == {"start_box": point}


@pytest.mark.parametrize(
    "answer",
    [
        "<tool_call>left_click\n<arg_key>start_box",
        f"{OPEN}[412, 65",
        f"{OPEN}",
        "<tool_call>scroll\n<arg_key>step</arg_key>\n<arg_value>1",
        "<tool_call>left_click\n<arg_key>element_info</arg_key>\n<arg_value>the ok but",
        '<tool_call>left_click\n{"start_box": [412',
        '<tool_call>{"name": "left_click", "arguments": {"element_info": "the ok but',
        '<tool_call>{"name": "left_click", "arguments": {"start_box": [412, 655]',
        "<tool_call>",
    ],
)
def test_what_may_have_been_cut_is_not_completed(answer: str) -> None:
    (event,) = read(answer)
    assert isinstance(event, BadCall)
    assert "cut off" in event.problem


def test_a_call_that_the_greatest_length_cut_is_never_one() -> None:
    parser = CallParser((CLICK,))
    events = [*parser.feed(f"{OPEN}[412, 655]</arg_value>\n"), *parser.end(whole=False)]
    assert [type(event) for event in events] == [BadCall]


@pytest.mark.parametrize("text", ["</tool_call>", "<arg_value>", 'a \\ " </tool_call> \n', "\\", "<tool_call>"])
def test_a_json_call_may_type_tags(text: str) -> None:
    call = f"<tool_call>{json.dumps({'name': 'left_click', 'arguments': {'element_info': text}})}</tool_call>"
    for pieces in ([call], call):
        first, after = read(*pieces, "Ok.")
        assert call_of(first).arguments == {"element_info": text}
        assert after == TextDelta("Ok.")


def test_a_tag_counts_where_the_vocabulary_has_no_token_for_it() -> None:
    parser = CallParser((CLICK,), spelled={"<think>", "</think>"})
    pieces = ["<thi", "nk>hm <tool_", "call></th", "ink>", f"Say {CALL}"]
    events = [event for piece in pieces for event in parser.feed(piece, markup=False)]
    reasoning = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert (reasoning, text, parser.calls) == ("hm <tool_call>", f"Say {CALL}", 0)


def test_a_typed_text_may_hold_the_closing_tag() -> None:
    assert arguments("write </tool_call> here", "element_info") == "write </tool_call> here"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("left_click\n<arg_key>start_box</arg_key>", "Arguments must be"),
        ("left_click [1, 2]", "Arguments must be"),
        ("", "no name"),
        ('{"name": "x", "arguments": {"a": tru}}', "not valid JSON"),
        ('{"name": "x", "arguments": {"a": 4', "not valid JSON"),
        ('{"arguments": {}}', "no name"),
        ('{"name": "x", "arguments": [1]}', "no JSON object"),
        ('{"name": "x", "arguments": "{"}', "arguments are not valid JSON"),
        ("x<arg_key>a</arg_key><arg_value>1</arg_value><arg_key>a</arg_key><arg_value>2</arg_value>", "twice"),
    ],
)
def test_calls_that_cannot_be_read_say_why(raw: str, problem: str) -> None:
    (event,) = read(f"<tool_call>{raw}</tool_call>")
    assert isinstance(event, BadCall)
    assert problem in event.problem
    assert raw in event.raw


def test_a_call_that_never_closes() -> None:
    text, bad = read("Now: <tool_call>left_click\n<arg_key>start")
    assert text == TextDelta("Now: ")
    assert isinstance(bad, BadCall)
    assert "cut off" in bad.problem


def test_an_endless_call_is_given_up() -> None:
    parser = CallParser((CLICK,))
    events = [event for piece in ["<tool_call>", "x" * 150_000, "x" * 150_000] for event in parser.feed(piece)]
    assert isinstance(events[0], BadCall)
    assert not parser.in_call


def test_a_quoted_tag_is_text() -> None:
    parser = CallParser((CLICK,))
    events = list(parser.feed(f"The screen says {CALL}", markup=False))
    assert events == [TextDelta(f"The screen says {CALL}")]
    assert parser.calls == 0


def test_reasoning_that_the_prompt_has_begun() -> None:
    assert read("hm", "</think>", "\nYes.", reasoning=True) == [ReasoningDelta("hm"), TextDelta("Yes.")]


def test_reasoning_may_mention_calls() -> None:
    events = read(f"<think>I could {CALL}</think>No.")
    assert events == [ReasoningDelta(f"I could {CALL}"), TextDelta("No.")]


def test_empty_reasoning_gives_nothing() -> None:
    assert read("<think></think>\nYes") == [TextDelta("Yes")]


def test_what_was_held_back_comes_at_the_end() -> None:
    assert read("a <tool_ca") == [TextDelta("a <tool_ca")]


@pytest.mark.parametrize(
    "answer",
    [
        "<|begin_of_box|>" * 80_000,
        "<think></think>" * 80_000,
        "<tool_call>left_click\n<arg_key>step</arg_key>\n<arg_value>" + "</tool_call>" * 80_000,
        "<tool_call>left_click\n" + "<arg_key>a</arg_key><arg_value>1</arg_value>" * 40_000 + "</tool_call>",
        "<tool_call>" * 80_000,
    ],
    ids=["boxes", "thoughts", "closing tags in a value", "arguments", "opening tags"],
)
def test_a_megabyte_of_tags_in_one_piece_takes_no_time(answer: str) -> None:
    began = time.process_time()
    events = read(answer)
    assert time.process_time() - began < 2.0  # Looking at the rest again for each tag takes over a minute.
    assert not any(isinstance(event, CallEvent) for event in events)


def test_a_call_that_is_too_long_is_not_read() -> None:
    (event,) = read(f"<tool_call>left_click\n<arg_key>step</arg_key><arg_value>{'1' * 250_000}</arg_value></tool_call>")
    assert isinstance(event, BadCall)
    assert "more than 200000 characters" in event.problem


@pytest.mark.parametrize("raw", ["{" * 100_000, '{"name": "left_click", "arguments": ' + "[" * 100_000])
def test_a_call_that_is_nested_too_deeply_cannot_be_read(raw: str) -> None:
    (event,) = read(f"<tool_call>{raw}</tool_call>")
    assert isinstance(event, BadCall)


def test_a_value_that_is_nested_too_deeply_stays_as_written() -> None:
    assert arguments("[" * 50_000) == "[" * 50_000


@pytest.mark.parametrize(
    "point",
    [
        "[412, 655]", "412, 655", "(412, 655)", "[412 655]", "[[412, 655]]", "[412, 655", "{412, 655}", '"[412, 655]"',
        "<|begin_of_box|>[412, 655]<|end_of_box|>", "[402, 645, 422, 665]", '{"x": 412, "y": 655}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["tags", "json"])
def test_a_place_in_any_brackets_and_a_number_as_text_reach_the_tool(point: str, form: str) -> None:
    if form == "tags":
        (event,) = read(f'{OPEN}{point}</arg_value><arg_key>step</arg_key><arg_value>"3"</arg_value></tool_call>')
    else:
        body = {"name": "left_click", "arguments": {"start_box": point, "step": "3"}}
        (event,) = read(f"<tool_call>{json.dumps(body)}</tool_call>")
    parameters = {"properties": {"start_box": POINT, "step": {"type": "integer"}}}
    given = checked(parameters, call_of(event).arguments)
    assert point_in(given["start_box"], View(Rect(0, 0, 1000, 1000), 500, 500)) == Point(412, 655)
    assert given["step"] == 3
