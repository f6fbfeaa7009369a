"""What was computed once, in files: bytes by key, the least recently used dropped beyond a size.

A file is a mark, the SHA-256 of what follows, and the bytes. What is damaged is dropped, and a disk that is full only
means that nothing is kept: everything here can be computed again.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
from pathlib import Path

_MARK = b"desktop-agent-1\n"
_HEAD = len(_MARK) + hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


class DiskCache:
    """Files of one folder, which nobody else may read. Several processes may use it.

    Args:
        folder: is made when something is put in.
        limit: bytes of all files together.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def get(self, key: str) -> bytes | None:
        """What was put in under `key`; None where nothing was, or it can't be read, or it is damaged."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                head, data = file.read(_HEAD), file.read()
            if head == _MARK + hashlib.sha256(data).digest():
                os.utime(path)
                return data
            _log.warning("%s is damaged and was dropped", path.name)
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            pass
        except OSError as error:
            _log.warning("%s can't be read: %s", path.name, error)
        return None

    def put(self, key: str, data: bytes | bytearray) -> bool:
        """Keep `data`, and drop what was not used for longest where all becomes too much; whether it was kept."""
        size = _HEAD + len(data)
        if size > self._limit:
            return False
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(size)
            self._write(self._path(key), data)
        except OSError as error:
            _log.warning("nothing was kept in %s: %s", self._folder, error)
            return False
        return True

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.bin"

    def _write(self, path: Path, data: bytes | bytearray) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")  # readable by this user only
        try:
            with open(handle, "wb") as file:
                file.write(_MARK + hashlib.sha256(data).digest())
                file.write(data)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _make_room(self, size: int) -> None:
        files = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process makes room as well
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        total = size + sum(each for _, each, _ in files)
        for _, each, path in sorted(files):
            if total <= self._limit:
                return
            path.unlink(missing_ok=True)
            total -= each
