"""Greedy answers equal llama-server's, token for token: the same template, tokens, images and positions.

llama-server is compared where it was built (`desktop-agent bench steps` builds it); the long form builds it.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.chat import Message, Text
from desktop_agent.model.engine import Engine
from tests import llama_server
from tests.bench.contenders import rows
from tests.llama_server import LlamaServer
from tests.model.conversations import GREEDY, picture, said
from tests.model.references import answer

Make = Callable[..., Engine]
Pair = tuple[Path, Path]
pytestmark = [] if llama_server.find() else [pytest.mark.full, pytest.mark.timeout(1800)]
CONTEXT, THREADS = 4096, 2
SYSTEM = Message("system", (Text("  Work on the screen!!\n\nClick  the  right\n\n\n  thing.\n"),))
"""Merges reach over the borders of template and content: spaces and line feeds at both ends, and a full stop before the
template's line feed."""


@pytest.fixture(scope="module")
def server(talking_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    executable = llama_server.find() or llama_server.build()
    log = tmp_path_factory.mktemp("server") / "log"
    running = LlamaServer(executable, *talking_pair, CONTEXT, THREADS, log)
    yield running
    running.close()


CONVERSATIONS = {
    "text only": [SYSTEM, said("\n\nWhat  is the 12 on the click?\n")],
    "a result": [SYSTEM, said("Click."), Message("tool", (Text("\n\nClicked."),), call_id="c1")],
    "one image": [SYSTEM, said("\n  What is this.\n", picture(1))],
    "three images": [
        SYSTEM,
        said("\n\nLook here.", picture(1)),
        Message("assistant", (Text("I see the click."),)),
        said(" and  here!!\n", picture(2, 280, 140)),
        Message("assistant", (Text("The other one\n\nis the 00."),)),
        said("And the last\n\n", picture(3, 140, 336)),
    ],
    "an image between texts": [
        Message("user", (Text("Before it.\n"), picture(1), Text("\nbehind it.\n\n"), picture(2))),
    ],
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_answers_are_llama_servers(name: str, server: LlamaServer, make_engine: Make, talking_pair: Pair) -> None:
    messages = CONVERSATIONS[name]
    ours = answer(make_engine(talking_pair, context_tokens=CONTEXT, threads=THREADS), messages)
    theirs = server.ask("/v1/chat/completions", _request(messages))
    assert ours.telling, ours
    assert theirs["usage"]["prompt_tokens"] == ours.usage.prompt
    assert tuple(each["id"] for each in theirs["choices"][0]["logprobs"]["content"]) == ours.tokens


@pytest.mark.parametrize("name", ["text only", "a result"])
def test_tokens_are_llama_servers(name: str, server: LlamaServer, make_engine: Make, talking_pair: Pair) -> None:
    messages = CONVERSATIONS[name]
    engine = make_engine(talking_pair)
    text = server.ask("/apply-template", _request(messages))["prompt"]
    theirs = server.ask("/tokenize", {"content": text, "parse_special": True})["tokens"]
    assert engine._loaded.entries(engine._renderer.render(messages, [], thinking=False).segments) == theirs


def _request(messages: Sequence[Message]) -> dict[str, Any]:
    return {
        "messages": rows(messages),
        "temperature": 0,
        "max_tokens": GREEDY.max_tokens,
        "logprobs": True,
        "top_logprobs": 1,
        "chat_template_kwargs": {"enable_thinking": False},
    }
