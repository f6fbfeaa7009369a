"""Records chained by hash: a file of JSON objects, one a line, each naming the hash of the one before."""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

FIRST = "0" * 64
"""What the first record names as the hash before it."""

MAX_RECORD = 1_000_000
"""Bytes of the longest line that is read as a record."""

_CHUNK = 8192


def hash_of(record: dict[str, Any]) -> str:
    """SHA-256 over the record's canonical JSON, in hex: sorted keys, no white space, ASCII, its own "hash" left out."""
    return hashlib.sha256(_canonical({key: value for key, value in record.items() if key != "hash"})).hexdigest()


def line_of(record: dict[str, Any], previous: str) -> tuple[bytes, str]:
    """`record` as the line that follows the record with the hash `previous`, and its own hash."""
    whole = {**record, "at": round(time.time(), 3), "previous": previous}
    own = hash_of(whole)
    return _canonical({**whole, "hash": own}) + b"\n", own


def record_of(line: bytes) -> dict[str, Any] | None:
    """The record of a whole line; None where it is none."""
    if not line.endswith(b"\n") or len(line) > MAX_RECORD:
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    known = isinstance(record, dict) and all(isinstance(record.get(key), str) for key in ("kind", "previous", "hash"))
    return record if known else None


def append(descriptor: int, record: dict[str, Any]) -> tuple[str, str]:
    """Add `record` to the file, which is open for reading and appending, and whose lock is held; on disk on return.

    What a crash left at the end stays as it is: its line is ended, and a record of the kind "torn" names its hash.

    Returns:
        The hash of the last record before, and of the last one now.

    Raises:
        OSError: it could not be written.
    """
    last, rest = _tail(descriptor)
    data = b"\n" if rest else b""
    whole = record_of(rest + b"\n") if rest else None
    if whole:
        last = whole["hash"]  # Only the end of its line was missing.
    before = last
    if rest and not whole:
        torn, last = line_of({"kind": "torn", "sha256": hashlib.sha256(rest).hexdigest()}, last)
        data += torn
    line, tip = line_of(record, last)
    view = memoryview(data + line)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
    return before, tip


def records_after(descriptor: int, wanted: str) -> int | None:
    """How many records follow the one with the hash `wanted`; None when it isn't in the file."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, 0, os.SEEK_SET)
    count: int | None = 0 if wanted == FIRST else None
    for line in _exactly(descriptor, size).split(b"\n"):
        record = record_of(line + b"\n")
        if record is not None:
            count = 0 if record["hash"] == wanted else count if count is None else count + 1
    return count


def sync_folder(folder: Path) -> None:
    """Make the name of a new file durable, too. Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _canonical(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _tail(descriptor: int) -> tuple[str, bytes]:
    """The hash of the last whole record, and the bytes behind the last line."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    length = min(size, _CHUNK)
    while True:
        os.lseek(descriptor, size - length, os.SEEK_SET)
        *lines, rest = _exactly(descriptor, length).split(b"\n")
        if length < size:
            del lines[:1]  # It may begin before what was read.
        for line in reversed(lines):
            if record := record_of(line + b"\n"):
                return record["hash"], rest
        if length == size:
            return FIRST, rest
        length = min(size, length * 8)


def _exactly(descriptor: int, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        piece = os.read(descriptor, length - len(data))
        if not piece:
            raise OSError("the file became shorter while it was read")
        data += piece
    return bytes(data)
