"""Looking for a canary: a secret's value, however it may be written down."""

import base64
import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.step.masks import GREY

SHORTEST = 8
"""Bytes of what is looked for: a few digits stand in any log by chance."""


def needles(value: str) -> dict[str, bytes]:
    """The forms of `value` that are looked for, by their names, in lower case."""
    raw = value.encode()
    found = {
        "utf-8": raw,
        "utf-16": value.encode("utf-16-le"),
        "utf-16, big-endian": value.encode("utf-16-be"),
        "reversed": value[::-1].encode(),
        "hex": raw.hex().encode(),
        "in a URL": quote(value, safe="").encode(),
        "JSON escapes": value.encode("unicode_escape"),
        # Typed in part, or cut off: no run of half its characters may be told either.
        "first half": value[: len(value) // 2].encode(),
        "second half": value[len(value) // 2 :].encode(),
    }
    for shift in range(3):  # base64 depends on what stands before; its ends depend on what is around
        coded = base64.b64encode(b"\0" * shift + raw)
        found[f"base64, {shift}"] = coded[4 if shift else 0 : -4]
    return {name: form.lower() for name, form in found.items() if len(form) >= SHORTEST}


def traces(value: str, data: bytes, where: str) -> list[str]:
    """Where in `data` the value stands, in words."""
    folded = data.lower()
    return [f"{where}: {name}" for name, form in needles(value).items() if form in folded]


def traces_in(value: str, folder: Path) -> list[str]:
    """Where in all files below `folder`, and in their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        found += traces(value, str(path).encode(), "file name")
        if path.is_file():
            found += traces(value, path.read_bytes(), str(path.relative_to(folder)))
    return found


def traces_in_processes(value: str) -> list[str]:
    """Where in the command lines and environments of running processes of this program."""
    found = []
    for name, data in _processes():
        found += traces(value, data, name)
    return found


def _processes() -> Iterator[tuple[str, bytes]]:
    for process in psutil.process_iter():
        folder = Path(f"/proc/{process.pid}")
        with contextlib.suppress(OSError):  # it has ended meanwhile, or lets nobody look
            line = (folder / "cmdline").read_bytes()
            if b"desktop_agent" in line or b"-m\0ui\0" in line:
                yield f"command line of {line[:60]!r}", line
                yield f"environment of {line[:60]!r}", (folder / "environ").read_bytes()


def is_grey(image: Image, view: View, field: Rect) -> bool:
    """Whether `field` of the desktop is grey in a picture, as far as it shows it."""
    part = field.intersection(view.region)
    if part.empty:
        return True
    pixels = image.crop(view.image_rect(part)).bgra
    grey = GREY[:3]
    return all(pixels[place : place + 3] == grey for place in range(0, len(pixels), 4))
