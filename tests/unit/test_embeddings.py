"""Encoded images: on the disk, and in memory what that did not take."""

from pathlib import Path

from desktop_agent.model.disk_cache import DiskCache
from desktop_agent.model.embeddings import EmbeddingCache
from desktop_agent.model.mtmd import ImageEntry

DATA = bytes(range(200))


def entry(number: int) -> ImageEntry:
    return ImageEntry(f"digest{number}", 28, 28, 0, 1, 1)


def test_what_is_on_the_disk_is_not_held_in_memory(tmp_path: Path) -> None:
    cache = EmbeddingCache(1000, DiskCache(tmp_path, 1000))
    cache.put(entry(1), DATA)
    assert cache.get(entry(1), len(DATA)) == DATA
    for file in tmp_path.iterdir():
        file.unlink()
    assert cache.get(entry(1), len(DATA)) is None


def test_what_the_disk_does_not_take_is_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for disk in (DiskCache(tmp_path / "file" / "folder", 1000), DiskCache(tmp_path, len(DATA)), None):
        cache = EmbeddingCache(500, disk)
        for number in range(3):
            cache.put(entry(number), DATA)
        assert [cache.get(entry(number), len(DATA)) for number in range(3)] == [None, DATA, DATA]


def test_a_size_that_does_not_fit_is_none(tmp_path: Path) -> None:
    cache = EmbeddingCache(1000, DiskCache(tmp_path, 1000))
    cache.put(entry(1), DATA)
    assert cache.get(entry(1), len(DATA) + 4) is None
