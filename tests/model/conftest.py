"""Tiny pairs, written once a session, and engines on them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import CALL
from tests.model.tiny import WORDS, write_chain_pair, write_random_pair

Pair = tuple[Path, Path]


@pytest.fixture(scope="session")
def random_pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Random weights."""
    return write_random_pair(tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="session")
def talking_pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Random weights that answer in readable text, and never end by themselves."""
    return write_random_pair(tmp_path_factory.mktemp("talking"), says=WORDS)


@pytest.fixture(scope="session")
def chain_pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Answers `CALL`, and "Done." after a tool's result."""
    return write_chain_pair(tmp_path_factory.mktemp("chain"), CALL)


@pytest.fixture(scope="session")
def endless_pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Counts for ever, in periods longer than the guard against repetition sees."""
    numbers = " ".join(str(number) for number in range(400))
    return write_chain_pair(tmp_path_factory.mktemp("endless"), numbers, endless=True)


@pytest.fixture
def make_engine() -> Iterator[Callable[..., Engine]]:
    """Engines that are closed afterwards: `make_engine(pair, context_tokens=…)`."""
    engines: list[Engine] = []

    def make(pair: Pair, **options: object) -> Engine:
        settings = {"context_tokens": 4096, "threads": 2, **options}
        engines.append(Engine(ModelConfig(*pair, **settings)))  # type: ignore[arg-type]  # checked where they are used
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def make_planner(tmp_path: Path) -> Iterator[Callable[..., LocalPlanner]]:
    """Planners that are closed afterwards: `make_planner(pair, {"threads": 1}, stall_seconds=…)`."""
    planners: list[LocalPlanner] = []

    def make(pair: Sequence[Path | None], config: dict[str, object] | None = None, **options: float) -> LocalPlanner:
        settings = {"context_tokens": 4096, "threads": 2, **(config or {})}
        made = ModelConfig(*pair, **settings)  # type: ignore[arg-type]  # checked where they are used
        planners.append(LocalPlanner(made, log=tmp_path / "model.log", **options))
        return planners[-1]

    yield make
    for planner in planners:
        planner.close()
