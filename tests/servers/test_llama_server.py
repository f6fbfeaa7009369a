"""The remote planner with llama-server, built from the llama.cpp that llama-cpp-python has."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, ReasoningDelta, Text
from desktop_agent.core.errors import PlannerError
from desktop_agent.model import remote
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.remote import RemotePlanner
from tests import llama_server
from tests.contract.planner_contract import OPTIONS, ask, play, turn_of
from tests.llama_server import LlamaServer
from tests.model.tiny import chain, write_chain_pair
from tests.servers.server_contract import CHAINS, TEXT, ServerContract, Start

pytestmark = [pytest.mark.full, pytest.mark.timeout(1200)]  # the first test may have to compile it
Run = Callable[..., LlamaServer]


@pytest.fixture(scope="module")
def executable() -> Path:
    return llama_server.find() or llama_server.build()


@pytest.fixture(scope="module")
def run(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Starts servers, which end with the module."""
    with contextlib.ExitStack() as stack:

        def start(model: Path, mmproj: Path | None, *options: str) -> LlamaServer:
            log = tmp_path_factory.mktemp("log") / "llama-server.log"
            server = LlamaServer(executable, model, mmproj, 8192, 2, log, options)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture(scope="module")
def start(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A server for each chain; one that runs already is used again."""
    running: dict[str, Endpoint] = {}

    def started(name: str) -> Endpoint:
        if name not in running:
            pair = write_chain_pair(tmp_path_factory.mktemp("chain"), **CHAINS[name])
            running[name] = Endpoint(run(*pair, "--override-kv", _end_of_calls(name)).url, "chain")
        return running[name]

    return started


def _end_of_calls(name: str) -> str:
    """The tiny pair is like a file of an old converter: nothing in it says that a turn ends with `<|observation|>`."""
    texts = [text for text, _ in chain(**CHAINS[name])[0]]
    return f"tokenizer.ggml.eom_token_id=int:{texts.index('<|observation|>')}"


class TestLlamaServer(ServerContract):
    @pytest.fixture
    def start(self, start: Start) -> Start:
        return start

    def test_the_beginning_that_was_evaluated_is_used_again(self, start: Start) -> None:
        planner = RemotePlanner(start("text"))
        play(planner)
        (usage,) = (event for event in play(planner) if hasattr(event, "reused"))
        assert 0 < usage.prompt - usage.reused < 10

    def test_a_budget_is_kept_by_the_server_itself(self, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remote, "CHARACTERS_PER_TOKEN", 1000)  # so that we don't
        events = list(RemotePlanner(start("thinking")).stream(ask(), [], replace(OPTIONS, thinking=30)))
        assert sum(isinstance(event, ReasoningDelta) for event in events) == 30
        assert turn_of(events).message.text == TEXT

    def test_a_conversation_that_is_too_long_is_told(self, start: Start) -> None:
        long = Message("user", (Text("a " * 20_000),))
        with pytest.raises(PlannerError, match="exceeds the available context size") as raised:
            play(RemotePlanner(start("text")), [long])
        assert "too long" in raised.value.hint

    def test_a_key_is_wanted_and_taken(self, run: Run, tmp_path: Path) -> None:
        pair = write_chain_pair(tmp_path, TEXT)
        endpoint = Endpoint(run(*pair, "--api-key", "sk-right").url, "chain")
        for key, words in (("", "wants an API key"), ("sk-wrong", "did not accept the API key")):
            with pytest.raises(PlannerError, match=words):
                play(RemotePlanner(replace(endpoint, api_key=key)))
        assert play(RemotePlanner(replace(endpoint, api_key="sk-right")))

    def test_a_model_without_an_image_encoder_says_so(self, run: Run, tmp_path: Path) -> None:
        model, _ = write_chain_pair(tmp_path, TEXT)
        with pytest.raises(PlannerError, match="image input is not supported"):
            play(RemotePlanner(Endpoint(run(model, None).url, "chain")))

    def test_a_server_that_dies_in_the_middle_is_said_and_the_next_one_answers(
        self, run: Run, start: Start, tmp_path: Path
    ) -> None:
        dying = run(*write_chain_pair(tmp_path, **CHAINS["endless"]))
        planner = RemotePlanner(Endpoint(dying.url, "chain"), start("text"))
        events = planner.stream(ask(), [], replace(OPTIONS, max_tokens=20_000))
        next(events)
        dying.close()
        with pytest.raises(PlannerError, match="broke off"):
            list(events)
        assert play(planner)[-2].by == f"chain at {start('text').host}"  # type: ignore[union-attr]  # the usage
