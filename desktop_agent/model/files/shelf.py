"""The models that this program fetched: one folder for each repository, and beside each file a note of where it came
from and what its SHA-256 must be. A file without a note is not whole, or not ours."""

import dataclasses
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_agent.core import paths
from desktop_agent.core.errors import StoreError
from desktop_agent.model.files import naming
from desktop_agent.model.files.listing import Listing, RemoteFile
from desktop_agent.model.files.transfer import LOCK

_NOTE = ".origin.json"
_PARTIAL = ".part"


@dataclass(frozen=True)
class Origin:
    """Where a file came from: the repository, its revision, the path there; and size in bytes and SHA-256."""

    repository: str
    revision: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Kept:
    """A file on the shelf."""

    file: Path
    origin: Origin

    @property
    def is_encoder(self) -> bool:
        return naming.is_encoder(self.origin.path)

    @property
    def quantization(self) -> str:
        return naming.quantization(naming.split(self.origin.path)[0])

    @property
    def number(self) -> int:
        """Which of a model's files it is; the first is the one that is loaded."""
        return naming.split(self.origin.path)[1]


def root() -> Path:
    """The shelf."""
    return paths.data() / "models"


def place(listing: Listing, file: RemoteFile) -> Path:
    """Where a repository's file lies, or would."""
    return _folder(listing.repository) / file.path


def note(listing: Listing, file: RemoteFile) -> None:
    """Keep for good that the file at its place is what the repository records."""
    target = place(listing, file)
    origin = Origin(listing.repository, listing.revision, file.path, file.size, file.sha256)
    path = _note_of(target)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(json.dumps(dataclasses.asdict(origin), indent=2), "utf-8")
        os.replace(new, path)
    except OSError as error:
        raise _unwritable(path, error) from error


def origin_of(file: Path) -> Origin | None:
    """The note beside `file`; None where there is none, or none that can be read."""
    try:
        raw: Any = json.loads(_note_of(file).read_text("utf-8"))
        return Origin(str(raw["repository"]), str(raw["revision"]), str(raw["path"]), int(raw["size"]), raw["sha256"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def kept(repository: str = "") -> tuple[Kept, ...]:
    """All files, or those of one repository, in the order of their names."""
    return tuple(
        Kept(file, origin)
        for file in sorted(_walk(repository))
        if naming.is_gguf(file.name) and (origin := origin_of(file)) is not None
    )


def partials(repository: str = "") -> tuple[Path, ...]:
    """What was begun and not ended."""
    return tuple(sorted(file for file in _walk(repository) if file.name.endswith(_PARTIAL)))


def remove(files: tuple[Path, ...]) -> int:
    """Delete files of the shelf, their notes, and folders that hold nothing more. Returns the bytes that became free.

    Raises:
        StoreError: one can't be deleted.
    """
    freed = 0
    for file in files:
        if not file.is_relative_to(root()):
            raise ValueError(f"{file} is not on the shelf")
        try:
            freed += file.stat().st_size
            _note_of(file).unlink(missing_ok=True)  # First: a file without a note is nothing that is used.
            file.unlink()
        except OSError as error:
            raise _unwritable(file, error) from error
        _remove_empty(file.parent)
    return freed


def _remove_empty(folder: Path) -> None:
    while folder != root() and folder.is_relative_to(root()):
        if any(each.name != LOCK for each in folder.iterdir()):
            return
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()
        folder = folder.parent


def _walk(repository: str) -> Iterator[Path]:
    folder = _folder(repository) if repository else root()
    return (path for path in folder.rglob("*") if path.is_file())


def _folder(repository: str) -> Path:
    if not naming.is_repository(repository):
        raise ValueError(repository)
    return root() / repository.replace("/", "--")


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + _NOTE)


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} can't be changed: {error.strerror}.", "Free some space, or check its permissions.", str(error)
    )
