"""What was recorded is on disk at once: a file of lines, each with its length and a checksum, written by a thread.

A line is in the file, and so survives the end of this process, as soon as the thread gets to it; it survives a power
failure a moment later, when the thread has synced. Whatever ends the writing, at most the last line is torn.
"""

import contextlib
import json
import logging
import os
import secrets
import shutil
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop_agent.core import atomic, paths
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.macros.files import PICTURES
from desktop_agent.macros.recording.events import Event, body, event_of
from desktop_agent.macros.recording.observation import Observation, observation_of
from desktop_agent.macros.recording.recording import About, Recording, put_together
from desktop_agent.safety.filelock import locked

SYNC_SECONDS = 0.05
"""The shortest time from one sync to the next."""
FILE = "journal"
FOLDER = "recordings"
MAX_LINE = 4_000_000
_log = logging.getLogger(__name__)


class Journal:
    """The journal of a recording that goes on. `add` returns at once, from any thread.

    Args:
        about: what is known from the beginning.
        root: the folder of all journals.

    Raises:
        StoreError: it can't be written.
    """

    def __init__(self, about: About, root: Path | None = None) -> None:
        self.problem = ""
        """Why nothing is written any more; empty while all is well."""
        self.worst = 0.0
        """The longest that it took from an event until it was synced, in seconds."""
        self._changed = threading.Condition()
        self._waiting: list[tuple[bytes, float]] = []
        self._closing = False
        self._stack = contextlib.ExitStack()
        try:
            self.folder = _new_folder(root)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._file = os.open(self.folder / FILE, flags, 0o600)
            self._stack.callback(os.close, self._file)
            self._stack.enter_context(locked(self._file, 0))
            _write(self._file, line({"about": asdict(about)}))
            os.fsync(self._file)
        except OSError as error:
            self._stack.close()
            raise StoreError(
                f"A recording could not be begun: {error.strerror}.", "Free some space and try again.", str(error)
            ) from error
        self._thread = threading.Thread(target=self._run, name="recording-journal", daemon=True)
        self._thread.start()

    def add(self, event: Event) -> None:
        """Keep an event."""
        self._add({"event": body(event)}, event.at)

    def add_observation(self, observation: Observation) -> None:
        """Keep an observation."""
        self._add({"seen": observation.body()}, time.monotonic())

    def add_picture(self, name: str, data: bytes) -> None:
        """Keep a picture; that takes a moment."""
        path = self.folder / name
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if not path.exists():
                atomic.replace(path, data)
        except OSError as error:
            self._fail(error)

    def close(self) -> None:
        """Have everything on disk, and end. The files stay."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self._stack.close()

    def _add(self, content: dict[str, Any], at: float) -> None:
        with self._changed:
            self._waiting.append((line(content), at))
            self._changed.notify()

    def _run(self) -> None:
        synced = 0.0
        unsynced: list[float] = []
        while True:
            entries, closing = self._await(synced + SYNC_SECONDS if unsynced else None)
            try:
                if entries and not self.problem:
                    _write(self._file, b"".join(data for data, _ in entries))
                    unsynced += [at for _, at in entries]
                if unsynced and (closing or time.monotonic() >= synced + SYNC_SECONDS):
                    os.fsync(self._file)
                    synced = time.monotonic()
                    self.worst = max(self.worst, synced - min(unsynced))
                    unsynced = []
            except OSError as error:
                self._fail(error)
                unsynced = []
            if closing:
                return

    def _await(self, until: float | None) -> tuple[list[tuple[bytes, float]], bool]:
        """What is to be written now, and whether it is the last; waits for something, at most until `until`."""
        with self._changed:
            while not (self._waiting or self._closing):
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    break
                self._changed.wait(left)
            entries, self._waiting = self._waiting, []
            return entries, self._closing

    def _fail(self, error: OSError) -> None:
        if not self.problem:
            self.problem = f"The recording can't be kept on disk: {error.strerror}. It is still in memory."
            _log.warning("journal: %r", error)


def line(content: Mapping[str, Any]) -> bytes:
    """One line of a journal."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return b"%08x %08x %s\n" % (len(text), zlib.crc32(text), text)


def lines(data: bytes) -> Iterator[dict[str, Any]]:
    """What stands in the lines of `data`, up to the first one that is torn or damaged."""
    start = 0
    while start + 18 <= len(data):
        try:
            length, checksum = int(data[start : start + 8], 16), int(data[start + 9 : start + 17], 16)
        except ValueError:
            return
        text = data[start + 18 : start + 18 + length]
        if length > MAX_LINE or len(text) < length or zlib.crc32(text) != checksum:
            return
        content = json.loads(text)
        if not isinstance(content, dict):
            return
        yield content
        start += 18 + length + 1


def read(folder: Path) -> Recording:
    """The recording in the journal in `folder`, as far as it came.

    Raises:
        UsageError: there is none that can be read.
    """
    try:
        data = (folder / FILE).read_bytes()
        pictures = {f"{PICTURES}/{path.name}": path.read_bytes() for path in (folder / PICTURES).glob("*.png")}
    except OSError as error:
        raise UsageError(f"The recording in {folder} can't be read: {error.strerror}.", details=str(error)) from error
    events: list[Event] = []
    observations: list[Observation] = []
    about: About | None = None
    try:
        for content in lines(data):
            if "about" in content:
                about = About(**content["about"])
            elif "event" in content:
                events.append(event_of(content["event"]))
            elif "seen" in content:
                observations.append(observation_of(content["seen"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The recording in {folder} is damaged.", "Record it anew.", repr(error)) from error
    if about is None:
        raise UsageError(f"There is no recording in {folder}.")
    return put_together(events, observations, pictures, about, folder)


def interrupted(root: Path | None = None) -> tuple[Path, ...]:
    """The folders of recordings that nobody works at: their process ended, or they wait to be kept. Oldest first."""
    found = sorted(each for each in _root(root).glob("*") if (each / FILE).is_file())
    return tuple(each for each in found if not _is_held(each / FILE))


def remove(folder: Path) -> None:
    """Remove a journal: its recording was kept, or is not wanted."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_held(file: Path) -> bool:
    try:
        with file.open("rb") as opened, locked(opened.fileno(), 0):
            return False
    except TimeoutError:
        return True


def _root(root: Path | None) -> Path:
    return root if root is not None else paths.data() / FOLDER


def _new_folder(root: Path | None) -> Path:
    _root(root).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = _root(root) / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o700)
    return folder


def _write(file: int, data: bytes) -> None:
    """All of `data`; the system may take it in parts."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
