"""The remote planner against servers that refuse, stall, send garbage, die half-way, or speak another dialect."""

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Message,
    ReasoningDelta,
    Text,
    TextDelta,
    ToolCall,
    Usage,
)
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model import endpoint, exchange, remote
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.exchange import Exchange
from desktop_agent.model.remote import RemotePlanner
from tests.contract import openai_server
from tests.contract.openai_server import MODEL, Answer, OpenAIServer, Reply
from tests.contract.planner_contract import CLICK, OPTIONS, ask, events_of, picture, play, turn_of

Serve = Callable[..., OpenAIServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts servers that end with the test; pauses between requests are short."""
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.01, 0.01))
    servers: list[OpenAIServer] = []

    def start(*answers: Answer, **options: Any) -> OpenAIServer:
        server = OpenAIServer(*answers, **options)
        server.__enter__()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.__exit__()


def planner(server: OpenAIServer, **options: Any) -> RemotePlanner:
    return RemotePlanner(Endpoint(server.url, options.pop("model", MODEL), **options))


def failure(of: RemotePlanner) -> PlannerError:
    with pytest.raises(PlannerError) as raised:
        play(of)
    assert raised.value.user_message
    assert raised.value.hint
    return raised.value


def test_a_refused_connection_is_tried_again_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.01, 0.01))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = failure(RemotePlanner(Endpoint(f"http://127.0.0.1:{port}/v1", MODEL)))
    assert "refuses connections" in error.user_message
    assert str(port) in error.user_message


def test_a_host_that_no_one_knows_is_said() -> None:
    error = failure(RemotePlanner(Endpoint("http://no-such-host.invalid/v1", MODEL, connect_seconds=3)))
    assert "no-such-host.invalid" in error.user_message


def test_https_to_a_server_without_it_is_said(serve: Serve) -> None:
    server = serve(openai_server.text("hello"))
    error = failure(RemotePlanner(Endpoint(server.url.replace("http:", "https:"), MODEL)))
    assert "encryption" in error.user_message


@pytest.mark.parametrize(("key", "words"), [("", "wants an API key"), ("sk-secret-1", "did not accept the API key")])
def test_a_refused_key_is_said_and_never_shown(serve: Serve, key: str, words: str) -> None:
    server = serve(openai_server.status(401, {"error": {"message": f"Incorrect API key provided: {key}"}}))
    error = failure(planner(server, api_key=key))
    assert words in error.user_message
    assert not key or key not in f"{error} {error.details}"
    assert len(server.chats) == 1


def test_the_key_is_in_no_representation() -> None:
    assert "sk-secret" not in repr(Endpoint("http://127.0.0.1/v1", MODEL, api_key="sk-secret"))


def test_an_unknown_model_names_those_that_the_server_has(serve: Serve) -> None:
    server = serve(
        openai_server.status(404, {"error": {"message": "no such model"}}), models=["glm-a", "glm-\x1b[31mb"]
    )
    error = failure(planner(server, model="glm-z"))
    assert '"glm-z"' in error.user_message
    assert "glm-a, glm-[31mb" in error.user_message
    assert "\x1b" not in error.user_message


def test_a_wrong_address_is_said(serve: Serve) -> None:
    server = serve(openai_server.status(404, {"detail": "Not Found"}), models=[])
    assert "/v1" in failure(planner(server)).hint


def test_a_busy_server_is_asked_again(serve: Serve) -> None:
    server = serve(
        openai_server.status(429, {"error": {"message": "slow down"}}, {"Retry-After": "0.05"}),
        openai_server.status(503, {"error": "loading"}),
        openai_server.text("hello"),
    )
    assert turn_of(play(planner(server))).message.text == "hello"
    assert len(server.chats) == 3


def test_a_server_that_stays_broken_is_given_up(serve: Serve) -> None:
    server = serve(openai_server.status(500, {"error": {"message": "out of memory"}}))
    error = failure(planner(server))
    assert "HTTP 500" in error.user_message
    assert "out of memory" in error.user_message
    assert len(server.chats) == 3


def test_a_refused_request_is_not_repeated(serve: Serve) -> None:
    server = serve(openai_server.status(400, {"error": {"message": "context length exceeded"}}))
    assert "context length exceeded" in failure(planner(server)).user_message
    assert len(server.chats) == 1


def test_fields_that_a_server_does_not_know_are_left_out_from_then_on(serve: Serve) -> None:
    server = serve(
        openai_server.status(400, {"error": {"message": "Unrecognized argument: chat_template_kwargs"}}),
        openai_server.status(422, {"detail": [{"loc": ["body", "top_k"], "msg": "extra fields not permitted"}]}),
        openai_server.text("hello"),
    )
    talker = planner(server)
    options = replace(OPTIONS, greedy=False)
    for _ in range(2):
        assert turn_of(list(talker.stream(ask(), [CLICK], options))).message.text == "hello"
    assert len(server.chats) == 4
    assert "chat_template_kwargs" in server.chats[0].body
    assert {"chat_template_kwargs", "top_k"}.isdisjoint(server.chats[3].body)
    assert server.chats[3].body["repetition_penalty"] == 1.1


@pytest.mark.parametrize("words", [(), ("half ", "an ")])
def test_a_stall_ends_after_the_time_given(serve: Serve, words: tuple[str, ...]) -> None:
    server = serve(openai_server.stalled(*words))
    error = failure(planner(server, silence_seconds=0.2))
    assert "sent nothing for 0.2 seconds" in error.user_message
    assert len(server.chats) == 1


def test_signs_of_life_are_no_stall(serve: Serve) -> None:
    def slow(reply: Reply) -> None:
        reply.stream()
        for _ in range(8):
            reply.write(b": still here\n\n")
            time.sleep(0.05)
        reply.chunk(delta={"content": "hello"})
        reply.done()

    assert turn_of(play(planner(serve(slow), silence_seconds=0.25))).message.text == "hello"


def test_a_death_half_way_gives_what_came_and_then_says_so(serve: Serve) -> None:
    server = serve(openai_server.dying("half ", "an "))
    events = planner(server).stream(ask(), [], OPTIONS)
    assert [next(events), next(events)] == [TextDelta("half "), TextDelta("an ")]
    with pytest.raises(PlannerError, match="broke off before the answer was complete"):
        next(events)
    assert len(server.chats) == 1


def test_a_death_before_the_first_word_is_tried_again(serve: Serve) -> None:
    server = serve(openai_server.dying(), openai_server.text("hello"))
    assert turn_of(play(planner(server))).message.text == "hello"


GARBAGE = [
    pytest.param(openai_server.raw(b"<html>hello</html>", "text/html"), id="a web page"),
    pytest.param(openai_server.raw(b"data: {{{\n\n"), id="no JSON"),
    pytest.param(openai_server.raw(b"data: \xff\xfe\n\n"), id="no UTF-8"),
    pytest.param(openai_server.raw(b"data: " + b"[" * 200_000 + b"\n\n"), id="deep"),
    pytest.param(openai_server.raw(b"data: [1]\n\n"), id="a list"),
    pytest.param(openai_server.raw(b'data: {"choices": {"a": 1}}\n\n'), id="choices"),
    pytest.param(openai_server.raw(b'data: {"choices": [7]}\n\n'), id="a choice"),
    pytest.param(openai_server.raw(b'data: {"choices": [{"delta": "x"}]}\n\n'), id="a delta"),
    pytest.param(openai_server.raw(b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'), id="content"),
    pytest.param(openai_server.raw(b'data: {"choices": [{"delta": {"tool_calls": 5}}]}\n\n'), id="calls"),
    pytest.param(openai_server.raw(b'data: {"choices": [], "usage": "much"}\n\n'), id="usage"),
    pytest.param(openai_server.deltas({"tool_calls": [{"index": 0, "id": "a", "function": {}}]}), id="a nameless call"),
    pytest.param(openai_server.deltas({"tool_calls": [{"id": str(n)} for n in range(99)]}), id="many calls"),
]


@pytest.mark.parametrize("answer", GARBAGE)
def test_garbage_is_said_to_be_no_answer(serve: Serve, answer: Answer) -> None:
    assert "no answer of a chat model" in failure(planner(serve(answer))).user_message


def test_bytes_that_are_no_text_in_the_middle_end_the_answer(serve: Serve) -> None:
    def broken(reply: Reply) -> None:
        reply.stream()
        reply.chunk(delta={"content": "half "})
        reply.write(b'data: {"choices": [{"index": 0, "delta": {"content": "\xf0\x9f\x98"}}]}\n\n')
        reply.done()

    events = planner(serve(broken)).stream(ask(), [], OPTIONS)
    assert next(events) == TextDelta("half ")
    with pytest.raises(PlannerError, match="no answer of a chat model"):
        next(events)


def test_characters_may_come_in_pieces_and_halves_of_pairs_are_no_characters(serve: Serve) -> None:
    def pieces(reply: Reply) -> None:
        reply.stream()
        for byte in 'data: {"choices": [{"index": 0, "delta": {"content": "ü银😀"}}]}\n\n'.encode():
            reply.write(bytes([byte]))
        reply.chunk(delta={"content": "\ud83d."})  # json.dumps writes it as an escape
        reply.done()

    text = turn_of(play(planner(serve(pieces)))).message.text
    assert text == "ü银😀?."


def test_a_refusal_without_an_end_is_not_read_for_ever(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_RESPONSE", 100_000)

    def endless_refusal(reply: Reply) -> None:
        reply.headers(400, "application/json")
        while not reply.closing.is_set():
            reply.write(b'"' + b"x" * 4096)

    assert "larger than 100000" in failure(planner(serve(endless_refusal))).details


def test_an_answer_without_an_end_is_not_read_for_ever(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_RESPONSE", 100_000)

    def one_line_without_end(reply: Reply) -> None:
        reply.stream()
        while not reply.closing.is_set():
            reply.write(b"data: " + b"x" * 4096)

    assert "larger than 100000" in failure(planner(serve(one_line_without_end))).details


def test_a_compressed_answer_is_refused(serve: Serve) -> None:
    def compressed(reply: Reply) -> None:
        reply.headers(200, "text/event-stream", {"Content-Encoding": "gzip"})

    server = serve(compressed)
    assert "gzip" in failure(planner(server)).details
    assert server.chats[0].headers["accept-encoding"] == "identity"


def test_an_error_inside_the_stream_is_said(serve: Serve) -> None:
    server = serve(openai_server.raw(b'data: {"error": {"message": "the model crashed"}}\n\n'))
    assert "the model crashed" in failure(planner(server)).user_message


@pytest.mark.parametrize("finish", ["content_filter", "sensitive"])
def test_a_filtered_answer_is_said(serve: Serve, finish: str) -> None:
    assert "filter" in failure(planner(serve(openai_server.deltas(finish=finish)))).user_message


def test_an_answer_that_failed_in_the_middle_is_no_answer(serve: Serve) -> None:
    server = serve(openai_server.deltas({"content": "half"}, finish="network_error"))
    assert "broke off" in failure(planner(server)).user_message


def test_an_answer_that_filled_the_context_is_cut_off(serve: Serve) -> None:
    server = serve(openai_server.deltas({"content": "half"}, finish="model_context_window_exceeded"))
    assert events_of(planner(server))[-1] == End("length")


def test_an_error_in_plain_words_inside_the_stream_is_said(serve: Serve) -> None:
    """As transformers' server tells it."""
    server = serve(openai_server.raw(b'data: {"error": "CUDA out of memory"}\n\n'))
    assert "CUDA out of memory" in failure(planner(server)).user_message


def test_a_refusal_of_several_fields_at_once_is_understood(serve: Serve) -> None:
    """As transformers' server refuses them."""
    refusal = {"detail": "Unexpected fields in the request: {'repetition_penalty', 'repeat_penalty', 'top_k'}"}
    server = serve(openai_server.status(422, refusal), openai_server.text("hello"))
    list(planner(server).stream(ask(), [], replace(OPTIONS, greedy=False)))
    assert {"repetition_penalty", "repeat_penalty", "top_k"}.isdisjoint(server.chats[1].body)
    assert "chat_template_kwargs" in server.chats[1].body


def test_redirects_are_not_followed(serve: Serve) -> None:
    elsewhere = serve(openai_server.text("stolen"))
    server = serve(openai_server.status(307, {}, {"Location": elsewhere.url + "/chat/completions"}))
    assert elsewhere.url in failure(planner(server)).user_message
    assert elsewhere.requests == []


def test_environment_variables_for_another_server_are_not_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "private")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Private: private")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://private.invalid")
    monkeypatch.setenv("HTTP_PROXY", "http://private.invalid:1")
    server = serve(openai_server.text("hello"))
    play(planner(server))
    sent = server.chats[0].headers
    assert "private" not in " ".join(sent.values())
    assert set(sent) <= {
        "host",
        "accept",
        "content-type",
        "content-length",
        "user-agent",
        "accept-encoding",
        "connection",
    }
    play(planner(server, api_key="mine"))
    assert server.chats[1].headers["authorization"] == "Bearer mine"


