"""Reads and writes macros: a folder, or a zip with the ending `.macro`. Both are read as what a stranger sent.

`macro.json` is replaced as a whole, and pictures are named after their content and never changed: so a macro is either
as it was or as it should be, whatever happens while it is written.
"""

import hashlib
import io
import os
import stat
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_core import from_json

from desktop_agent.core import atomic
from desktop_agent.core.errors import StoreError
from desktop_agent.core.images import Image
from desktop_agent.core.text import one_line
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.format import Macro, is_picture_name, targets, walk
from desktop_agent.macros.migrations import migrated
from desktop_agent.macros.pinned import Pinned

SUFFIX = ".macro"
CONTENT = "macro.json"
PICTURES = "pictures"
MAX_CONTENT = 16_000_000
MAX_VALUES = 1_000_000
"""Objects, lists, texts, numbers of a `macro.json`. Its steps have room for two hundred each, and take seventy."""
MAX_TOLD = 10_000
"""Mistakes of a `macro.json` that are looked through; more are only counted: to describe a million takes half a
minute."""
MAX_PICTURE = 8_000_000
MAX_PICTURES = 20_000
MAX_TOTAL = 1_000_000_000
MAX_DIRECTORY = 4_000_000
"""Bytes of a zip's directory: 200 for each of so many pictures."""
MAX_PICTURE_PIXELS = 40_000_000
SHOWN_PROBLEMS = 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Other methods can ask for gigabytes to unpack a small file."""
_ENCRYPTED = 1
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, ValueError, OverflowError, NotImplementedError),
)
"""What zipfile raises about files that are none, are damaged, or lie about themselves."""


class Source(Protocol):
    """Where the bytes of a macro's parts come from."""

    def read(self, name: str, limit: int) -> bytes:
        """The part `name` ("macro.json", "pictures/….png").

        Raises:
            BadMacro: it is missing, longer than `limit` bytes, or can't be read.
        """


@dataclass(frozen=True)
class Stored:
    """A macro and where its pictures come from."""

    macro: Macro
    source: Source

    def picture(self, name: str) -> Image:
        """One of its pictures.

        Raises:
            BadMacro: it is missing, or no picture.
        """
        return decode(self.picture_bytes(name), name)

    def picture_size(self, name: str) -> tuple[int, int]:
        """Its width and height; its pixels are not unpacked.

        Raises:
            BadMacro: it is missing, or no picture.
        """
        return size_of(self.picture_bytes(name), name)

    def picture_bytes(self, name: str) -> bytes:
        """The same as it lies in the file."""
        if not is_picture_name(name):
            raise BadMacro(f"{one_line(name)} can't be a picture's name.")
        return self.source.read(name, MAX_PICTURE)


def read(path: Path) -> Stored:
    """The macro at `path`. What is exchanged there later is not used, see `pinned`.

    Raises:
        BadMacro: it is none that can be read; the message says where.
    """
    source = Pinned(_source(path))
    return Stored(parse(source.read(CONTENT, MAX_CONTENT), str(path)), source)


def text(path: Path) -> bytes:
    """The `macro.json` at `path` as it is, whatever is in it.

    Raises:
        BadMacro: it can't be read.
    """
    return _source(path).read(CONTENT, MAX_CONTENT)


def parse(data: bytes, name: str = CONTENT) -> Macro:
    """The macro in the text of a `macro.json`.

    Raises:
        BadMacro: it is none; the message says where.
    """
    try:
        content: Any = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise BadMacro(f"{name} is no JSON that can be read: {error}.", "Mend the file, or record it anew.") from error
    if not isinstance(content, dict):
        raise BadMacro(f"{name} holds no macro: it must be an object in braces.")
    if _more_values_than(content, MAX_VALUES):
        raise BadMacro(f"{name} holds more than {MAX_VALUES:,} values: no macro needs so many.")
    try:
        return Macro.model_validate(migrated(content, name))
    except ValidationError as error:
        raise BadMacro(_problems(error, name), "Mend the file; docs/macros.md describes the format.") from error


def dump(macro: Macro) -> bytes:
    """The text of its `macro.json`, for people too: what has its default is left out."""
    body = macro.model_dump_json(indent=1, exclude_defaults=True)
    return f'{{\n "format": {macro.format},{body[1:]}\n'.encode()


