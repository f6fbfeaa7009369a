"""Words that belong together: what stands on a button, of which OCR gives the words."""

from collections.abc import Sequence

from desktop_agent.core.desktop import Word
from desktop_agent.core.geometry import Rect

GAP = 0.6
"""Of a word's height: the widest space between the words of a phrase."""


def phrase_at(words: Sequence[Word], region: Rect) -> tuple[str, Rect] | None:
    """The words that stand in `region`, whole, with those that follow and precede them closely; None where there are
    none. Also where they are, in the pixels of the words."""
    phrase = [each for each in words if not each.region.intersection(region).empty]
    if not phrase:
        return None
    waiting = [each for each in words if each not in phrase]
    while joining := [each for each in waiting if any(_is_next(each, other) for other in phrase)]:
        phrase += joining
        waiting = [each for each in waiting if each not in joining]
    whole = Rect(0, 0, 0, 0)
    for each in phrase:
        whole = whole.union(each.region)
    in_order = sorted(phrase, key=lambda each: (each.line, each.region.x))
    return " ".join(each.text for each in in_order), whole


def _is_next(one: Word, other: Word) -> bool:
    """Whether no more than a space is between two words of a line."""
    gap = max(one.region.x - other.region.right, other.region.x - one.region.right)
    return one.line == other.line and gap <= GAP * max(one.region.height, other.region.height)
