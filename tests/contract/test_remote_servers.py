"""The remote planner with several servers: who is asked, who answers, and who is left alone."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop_agent.core.chat import End, TextDelta, Usage
from desktop_agent.core.errors import PlannerError
from desktop_agent.model import remote
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.remote import RemotePlanner
from tests.contract import openai_server
from tests.contract.openai_server import Answer, OpenAIServer
from tests.contract.planner_contract import OPTIONS, ask, play, turn_of

Serve = Callable[..., OpenAIServer]
BUSY = openai_server.status(429, {"error": {"message": "slow down"}}, {"Retry-After": "0.01"})


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts servers that end with the test; pauses between requests are short."""
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.01, 0.01))
    servers: list[OpenAIServer] = []

    def start(*answers: Answer) -> OpenAIServer:
        server = OpenAIServer(*answers)
        server.__enter__()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.__exit__()


def at(server: OpenAIServer, model: str = "glm", **options: Any) -> Endpoint:
    return Endpoint(server.url, model, **options)


@pytest.fixture
def nobody() -> Endpoint:
    """Where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return Endpoint(f"http://127.0.0.1:{free.getsockname()[1]}/v1", "away")


def said(planner: RemotePlanner) -> tuple[str, str]:
    """The answer, and which server the usage names."""
    turn = turn_of(play(planner))
    return turn.message.text, turn.usage.by


FAILING: list[Any] = [
    pytest.param(BUSY, id="busy"),
    pytest.param(openai_server.status(500, {"error": "out of memory"}), id="broken"),
    pytest.param(openai_server.status(503, {"error": {"message": "Loading model"}}), id="loading"),
    pytest.param(openai_server.dying(), id="dies before the first word"),
    pytest.param(openai_server.stalled(), id="silent"),
    pytest.param(openai_server.raw(b'data: {"error": {"message": "crashed"}}\n\n'), id="an error in the stream"),
]


@pytest.mark.parametrize("answer", FAILING)
def test_the_next_one_answers_where_one_can_not(serve: Serve, answer: Answer) -> None:
    first, second = serve(answer), serve(openai_server.text("hello"))
    planner = RemotePlanner(at(first, "big", silence_seconds=0.3), at(second, "small"))
    assert said(planner) == ("hello", f"small at 127.0.0.1:{second.url.split(':')[2].split('/')[0]}")
    assert (len(first.chats), len(second.chats)) == (1, 1)
    assert [chat.body["model"] for chat in (*first.chats, *second.chats)] == ["big", "small"]


def test_the_next_one_answers_where_one_can_not_be_reached(
    serve: Serve, nobody: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(openai_server.text("hello"))
    with caplog.at_level(logging.WARNING):
        assert said(RemotePlanner(nobody, Endpoint("http://no-such-host.invalid/v1", "m"), at(server)))[0] == "hello"
    assert "nothing listens there" in caplog.text
    assert "its name is unknown" in caplog.text


def test_one_that_answers_is_preferred_and_named(serve: Serve) -> None:
    first, second = serve(openai_server.text("one")), serve(openai_server.text("two"))
    planner = RemotePlanner(at(first, "a"), at(second, "b"))
    assert said(planner) == ("one", f"a at {at(first).host}")
    assert second.requests == []
    assert planner.name == "remote:a, b"


def test_a_single_server_is_not_named_with_each_answer(serve: Serve) -> None:
    assert said(RemotePlanner(at(serve(openai_server.text("one")))))[1] == ""


def test_one_that_failed_is_left_alone_for_a_while(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = serve(BUSY, openai_server.text("one")), serve(openai_server.text("two"))
    planner = RemotePlanner(at(first), at(second))
    assert [said(planner)[0] for _ in range(3)] == ["two"] * 3
    assert len(first.chats) == 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + remote.REST_SECONDS + 1)
    assert said(planner)[0] == "one"


def test_those_left_alone_are_asked_before_nobody_is(serve: Serve) -> None:
    first, second = serve(BUSY, openai_server.text("one")), serve(openai_server.text("two"), BUSY)
    planner = RemotePlanner(at(first), at(second))
    assert [said(planner)[0] for _ in range(2)] == ["two", "one"]


def test_all_that_are_busy_are_asked_again_and_those_out_of_reach_are_not(serve: Serve) -> None:
    first, second = serve(openai_server.stalled()), serve(BUSY, BUSY, openai_server.text("hello"))
    planner = RemotePlanner(at(first, silence_seconds=0.2), at(second))
    assert said(planner)[0] == "hello"
    assert (len(first.chats), len(second.chats)) == (1, 3)


def test_why_each_of_them_did_not_answer_is_said(serve: Serve, nobody: Endpoint) -> None:
    busy = serve(BUSY)
    with pytest.raises(PlannerError) as raised:
        play(RemotePlanner(nobody, at(busy)))
    told = raised.value.user_message
    assert told.startswith("None of the servers answered.")
    assert f"{nobody.host} refuses connections" in told
    assert f"{at(busy).host} takes no more requests" in told
    assert raised.value.hint
    assert len(busy.chats) == 3


def test_a_refusal_is_told_and_nobody_else_is_asked(serve: Serve) -> None:
    first, second = serve(openai_server.status(401, {"error": "key"})), serve(openai_server.text("two"))
    with pytest.raises(PlannerError, match="wants an API key"):
        play(RemotePlanner(at(first), at(second)))
    assert second.requests == []


def test_nobody_else_goes_on_with_an_answer_that_broke_off(serve: Serve) -> None:
    first, second = serve(openai_server.dying("half ")), serve(openai_server.text("two"))
    events = RemotePlanner(at(first), at(second)).stream(ask(), [], OPTIONS)
    assert next(events) == TextDelta("half ")
    with pytest.raises(PlannerError, match="broke off"):
        next(events)
    assert second.requests == []


def test_each_is_sent_its_own_key_only(serve: Serve) -> None:
    first, second = serve(BUSY), serve(openai_server.text("two"))
    play(RemotePlanner(at(first, api_key="sk-one"), at(second, api_key="sk-two")))
    assert [chat.headers["authorization"] for chat in (*first.chats, *second.chats)] == [
        "Bearer sk-one",
        "Bearer sk-two",
    ]


def test_what_one_refused_is_still_sent_to_the_other(serve: Serve) -> None:
    refusal = openai_server.status(400, {"error": {"message": "unknown field top_k"}})
    first, second = serve(refusal, BUSY), serve(openai_server.text("two"))
    list(RemotePlanner(at(first), at(second)).stream(ask(), [], replace(OPTIONS, greedy=False)))
    assert "top_k" not in first.chats[1].body
    assert "top_k" in second.chats[0].body


def test_cancelling_while_one_is_silent_asks_nobody_else(serve: Serve) -> None:
    first, second = serve(openai_server.stalled()), serve(openai_server.text("two"))
    planner = RemotePlanner(at(first, silence_seconds=60), at(second))
    events = planner.stream(ask(), [], OPTIONS)

    def cancel() -> None:
        deadline = time.monotonic() + 10
        while not first.chats and time.monotonic() < deadline:
            time.sleep(0.01)
        planner.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    assert [event for event in events if not isinstance(event, Usage)] == [End("cancelled")]
    thread.join()
    assert second.requests == []
