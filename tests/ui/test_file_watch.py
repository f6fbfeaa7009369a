"""Watching one file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core import atomic
from tests.ui.conftest import Wait
from ui.file_watch import FileWatch


class Watched:
    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self.watch = FileWatch(path)
        self.watch.changed.connect(self._changed)

    def _changed(self) -> None:
        self.count += 1


@pytest.fixture
def watched(app: object, tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / "file")
    yield made
    made.watch.close()


def test_a_file_that_comes_is_replaced_written_and_removed(watched: Watched, wait: Wait) -> None:
    atomic.replace(watched.path, b"one")
    wait(lambda: watched.count == 1)
    atomic.replace(watched.path, b"two")
    wait(lambda: watched.count == 2)
    with watched.path.open("ab") as file:
        file.write(b" three")
    wait(lambda: watched.count == 3)
    watched.path.unlink()
    wait(lambda: watched.count == 4)


def test_what_happens_beside_it_is_nothing(watched: Watched, wait: Wait) -> None:
    (watched.path.parent / "other").write_text("x")
    (watched.path.parent / "mine").write_text("x")
    wait(watched.watch._calm.isActive)
    wait(lambda: not watched.watch._calm.isActive())
    assert watched.count == 0
    watched.path.write_text("x")
    wait(lambda: watched.count == 1)


def test_after_closing_nothing_is_told(watched: Watched, wait: Wait) -> None:
    watched.watch.close()
    watched.path.write_text("x")
    other = FileWatch(watched.path)
    seen: list[bool] = []
    other.changed.connect(lambda: seen.append(True))
    watched.path.write_text("xy")
    wait(lambda: seen)
    assert watched.count == 0
    other.close()
