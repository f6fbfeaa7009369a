"""How a text is to be written: key by key, with some spare keys given characters for a while, or by pasting."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.errors import UsageError

CHUNK = 8
"""Characters between two looks at the focus."""
MAX_REMAPPED = 6
"""Distinct characters that spare keys are given. Each change of the mapping costs a window manager 45 ms, and with more
than 6 to 8 of them pasting is quicker."""
MAX_TYPED = 1000
"""Longer texts are pasted."""

_CHANGED = (("\n", "line breaks"), ("\t", "tabs"), ("\u00a0\u202f", "no-break spaces"))

Way = Literal["keys", "remap", "paste"]


@dataclass(frozen=True)
class Plan:
    """`missing` are the characters that have no key, in order of appearance."""

    way: Way
    text: str
    missing: tuple[str, ...] = ()


def plan(text: str, has_key: Callable[[str], bool], spare: int, can_paste: bool = True) -> Plan:
    """Decide how to write `text`.

    Args:
        text: any Unicode text.
        has_key: whether the keyboard has a key for a character.
        spare: how many keys have no symbol; each takes two characters.
        can_paste: whether pasting is possible at all.

    Raises:
        UsageError: it holds control characters or halves of surrogate pairs, which no key writes; or it needs pasting
            where that is impossible.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        if (
            (character < " " and character not in "\n\t")
            or "\x7f" <= character < "\xa0"
            or "\ud800" <= character < "\ue000"
        ):
            raise UsageError(
                f"The text holds the character U+{ord(character):04X}, which no key writes.", "Leave it out."
            )
    missing = tuple(dict.fromkeys(character for character in text if not has_key(character)))
    if not can_paste and len(missing) > 2 * spare:
        raise UsageError(
            "This keyboard can't write that text, and it can't be pasted.", "Use fewer kinds of characters."
        )
    # The Tab key would go on to the next field, and the rest of the text into it.
    if can_paste and (len(text) > MAX_TYPED or len(missing) > min(MAX_REMAPPED, 2 * spare) or "\t" in text):
        return Plan("paste", text, missing)
    return Plan("remap" if missing else "keys", text, missing)


def changed_by_programs(text: str) -> str:
    """What some programs make of characters in `text`, for people; "" when it holds none of these."""
    found = [words for characters, words in _CHANGED if any(each in text for each in characters)]
    if not found:
        return ""
    return f"The text has {' and '.join(found)}; a field of one line, a web page or a terminal may have changed them."


def chunks(text: str) -> Iterator[str]:
    """`text` in pieces of at most `CHUNK` characters."""
    return (text[start : start + CHUNK] for start in range(0, len(text), CHUNK))
