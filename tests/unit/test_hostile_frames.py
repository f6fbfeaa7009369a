"""What a model's process that a hostile file has taken over may send."""

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_agent.core import wire
from desktop_agent.core.chat import CallEvent, ToolCall, Usage
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model import frames
from desktop_agent.model.worker_client import Call, Connection

BAD_EVENTS: list[Any] = [
    None, 5, [], {}, {"kind": "TextDelta"}, {"kind": "TextDelta", "text": 5}, {"kind": ["TextDelta"], "text": ""},
    {"kind": "Message", "role": "user"}, {"kind": "End", "reason": "because"}, {"kind": "Usage", "prompt": "1"},
    {"kind": "Usage", "prompt": True}, {"kind": "CallEvent", "call": "left_click"},
    {"kind": "CallEvent", "call": {"id": "1", "name": "left_click", "arguments": [1]}},
    {"kind": "TextDelta", "text": "", "extra": 1},
]  # fmt: skip


def answered(frame: dict[str, Any], images: dict[str, Image] | None = None) -> tuple[Call, Any]:
    """A call, and the answer of a worker that sends `frame`."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(theirs, frame)
        connection = Connection(SimpleNamespace(socket=ours), Path("none"), lambda: None)  # type: ignore[arg-type]  # all it needs
        call = Call(connection, 1, images or {}, stall=5, template_limit=5)
        try:
            return call, next(call.events(lambda: False))
        except PlannerError as error:
            return call, error


@pytest.mark.parametrize("event", BAD_EVENTS)
def test_an_event_that_is_none(event: Any) -> None:
    call, answer = answered({"on": "event", "id": 1, "event": event})
    assert isinstance(answer, PlannerError)
    assert "makes no sense" in answer.user_message
    assert call.broken


def test_an_image_that_was_never_shown() -> None:
    call, answer = answered({"on": "need", "id": 1, "digest": {"a": "secret"}})
    assert "makes no sense" in str(answer)
    assert call.broken


@pytest.mark.parametrize("size", [(), (28,), (28, "28"), (0, 28), (28, -28), (28, 1_000_000), (True, 28), (28.0, 28)])
def test_an_image_in_no_size(size: tuple[Any, ...]) -> None:
    image = Image(2, 2, bytes(16))
    frame = {"on": "need", "id": 1, "digest": image.digest, **dict(zip(("width", "height"), size, strict=False))}
    call, answer = answered(frame, {image.digest: image})
    assert "makes no sense" in str(answer)
    assert call.broken


def test_an_error_of_the_wrong_types() -> None:
    _, answer = answered({"on": "error", "id": 1, "message": 5, "hint": ["x" * 100_000]})
    assert answer.user_message == "5"
    assert len(answer.hint) == frames.MAX_WORDS


def test_good_events_pass() -> None:
    for event in (CallEvent(ToolCall("1", "left_click", {"start_box": [1, 2]})), Usage(1, 2, 3, 4, 5.5)):
        assert frames.unpack_event(frames.pack_event(event)) == event
