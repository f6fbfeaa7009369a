"""What a repository holds: the quantizations of a model, and the image encoders beside them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from desktop_agent.core.errors import DownloadFailed, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.model.files import naming

MOST_FILES = 2000
LARGEST_FILE = 2**41
"""Bytes: 2 TiB, several times the largest model there is."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_ENCODER_ORDER = ("F16", "Q8_0", "F32", "BF16", "")
"""BF16 has crashed on CUDA (ggml-org/llama.cpp#18122); F32 is twice as large for the same."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository.

    Args:
        path: with "/" between its parts, checked by `naming.require_safe`.
        size: bytes.
        sha256: of its content, in hexadecimal digits, as the repository records it.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Variant:
    """A model or an image encoder in one quantization: one file, or several in the order of their numbers."""

    quantization: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes, of all files."""
        return sum(file.size for file in self.files)

    @property
    def path(self) -> str:
        """The file that is loaded; llama.cpp finds the others by their numbers."""
        return self.files[0].path


@dataclass(frozen=True)
class Listing:
    """A repository at one revision. `models` are sorted by size, smallest first; `encoders` best first."""

    repository: str
    revision: str
    models: tuple[Variant, ...]
    encoders: tuple[Variant, ...]

    def model(self, quantization: str) -> Variant:
        """The model in this quantization, in any case, or at this path.

        Raises:
            UsageError: there is none.
        """
        for variant in self.models:
            if quantization.upper() == variant.quantization or quantization == variant.path:
                return variant
        there = ", ".join(variant.quantization or variant.path for variant in self.models)
        raise UsageError(f"{self.repository} has no “{one_line(quantization, 40)}”.", f"It has: {there}.")


Entry = tuple[str, object, object]
"""A file as the server lists it: name, size, SHA-256."""


def read(repository: str, revision: object, entries: Iterable[Entry]) -> Listing:
    """Make sense of a server's listing; nothing in it is believed before it is checked.

    Raises:
        DownloadFailed: an entry is not what it must be, or there is no model.
    """
    if not isinstance(revision, str) or not _COMMIT.fullmatch(revision):
        raise _strange(repository, f"revision {revision!r}")
    files = [_file(repository, *entry) for entry in entries if naming.is_gguf(entry[0])]
    if len(files) > MOST_FILES:
        raise _strange(repository, f"{len(files)} files")
    variants = _variants(repository, files)
    models = [each for each in variants if not naming.is_encoder(each.path)]
    encoders = [each for each in variants if naming.is_encoder(each.path)]
    if not models:
        raise DownloadFailed(
            f"{repository} has no model in the GGUF format.",
            "Search for the model's name with “GGUF”, and take that repository.",
        )
    return Listing(
        repository,
        revision,
        tuple(sorted(models, key=lambda each: each.size)),
        tuple(sorted(encoders, key=lambda each: encoder_rank(each.quantization, each.size))),
    )


def encoder_rank(quantization: str, size: int) -> tuple[int, int]:
    """Sorts image encoders, best first. `size` is in bytes."""
    known = quantization in _ENCODER_ORDER
    return _ENCODER_ORDER.index(quantization) if known else len(_ENCODER_ORDER), size


def _file(repository: str, path: str, size: object, sha256: object) -> RemoteFile:
    naming.require_safe(path)
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= LARGEST_FILE:
        raise _strange(repository, f"{path}: size {size!r}")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise DownloadFailed(
            f"The server gives no SHA-256 for {path}, so what it sends can't be checked.",
            "Use huggingface.co or another mirror; or fetch the file yourself: desktop-agent model use FILE.",
            repr(sha256)[:200],
        )
    return RemoteFile(path, size, sha256)


def _variants(repository: str, files: list[RemoteFile]) -> list[Variant]:
    """The files put together by their numbers."""
    groups: dict[str, dict[int, RemoteFile]] = {}
    counts: dict[str, int] = {}
    for file in files:
        whole, number, count = naming.split(file.path)
        groups.setdefault(whole, {})[number] = file
        counts[whole] = count
    for whole, numbered in groups.items():
        if sorted(numbered) != list(range(1, counts[whole] + 1)):
            raise _strange(repository, f"{whole}: files {sorted(numbered)} of {counts[whole]}")
    return [
        Variant(naming.quantization(whole), tuple(numbered[number] for number in sorted(numbered)))
        for whole, numbered in groups.items()
    ]


def _strange(repository: str, details: str) -> DownloadFailed:
    return DownloadFailed(
        f"The server's listing of {repository} makes no sense.",
        "If you use a mirror, try another one or huggingface.co.",
        details[:500],
    )
