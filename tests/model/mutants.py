"""GGUF files that are wrong in one place: what a download, a bad converter or an enemy may leave behind.

A file is taken apart into its counts, keys, tensors and data, one thing is changed, and it is put together again as
changed; nothing else is made to fit.
"""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 5, 6, 7, 8, 9, 10
EXTREMES = (
    0,
    1,
    2,
    3,
    7,
    127,
    255,
    4096,
    65535,
    2**20,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**40,
    2**62,
    2**63 - 1,
    2**64 - 1,
)
FLOATS = (0.0, -0.0, -1.0, 1e-38, 1e38, float("nan"), float("inf"), float("-inf"), 1e-45)


@dataclass
class Key:
    """A key with its value; `element` is the type of an array's elements. `raw` is written in place of the value."""

    name: bytes
    kind: int
    value: Any = 0
    element: int = 0
    raw: bytes | None = None

    def written(self) -> bytes:
        return _value(self.kind, self.element, self.value) if self.raw is None else self.raw


@dataclass
class Info:
    """A tensor's entry."""

    name: bytes
    shape: list[int]
    kind: int
    offset: int


@dataclass
class Draft:
    """A GGUF file in parts. `counts` are what it says about its tensors and keys; None says the truth."""

    keys: list[Key]
    tensors: list[Info]
    data: bytes
    magic: bytes = b"GGUF"
    version: int = 3
    counts: list[int | None] = field(default_factory=lambda: [None, None])
    cut: int | None = None
    flips: dict[int, int] = field(default_factory=dict)

    def key(self, name: str) -> Key:
        return next(key for key in self.keys if key.name == name.encode())

    def header(self) -> bytes:
        tensors, keys = (
            len(real) if said is None else said
            for said, real in zip(self.counts, (self.tensors, self.keys), strict=True)
        )
        parts = [self.magic, struct.pack("<IQQ", self.version, tensors % 2**64, keys % 2**64)]
        for key in self.keys:
            parts += [_string(key.name), struct.pack("<I", key.kind), key.written()]
        for info in self.tensors:
            shape = b"".join(struct.pack("<Q", each % 2**64) for each in info.shape)
            parts += [_string(info.name), struct.pack("<I", len(info.shape)), shape]
            parts.append(struct.pack("<IQ", info.kind, info.offset % 2**64))
        return b"".join(parts)

    def write(self, path: Path) -> None:
        header = self.header()
        whole = bytearray(header + bytes(-len(header) % 32) + self.data)
        for place, value in self.flips.items():
            whole[place % len(header)] ^= value
        path.write_bytes(whole[: self.cut])


def take_apart(path: Path) -> Draft:
    """The parts of a good file."""
    whole = path.read_bytes()
    place = 8

    def scalar(code: str) -> Any:
        nonlocal place
        place += struct.calcsize(code)
        return struct.unpack_from(f"<{code}", whole, place - struct.calcsize(code))[0]

    def string() -> bytes:
        nonlocal place
        size = scalar("Q")
        place += size
        return whole[place - size : place]

    def one(kind: int) -> Any:
        return string() if kind == STRING else scalar(SCALARS[kind])

    tensors, count = scalar("Q"), scalar("Q")
    keys = []
    for _ in range(count):
        name, kind, element = string(), scalar("I"), 0
        if kind == ARRAY:
            element, length = scalar("I"), scalar("Q")
            value = [one(element) for _ in range(length)]
        else:
            value = one(kind)
        keys.append(Key(name, kind, value, element))
    infos = []
    for _ in range(tensors):
        name, dimensions = string(), scalar("I")
        infos.append(Info(name, [scalar("Q") for _ in range(dimensions)], scalar("I"), scalar("Q")))
    return Draft(keys, infos, whole[place + -place % 32 :])


def mutate(draft: Draft, chance: random.Random) -> str:
    """Change one thing in `draft`, and say what."""
    kind = chance.choice(MUTATIONS)
    return f"{kind.__name__[1:]}: {kind(draft, chance)}"


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def _value(kind: int, element: int, value: Any) -> bytes:
    if kind == STRING:
        return _string(value if isinstance(value, bytes) else str(value).encode())
    if kind == ARRAY:
        return struct.pack("<IQ", element, len(value)) + b"".join(_value(element, 0, each) for each in value)
    code = SCALARS[kind]
    if code in "fd":
        return struct.pack(f"<{code}", value)
    size = struct.calcsize(code)
    return (int(value) % 256**size).to_bytes(size, "little")


def _magic(draft: Draft, chance: random.Random) -> str:
    draft.magic = chance.choice([b"GGML", b"FUGG", b"\0\0\0\0", b"PK\3\4", b"gguf", bytes(chance.randbytes(4))])
    return repr(draft.magic)