def decode(data: bytes, name: str) -> Image:
    """A picture of a macro.

    Raises:
        BadMacro: it is none, or far too large.
    """
    from desktop_agent.core.errors import UsageError

    try:
        return Image.decode(data, f"The picture {name}", MAX_PICTURE_PIXELS)
    except UsageError as error:
        raise BadMacro(str(error), details=error.details) from error


def size_of(data: bytes, name: str) -> tuple[int, int]:
    """The width and height of a picture of a macro, without unpacking it.

    Raises:
        BadMacro: it is none, or far too large.
    """
    from desktop_agent.core.errors import UsageError

    try:
        return Image.size_of(data, f"The picture {name}", MAX_PICTURE_PIXELS)
    except UsageError as error:
        raise BadMacro(str(error), details=error.details) from error


def picture_name(data: bytes) -> str:
    """The name under which a PNG is kept: that of its content."""
    return f"{PICTURES}/{hashlib.sha256(data).hexdigest()[:32]}.png"


def picture_names(macro: Macro) -> frozenset[str]:
    """The pictures that it needs."""
    named = (target.picture for step, _ in walk(macro.steps) for target in targets(step))
    return frozenset(each.file for each in named if each is not None)


def write(path: Path, macro: Macro, pictures: Mapping[str, bytes]) -> None:
    """Put `macro` into the folder `path`, which is made where it is missing. Pictures that it no longer needs stay: an
    editor may take a step back. See `tidy`.

    Args:
        path: the macro's folder.
        macro: what to keep.
        pictures: those that may not be there yet, by their names.

    Raises:
        BadMacro: the folder for its pictures is a link.
        StoreError: it could not be written; what was there still is.
    """
    try:
        _require_no_link(path)
        (path / PICTURES).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in pictures.items():
            if not is_picture_name(name):
                raise BadMacro(f"{one_line(name)} can't be a picture's name.")
            if not (path / name).exists():
                atomic.replace(path / name, data)
        atomic.replace(path / CONTENT, dump(macro))
    except OSError as error:
        raise _unwritable(path, error) from error


def tidy(path: Path, needed: Iterable[str]) -> None:
    """Remove the pictures of the folder `path` that are not among the `needed`."""
    _require_no_link(path)
    keep = frozenset(needed)
    for file in (path / PICTURES).glob("*"):
        if f"{PICTURES}/{file.name}" not in keep and not file.is_dir():
            file.unlink(missing_ok=True)


def _require_no_link(path: Path) -> None:
    """Raises BadMacro: the pictures of the folder `path` are a link, which may lead anywhere."""
    if (path / PICTURES).is_symlink():
        raise BadMacro(f"{path / PICTURES} is a link, and links are not followed.")


