"""What the remote planner keeps to with every real server. A server's tests subclass `ServerContract` and give the
fixture `start`, which has it serve a chain of `tests.model.tiny`.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from desktop_agent.core.chat import CallEvent, Message, Options, ReasoningDelta, Text, Turn, Usage
from desktop_agent.core.protocols import Planner
from desktop_agent.model import remote
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.remote import RemotePlanner
from tests.contract.planner_contract import OPTIONS, PlannerContract, ask, picture, play, turn_of
from tests.llama_server import free_port
from tests.model.conversations import CALL, CLICK

Start = Callable[[str], Endpoint]
"""Takes a name of `CHAINS` and gives the server that says so."""

TEXT = "A window with a button, and “ü银😀” on it."
THOUGHTS = "The button is on the left. Or is it? "
CALLS_AGAIN = "<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>[7, 8]</arg_value>\n</tool_call>"
COUNTING = " ".join(str(number) for number in range(400))
CHAINS: dict[str, dict[str, Any]] = {
    "text": {"call_text": TEXT, "then": "Done."},
    "thinking": {"call_text": TEXT, "then": "Done.", "thoughts": THOUGHTS},
    "call": {"call_text": CALL, "then": "Done."},
    "calls": {"call_text": CALL, "then": CALLS_AGAIN},
    "two": {"call_text": f"{CALL}\n{CALLS_AGAIN}", "then": "Done."},
    "endless": {"call_text": COUNTING, "then": "Done.", "endless": True},
}
"""Arguments of `tests.model.tiny.chain`."""


class _Planners:
    def __init__(self, start: Start, nobody: Endpoint) -> None:
        self._start, self._nobody = start, nobody

    def answering(self) -> Planner:
        return RemotePlanner(self._start("text"))

    def calling(self) -> Planner:
        return RemotePlanner(self._start("calls"))

    def endless(self) -> Planner:
        return RemotePlanner(self._start("endless"))

    def failing(self) -> Planner:
        return RemotePlanner(self._nobody)


def talk(planner: RemotePlanner, messages: list[Message], **options: Any) -> Turn:
    return turn_of(list(planner.stream(messages, [CLICK], dataclasses.replace(OPTIONS, **options))))


class ServerContract(PlannerContract):
    """The tests. `images_in_results` says whether the server takes images there."""

    images_in_results = True

    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where nothing listens, nothing will."""
        monkeypatch.setattr(remote, "RETRY_SECONDS", (0.01,))

    @pytest.fixture
    def nobody(self) -> Endpoint:
        """Where nothing listens."""
        return Endpoint(f"http://127.0.0.1:{free_port()}/v1", "away", connect_seconds=1)

    @pytest.fixture
    def start(self) -> Start:
        raise NotImplementedError

    @pytest.fixture
    def planners(self, start: Start, nobody: Endpoint) -> _Planners:
        return _Planners(start, nobody)

    def test_text_comes_whole_and_in_pieces(self, start: Start) -> None:
        events = play(RemotePlanner(start("text")))
        assert turn_of(events).message.text == TEXT
        assert len(events) > 5

    def test_tokens_are_counted_and_a_picture_takes_some(self, start: Start) -> None:
        planner = RemotePlanner(start("text"))
        with_picture, without = (
            talk(planner, messages).usage for messages in (ask(), [Message("user", (Text("What is this?"),))])
        )
        assert with_picture.prompt > without.prompt > 10
        assert min(with_picture.generated, without.generated) > 5

    def test_a_call_and_then_its_result_with_a_picture(self, start: Start) -> None:
        planner = RemotePlanner(start("call"))
        messages = ask("Click 5")
        first = talk(planner, messages)
        assert [(call.name, call.arguments) for call in first.calls] == [
            ("left_click", {"start_box": [412, 655], "element_info": "The 5 key"})
        ]
        messages += [first.message, Message("tool", (Text("ok"), picture("img2")), call_id=first.calls[0].id)]
        second = talk(planner, messages)
        assert planner._servers[0].habits.images_in_results is self.images_in_results
        assert second.usage.prompt > first.usage.prompt
        if self.images_in_results:  # else the last message is the user's, and the chain calls again
            assert (second.message.text.strip(), second.end) == ("Done.", "stop")

    def test_two_calls_of_one_turn(self, start: Start) -> None:
        turn = talk(RemotePlanner(start("two")), ask("Click twice"))
        assert [call.arguments["start_box"] for call in turn.calls] == [[412, 655], [7, 8]]
        assert len({call.id for call in turn.calls}) == 2

    def test_thinking_is_switched_off_and_on_and_kept_apart(self, start: Start) -> None:
        planner = RemotePlanner(start("thinking"))
        off = talk(planner, ask(), thinking=False)
        assert (off.message.reasoning, off.message.text) == ("", TEXT)
        on = talk(planner, ask(), thinking=True, max_tokens=60)
        assert on.message.reasoning.strip().startswith(THOUGHTS.strip())
        assert (on.message.text, on.end) == ("", "length")

    def test_thinking_ends_with_its_budget(self, start: Start) -> None:
        turn = talk(RemotePlanner(start("thinking")), ask(), thinking=30)
        assert turn.message.reasoning
        assert len(turn.message.reasoning) < 400
        assert turn.message.text.strip() == TEXT

    def test_every_option_is_taken_or_left_out(self, start: Start) -> None:
        options = Options(thinking=False, max_tokens=100)
        turn = turn_of(list(RemotePlanner(start("text")).stream(ask(), [CLICK], options)))
        assert turn.message.text == TEXT

    def test_what_is_cut_off_is_no_call(self, start: Start) -> None:
        turn = talk(RemotePlanner(start("call")), ask(), max_tokens=12)
        assert turn.end == "length"
        assert turn.calls == []

    def test_the_next_server_answers_where_nothing_listens(self, start: Start, nobody: Endpoint) -> None:
        server = start("text")
        turn = talk(RemotePlanner(nobody, server), ask())
        assert (turn.message.text, turn.usage.by) == (TEXT, f"{server.model} at {server.host}")

    def test_a_server_that_was_given_up_is_free_for_the_next(self, start: Start) -> None:
        endpoint = start("endless")
        planner = RemotePlanner(endpoint)
        for _ in range(3):
            events = planner.stream(ask(), [CLICK], dataclasses.replace(OPTIONS, max_tokens=20_000))
            assert not isinstance(next(events), (Usage, CallEvent, ReasoningDelta))
            events.close()  # type: ignore[attr-defined]  # Every stream is a generator.
