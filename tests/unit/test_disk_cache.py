"""Files that can be computed again: kept, checked, bounded."""

import os
import stat
from pathlib import Path

import pytest

from desktop_agent.model.disk_cache import DiskCache


def aged(folder: Path) -> None:
    """Make all files an hour older."""
    for path in folder.iterdir():
        status = path.stat()
        os.utime(path, (status.st_atime - 3600, status.st_mtime - 3600))


def test_what_is_put_in_comes_back_in_another_process_s_object(tmp_path: Path) -> None:
    DiskCache(tmp_path / "a", 1000).put("key", b"data")
    again = DiskCache(tmp_path / "a", 1000)
    assert again.get("key") == b"data"
    assert again.get("other") is None
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a").iterdir()] == [0o600]


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 400)
    for key in "ab":
        cache.put(key, bytes(100))
        aged(tmp_path)
    assert cache.get("a")
    cache.put("c", bytes(100))
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]
    cache.put("large", bytes(400))
    assert cache.get("large") is None
    assert cache.get("c")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: b"", lambda data: data + b"x"]
)
def test_what_is_damaged_is_dropped(damage, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1000)
    cache.put("key", b"some data")
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get("key") is None
    assert not path.exists()


def test_a_disk_that_takes_nothing_only_means_that_nothing_is_kept(tmp_path: Path, monkeypatch, caplog) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    cache = DiskCache(tmp_path, 1000)
    monkeypatch.setattr(os, "replace", full)
    cache.put("key", b"data")
    assert cache.get("key") is None
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in caplog.text
