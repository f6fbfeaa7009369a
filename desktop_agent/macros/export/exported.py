"""An exported macro: one text, and pictures that lie in a folder beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import atomic
from desktop_agent.core.errors import StoreError
from desktop_agent.macros.errors import BadMacro

MAX_PIXELS = 1_000_000_000
"""Five thousand steps with pictures as they are recorded have six tenths of that."""


@dataclass(frozen=True)
class Exported:
    """`text` of the file, and PNGs by the names under which it mentions them."""

    text: str
    pictures: Mapping[str, bytes]


class Budget:
    """Counts the pixels that are written: a small file may hold pictures of thousands of millions."""

    def __init__(self) -> None:
        self._left = MAX_PIXELS

    def spend(self, size: tuple[int, int]) -> None:
        """For a picture of that size.

        Raises:
            BadMacro: they are too many.
        """
        self._left -= size[0] * size[1]
        if self._left < 0:
            raise BadMacro(
                f"Its pictures have more than {MAX_PIXELS // 1_000_000} million pixels together, too many to export."
            )


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
