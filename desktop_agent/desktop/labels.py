"""Names that other programs chose, made fit for one line of our own text."""

import unicodedata

LABEL_LIMIT = 300
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # ZWNJ and ZWJ: Persian, Indic scripts and emoji need them


def one_line(text: str, limit: int = LABEL_LIMIT) -> str:
    """`text` on one line of at most `limit` characters, without control and direction characters.

    A window's title or an element's name stands on approval cards and in prompts, and whoever wrote it may want to
    break out of its place: by line breaks, by turning the direction of what follows, or by sheer length.
    """
    kept = (
        " " if char.isspace() else char
        for char in text[: 4 * limit]
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _HIDDEN
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
