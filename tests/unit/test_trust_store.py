"""The short form of the proof that nothing acknowledged is lost, and that the proof could fail."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import store_victims, trust_store
from tests.bench.store_victims import problems

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
"""Python warns of forking a process with threads; what is forked here only writes, and is killed."""


def test_nothing_acknowledged_is_lost_when_writers_are_killed() -> None:
    figures = trust_store.run(0.1, lambda line: None)
    assert [each.line for each in figures if each.missed] == []


def test_what_is_acknowledged_too_early_is_found_lost(tmp_path: Path) -> None:
    writer = store_victims.Writer(_too_early, tmp_path, after=120)
    writer.start()
    writer.collect()
    assert any(each.startswith("lost: ") for each in problems(tmp_path, writer.written))


def _too_early(folder: Path, acknowledge: Callable[..., None], tick: Callable[[], None]) -> None:
    def early(kind: str, *what: object) -> None:
        acknowledge(kind, *what)
        if kind == "message":
            acknowledge(kind, what[0], int(str(what[1])) + 1, "")

    store_victims.chat(folder, early, tick)


def test_a_torn_database_and_a_changed_log_are_found(tmp_path: Path) -> None:
    chance = random.Random(1)
    pair = store_victims.killed(tmp_path, 301, chance)
    written = [line for each in pair for line in each.written]
    assert list(problems(tmp_path, written)) == []
    log = tmp_path / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"words":"Click"', b'"words":"Clack"', 1))
    assert any(each.startswith("corrupt: ") for each in problems(tmp_path, written))


@pytest.mark.parametrize("number", [1, 41, 301])
def test_a_writer_that_kills_itself_does_so_at_its_write(tmp_path: Path, number: int) -> None:
    for each in store_victims.killed(tmp_path, number, random.Random(1)):
        assert each.pid > 0
