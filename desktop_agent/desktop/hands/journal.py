"""What the hands hold down, in a file that outlives them: who starts next releases it."""

import os
from pathlib import Path
from typing import Literal, Self

Kind = Literal["key", "button", "spare"]
_OFFSET: dict[Kind, int] = {"key": 0, "button": 256, "spare": 512}
_SIZE = 768


class Journal:
    """Three sets of numbers below 256 as bits of one small file: keys and buttons that are down, and spare keycodes
    that were given characters. A number is written before the event that it announces and removed after the one that
    ends it, so a crash in between leaves too much, never too little. The file needs no fsync: it has to outlive the
    process, not the machine."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        stored = os.pread(self._file, _SIZE // 8, 0)
        self._bits = bytearray(stored.ljust(_SIZE // 8, b"\0"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._file)

    def add(self, kind: Kind, number: int) -> None:
        self._set(kind, number, True)

    def remove(self, kind: Kind, number: int) -> None:
        self._set(kind, number, False)

    def held(self, kind: Kind) -> tuple[int, ...]:
        """The numbers that are in, ascending."""
        first = _OFFSET[kind] // 8
        part = self._bits[first : first + 32]
        return tuple(8 * place + bit for place, byte in enumerate(part) for bit in range(8) if byte >> bit & 1)

    def clear(self) -> None:
        """Everything was released."""
        self._bits[:] = bytes(len(self._bits))
        os.pwrite(self._file, self._bits, 0)

    def _set(self, kind: Kind, number: int, on: bool) -> None:
        place, bit = divmod(_OFFSET[kind] + number, 8)
        if on:
            self._bits[place] |= 1 << bit
        else:
            self._bits[place] &= ~(1 << bit)
        os.pwrite(self._file, self._bits[place : place + 1], place)