@pytest.mark.parametrize("words", [(), ("half ",)], ids=["before the headers", "in the middle"])
def test_cancelling_wakes_a_stream_that_waits(serve: Serve, words: tuple[str, ...]) -> None:
    server = serve(openai_server.stalled(*words))
    talker = planner(server, silence_seconds=60)
    events = talker.stream(ask(), [], OPTIONS)
    seen = [next(events) for _ in words]
    waiting = threading.Event()

    def cancel() -> None:
        deadline = time.monotonic() + 10
        while not server.chats and time.monotonic() < deadline:
            time.sleep(0.01)
        waiting.set()
        talker.cancel()

    thread = threading.Thread(target=cancel)
    started = time.monotonic()
    thread.start()
    seen += events
    thread.join()
    assert waiting.is_set()
    assert seen[-1] == End("cancelled")
    assert time.monotonic() - started < 20


def test_cutting_before_the_connection_is_made_ends_it_too(serve: Serve) -> None:
    cut = Exchange(Endpoint(serve(openai_server.stalled()).url, MODEL, silence_seconds=300))
    cut.cut()
    with pytest.raises(PlannerError), cut.explained():
        list(cut.chunks({}))
    cut.close()


def test_cancelling_ends_the_pause_between_two_requests(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RETRY_SECONDS", (60.0,))
    server = serve(openai_server.status(503, {}))
    talker = planner(server)
    events = talker.stream(ask(), [], OPTIONS)

    def cancel() -> None:
        deadline = time.monotonic() + 10
        while not server.chats and time.monotonic() < deadline:
            time.sleep(0.01)
        talker.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    assert list(events) == [End("cancelled")]
    thread.join()


# What is sent.


def test_what_is_sent(serve: Serve) -> None:
    server = serve(openai_server.text("hello"))
    list(planner(server).stream(ask(), [CLICK], replace(OPTIONS, thinking=True, greedy=False)))
    body = server.chats[0].body
    assert body["model"] == MODEL
    assert body["stream"] is True
    assert body["chat_template_kwargs"] == {"enable_thinking": True}
    assert (body["temperature"], body["top_p"], body["top_k"], body["max_tokens"]) == (0.8, 0.6, 2, 256)
    assert (body["repetition_penalty"], body["repeat_penalty"]) == (1.1, 1.1)
    assert body["tools"][0]["function"]["parameters"] == CLICK.parameters
    system, user = body["messages"]
    assert system == {"role": "system", "content": "You are brief."}
    assert user["content"][0] == {"type": "text", "text": "What is this?"}
    kind, data = user["content"][1]["image_url"]["url"].split(",")
    assert kind == "data:image/png;base64"
    assert Image.decode(base64.b64decode(data)).to_pillow().tobytes() == picture().image.to_pillow().tobytes()


@pytest.mark.parametrize(
    ("thinking", "greedy", "expected"),
    [
        (False, False, {"thinking": {"type": "disabled"}, "temperature": 0.8, "top_p": 0.6}),
        (True, True, {"thinking": {"type": "enabled"}, "do_sample": False}),
        (500, True, {"thinking": {"type": "enabled"}, "do_sample": False}),
    ],
)
def test_what_the_publishers_api_is_sent(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, thinking: bool | int, greedy: bool, expected: dict[str, Any]
) -> None:
    monkeypatch.setattr(endpoint, "PUBLISHERS", ("127.0.0.1",))
    server = serve(openai_server.text("hello"))
    list(planner(server).stream(ask(), [], replace(OPTIONS, thinking=thinking, greedy=greedy)))
    body = server.chats[0].body
    assert {name: body[name] for name in set(body) - {"model", "messages", "max_tokens", "stream"}} == expected


def loop() -> list[Message]:
    """Two calls of one turn, whose results hold images, and what follows."""
    calls = (ToolCall("a", "left_click", {"start_box": [1, 2]}), ToolCall("b", "zoom", {"name": "ü"}))
    return [
        *ask(),
        Message("assistant", (Text("I look."),), "Hm.", calls),
        Message("tool", (Text("confirmed"), picture("img2")), call_id="a"),
        Message("tool", (picture("img3"),), call_id="b"),
        Message("assistant", (Text("Done."),), "Well."),
    ]


def roles(server: OpenAIServer, number: int = -1) -> list[str]:
    return [message["role"] for message in server.chats[number].body["messages"]]


@pytest.mark.parametrize("code", [400, 422, 500])
def test_images_of_results_follow_the_last_result_where_a_server_takes_none_in_it(serve: Serve, code: int) -> None:
    refusal = {"detail": [{"loc": ["body", "messages", 3, "tool"], "msg": "Input should be 'text'"}]}
    server = serve(openai_server.status(code, refusal), openai_server.text("hello"))
    talker = planner(server)
    for _ in range(2):
        assert turn_of(play(talker, loop())).message.text == "hello"
    assert len(server.chats) == 3  # found out once
    assert roles(server, 2) == roles(server, 1)
    messages = server.chats[1].body["messages"]
    assert [message["role"] for message in messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
        "user",
        "assistant",
    ]
    assert messages[2]["reasoning_content"] == "Hm."
    assert messages[2]["tool_calls"][1]["function"] == {"name": "zoom", "arguments": '{"name": "ü"}'}
    assert messages[3] == {"role": "tool", "tool_call_id": "a", "content": "confirmed"}
    assert messages[5]["content"][0]["text"] == "The images of the tool results: img2, img3"
    assert [part["type"] for part in messages[5]["content"]] == ["text", "image_url", "image_url"]


def test_images_stay_in_results_where_the_server_takes_them(serve: Serve) -> None:
    server = serve(openai_server.text("hello"))
    play(planner(server), loop())
    assert roles(server) == ["system", "user", "assistant", "tool", "tool", "assistant"]
    assert [part["type"] for part in server.chats[0].body["messages"][3]["content"]] == ["text", "image_url"]


def test_what_fails_without_images_in_results_too_says_nothing_about_them(serve: Serve) -> None:
    refusal = openai_server.status(400, {"error": {"message": "context length exceeded"}})
    server = serve(refusal, refusal, openai_server.text("hello"))
    talker = planner(server)
    with pytest.raises(PlannerError, match="context length exceeded"):
        play(talker, loop())
    play(talker, loop())
    assert len(server.chats) == 3
    assert roles(server) == ["system", "user", "assistant", "tool", "tool", "assistant"]


def test_a_server_that_is_busy_says_nothing_about_images_in_results(serve: Serve) -> None:
    server = serve(openai_server.status(503, {"error": {"message": "Loading model"}}), openai_server.text("hello"))
    play(planner(server), loop())
    assert roles(server) == ["system", "user", "assistant", "tool", "tool", "assistant"]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_goes_back_under_the_name_that_the_server_gives_it(serve: Serve, name: str) -> None:
    server = serve(openai_server.deltas({name: "Hm."}, {"content": "hello"}))
    talker = planner(server)
    play(talker)
    play(talker, loop())
    sent = server.chats[1].body["messages"][2]
    assert {key: value for key, value in sent.items() if key.startswith("reasoning")} == {name: "Hm."}


def test_reasoning_before_the_last_question_is_not_sent(serve: Serve) -> None:
    server = serve(openai_server.text("hello"))
    play(planner(server), [*loop(), Message("user", (Text("And now?"),))])
    assert all("reasoning_content" not in message for message in server.chats[0].body["messages"])


# What comes back.


def test_reasoning_text_and_usage_come_as_events(serve: Serve) -> None:
    server = serve(openai_server.deltas({"reasoning_content": "Hm. "}, {"reasoning": "Yes."}, {"content": "A window."}))
    events = play(planner(server))
    assert events[:3] == [ReasoningDelta("Hm. "), ReasoningDelta("Yes."), TextDelta("A window.")]
    usage = events[3]
    assert isinstance(usage, Usage)
    assert (usage.prompt, usage.reused, usage.generated, usage.reuse_told) == (20, 12, 5, True)
    assert usage.encoded is None
    assert events[4:] == [End("stop")]


def test_several_calls_are_told_apart(serve: Serve) -> None:
    def piece(index: int | None, call_id: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
        return {"tool_calls": [{"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}]}

    server = serve(
        openai_server.deltas(
            piece(0, "a", "key", '{"keys"'),
            piece(1, "b", "type", ""),
            piece(0, None, None, ': "ctrl+s"}'),
            piece(1, None, "", '{"content": "hi"}'),
            piece(1, "c", "WAIT", None),  # another call under an index that is in use
            piece(None, "d", "zoom", {"image": "img1"}),  # no index, and an object
        )
    )
    turn = turn_of(play(planner(server)))
    assert [(call.id, call.name, call.arguments) for call in turn.calls] == [
        ("a", "key", {"keys": "ctrl+s"}),
        ("b", "type", {"content": "hi"}),
        ("c", "WAIT", {}),
        ("d", "zoom", {"image": "img1"}),
    ]
    assert turn.end == "calls"  # though the server said "stop"


def test_broken_arguments_are_told_to_the_model(serve: Serve) -> None:
    server = serve(openai_server.call("type", '{"content": "half a sent'))
    (bad, end) = events_of(planner(server))
    assert isinstance(bad, BadCall)
    assert "half a sent" in bad.raw
    assert "not valid JSON" in bad.problem
    assert end == End("calls")


def test_a_call_at_the_greatest_length_is_not_trusted(serve: Serve) -> None:
    server = serve(openai_server.call("left_click", '{"start_box": [10, 20]', finish="length"))
    (bad, end) = events_of(planner(server))
    assert isinstance(bad, BadCall)
    assert "cut off" in bad.problem
    assert end == End("length")


def test_calls_in_the_text_are_read(serve: Serve) -> None:
    server = serve(
        openai_server.text(
            "<think>Where?</think>\n",
            "I click.<tool",
            "_call>left_click\n<arg_key>start_box</arg_key>",
            "\n<arg_value>[10, 20]</arg_value></tool_call>",
        )
    )
    turn = turn_of(play(planner(server)))
    assert "".join(turn.reasoning) == "Where?"
    assert turn.message.text.strip() == "I click."
    assert [(call.name, call.arguments) for call in turn.calls] == [("left_click", {"start_box": [10, 20]})]
    assert turn.end == "calls"


def test_a_quoted_call_is_text_once_the_server_has_parsed_calls_itself(serve: Serve) -> None:
    quoted = "It says <tool_call>left_click\n<arg_key>start_box</arg_key><arg_value>[1, 2]</arg_value></tool_call>"
    talker = planner(serve(openai_server.call("left_click", '{"start_box": [1, 2]}'), openai_server.text(quoted)))
    assert any(isinstance(event, CallEvent) for event in play(talker))
    assert events_of(talker) == [TextDelta(quoted), End("stop")]


@pytest.mark.parametrize(
    ("piece", "most"), [("Or? ", 21 * 4), ("Or is it? " * 3, 20 * remote.CHARACTERS_PER_TOKEN + 30)]
)
def test_reasoning_beyond_its_budget_is_cut_short(serve: Serve, piece: str, most: int) -> None:
    def thinking(reply: Reply) -> None:
        reply.stream()
        while not reply.closing.wait(0.001):
            reply.chunk(delta={"reasoning_content": piece})

    server = serve(thinking, openai_server.text("A window."))
    turn = turn_of(list(planner(server).stream(ask(), [], replace(OPTIONS, thinking=20))))
    assert turn.message.text == "A window."
    assert 80 <= len(turn.message.reasoning) <= most
    assert [chat.body["chat_template_kwargs"]["enable_thinking"] for chat in server.chats] == [True, False]
    assert [chat.body.get("reasoning_budget_tokens") for chat in server.chats] == [20, None]


def test_reasoning_that_the_server_ends_at_the_budget_is_left_to_it(serve: Serve) -> None:
    pieces = [{"reasoning_content": "Thing"}] * 20
    server = serve(openai_server.deltas(*pieces, {"content": "A window."}))
    turn = turn_of(list(planner(server).stream(ask(), [], replace(OPTIONS, thinking=20))))
    assert (turn.message.reasoning, turn.message.text) == ("Thing" * 20, "A window.")
    assert len(server.chats) == 1
