"""The person's macros: a folder each, in the program's data folder, sorted into folders of the person's own."""

import itertools
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import paths
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.text import fold as fold  # also for those who compare names of macros
from desktop_agent.core.text import is_device, one_line
from desktop_agent.macros import files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import CONTENT, MAX_TOTAL, Stored
from desktop_agent.macros.format import MAX_NAME, Macro

TRASH = ".trash"
TRASH_DAYS = 30
MAX_SLUG = 60
MAX_SLUG_BYTES = 180
"""A file's name may have 255, and in the trash it has 20 more."""
FORBIDDEN = '<>:"/\\|?*'
"""What no file system that we run on takes in a name."""


@dataclass(frozen=True)
class Entry:
    """A macro in the library. `folder` is the person's folder it is in, "" for none. `problem` says why it can't be
    read; then `macro` is None and `name` is that of its place."""

    path: Path
    name: str
    folder: str
    changed_at: float
    macro: Macro | None = None
    problem: str = ""


class Library:
    """All macros under `root`. What two processes do at once is done one after the other, the later one winning.

    Args:
        root: by default the program's data folder.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or paths.data() / "macros"

    def entries(self) -> tuple[Entry, ...]:
        """All macros, by folder and name; broken ones too.

        Raises:
            StoreError: the library can't be read.
        """
        try:
            found = [entry for path in self._places() if (entry := self._entry_if_there(path))]
        except OSError as error:
            raise StoreError(f"The macros in {self.root} can't be read: {error.strerror}.", "", str(error)) from error
        return tuple(sorted(found, key=lambda each: (fold(each.folder), fold(each.name))))

    def find(self, name: str) -> Entry:
        """The macro called `name`, in any case, or the one in that place ("folder/name").

        Raises:
            UsageError: there is none, or several of that name in several folders.
            BadMacro: it can't be read.
        """
        return self.snapshot().find(name)

    def snapshot(self) -> "Snapshot":
        """The library as it is now, to find several macros in it.

        Raises:
            StoreError: the library can't be read.
        """
        return Snapshot(self.root, self.entries())

    def open(self, entry: Entry) -> Stored:
        """The macro with its pictures.

        Raises:
            BadMacro: it can't be read.
        """
        return files.read(entry.path)

    def add(self, macro: Macro, pictures: Mapping[str, bytes], folder: str = "") -> Entry:
        """Keep a new macro. Where its name is taken, a number is added to it.

        Raises:
            StoreError: it could not be written.
        """
        name = self._free_name(macro.name)
        path = self._made(folder, name)
        try:
            files.write(path, macro.model_copy(update={"name": name}), pictures)
        except BaseException:
            if not (path / CONTENT).exists():
                shutil.rmtree(path, ignore_errors=True)
            raise
        return self._entry(path)

    def save(self, entry: Entry, macro: Macro, pictures: Mapping[str, bytes]) -> Entry:
        """Put `macro` in the place of what `entry` holds.

        Raises:
            UsageError: another macro has its name.
            StoreError: it could not be written.
        """
        for other in self.entries():
            if other.path != entry.path and fold(other.name) == fold(macro.name):
                raise UsageError(f"Another macro is called “{one_line(macro.name, 80)}”.", "Choose another name.")
        files.write(entry.path, macro, pictures)
        return self._entry(entry.path)

    def at(self, path: Path) -> Entry:
        """The macro in that place.

        Raises:
            BadMacro: there is none.
        """
        if not (path / CONTENT).is_file():
            raise BadMacro(f"There is no macro in {path}.")
        return self._entry(path)

    def keep_earlier(self, entry: Entry) -> Path:
        """Put a copy of it as it is now into the trash, from which `restore` takes it back beside the one that comes in
        its place. Returns the copy's place there.

        Raises:
            BadMacro: it can't be read.
            StoreError: it could not be written.
        """
        self._empty_trash()
        stored = files.read(entry.path)
        pictures = {name: stored.picture_bytes(name) for name in files.picture_names(stored.macro)}
        target = self._trash(entry)
        files.write(target, stored.macro, pictures)
        return target

    def move(self, entry: Entry, folder: str) -> Entry:
        """Put it into another folder of the person's.

        Raises:
            StoreError: it could not be moved.
        """
        target = self._free(folder, entry.name)
        self._rename(entry.path, target)
        return self._entry(target)

    def remove(self, entry: Entry) -> Path:
        """Put it into the trash, from which `restore` takes it back within a month. Returns its place there.

        Raises:
            StoreError: it could not be moved.
        """
        self._empty_trash()
        target = self._trash(entry)
        self._rename(entry.path, target)
        return target

    def trashed(self) -> tuple[Entry, ...]:
        """What lies in the trash, the latest first."""
        found = (each for each in (self.root / TRASH).glob("*") if (each / CONTENT).exists())
        return tuple(self._entry(each) for each in sorted(found, key=lambda each: each.name, reverse=True))

    def restore(self, trashed: Path, folder: str = "") -> Entry:
        """Take it back from the trash. Where its name is taken by now, a number is added to it.

        Raises:
            StoreError: it could not be moved.
        """
        target = self._free(folder, trashed.name.partition("-")[2])
        self._rename(trashed, target)
        entry = self._entry(target)
        name = self._free_name(entry.name, but=target)
        if entry.macro is None or name == entry.name:
            return entry
        return self.save(entry, entry.macro.model_copy(update={"name": name}), {})

    def bring_in(self, stored: Stored, folder: str = "") -> Entry:
        """Copy a macro from elsewhere into the library: the one that was read and shown, not what lies there by now.
        It is a stranger's until the person has approved it.

        Raises:
            BadMacro: a picture is missing or can't be one, or all together are too large.
            StoreError: it could not be written.
        """
        pictures: dict[str, bytes] = {}
        size = 0
        for name in sorted(files.picture_names(stored.macro)):
            pictures[name] = stored.picture_bytes(name)
            files.size_of(pictures[name], name)
            size += len(pictures[name])
            if size > MAX_TOTAL:
                raise BadMacro(f"The pictures of “{one_line(stored.macro.name, 80)}” are too large.")
        if len({name.casefold() for name in pictures}) < len(pictures):
            raise BadMacro("Two of its pictures differ only in the case of their names.")
        return self.add(stored.macro, pictures, folder)

    def _trash(self, entry: Entry) -> Path:
        """A place for it in the trash."""
        return self.root / TRASH / f"{time.time_ns()}-{entry.path.name}"

    def _places(self) -> Iterator[Path]:
        """The folders that hold a macro, at most two deep."""
        if not self.root.is_dir():
            return
        for path in self.root.iterdir():
            if path.name.startswith(".") or not path.is_dir() or path.is_symlink():
                continue
            if (path / CONTENT).is_file():
                yield path
            else:
                yield from (each for each in path.iterdir() if (each / CONTENT).is_file() and not each.is_symlink())

    def _entry_if_there(self, path: Path) -> Entry | None:
        """None: another process has just taken it away."""
        try:
            return self._entry(path)
        except FileNotFoundError:
            return None

    def _entry(self, path: Path) -> Entry:
        folder = path.parent.name if path.parent != self.root else ""
        changed = (path / CONTENT).stat().st_mtime
        try:
            macro = files.read(path).macro
        except BadMacro as error:
            return Entry(path, path.name, folder, changed, problem=str(error))
        return Entry(path, macro.name, folder, changed, macro)

    def _free_name(self, wanted: str, but: Path | None = None) -> str:
        """`wanted`, or with a number where another macro than the one at `but` has that name."""
        taken = {fold(each.name) for each in self.entries() if each.path != but}
        name, number = wanted, 2
        while fold(name) in taken:
            start = wanted[: MAX_NAME - len(str(number)) - 1].rstrip()
            name, number = f"{start} {number}", number + 1
        return name

    def _free(self, folder: str, name: str) -> Path:
        """A place for a macro called `name` at which nothing is."""
        parent = self._parent(folder)
        return next(path for path in _numbered(parent / slug(name)) if not os.path.lexists(path))

    def _made(self, folder: str, name: str) -> Path:
        """The same, made at once: what another process adds at the same time has another place.

        Raises:
            StoreError: it could not be made.
        """
        parent = self._parent(folder)
        try:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in _numbered(parent / slug(name)):
                try:
                    path.mkdir(mode=0o700)
                except FileExistsError:
                    continue
                return path
        except OSError as error:
            raise StoreError(
                f"The macro could not be written to {parent}: {error.strerror}.", "", str(error)
            ) from error
        raise AssertionError("numbers do not end")

    def _parent(self, folder: str) -> Path:
        """The person's folder of that name; never one that is a macro, in which nothing would be found."""
        if not folder:
            return self.root
        return next(path for path in _numbered(self.root / slug(folder)) if not (path / CONTENT).exists())

    def _rename(self, path: Path, target: Path) -> None:
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(target)
        except OSError as error:
            raise StoreError(
                f"{path.name} could not be moved to {target.parent}: {error.strerror}.", "", str(error)
            ) from error

    def _empty_trash(self) -> None:
        oldest = time.time_ns() - TRASH_DAYS * 86_400 * 1_000_000_000
        for path in (self.root / TRASH).glob("*"):
            when = path.name.partition("-")[0]
            if when.isdecimal() and int(when) < oldest:
                shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Snapshot:
    """The library as it was when it was looked through."""

    root: Path
    entries: tuple[Entry, ...]

    def locate(self, name: str) -> Entry:
        """Like `Library.find`, but what can't be read is found too.

        Raises:
            UsageError: there is none, or several of that name in several folders.
        """
        wanted = fold(name)
        found = [each for each in self.entries if wanted in (fold(each.name), fold(f"{each.folder}/{each.name}"))]
        if not found:
            known = ", ".join(one_line(each.name, 40) for each in self.entries[:8]) or "none yet"
            raise UsageError(f"There is no macro called “{one_line(name, 80)}”.", f"There are: {known}.")
        if len(found) > 1:
            places = ", ".join(one_line(f"{each.folder}/{each.name}".lstrip("/"), 80) for each in found[:8])
            raise UsageError(f"Several macros are called “{one_line(name, 80)}”.", f"Say which: {places}.")
        return found[0]

    def find(self, name: str) -> Entry:
        """See `Library.find`."""
        entry = self.locate(name)
        if entry.problem:
            raise BadMacro(entry.problem, "Mend it with: desktop-agent macro edit NAME")
        return entry

    def open(self, entry: Entry) -> Stored:
        """See `Library.open`."""
        return files.read(entry.path)

    def get(self, name: str) -> Stored:
        """The macro called `name` with its pictures. Raises what `find` and `open` raise."""
        return self.open(self.find(name))

    def called(self, entry: Entry) -> str:
        """The name by which `find` finds that one: with its folder where another has the same."""
        alike = [each for each in self.entries if fold(each.name) == fold(entry.name)]
        return f"{entry.folder}/{entry.name}" if len(alike) > 1 and entry.folder else entry.name

    def place(self, entry: Entry) -> str:
        """Where it lies in the library: what is kept about a macro is kept under that name."""
        return entry.path.relative_to(self.root).as_posix()


def slug(name: str) -> str:
    """A folder's name for `name`: nothing that a file system refuses or takes for a device, never hidden, never a way
    out, never what a macro's own file is called."""
    kept = "".join("-" if char in FORBIDDEN or not char.isprintable() else char for char in one_line(name, MAX_SLUG))
    kept = kept.encode()[:MAX_SLUG_BYTES].decode(errors="ignore").strip(". ") or "macro"
    return f"{kept}-" if fold(kept) == CONTENT or is_device(kept) else kept


def _numbered(path: Path) -> Iterator[Path]:
    """It, and further ones with a number."""
    return itertools.chain([path], (path.with_name(f"{path.name} {number}") for number in itertools.count(2)))
