"""The remote planner with transformers' server and a tiny Glm4v on the CPU."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.remote import RemotePlanner
from tests.contract.planner_contract import ask, play
from tests.servers import transformers_server
from tests.servers.server_contract import CHAINS, ServerContract, Start
from tests.servers.transformers_server import TransformersServer

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not transformers_server.installed(), reason="transformers' server is installed by installer/test.sh --full"
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransformersServer]:
    server = TransformersServer(tmp_path_factory.mktemp("log") / "transformers.log")
    yield server
    server.close()


@pytest.fixture(scope="module")
def start(server: TransformersServer, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A model for each chain."""
    folder = tmp_path_factory.mktemp("glm4v")
    transformers_server.write_models(folder, CHAINS)
    return lambda name: Endpoint(server.url, str(folder / name))


class TestTransformersServer(ServerContract):
    @pytest.fixture
    def start(self, start: Start) -> Start:
        return start

    def test_what_it_refuses_is_learned_from_one_refusal(self, start: Start) -> None:
        planner = RemotePlanner(start("text"))
        assert list(planner.stream(ask(), [], Options(max_tokens=100)))
        assert planner._servers[0].habits.refused == {"top_k", "repetition_penalty", "repeat_penalty"}

    def test_a_model_that_it_does_not_have_is_told(self, start: Start, tmp_path: Path) -> None:
        endpoint = replace(start("text"), model=str(tmp_path / "missing"))
        with pytest.raises(PlannerError, match="failed"):
            play(RemotePlanner(endpoint))
