"""Who is measured in `bench steps`: our engine as people get it, llama-server, and llama-cpp-python's own handler."""

import base64
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desktop_agent.core import wire
from desktop_agent.core.chat import End, Message, Picture, Text, TextDelta, Usage
from desktop_agent.core.child import Child
from desktop_agent.model.local import LocalPlanner
from tests.bench.model_pair import CONTEXT, GREEDY, NEW_TOKENS, SYSTEM, THREADS, Pair, config, shown
from tests.llama_server import ROOT, LlamaServer, find

STEPS = 8
OURS, SERVER, STOCK = "ours", "llama-server", "stock"


@dataclass(frozen=True)
class Reply:
    """An answer, and the seconds until its first token and until its end. `usage` where the contender tells it."""

    text: str
    first: float
    seconds: float
    usage: Usage | None = None


class Contender(Protocol):
    """Answers conversations, greedily and with `NEW_TOKENS` tokens. It is ready once it was made."""

    def answer(self, messages: Sequence[Message]) -> Reply: ...

    def close(self) -> None: ...


class Ours:
    """The planner of the program: a worker process, its caches on the disk on."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        self._planner = LocalPlanner(config(pair, folder / "cache"), log=folder / "worker.log")
        self._planner.prefill([], [], GREEDY)  # loads it

    def answer(self, messages: Sequence[Message]) -> Reply:
        return reply_of(lambda: self._planner.stream(messages, [], GREEDY))

    def close(self) -> None:
        self._planner.close()


def reply_of(stream: Callable[[], Iterator[Any]]) -> Reply:
    """The answer in a planner's events."""
    started, first, usage, text = time.monotonic(), 0.0, None, ""
    for event in stream():
        match event:
            case TextDelta():
                first = first or time.monotonic() - started
                text += event.text
            case Usage():
                usage = event
            case End(reason) if reason != "length":
                raise RuntimeError(f"the answer ended early: {reason}")
    return Reply(text, first, time.monotonic() - started, usage)


class Server:
    """llama-server over HTTP."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        executable = find()
        if executable is None:
            raise FileNotFoundError("there is no llama-server")
        self._server = LlamaServer(executable, *pair, CONTEXT, THREADS, folder / "llama-server.log")

    def answer(self, messages: Sequence[Message]) -> Reply:
        request = {
            "messages": rows(messages),
            "temperature": 0,
            "max_tokens": NEW_TOKENS,
            "cache_prompt": True,
            "chat_template_kwargs": {"enable_thinking": False},
        }
        started, first, text = time.monotonic(), 0.0, ""
        for event in self._server.stream("/v1/chat/completions", request):
            for choice in event.get("choices", []):
                piece = choice["delta"].get("content") or ""
                first = first or (time.monotonic() - started if piece else 0.0)
                text += piece
        return Reply(text, first, time.monotonic() - started)

    def close(self) -> None:
        self._server.close()


class Stock:
    """llama-cpp-python's MTMDChatHandler, in a process of its own (`tests.bench.stock`)."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        log = folder / "stock.log"
        self._child = Child("tests.bench.stock", *map(str, pair), log=log, environment={"PYTHONPATH": str(ROOT)})
        wire.receive(self._child.socket)  # loaded

    def answer(self, messages: Sequence[Message]) -> Reply:
        request = {"messages": rows(messages)}
        started = time.monotonic()
        wire.send(self._child.socket, request)
        answer, _ = wire.receive(self._child.socket)
        seconds = time.monotonic() - started
        return Reply(answer["text"], seconds, seconds)

    def close(self) -> None:
        self._child.kill()


CONTENDERS: dict[str, Callable[[Pair, Path], Contender]] = {OURS: Ours, SERVER: Server, STOCK: Stock}


def conversation(contender: Contender, steps: int = STEPS) -> Iterator[Reply]:
    """Its answers in a conversation that grows by a screenshot and its own answer each step."""
    messages = [SYSTEM]
    for number in range(steps):
        messages.append(shown(number))
        for picture in messages[-1].pictures:
            _address(picture)  # nobody's time counts it
        reply = contender.answer(messages)
        messages.append(Message("assistant", (Text(reply.text),)))
        yield reply


def rows(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The conversation in the form that the other two take."""
    return [{"role": message.role, "content": [_part(part) for part in message.parts]} for message in messages]


def _part(part: Text | Picture) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": _address(part)}}


@functools.cache
def _address(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.image.encode_png()).decode()
