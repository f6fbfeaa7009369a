"""What the names of a repository's GGUF files say. Names come from a server and are hostile input."""

import re

from desktop_agent.core.errors import DownloadFailed
from desktop_agent.core.text import one_line

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+()\[\] -]{0,199}")
"""One folder or file. No separators, no control characters, no leading dot, nothing that Windows reads otherwise."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SPLIT = re.compile(r"-(\d{5})-of-(\d{5})(?=\.gguf$)", re.IGNORECASE)
_QUANTIZATION = re.compile(
    r"(?:^|[-._/])((?:UD-)?(?:I?Q[1-8](?:_[A-Z0-9]+)*|TQ[12]_0|MXFP4(?:_MOE)?|BF16|F16|F32))(?=[-./]|$)", re.IGNORECASE
)
MOST_FOLDERS = 3


def is_repository(name: str) -> bool:
    """Whether `name` can be a repository's: "owner/name"."""
    return bool(_REPOSITORY.fullmatch(name)) and ".." not in name


def require_safe(path: str) -> None:
    """Check that `path`, with "/" between its parts, names a file below a folder, on every system.

    Raises:
        DownloadFailed: it does not.
    """
    parts = path.split("/")
    sound = all(_PART.fullmatch(part) and part[-1] not in ". " and not _DEVICES.fullmatch(part) for part in parts)
    if not sound or len(parts) > MOST_FOLDERS + 1:
        raise DownloadFailed(
            f"The server lists a file whose name is not accepted: “{one_line(path, 80)}”.",
            "Choose another repository.",
            repr(path[:500]),
        )


def is_gguf(path: str) -> bool:
    """Whether it is a GGUF that may be a model or an image encoder; importance matrices are neither."""
    return path.lower().endswith(".gguf") and "imatrix" not in path.lower()


def is_encoder(path: str) -> bool:
    """Whether it is an image encoder: every publisher has "mmproj" in the name."""
    return "mmproj" in path.rpartition("/")[2].lower()


def quantization(path: str) -> str:
    """The quantization, in capital letters, that the name ends with; empty where it names none."""
    found = _QUANTIZATION.findall(_SPLIT.sub("", path)[: -len(".gguf")])
    return found[-1].upper() if found else ""


def split(path: str) -> tuple[str, int, int]:
    """Of a model in several files: what it is called without the numbers, which file this is, of how many. Of a model
    in one file: its path, 1, 1."""
    found = _SPLIT.search(path)
    if found is None:
        return path, 1, 1
    return _SPLIT.sub("", path), int(found[1]), int(found[2])