def _version(draft: Draft, chance: random.Random) -> str:
    draft.version = chance.choice([0, 1, 2, 4, 0x03000000, 2**32 - 1])
    return str(draft.version)


def _counts(draft: Draft, chance: random.Random) -> str:
    which = chance.randrange(2)
    real = len(draft.keys if which else draft.tensors)
    draft.counts[which] = chance.choice([0, 1, real - 1, real + 1, real * 2, *EXTREMES])
    return f"{('tensors', 'keys')[which]} {draft.counts[which]}"


def _truncated(draft: Draft, chance: random.Random) -> str:
    header = len(draft.header())
    draft.cut = chance.choice([chance.randrange(header), chance.randrange(header, header + len(draft.data)), -1])
    return str(draft.cut)


def _flipped(draft: Draft, chance: random.Random) -> str:
    draft.flips = {chance.randrange(2**30): chance.randrange(1, 256) for _ in range(chance.choice([1, 1, 2, 8]))}
    return str(draft.flips)


def _length(draft: Draft, chance: random.Random) -> str:
    """A text or an array that says another length than it has."""
    key = chance.choice([key for key in draft.keys if key.kind in (STRING, ARRAY)])
    real = len(key.value)
    size = chance.choice([real - 1, real + 1, real + 8, *EXTREMES]) % 2**64
    whole, start = key.written(), 4 if key.kind == ARRAY else 0
    key.raw = whole[:start] + struct.pack("<Q", size) + whole[start + 8 :]
    return f"{key.name.decode()} {size}"


def _wrong_type(draft: Draft, chance: random.Random) -> str:
    """The value is there, as another type."""
    key = chance.choice(draft.keys)
    kind = chance.choice([*SCALARS, STRING, ARRAY, 13, 2**31])
    if kind in SCALARS or kind == STRING:
        key.value = 1
    elif kind == ARRAY:
        key.element, key.value = chance.choice([(INT32, [1, 2]), (FLOAT32, [1.0]), (STRING, [b"a"]), (BOOL, [])])
        if chance.random() < 0.2:
            key.raw = struct.pack("<IQ", ARRAY, 1)
    else:
        key.raw = b""
    key.kind = kind
    return f"{key.name.decode()} as {kind}"


def _missing(draft: Draft, chance: random.Random) -> str:
    key = draft.keys.pop(chance.randrange(len(draft.keys)))
    return key.name.decode()


def _swapped(draft: Draft, chance: random.Random) -> str:
    """Two keys with each other's values."""
    one, other = chance.sample(draft.keys, 2)
    one.name, other.name = other.name, one.name
    return f"{one.name.decode()}, {other.name.decode()}"


def _twice(draft: Draft, chance: random.Random) -> str:
    key = chance.choice(draft.keys)
    draft.keys.append(key)
    return key.name.decode()


