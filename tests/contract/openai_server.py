"""A chat-completions server on the loopback device that answers as it is told, and misbehaves as it is told."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

MODEL = "test-model"


@dataclass(frozen=True)
class Request:
    """What the server was sent."""

    path: str
    headers: dict[str, str]
    body: Any


class Reply:
    """The handler's side of one answer: what an `Answer` may do."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self._handler = handler
        self.closing = closing

    def headers(self, status: int, kind: str, extra: dict[str, str] | None = None) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        for name, value in (extra or {}).items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def chunk(self, **choice: Any) -> None:
        """One chunk with one choice."""
        self.event({"object": "chat.completion.chunk", "model": MODEL, "choices": [{"index": 0, **choice}]})

    def event(self, data: Any) -> None:
        self.write(b"data: " + json.dumps(data).encode() + b"\n\n")

    def stream(self) -> None:
        self.headers(200, "text/event-stream; charset=utf-8")

    def done(self, finish: str = "stop") -> None:
        self.chunk(delta={}, finish_reason=finish)
        self.event(
            {
                "choices": [],
                "usage": {"prompt_tokens": 20, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 12}},
            }
        )
        self.write(b"data: [DONE]\n\n")

    def wait(self) -> None:
        """Say nothing more until the test is over."""
        self.closing.wait(60)


Answer = Callable[[Reply], None]


def deltas(*pieces: dict[str, Any], finish: str = "stop") -> Answer:
    """A whole answer made of these deltas."""

    def answer(reply: Reply) -> None:
        reply.stream()
        reply.chunk(delta={"role": "assistant", "content": ""})
        for piece in pieces:
            reply.chunk(delta=piece)
        reply.done(finish)

    return answer


def text(*pieces: str) -> Answer:
    return deltas(*({"content": piece} for piece in pieces))


def call(name: str, *arguments: str, finish: str = "tool_calls") -> Answer:
    """A tool call whose arguments come in these pieces."""
    first = {
        "tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}]
    }
    rest = ({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in arguments)
    return deltas(first, *rest, finish=finish)


def endless(reply: Reply) -> None:
    """Words without an end."""
    reply.stream()
    while not reply.closing.wait(0.01):
        reply.chunk(delta={"content": "again "})


def status(code: int, body: Any, extra: dict[str, str] | None = None) -> Answer:
    def answer(reply: Reply) -> None:
        reply.headers(code, "application/json", extra)
        reply.write(json.dumps(body).encode())

    return answer


def stalled(*pieces: str) -> Answer:
    """These words, and then nothing more; with no words not even headers."""

    def answer(reply: Reply) -> None:
        if pieces:
            reply.stream()
        for piece in pieces:
            reply.chunk(delta={"content": piece})
        reply.wait()

    return answer


def dying(*pieces: str) -> Answer:
    """These words, and then the end of the connection."""

    def answer(reply: Reply) -> None:
        reply.stream()
        for piece in pieces:
            reply.chunk(delta={"content": piece})

    return answer


def raw(data: bytes, kind: str = "text/event-stream") -> Answer:
    def answer(reply: Reply) -> None:
        reply.headers(200, kind)
        reply.write(data)

    return answer


class OpenAIServer:
    """The server, while in a `with` block. `answers` are given in order, the last one again and again."""

    def __init__(self, *answers: Answer, models: Sequence[str] = (MODEL,)) -> None:
        self.answers = list(answers)
        self.models = models
        self.requests: list[Request] = []
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # So that closing waits for every handler.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def chats(self) -> list[Request]:
        return [request for request in self.requests if request.path == "/v1/chat/completions"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner._note(self, body)
                answer = owner.answers.pop(0) if len(owner.answers) > 1 else owner.answers[0]
                try:
                    answer(Reply(self, owner._closing))
                except ConnectionError:
                    pass  # The client has cancelled.

            def do_GET(self) -> None:
                owner._note(self, None)
                data = {"object": "list", "data": [{"id": name, "object": "model"} for name in owner.models]}
                status(200, data)(Reply(self, owner._closing))

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def _note(self, handler: BaseHTTPRequestHandler, body: Any) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(Request(handler.path, headers, body))
