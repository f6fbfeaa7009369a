"""What is known of a turn's cost from what a server sends."""

from typing import Any

import pytest

from desktop_agent.core.chat import Usage
from desktop_agent.model.chat_deltas import Deltas

COUNTED = {"prompt_tokens": 20, "completion_tokens": 5}


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ({}, Usage(0, 0, 0, 1.0, 2.0, reuse_told=False)),
        ({"usage": COUNTED}, Usage(20, 0, 5, 1.0, 2.0, reuse_told=False)),
        ({"usage": {**COUNTED, "prompt_tokens_details": None}}, Usage(20, 0, 5, 1.0, 2.0, reuse_told=False)),
        ({"usage": {**COUNTED, "prompt_tokens_details": {}}}, Usage(20, 0, 5, 1.0, 2.0, reuse_told=False)),
        ({"usage": {**COUNTED, "prompt_tokens_details": {"cached_tokens": 0}}}, Usage(20, 0, 5, 1.0, 2.0)),
        ({"usage": {**COUNTED, "prompt_tokens_details": {"cached_tokens": 12}}}, Usage(20, 12, 5, 1.0, 2.0)),
        ({"usage": COUNTED, "timings": {"cache_n": 12, "prompt_n": 8}}, Usage(20, 12, 5, 1.0, 2.0)),
        ({"usage": COUNTED, "timings": {"cache_n": "many"}}, Usage(20, 0, 5, 1.0, 2.0, reuse_told=False)),
    ],
)
def test_only_what_the_server_tells_is_known(last: dict[str, Any], expected: Usage) -> None:
    deltas = Deltas((), calls_in_text=True)
    chunk = {"choices": [{"delta": {"content": "Yes."}, "finish_reason": "stop"}]}
    assert [*deltas.feed({**chunk, **last}), *deltas.end()]
    assert deltas.usage(1.0, 2.0, "") == expected


@pytest.mark.parametrize(("finish", "calls"), [("stop", 1), ("length", 0)])
def test_a_call_in_the_text_that_lacks_its_end(finish: str, calls: int) -> None:
    deltas = Deltas((), calls_in_text=True)
    chunk = {"choices": [{"delta": {"content": "<tool_call>DONE\n"}, "finish_reason": finish}]}
    events = [*deltas.feed(chunk), *deltas.end()]
    assert sum(type(event).__name__ == "CallEvent" for event in events) == calls
    assert deltas.reason == ("calls" if calls else "length")
