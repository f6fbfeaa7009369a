"""From recognized characters to words."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Character:
    """A recognized character, or several joined to a word: its box in image pixels, its confidence 0…1."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float


def grouped(line: str, characters: Sequence[Character]) -> list[Character]:
    """The words of a line.

    Words end at the line's spaces, where writing without spaces (Chinese, Japanese, Korean) meets other writing, and
    at gaps wider than two characters: menu entries are recognized as one line, often without spaces between.

    Args:
        line: the recognized text, with its spaces.
        characters: the same without spaces, one each, from left to right.
    """
    words: list[list[Character]] = []
    position = 0
    for character in characters:
        start = line.find(character.text, position)
        spaced = start > position
        position = start + len(character.text) if start >= 0 else position
        if words and not spaced and _belong(words[-1][-1], character):
            words[-1].append(character)
        else:
            words.append([character])
    return [_joined(word) for word in words]


def _belong(before: Character, after: Character) -> bool:
    gap = after.left - (before.left + before.width)
    return unspaced(before.text) == unspaced(after.text) and gap <= 2 * max(before.width, after.width)


def unspaced(character: str) -> bool:
    """Whether it belongs to a script that is written without spaces, or to its punctuation."""
    return any(unicodedata.east_asian_width(each) in "WF" for each in character)


def _joined(word: Sequence[Character]) -> Character:
    left, top = min(each.left for each in word), min(each.top for each in word)
    right, bottom = max(each.left + each.width for each in word), max(each.top + each.height for each in word)
    confidence = sum(each.confidence for each in word) / len(word)
    return Character("".join(each.text for each in word), left, top, right - left, bottom - top, confidence)
