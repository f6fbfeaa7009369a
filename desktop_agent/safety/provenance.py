"""Whose words a text is: the person's, or the screen's and the planner's."""

import re
import unicodedata

SLIGHT_WORDS = 6
"""Words of a text that may be put together from the person's own words, in another order."""
_LOCATION = re.compile(
    r"://|\bwww\.|@|\\|^~?/|\s~?/\w|\w/\w|\b[\w-]+\.(?:[a-z]{2,6})\b|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE
)
_NUMBER = re.compile(r"[-+]?\d{1,6}(?:[-.,:/]\d{1,4}){0,2}\s?%?")
_WORD = re.compile(r"[^\W\d_\u2e80-\u9fff][^\W_\u2e80-\u9fff]{0,19}|[\u2e80-\u9fff]{1,4}")
_WORDS = re.compile(r"[\u2e80-\u9fff]|[^\W_\u2e80-\u9fff]+(?:['.@:/\\_-]+[^\W_\u2e80-\u9fff]+)*")


def plain(text: str) -> str:
    """`text` without differences of case, width, spacing, quotation marks and escapes before them."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("“", '"').replace("”", '"')
    return " ".join(folded.replace('\\"', '"').split())


def is_from(text: str, instruction: str) -> bool:
    """Whether `text` stands in the person's words, up to case and spacing, and not as a part of another word."""
    return _stands_in(plain(text), plain(instruction))


def is_verbatim(text: str, instruction: str) -> bool:
    """Whether `text` stands in the person's words letter by letter, as a password must."""
    return bool(text) and _stands_in(text, instruction)


def is_slight(text: str, instruction: str) -> bool:
    """Whether `text` is too little to carry somebody else's intent: one number or word, or a few of the person's own
    words. Addresses and paths are another matter; see `is_location`."""
    line = plain(text)
    if _NUMBER.fullmatch(line) or _WORD.fullmatch(line):
        return True
    words, known = _WORDS.findall(line), set(_WORDS.findall(plain(instruction)))
    return len(words) <= SLIGHT_WORDS and all(each in known for each in words)


def is_location(text: str) -> bool:
    """Whether `text` holds an address or a path."""
    return _LOCATION.search(text) is not None and not _NUMBER.fullmatch(text.strip())


def _stands_in(text: str, whole: str) -> bool:
    if not text:
        return True
    at = whole.find(text)
    while at >= 0:
        end = at + len(text)
        if not (_joined(whole[at - 1 : at], text[0]) or _joined(text[-1], whole[end : end + 1])):
            return True
        at = whole.find(text, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word, in scripts that put spaces between words."""
    return bool(left and right) and all(each.isalnum() and each < "\u2e80" for each in (left, right))
