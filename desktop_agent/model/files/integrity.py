"""Whether files are what they should be."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.settings import Settings
from desktop_agent.model.files import naming, pair, shelf, using
from desktop_agent.model.files.progress import Progress
from desktop_agent.model.files.shelf import Origin
from desktop_agent.model.gguf_check import read_header

CHUNK = 1024 * 1024


def sha256(path: Path, progress: Progress) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits.

    Raises:
        PlannerError: it can't be read.
        Interrupted: the person stopped it.
    """
    digest, done = hashlib.sha256(), 0
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            while data := file.read(CHUNK):
                digest.update(data)
                done += len(data)
                progress.tell("check", path.name, done, total)
    except OSError as error:
        raise PlannerError(f"{path} can't be read: {error.strerror}.", "Check its permissions.", str(error)) from error
    return digest.hexdigest()


def require_unchanged(path: Path, origin: Origin, progress: Progress) -> None:
    """Check that `path` still holds what was fetched.

    Raises:
        PlannerError: it does not, or it can't be read.
        Interrupted: the person stopped it.
    """
    if sha256(path, progress) != origin.sha256:
        raise PlannerError(
            f"{path.name} was changed or damaged since it was fetched: its SHA-256 is not the one that "
            f"{origin.repository} records.",
            f"Remove it and fetch it again: desktop-agent model download {origin.repository}.",
        )


@dataclass(frozen=True)
class Finding:
    """What is known about one file. `hint` says what to do where it is not `sound`."""

    file: Path
    sound: bool
    message: str
    hint: str = ""


def verify(settings: Settings, target: str, progress: Progress) -> Iterator[Finding]:
    """Look at every file: those that were fetched by their SHA-256, all by their headers, and the pair in use together.

    Args:
        settings: which name the pair in use.
        target: one model, as `using.find_model` takes it; empty means all that was fetched and the pair in use.
        progress: told how far it is.

    Raises:
        Interrupted: the person stopped it.
        UsageError: there is no such model.
    """
    pair_in_use = [Path(name) for name in (settings.model, settings.mmproj) if name]
    if target:
        files = using.files_of(target)
    else:
        files = tuple(dict.fromkeys([*(each.file for each in shelf.kept()), *pair_in_use]))
    for file in files:
        yield _finding(file, progress)
    if pair_in_use and pair_in_use[0] in files:
        yield _pair_finding(settings)


def _finding(file: Path, progress: Progress) -> Finding:
    origin = shelf.origin_of(file)
    try:
        if origin is not None:
            require_unchanged(file, origin, progress)
        if naming.split(file.name)[1] == 1:
            read_header(file)
    except PlannerError as error:
        return Finding(file, False, error.user_message, error.hint)
    if origin is None:
        return Finding(file, True, "Its header is sound. It was not fetched by this program: no SHA-256 is known.")
    return Finding(file, True, f"It is what {origin.repository} records.")


def _pair_finding(settings: Settings) -> Finding:
    model, mmproj = Path(settings.model), Path(settings.mmproj) if settings.mmproj else None
    try:
        pair.require_usable(read_header(model), read_header(mmproj) if mmproj else None, text_only=mmproj is None)
    except PlannerError as error:
        return Finding(model, False, error.user_message, error.hint)
    return Finding(model, True, f"It fits {mmproj.name}." if mmproj else "It is used for text only.")