def pack(stored: Stored, path: Path) -> None:
    """Write it as one file, `path`, to be shared.

    Raises:
        BadMacro: a picture is missing.
        StoreError: it could not be written.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(CONTENT, dump(stored.macro))
        for name in sorted(picture_names(stored.macro)):
            file.writestr(name, stored.picture_bytes(name), zipfile.ZIP_STORED)
    try:
        atomic.replace(path, out.getvalue())
    except OSError as error:
        raise _unwritable(path, error) from error


def _source(path: Path) -> Source:
    try:
        return _Folder(path) if path.is_dir() else _Zip(path)
    except (OSError, ValueError) as error:  # ValueError: a name that no file has
        raise BadMacro(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.") from error


@dataclass(frozen=True)
class InMemory:
    """Implements `Source` for a macro that is not kept yet: its pictures by their names."""

    pictures: Mapping[str, bytes]

    def read(self, name: str, limit: int) -> bytes:
        if name not in self.pictures:
            raise BadMacro(f"{name} is missing.")
        return _within(self.pictures[name], limit, name)


class _Folder:
    """A macro's folder. Links are not followed: they may lead anywhere."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, limit: int) -> bytes:
        file = self._path / name
        try:
            if any(each.is_symlink() for each in (file, file.parent) if each != self._path):
                raise BadMacro(f"{file} is a link, and links are not followed.")
            with open(
                os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)), "rb"
            ) as opened:
                status = os.fstat(opened.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise BadMacro(f"{file} is no file.")
                data = opened.read(limit + 1)
        except FileNotFoundError as error:
            raise BadMacro(f"{file} is missing.") from error
        except OSError as error:
            raise BadMacro(f"{file} can't be read: {error.strerror}.", details=str(error)) from error
        return _within(data, limit, str(file))


class _Zip:
    """A `.macro` file. It is never unpacked to the disk; each part is read up to its limit, whatever the file says. It
    stays open as long as this object lives, so that what is read later is a part of the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        raw = self._opened()
        weakref.finalize(self, raw.close)
        try:
            self._file = zipfile.ZipFile(raw)
        except _BROKEN as error:
            raise BadMacro(f"{path} is no macro: {error}.", "Choose a folder or a .macro file.") from error
        raw.is_read = True
        # Not is_dir(): Python 3.11's fails for an empty name.
        parts = [info for info in self._file.infolist() if not info.filename.endswith("/")]
        for info in parts:
            if info.filename != CONTENT and not is_picture_name(info.filename):
                raise BadMacro(f"{path} holds “{one_line(info.filename, 80)}”, which does not belong into a macro.")
            if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
                raise BadMacro(
                    f"{info.filename} in {path} is encrypted, or packed by another method than deflate.",
                    "Pack it as a plain zip, or share it with: desktop-agent macro export NAME",
                )
        names = {info.filename.casefold() for info in parts}  # there are file systems for which case is nothing
        total = sum(info.file_size for info in parts)
        if len(names) < len(parts) or len(names) > MAX_PICTURES or total > MAX_TOTAL:
            raise BadMacro(f"{path} holds too many or too large files, or two of one name.")

    def read(self, name: str, limit: int) -> bytes:
        try:
            with self._file.open(name) as part:
                data = part.read(limit + 1)
        except KeyError as error:
            raise BadMacro(f"{self._path} holds no {name}.") from error
        except _BROKEN as error:
            raise BadMacro(f"{name} in {self._path} can't be unpacked: {error}.") from error
        return _within(data, limit, f"{name} in {self._path}")

    def _opened(self) -> "_Archive":
        try:
            if not stat.S_ISREG(self._path.stat().st_mode):
                raise BadMacro(f"{self._path} is no file.")
            return _Archive(self._path)
        except FileNotFoundError as error:
            raise BadMacro(f"{self._path} is missing.") from error
        except OSError as error:
            raise BadMacro(f"{self._path} can't be read: {error.strerror}.", details=str(error)) from error


class _Archive(io.FileIO):
    """A zip's file. Until its directory `is_read`, no more of it is read at once than the directory of a macro takes:
    zipfile reads it whole, and looks at each of millions of entries."""

    is_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = -1 if size is None else size
        if not self.is_read and (wanted if wanted >= 0 else self._left()) > MAX_DIRECTORY:
            raise zipfile.BadZipFile("its directory is too long")
        return super().read(wanted) or b""

    def _left(self) -> int:
        return os.fstat(self.fileno()).st_size - self.tell()


def _within(data: bytes, limit: int, name: str) -> bytes:
    if len(data) > limit:
        raise BadMacro(f"{name} is larger than {limit // 1_000_000} MB.")
    return data


def _more_values_than(content: Any, most: int) -> bool:
    waiting, count = [content], 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list):
            count += len(each)
            if count > most:
                return True
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return False


def _problems(error: ValidationError, name: str) -> str:
    if error.error_count() > MAX_TOLD:
        return f"{name} is no macro that can be played: {error.error_count():,} things in it are wrong."
    found = error.errors(include_url=False, include_input=False, include_context=False)
    said = []
    for each in found[:SHOWN_PROBLEMS]:
        where = ".".join(str(part) for part in each["loc"]) or "the macro"
        said.append(f"{one_line(where, 120)}: {one_line(each['msg'], 160)}")
    more = f" And {len(found) - SHOWN_PROBLEMS} more." if len(found) > SHOWN_PROBLEMS else ""
    return f"{name} is no macro that can be played. {'; '.join(said)}.{more}"


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The macro could not be written to {path}: {error.strerror}.",
        "Free some space, or choose another place.",
        str(error),
    )
