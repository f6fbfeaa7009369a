"""Text from outside made fit to be kept, sent or shown."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ: Persian, Indic scripts and emoji need them."""
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{each}" for port in ("COM", "LPT") for each in "0123456789¹²³"}
)


def encodable(text: str) -> str:
    """`text` with lone surrogates, which are no characters and have no UTF-8, replaced by "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, limit: int = 300) -> str:
    """`text` on one line of at most `limit` characters, without control and direction characters.

    A window's title or an element's name stands on approval cards and in prompts, and whoever wrote it may want to
    break out of its place: by line breaks, by turning the direction of what follows, or by sheer length.
    """
    start = text[: 4 * limit]  # a title may be megabytes long
    line = " ".join("".join(char for char in start if char.isspace() or _shown(char)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def fold(name: str) -> str:
    """`name` as names are compared: without regard to case, and to how its characters are composed."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def is_device(name: str) -> bool:
    """Whether Windows takes `name`, with any ending, for a device and not for a file: "con", "NUL.png"."""
    return name.partition(".")[0].strip().upper() in _DEVICES


def _shown(char: str) -> bool:
    return char.isprintable() or char in _JOINERS
