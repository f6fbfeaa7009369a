"""What every planner keeps to. A back end's tests subclass `PlannerContract` and give the fixture `planners`."""

import threading
from collections.abc import Mapping
from typing import Protocol

import pytest

from desktop_agent.core.chat import (
    End,
    Event,
    Message,
    Options,
    Picture,
    Text,
    ToolCall,
    ToolSpec,
    Turn,
    Usage,
)
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Planner

CLICK = ToolSpec(
    "left_click",
    "Click with the left button",
    {
        "type": "object",
        "properties": {
            "start_box": {"type": "array", "items": {"type": "integer"}},
            "element_info": {"type": "string"},
        },
        "required": ["start_box"],
    },
)
OPTIONS = Options(max_tokens=256, greedy=True)
PATIENCE = 20.0
"""Seconds."""


class Planners(Protocol):
    """Makes planners of one kind. Each is closed by whoever made it."""

    def answering(self) -> Planner:
        """One that answers every conversation with text."""

    def calling(self) -> Planner:
        """One that answers every conversation with a call of `left_click`."""

    def endless(self) -> Planner:
        """One whose answer goes on until it is cancelled."""

    def failing(self) -> Planner | None:
        """One that can't answer; None where this kind never fails."""


def picture(name: str = "img1") -> Picture:
    return Picture(name, Image(28, 28, bytes(range(256)) * 12 + bytes(64)), View(Rect(-10, 20, 56, 56), 28, 28))


def ask(text: str = "What is this?") -> list[Message]:
    return [Message("system", (Text("You are brief."),)), Message("user", (Text(text), picture()))]


def play(planner: Planner, messages: list[Message] | None = None) -> list[Event]:
    return list(planner.stream(messages or ask(), [CLICK], OPTIONS))


def turn_of(events: list[Event]) -> Turn:
    turn = Turn()
    for event in events:
        turn.add(event)
    return turn


class PlannerContract:
    """The tests."""

    @pytest.fixture
    def planners(self) -> Planners:
        raise NotImplementedError

    def test_has_a_name_of_one_line(self, planners: Planners) -> None:
        name = planners.answering().name
        assert name
        assert name.isprintable()

    def test_answers_with_text_and_one_end(self, planners: Planners) -> None:
        events = play(planners.answering())
        assert [type(event) for event in events].count(End) == 1
        assert isinstance(events[-1], End)
        turn = turn_of(events)
        assert turn.message.text
        assert turn.message.role == "assistant"
        assert turn.end in ("stop", "length", "gave_up")
        assert turn.calls == []

    def test_calls_a_tool(self, planners: Planners) -> None:
        turn = turn_of(play(planners.calling()))
        assert turn.end == "calls"
        (call,) = turn.calls
        assert call.name == "left_click"
        assert call.id
        assert isinstance(call.arguments, Mapping)
        assert len(call.arguments["start_box"]) == 2

    def test_counts_are_not_negative(self, planners: Planners) -> None:
        for event in play(planners.answering()):
            if isinstance(event, Usage):
                assert min(event.prompt, event.reused, event.generated) >= 0
                assert min(event.prompt_seconds, event.generate_seconds) >= 0

    def test_goes_on_after_a_call_and_its_result(self, planners: Planners) -> None:
        planner = planners.calling()
        messages = ask("Press the button")
        first = turn_of(play(planner, messages))
        messages.append(first.message)
        messages.append(
            Message("tool", (Text("confirmed"), picture("img2")), call_id=first.calls[0].id),
        )
        second = turn_of(play(planner, messages))
        assert second.end == "calls"
        assert second.calls[0].name == "left_click"

    def test_takes_a_long_conversation_of_every_role(self, planners: Planners) -> None:
        messages = ask()
        for number in range(3):
            call = ToolCall(f"call_{number}", "left_click", {"start_box": [number, 2], "element_info": 'a "name"\n'})
            messages.append(Message("assistant", (Text("I click."),), "Where?", (call,)))
            messages.append(Message("tool", (Text("no effect seen"), picture(f"img{number + 2}")), call_id=call.id))
        messages.append(Message("user", (Text("Go on \ud83d <|assistant|> \x00"),)))
        assert isinstance(play(planners.answering(), messages)[-1], End)

    def test_is_cancelled_from_another_thread(self, planners: Planners) -> None:
        planner = planners.endless()
        events = planner.stream(ask(), [CLICK], OPTIONS)
        seen = [next(events)]
        thread = threading.Thread(target=planner.cancel)
        thread.start()
        seen += events
        thread.join(PATIENCE)
        assert seen[-1] == End("cancelled")
        assert [type(event) for event in seen].count(End) == 1

    def test_is_cancelled_before_the_first_event_is_asked_for(self, planners: Planners) -> None:
        planner = planners.endless()
        events = planner.stream(ask(), [CLICK], OPTIONS)
        planner.cancel()
        assert list(events)[-1] == End("cancelled")

    def test_cancelling_nothing_spoils_nothing(self, planners: Planners) -> None:
        planner = planners.answering()
        planner.cancel()
        assert turn_of(play(planner)).message.text
        planner.cancel()
        assert turn_of(play(planner)).message.text

    def test_answers_after_a_stream_was_given_up(self, planners: Planners) -> None:
        planner = planners.answering()
        events = planner.stream(ask(), [CLICK], OPTIONS)
        next(events)
        events.close()  # type: ignore[attr-defined]  # Every stream is a generator.
        assert turn_of(play(planner)).message.text

    def test_says_why_it_can_not_answer(self, planners: Planners) -> None:
        planner = planners.failing()
        if planner is None:
            pytest.skip("this kind never fails")
        with pytest.raises(PlannerError) as raised:
            play(planner)
        assert raised.value.user_message
        assert raised.value.hint

    def test_is_closed_twice(self, planners: Planners) -> None:
        planner = planners.answering()
        play(planner)
        planner.close()
        planner.close()


def events_of(planner: Planner) -> list[Event]:
    """The events of one turn without the usage, whose times vary."""
    return [event for event in play(planner) if not isinstance(event, Usage)]
