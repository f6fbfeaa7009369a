"""Fetches one file: goes on where an earlier try ended, and gives it its name only when its SHA-256 is right."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from desktop_agent.core.errors import AgentError, DownloadFailed, StoreError
from desktop_agent.core.sizes import human
from desktop_agent.model.files.hub import Body, Cut, Hub
from desktop_agent.model.files.listing import Listing, RemoteFile
from desktop_agent.model.files.progress import Progress

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries that bring nothing new."""
SPARE_BYTES = 512 * 1024 * 1024
"""What must be left on the disk for everything else."""
LOCK = ".lock"
"""In each folder that is fetched into: two writers would mix their bytes."""
CHUNK = 1024 * 1024


def partial_path(target: Path, file: RemoteFile) -> Path:
    """Where `file` lies until it is whole. The digest is in the name: a newer revision's file is no beginning of it."""
    return target.with_name(f"{target.name}.{file.sha256[:12]}.part")


def require_room(wanted: Iterable[tuple[Path, RemoteFile]]) -> None:
    """Check that the disk has room for what is still missing of the files, by where each is to lie.

    Raises:
        StoreError: it has not.
    """
    missing, folder = 0, Path()
    for target, file in wanted:
        folder = target.parent
        partial = partial_path(target, file)
        there = partial.stat().st_size if partial.exists() else 0
        missing += 0 if target.exists() else max(0, file.size - there)
    free = shutil.disk_usage(_existing(folder)).free
    if missing and missing + SPARE_BYTES > free:
        raise StoreError(
            f"{human(missing)} are to be fetched, and the disk has {human(free)} left.",
            f"Free some space, or set DESKTOP_AGENT_HOME to a folder on another disk: {folder}.",
            f"missing {missing}, free {free}",
        )


def fetch(hub: Hub, listing: Listing, file: RemoteFile, target: Path, progress: Progress) -> None:
    """Fetch `file` to `target`, which gets its name when it is whole and right.

    Raises:
        DownloadFailed: the hub fails, or what comes is not what the repository records.
        StoreError: the disk is full or can't be written.
        Interrupted: the person stopped it.
    """
    partial = partial_path(target, file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(target.with_name(LOCK), timeout=0):
            _Transfer(hub, listing, file, partial, progress).run()
            os.replace(partial, target)
    except Timeout as error:
        raise DownloadFailed(
            f"Something is being fetched into {target.parent} already.", "Wait for it, or stop it there."
        ) from error
    except OSError as error:
        raise _disk_error(error, target.parent) from error


class _Transfer:
    """One file on its way into `partial`, digested as it comes."""

    def __init__(self, hub: Hub, listing: Listing, file: RemoteFile, partial: Path, progress: Progress) -> None:
        self._hub = hub
        self._listing = listing
        self._file = file
        self._partial = partial
        self._progress = progress
        self._name = file.path.rpartition("/")[2]
        self._digest = hashlib.sha256()
        self._done = 0

    def run(self) -> None:
        """Raises what `fetch` does, and OSError."""
        # Unbuffered: what was received is in the file whatever happens next.
        with self._partial.open("ab", buffering=0) as out:
            self._take_up(out)
            self._receive(out)
            os.fsync(out.fileno())
        if self._digest.hexdigest() != self._file.sha256:
            self._partial.unlink()
            raise DownloadFailed(
                f"{self._name} arrived damaged and was deleted: its SHA-256 is not the one that is recorded.",
                "Fetch it again; if it happens again, use another mirror.",
                f"{self._digest.hexdigest()}, not {self._file.sha256}",
            )

    def _take_up(self, out: BinaryIO) -> None:
        """Digest what an earlier try left."""
        size = out.seek(0, os.SEEK_END)
        if size > self._file.size:
            self._restart(out)
            return
        with self._partial.open("rb") as file:
            while self._done < size and (data := file.read(min(CHUNK, size - self._done))):
                self._add(data)
                self._progress.tell("check", self._name, self._done, self._file.size)

    def _receive(self, out: BinaryIO) -> None:
        tries = 0
        while self._done < self._file.size:
            before = self._done
            self._progress.tell("connect", self._name, self._done, self._file.size)
            try:
                self._receive_once(out)
                problem: Exception | None = None
            except Cut as error:
                problem = error
            tries = 0 if self._done > before else tries + 1
            if self._done < self._file.size:
                if tries > len(PAUSES):
                    raise self._unfinished(problem) from problem
                self._progress.wait(PAUSES[tries - 1] if tries else 0)

    def _receive_once(self, out: BinaryIO) -> None:
        with self._hub.open(self._listing.repository, self._listing.revision, self._file, self._done) as body:
            if body.start != self._done:
                self._restart(out)
            with self._progress.cutting(body.cut):
                self._write(body, out)

    def _write(self, body: Body, out: BinaryIO) -> None:
        for data in body.chunks:
            if self._done + len(data) > self._file.size:
                self._restart(out)
                raise DownloadFailed(
                    f"The server sends more of {self._name} than there is. What came was deleted.",
                    "Use another mirror.",
                    f"more than {self._file.size} bytes",
                )
            view = memoryview(data)
            while view:
                written = out.write(view)
                self._add(view[:written])
                view = view[written:]
            self._progress.tell("download", self._name, self._done, self._file.size)

    def _add(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._done += len(data)

    def _restart(self, out: BinaryIO) -> None:
        out.truncate(0)
        self._digest, self._done = hashlib.sha256(), 0

    def _unfinished(self, problem: Exception | None) -> AgentError:
        self._progress.require_wanted()
        return DownloadFailed(
            f"The connection broke again and again; {human(self._done)} of the {human(self._file.size)} of "
            f"{self._name} are here.",
            "Try again later: it goes on from there.",
            str(problem or "the server ended the file early"),
        )


def _existing(folder: Path) -> Path:
    """`folder`, or the nearest above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _disk_error(error: OSError, folder: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            f"The disk is full: {folder}.", "Free some space and fetch it again: it goes on from there.", str(error)
        )
    return StoreError(f"{folder} can't be written: {error.strerror}.", "Check its permissions.", str(error))
