"""Reads the header of a file on the hub: what can't be used is told before gigabytes are fetched."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from desktop_agent.core.errors import DownloadFailed
from desktop_agent.model import gguf_reader
from desktop_agent.model.files.hub import Cut, Hub
from desktop_agent.model.files.listing import Listing, Variant
from desktop_agent.model.files.progress import Progress
from desktop_agent.model.gguf_check import Header

MAX_HEADER = 64 * 1024 * 1024
"""Bytes; a vocabulary of 150,000 tokens with its merges makes ten million."""


def read_remote_header(hub: Hub, listing: Listing, variant: Variant, progress: Progress) -> Header:
    """The header of the variant's first file; its size is that of all files.

    Raises:
        DownloadFailed: the hub fails, or the file is no sound GGUF.
        Interrupted: the person stopped it.
    """
    file = variant.files[0]
    path = Path(file.path.rpartition("/")[2])
    progress.tell("connect", path.name, 0, file.size)
    try:
        with hub.open(listing.repository, listing.revision, file) as body, progress.cutting(body.cut):
            contents = gguf_reader.read(cast(BinaryIO, _Stream(body.chunks)), file.size)
    except Cut as error:
        progress.require_wanted()
        raise DownloadFailed("The connection broke.", "Try again.", str(error)) from error
    except ValueError as error:
        raise DownloadFailed(
            f"{path.name} in {listing.repository} is damaged.", "Choose another quantization or repository.", str(error)
        ) from error
    return Header(path, variant.size, contents.values, contents)


class _Stream(io.RawIOBase):
    """Chunks, read like a file, up to `MAX_HEADER` bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = bytearray()
        self._left = MAX_HEADER
        self._place = 0

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        while len(self._buffer) < size and (chunk := next(self._chunks, b"")):
            self._left -= len(chunk)
            if self._left < 0:
                raise ValueError(f"a header of more than {MAX_HEADER} bytes")
            self._buffer += chunk
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._place += len(data)
        return data
