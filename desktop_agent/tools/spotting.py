"""Finds a phrase among the words that OCR read."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from desktop_agent.core.desktop import Word
from desktop_agent.core.geometry import Rect
from desktop_agent.core.naming import has_ideographs

_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b"})
_EDGE = "…:;,.\"'“”‘’«»()[]"


@dataclass(frozen=True)
class Spot:
    """A phrase on one line. `region` is in image pixels."""

    text: str
    region: Rect


def spot(phrase: str, words: Iterable[Word]) -> tuple[Spot, ...]:
    """Where `phrase` stands on one line: exactly; else whatever its case; else, where that is a single place, with
    characters that OCR confuses (0 and o, 1 and l and i). Whole words only, except in scripts without spaces."""
    lines = [list(line) for _, line in groupby(words, key=lambda word: word.line)]
    for fold in (_exact, _caseless):
        spots = _spots(phrase, lines, fold)
        if spots:
            return spots
    confused = _spots(phrase, lines, _confused)
    return confused if len(confused) == 1 else ()


def _exact(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _caseless(text: str) -> str:
    return _exact(text).casefold()


def _confused(text: str) -> str:
    return _caseless(text).translate(_CONFUSED)


def _spots(phrase: str, lines: Sequence[Sequence[Word]], fold: Callable[[str], str]) -> tuple[Spot, ...]:
    wanted = fold("".join(phrase.split()))
    trimmed = wanted.strip(_EDGE) or wanted
    return tuple(spot for line in lines for spot in _on_line(trimmed, line, fold)) if trimmed else ()


def _on_line(wanted: str, line: Sequence[Word], fold: Callable[[str], str]) -> list[Spot]:
    """Compared without spaces, since OCR joins and divides words; each character remembers its word."""
    owners = [
        (index, position, len(fold(word.text)))
        for index, word in enumerate(line)
        for position in range(len(fold(word.text)))
    ]
    text = "".join(fold(word.text) for word in line)
    found, start = [], text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if has_ideographs(wanted) or (_at_edge(text, start, owners, True) and _at_edge(text, end, owners, False)):
            found.append(_spot(line, owners[start:end]))
        start = text.find(wanted, start + 1)
    return found


def _at_edge(text: str, position: int, owners: Sequence[tuple[int, int, int]], is_start: bool) -> bool:
    """Whether a word begins or ends at `position`, punctuation at its edges not counted."""
    while 0 < position < len(text):
        if owners[position][1] == 0:
            return True
        beyond = position - 1 if is_start else position
        if text[beyond] not in _EDGE:
            return False
        position += -1 if is_start else 1
    return True


def _spot(line: Sequence[Word], owners: Sequence[tuple[int, int, int]]) -> Spot:
    region = Rect(0, 0, 0, 0)
    text: list[str] = []
    for index, owned in groupby(owners, key=lambda owner: owner[0]):
        part = list(owned)
        (_, first, length), last = part[0], part[-1][1]
        box = line[index].region
        left, right = box.width * first // length, box.width * (last + 1) // length
        region = region.union(Rect(box.x + left, box.y, max(1, right - left), box.height))
        whole = first == 0 and last == length - 1
        text.append(line[index].text if whole else line[index].text[first : last + 1])
    return Spot(("" if has_ideographs("".join(text)) else " ").join(text), region)
