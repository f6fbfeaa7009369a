"""Reads targets on screenshots in the file formats of ScreenSpot.

A file is a JSON list of entries `{"img_filename", "bbox", "instruction", …}`. ScreenSpot and ScreenSpot-v2 have a
"data_type" and write a box as x, y, width, height; ScreenSpot-Pro has a "ui_type" and writes x1, y1, x2, y2. Both are
pixels, and nothing but those keys tells which: an entry with neither or both is not guessed at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

HINT = (
    "Give a folder with ScreenSpot's *.json files (or with them in a folder “annotations”), the pictures in it or in "
    "one folder below."
)
MAX_FILE = 200_000_000
"""Bytes of one file."""
SLACK = 2
"""Pixels by which a box may reach beyond its picture: annotations are rounded."""
_GROUPS = (("data_type", "ui_type"), ("data_source", "application"), ("scale",), ("theme",))
"""What the figures are told apart by: the name, and what ScreenSpot-Pro calls it. The last two are our own folder's."""


class BadEntry(Exception):
    """One target can't be used; the message says why."""


@dataclass(frozen=True)
class Target:
    """A place on a picture and what it is asked for with. `box` is in pixels of the picture; `groups` says what it
    counts among ("data_type", "icon"); `size` is the picture's size, where the entry gives it."""

    name: str
    picture: Path
    instruction: str
    box: Rect
    groups: tuple[tuple[str, str], ...]
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Folder:
    """The targets of a folder, those of one picture together, and a sentence for each entry that can't be used."""

    targets: tuple[Target, ...]
    problems: tuple[str, ...]


def read_folder(folder: Path) -> Folder:
    """Read every file of `folder`.

    Raises:
        UsageError: there is no such folder, it can't be read, or nothing in it is a list of targets.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", HINT)
    try:
        files = sorted([*folder.glob("*.json"), *folder.glob("annotations/*.json")])
        places = _Places(folder)
    except OSError as error:
        raise UsageError(f"The folder {folder} can't be read: {error.strerror}.", HINT) from error
    if not files:
        raise UsageError(f"There is no *.json file in {folder}.", HINT)
    targets: dict[Target, None] = {}  # In their order.
    problems: list[str] = []
    for file in files:
        try:
            entries = _entries(file)
        except BadEntry as error:
            problems.append(f"{file.name}: {error}")
            continue
        for number, entry in enumerate(entries, 1):
            try:
                _add(targets, _target(entry, places))
            except BadEntry as error:
                problems.append(f"{file.name}, entry {number}: {error}")
    if not (targets or problems):
        raise UsageError(f"The files in {folder} hold no targets.", HINT)
    return Folder(tuple(sorted(targets, key=lambda each: each.picture)), tuple(problems))


def read_picture(target: Target) -> Image:
    """The picture of `target`.

    Raises:
        BadEntry: it can't be read.
    """
    try:
        if target.picture.stat().st_size > MAX_FILE:
            raise BadEntry(f"{target.name} is larger than {MAX_FILE // 1_000_000} MB.")
        return Image.decode(target.picture.read_bytes(), target.name)
    except OSError as error:
        raise BadEntry(f"{target.name} can't be read: {error.strerror}.") from error
    except UsageError as error:
        raise BadEntry(error.user_message) from error


def check(target: Target, image: Image) -> None:
    """Make sure that `target` lies on `image`.

    Raises:
        BadEntry: it does not.
    """
    if target.size is not None and target.size != (image.width, image.height):
        said = "{}×{}".format(*target.size)
        raise BadEntry(f"{target.name} is {image.width}×{image.height} pixels large, and not {said} as its entry says.")
    if not Rect(0, 0, image.width, image.height).grown(SLACK).encloses(target.box):
        box = target.box
        corners = f"{box.x}, {box.y} to {box.right}, {box.bottom}"
        raise BadEntry(f"the box {corners} does not lie in {target.name} ({image.width}×{image.height}).")


def _entries(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadEntry(f"it is larger than {MAX_FILE // 1_000_000} MB.")
        entries = json.loads(file.read_bytes())
    except OSError as error:
        raise BadEntry(f"it can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise BadEntry(f"it is no JSON: {error}.") from error
    if not isinstance(entries, list):
        raise BadEntry("it is no list of targets.")
    return entries


class _Places:
    """Where the pictures lie: in the folder, or in one below, as the archives of the data sets are unpacked."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._folders = [self._root, *sorted(each for each in self._root.iterdir() if each.is_dir())]

    def find(self, name: str) -> Path:
        try:
            found = {path for each in self._folders if (path := (each / name).resolve()).is_file()}
        except (OSError, ValueError) as error:
            raise BadEntry(f"“{name[:80]}” is no name of a picture.") from error
        inside = sorted(path for path in found if path.is_relative_to(self._root))
        if len(inside) > 1:
            raise BadEntry(f"there are {len(inside)} pictures called {name}.")
        if not inside:
            raise BadEntry(f"there is no picture {name[:80]}{' in the folder' if found else ''}.")
        return inside[0]


def _add(targets: dict[Target, None], target: Target) -> None:
    if target in targets:
        raise BadEntry(f"“{target.instruction}” on {target.name} is there twice.")
    targets[target] = None


def _target(entry: Any, places: _Places) -> Target:
    if not isinstance(entry, Mapping):
        raise BadEntry("it is no object.")
    name, instruction = _text(entry, "img_filename"), _text(entry, "instruction")
    groups = tuple((keys[0], str(entry[key])) for keys in _GROUPS for key in keys if key in entry)
    return Target(name, places.find(name), instruction, _box(entry), groups, _size(entry))


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadEntry(f'it has no "{key}".')
    return value


def _size(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    if "img_size" not in entry:
        return None
    width, height = _numbers(entry, "img_size", 2)
    return int(width), int(height)


def _box(entry: Mapping[str, Any]) -> Rect:
    kinds = [kind for kind in ("data_type", "ui_type") if kind in entry]
    if len(kinds) != 1:
        raise BadEntry(
            'it has neither "data_type" nor "ui_type", or both, so nobody can tell whether "bbox" is x, y, width, '
            "height or x1, y1, x2, y2."
        )
    first, second, third, fourth = _numbers(entry, "bbox", 4)
    if max(third, fourth) <= 1:
        raise BadEntry("its box is written in shares of the picture, and not in pixels.")
    if kinds == ["data_type"]:
        third, fourth = first + third, second + fourth
    x, y = round(first), round(second)
    box = Rect(x, y, round(third) - x, round(fourth) - y)
    if box.empty:
        raise BadEntry("its box is empty.")
    return box


def _numbers(entry: Mapping[str, Any], key: str, count: int) -> Sequence[float]:
    value = entry.get(key)
    if not isinstance(value, list) or len(value) != count or not all(map(_is_length, value)):
        raise BadEntry(f'its "{key}" is not {count} numbers of pixels.')
    return value


def _is_length(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e6
