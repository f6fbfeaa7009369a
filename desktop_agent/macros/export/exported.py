"""An exported macro: one text, and pictures that lie in a folder beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import atomic
from desktop_agent.core.errors import StoreError


@dataclass(frozen=True)
class Exported:
    """`text` of the file, and PNGs by the names under which it mentions them."""

    text: str
    pictures: Mapping[str, bytes]


def folder_beside(path: Path) -> Path:
    """Where the pictures of the file `path` lie: "invoice.md" has "invoice_pictures"."""
    return path.with_name(f"{path.stem}_pictures")


def save(exported: Exported, path: Path) -> None:
    """Write it to `path`, and its pictures beside it.

    Raises:
        StoreError: it could not be written; a file that was there still is.
    """
    folder = folder_beside(path)
    try:
        if exported.pictures:
            folder.mkdir(exist_ok=True)
        for name, data in exported.pictures.items():
            atomic.replace(folder / name, data)
        atomic.replace(path, exported.text.encode())
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror}.", "Free some space, or choose another place.", str(error)
        ) from error