def _number(draft: Draft, chance: random.Random) -> str:
    """A hyperparameter that makes no sense."""
    key = chance.choice([key for key in draft.keys if key.kind in SCALARS])
    if SCALARS[key.kind] in "fd":
        key.value = chance.choice(FLOATS)
    else:
        key.value = chance.choice([*EXTREMES, key.value + 1, key.value - 1, key.value * 2, key.value // 2])
    return f"{key.name.decode()} = {key.value}"


def _elements(draft: Draft, chance: random.Random) -> str:
    """An array, as the vocabulary's, of another length or with other elements."""
    key = chance.choice([key for key in draft.keys if key.kind == ARRAY])
    how = chance.choice(["shorter", "longer", "empty", "same", "odd", "shuffled", "huge"])
    values = key.value
    if how == "shorter":
        del values[chance.randrange(len(values)) :]
    elif how == "longer":
        values.extend(values[: chance.randint(1, len(values))])
    elif how == "empty":
        key.value = []
    elif how == "same":
        key.value = [values[0]] * len(values)
    elif how == "shuffled":
        chance.shuffle(values)
    elif how == "huge":
        key.value = (values * (200_000 // len(values) + 1))[:200_000]
    else:
        place = chance.randrange(len(values))
        odd: Any = chance.choice([b"", b"\xff\xfe", b"\xe2\x82", b"a" * 70_000, b"\0", b" ", b"a b c"])
        values[place] = odd if key.element == STRING else chance.choice([*EXTREMES, -1])
        if key.element == FLOAT32:
            values[place] = chance.choice(FLOATS)
    return f"{key.name.decode()} {how}"


def _words(draft: Draft, chance: random.Random) -> str:
    """A text that names something else."""
    key = chance.choice([key for key in draft.keys if key.kind == STRING])
    others = [b"", b"llama", b"clip", b"glm4", b"bert", b"qwen2vl", b"gpt2", b"x" * 5000, b"\xff\xff", b"..", b"\0"]
    key.value = chance.choice([*others, b"spm", b"bpe", b"t5", b"none", b"ldp", b"mlp", b"qwen2.5vl_merger", b"gemma3"])
    return f"{key.name.decode()} = {key.value[:20]!r}"


def _tensor_shape(draft: Draft, chance: random.Random) -> str:
    info = chance.choice(draft.tensors)
    how = chance.choice(["number", "more", "fewer", "turned"])
    if how == "number":
        place = chance.randrange(len(info.shape))
        real = info.shape[place]
        info.shape[place] = chance.choice([*EXTREMES, real + 1, real - 1, real * 2, real // 2, real + 32])
    elif how == "more":
        info.shape += [chance.choice([1, 2, 2**32])] * chance.randint(1, 4)
    elif how == "fewer":
        info.shape.pop()
    else:
        info.shape.reverse()
    return f"{info.name.decode()} {info.shape}"


def _tensor_kind(draft: Draft, chance: random.Random) -> str:
    info = chance.choice(draft.tensors)
    info.kind = chance.choice([*range(48), 2**31, 2**32 - 1])
    return f"{info.name.decode()} {info.kind}"


def _tensor_kind_fitting(draft: Draft, chance: random.Random) -> str:
    """Another type of the same size, so that only its meaning is wrong."""
    info = chance.choice(draft.tensors)
    info.kind = {0: 26, 1: chance.choice([30, 25])}.get(info.kind, 26)
    return f"{info.name.decode()} {info.kind}"


def _tensor_offset(draft: Draft, chance: random.Random) -> str:
    info = chance.choice(draft.tensors)
    info.offset = chance.choice([0, info.offset + 1, info.offset + 32, info.offset - 32, len(draft.data), *EXTREMES])
    return f"{info.name.decode()} at {info.offset}"


def _tensor_name(draft: Draft, chance: random.Random) -> str:
    info = chance.choice(draft.tensors)
    before = info.name
    info.name = chance.choice(
        [b"", b"x" * 64, b"x" * 70_000, draft.tensors[0].name, before + b"x", b"\xff", b"blk.99999999999.x"]
    )
    return f"{before.decode()} = {info.name[:20]!r}"


def _tensor_gone(draft: Draft, chance: random.Random) -> str:
    """A tensor left out, the others moved up, so that the file is whole but for it."""
    place = chance.randrange(len(draft.tensors))
    gone = draft.tensors.pop(place)
    end = draft.tensors[place].offset if place < len(draft.tensors) else len(draft.data)
    for info in draft.tensors[place:]:
        info.offset -= end - gone.offset
    draft.data = draft.data[: gone.offset] + draft.data[end:]
    return gone.name.decode()


def _tensor_reshaped(draft: Draft, chance: random.Random) -> str:
    """Another shape with the same number of elements."""
    info = chance.choice([info for info in draft.tensors if len(info.shape) > 1])
    info.shape[0], info.shape[1] = chance.choice(
        [(info.shape[1], info.shape[0]), (info.shape[0] * info.shape[1], 1), (1, info.shape[0] * info.shape[1])]
    )
    return f"{info.name.decode()} {info.shape}"


def _alignment(draft: Draft, chance: random.Random) -> str:
    value = chance.choice([0, 1, 3, 8, 33, 64, 4096, 2**31, 2**32 - 1])
    draft.keys.append(Key(b"general.alignment", chance.choice([UINT32, UINT32, UINT64, STRING]), value))
    return str(value)


def _data(draft: Draft, chance: random.Random) -> str:
    """Weights that are no numbers."""
    pattern = chance.choice([b"\xff", b"\x00", b"\x7f\x80"])
    draft.data = (pattern * len(draft.data))[: len(draft.data)]
    return repr(pattern)


MUTATIONS: tuple[Callable[[Draft, random.Random], str], ...] = (
    _magic, _version, _counts, _truncated, _flipped, _flipped, _flipped, _length, _length, _wrong_type, _wrong_type,
    _missing, _missing, _swapped, _swapped, _twice, _number, _number, _number, _number, _elements, _elements, _elements,
    _words, _words, _tensor_shape, _tensor_shape, _tensor_kind, _tensor_kind_fitting, _tensor_offset, _tensor_name,
    _tensor_gone, _tensor_gone, _tensor_reshaped, _alignment, _data,
)  # fmt: skip
