"""Records chained by hash, and sealed where there is a key: a file of JSON objects, one a line, each naming the hash of
the one before."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = "0" * 64
"""What the first record names as the hash before it."""

MAX_RECORD = 1_000_000
"""Bytes of the longest line that is read as a record."""

_CHUNK = 8192

Seal = Callable[[bytes], str]
"""What only somebody with the key can compute of some bytes."""


@dataclass(frozen=True)
class End:
    """Where a file ends: the `hash` of its last record, and the bytes behind the last line. They are a record that a
    crash cut off (`torn`), or one whose end of line is missing (`whole`)."""

    hash: str
    rest: bytes = b""
    whole: bool = False

    @property
    def torn(self) -> bool:
        return bool(self.rest) and not self.whole


def canonical(record: dict[str, Any], *without: str) -> bytes:
    """The record's JSON, the keys `without` left out, in the one form in which it is written: sorted keys, no white
    space, ASCII."""
    told = {key: value for key, value in record.items() if key not in without}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def hash_of(record: dict[str, Any]) -> str:
    """SHA-256 over the record's canonical JSON, in hex, its own "hash" left out. So it covers the seal."""
    return hashlib.sha256(canonical(record, "hash")).hexdigest()


def seal_of(record: dict[str, Any], seal: Seal) -> str:
    """The seal over all of the record, the hash of the one before among it, but its own "hash" and "seal"."""
    return seal(canonical(record, "hash", "seal"))


def line_of(record: dict[str, Any], previous: str, seal: Seal | None = None) -> tuple[bytes, str]:
    """`record` as the line that follows the record with the hash `previous`, and its own hash."""
    whole = {**record, "at": round(time.time(), 3), "previous": previous}
    if seal is not None:
        whole["seal"] = seal_of(whole, seal)
    own = hash_of(whole)
    return canonical({**whole, "hash": own}) + b"\n", own


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


def end_of(descriptor: int) -> End:
    """Where the file ends, which is open for reading.

    Raises:
        OSError: it could not be read.
    """
    last, rest = _tail(descriptor)
    record = record_of(rest + b"\n") if rest else None
    return End(record["hash"], rest, True) if record else End(last, rest)


def append(descriptor: int, record: dict[str, Any], end: End, seal: Seal | None = None) -> str:
    """Add `record` to the file that ends at `end`, is open for appending, and whose lock is held; on disk on return.

    What a crash left there stays as it is: its line is ended, and a record of the kind "torn" names its hash.

    Returns:
        The hash of the last record now.

    Raises:
        OSError: it could not be written.
    """
    data, last = b"\n" if end.rest else b"", end.hash
    if end.torn:
        torn, last = line_of({"kind": "torn", "sha256": hashlib.sha256(end.rest).hexdigest()}, last, seal)
        data += torn
    line, tip = line_of(record, last, seal)
    view = memoryview(data + line)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
    return tip


def unsealed_after(descriptor: int, wanted: str) -> int | None:
    """How many records without a seal follow the one with the hash `wanted`; None when that isn't in the file."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, 0, os.SEEK_SET)
    count: int | None = 0 if wanted == FIRST else None
    for line in _exactly(descriptor, size).split(b"\n"):
        record = record_of(line + b"\n")
        if record is not None:
            count = 0 if record["hash"] == wanted else count if count is None else count + ("seal" not in record)
    return count


def sync_folder(folder: Path) -> None:
    """Make the name of a new file durable, too. Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
