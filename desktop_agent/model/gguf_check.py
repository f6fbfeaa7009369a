"""Reads the header of a GGUF file and says whether a model and its image encoder fit together, before llama.cpp, which
aborts the process on some bad files, sees them.

The format: github.com/ggml-org/ggml/blob/master/docs/gguf.md. All sizes in a file are hostile input and bounded here.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from desktop_agent.core.errors import PlannerError

MAX_ENTRIES = 65_536
MAX_STRING = 16 * 1024 * 1024
MAX_ARRAY = 4_000_000
DOWNLOAD_HINT = "Download the file again, or choose another one."

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True)
class Header:
    """A GGUF file's metadata. Arrays are lists."""

    path: Path
    size: int
    values: dict[str, Any]

    @property
    def architecture(self) -> str:
        return str(self.values.get("general.architecture", ""))

    def integer(self, key: str, default: int = 0) -> int:
        """The value of `key` with the architecture in front. Of a list, one for each layer, the largest."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        if isinstance(value, list):
            value = max((each for each in value if isinstance(each, int)), default=default)
        return value if isinstance(value, int) else default

    @property
    def chat_template(self) -> str:
        """The model's own Jinja template; empty where it has none."""
        value = self.values.get("tokenizer.chat_template", "")
        return value if isinstance(value, str) else ""

    @property
    def tokens(self) -> list[str]:
        """The vocabulary."""
        value = self.values.get("tokenizer.ggml.tokens", [])
        return value if isinstance(value, list) else []

    def token_text(self, key: str) -> str:
        """The text of the token that the metadata name by id, such as "bos_token_id"; empty where there is none."""
        index, tokens = self.values.get(f"tokenizer.ggml.{key}"), self.tokens
        return str(tokens[index]) if isinstance(index, int) and 0 <= index < len(tokens) else ""


def read_header(path: Path) -> Header:
    """Read the metadata of the GGUF at `path`.

    Raises:
        PlannerError: no such file, not readable, or no whole GGUF.
    """
    try:
        with path.open("rb") as file:
            return Header(path, path.stat().st_size, _Reader(file).metadata(path))
    except FileNotFoundError as error:
        raise PlannerError(
            f"The model file {path} does not exist.", "Choose the file again in the settings.", str(error)
        ) from error
    except OSError as error:
        raise PlannerError(
            f"The model file {path} can't be read: {error.strerror}.", "Check its permissions.", str(error)
        ) from error
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise PlannerError(
            f"The model file {path.name} is damaged or incomplete.", DOWNLOAD_HINT, str(error)
        ) from error


def check_pair(model: Header, mmproj: Header | None) -> None:
    """Check that `model` is a text model and `mmproj` an image encoder made for it.

    Raises:
        PlannerError: they can't work together, with what to do.
    """
    if model.architecture == "clip":
        raise PlannerError(
            f"{model.path.name} is an image encoder (mmproj), not a model.",
            "Choose the model's own file; the encoder goes into the field for the image encoder.",
        )
    if not model.architecture or not model.integer("block_count"):
        raise PlannerError(
            f"{model.path.name} holds no language model.", "Choose another file.", str(model.values.keys())
        )
    if mmproj is None:
        return
    if mmproj.architecture != "clip":
        raise PlannerError(
            f"{mmproj.path.name} is no image encoder.", "Choose the mmproj file that belongs to the model."
        )
    wanted, given = model.integer("embedding_length"), mmproj.values.get("clip.vision.projection_dim")
    if isinstance(given, int) and given != wanted:
        raise PlannerError(
            f"The image encoder {mmproj.path.name} belongs to another model.",
            f"Choose the mmproj file that was made for {model.path.name}.",
            f"n_embd {wanted}, projection_dim {given}",
        )
    # llama.cpp aborts the process on the first image when the text model lacks the sections (ggml-org/llama.cpp#18042).
    if model.architecture.startswith("glm4") and not model.values.get(f"{model.architecture}.rope.dimension_sections"):
        raise PlannerError(
            f"{model.path.name} was made by an old converter and can't see images.",
            "Reconvert it with a current llama.cpp, or download a file made after December 2025.",
            "no rope.dimension_sections",
        )


class _Reader:
    """Little-endian values from a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def metadata(self, path: Path) -> dict[str, Any]:
        if self._bytes(4) != b"GGUF":
            raise PlannerError(
                f"{path.name} is not a GGUF file.", "Choose a model in the GGUF format (the name ends with .gguf)."
            )
        version = self._scalar("I")
        if version not in (2, 3):
            raise PlannerError(
                f"{path.name} has GGUF version {version}, which is not supported.", "Choose a newer file of the model."
            )
        self._scalar("Q")  # number of tensors
        count = self._bounded("Q", MAX_ENTRIES)
        return {self._string(): self._value(self._scalar("I")) for _ in range(count)}

    def _bytes(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise ValueError(f"ends after {len(data)} of {size} bytes")
        return data

    def _scalar(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(code)))[0]

    def _bounded(self, code: str, limit: int) -> int:
        value = int(self._scalar(code))
        if value > limit:
            raise ValueError(f"{value} is more than {limit}")
        return value

    def _string(self) -> str:
        # Merges and tokens may hold parts of a character.
        return self._bytes(self._bounded("Q", MAX_STRING)).decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise ValueError(f"unknown type {kind}")
        return self._scalar(_SCALARS[kind])

    def _array(self) -> list[Any]:
        kind, count = self._scalar("I"), self._bounded("Q", MAX_ARRAY)
        if kind in _SCALARS:
            code = _SCALARS[kind]
            return list(struct.unpack(f"<{count}{code}", self._bytes(count * struct.calcsize(code))))
        if kind != _STRING:
            raise ValueError(f"array of type {kind}")
        read: Callable[[], str] = self._string
        return [read() for _ in range(count)]
