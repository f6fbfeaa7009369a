"""Reads the header of a GGUF file: its metadata and what it says about its tensors, never their data.

The format: github.com/ggml-org/ggml/blob/master/docs/gguf.md; what a reader must refuse follows ggml's own (gguf.cpp).
All sizes in a file are hostile input: time and memory are bounded by the limits below, not by what a file says.
"""

import struct
from dataclasses import dataclass, field
from math import prod
from typing import Any, BinaryIO

MAX_ENTRIES = 65_536
"""Keys, and tensors; GLM-4.6V-Flash has about 50 and 523."""
MAX_STRING = 16 * 1024 * 1024
MAX_TEXT = 256 * 1024 * 1024
"""Bytes of all strings together."""
MAX_ELEMENTS = 4_000_000
"""Elements of all arrays together. GLM's vocabulary makes 0.6 million; reading four million takes three seconds."""
MAX_DIMENSIONS = 4
MAX_NAME = 63
"""Bytes of a tensor's name."""
DEFAULT_ALIGNMENT = 32
ALIGNMENT_KEY = "general.alignment"

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_NAMES = {
    0: "u8", 1: "i8", 2: "u16", 3: "i16", 4: "u32", 5: "i32", 6: "f32", 7: "bool", 8: "string", 10: "u64", 11: "i64",
    12: "f64",
}  # fmt: skip
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip
"""Numbers in a block and its bytes, by enum ggml_type."""


class Damaged(ValueError):
    """The file is no whole GGUF; the text says what was found."""


class NoGguf(ValueError):
    """The file is something else, or of a version that can't be read; the text says it for people."""


@dataclass(frozen=True)
class Contents:
    """A header. `types` has each key's type: "u32", "f32", "string" …, in brackets for arrays, which are lists."""

    values: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    tensors: tuple["Tensor", ...] = ()


@dataclass(frozen=True)
class Tensor:
    """What a file says about one tensor. `shape` begins with the length of a row; `kind` is of enum ggml_type."""

    name: str
    shape: tuple[int, ...]
    kind: int

    @property
    def size(self) -> int:
        """Bytes of its data."""
        numbers, size = _BLOCKS[self.kind]
        return prod(self.shape) // numbers * size


def read(file: BinaryIO, size: int) -> Contents:
    """The header of the GGUF in `file`, which is `size` bytes long.

    Raises:
        NoGguf: it is none, or of another version.
        Damaged: it contradicts itself or the format, ends too early, or goes beyond the limits.
    """
    return _Reader(file, size).read()


class _Reader:
    """Little-endian values from a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        self._elements, self._text = MAX_ELEMENTS, MAX_TEXT

    def read(self) -> Contents:
        if self._file.read(4) != b"GGUF":
            raise NoGguf("is not a GGUF file")
        version = self._scalar("I")
        if version not in (2, 3):
            raise NoGguf(f"has GGUF version {version}, which is not supported")
        tensors, entries = self._bounded("tensors", MAX_ENTRIES), self._bounded("keys", MAX_ENTRIES)
        values: dict[str, Any] = {}
        types: dict[str, str] = {}
        for _ in range(entries):
            key = self._string()
            if not key or key in values:
                raise Damaged(f"key {key[:80]!r} is empty or there twice")
            types[key], values[key] = self._value(self._scalar("I"))
        alignment = values.get(ALIGNMENT_KEY, DEFAULT_ALIGNMENT)
        if types.get(ALIGNMENT_KEY, "u32") != "u32" or alignment == 0 or alignment & (alignment - 1):
            raise Damaged(f"{ALIGNMENT_KEY} is {alignment!r}, which is no power of two")
        return Contents(values, types, self._tensors(tensors, alignment))

    def _tensors(self, count: int, alignment: int) -> tuple[Tensor, ...]:
        """The tensors, whose data must follow one another without a gap and end within the file."""
        found: dict[str, Tensor] = {}
        end = data = 0
        for _ in range(count):
            tensor, offset = self._tensor()
            if tensor.name in found:
                raise Damaged(f"tensor {tensor.name!r} is there twice")
            data = _padded(end, alignment)
            if offset != data:
                raise Damaged(f"tensor {tensor.name!r} is said to be at {offset} instead of {data}")
            found[tensor.name] = tensor
            end = data + tensor.size
        missing = _padded(self._file.tell(), alignment) + end - self._size
        if count and missing > 0:
            raise Damaged(f"{missing} bytes of the weights are missing at its end")
        return tuple(found.values())

    def _tensor(self) -> tuple[Tensor, int]:
        name = self._string()
        if len(name.encode("utf-8", "replace")) > MAX_NAME:
            raise Damaged("a tensor's name is too long")
        dimensions = self._scalar("I")
        if dimensions > MAX_DIMENSIONS:
            raise Damaged(f"tensor {name!r} has {dimensions} dimensions")
        shape = tuple(self._scalar("q") for _ in range(dimensions))
        kind, offset = self._scalar("I"), self._scalar("Q")
        if kind not in _BLOCKS:
            raise Damaged(f"tensor {name!r} holds numbers of the unknown type {kind}")
        if not shape or min(shape) < 1 or prod(shape) >= 2**63 or shape[0] % _BLOCKS[kind][0]:
            raise Damaged(f"tensor {name!r} of type {kind} has the shape {shape}")
        return Tensor(name, shape, kind), offset

    def _bytes(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise Damaged(f"it ends after {len(data)} of {size} bytes")
        return data

    def _scalar(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(code)))[0]

    def _bounded(self, what: str, limit: int) -> int:
        value = int(self._scalar("Q"))
        if value > limit:
            raise Damaged(f"it says that it has {value} {what}")
        return value

    def _string(self) -> str:
        return self._strings(1)[0]

    def _strings(self, count: int) -> list[str]:
        """`count` texts. A vocabulary has hundreds of thousands, so the loop is bare."""
        read, unpack, text = self._file.read, struct.Struct("<Q").unpack, self._text
        found = []
        for _ in range(count):
            head = read(8)
            size = unpack(head)[0] if len(head) == 8 else 0
            if size > text or size > MAX_STRING:
                raise Damaged(f"it says that it has {size} bytes in a text")
            data = read(size)
            if len(head) + len(data) != 8 + size:
                raise Damaged("it ends within a text")
            text -= size
            found.append(data.decode("utf-8", "replace"))  # merges and tokens may hold parts of a character
        self._text = text
        return found

    def _value(self, kind: int) -> tuple[str, Any]:
        """The type's name, and the value."""
        if kind == _ARRAY:
            return self._array()
        if kind not in _NAMES:
            raise Damaged(f"a value has the unknown type {kind}")
        return _NAMES[kind], self._string() if kind == _STRING else self._scalar(_SCALARS[kind])

    def _array(self) -> tuple[str, list[Any]]:
        kind, count = self._scalar("I"), self._bounded("elements", self._elements)
        self._elements -= count
        if kind not in _NAMES:
            raise Damaged(f"an array holds values of the type {kind}")
        name = f"[{_NAMES[kind]}]"
        if kind == _STRING:
            return name, self._strings(count)
        code = f"<{count}{_SCALARS[kind]}"
        return name, list(struct.unpack(code, self._bytes(struct.calcsize(code))))


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
