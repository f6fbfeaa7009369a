"""Finds quoted text in an instruction, in every common quotation style.

Inside quotes all text is literal. A backslash is an escape only in a run that ends at one of the style's own marks, as
in the command-line rules of Microsoft's C runtime: 2n backslashes and a mark are n backslashes and the mark's effect;
2n + 1 are n backslashes and a literal mark. So `"C:\\temp"` and `"a\\nb"` stay as they are, and any text can be quoted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

CLOSERS = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "”": "”",
    "„": "“”",
    "‟": "”",
    "‘": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "＂": "＂",
}
APOSTROPHES = frozenset("'’‘`")
ALSO_CLOSERS = frozenset("”»›")
"""Marks that end a quotation of another style, or stand between the parts of a menu path: alone they are text."""
FIRST_MARK = 0xF0000
LAST_MARK = 0xFFFFD
MARK = f"[{chr(FIRST_MARK)}-{chr(LAST_MARK)}]"
"""A regular expression for one quoted text in `Quoted.plain`."""
_FOREIGN_MARK = re.compile(MARK)


class UnclosedQuote(ValueError):
    """A quotation that never ends; the message is the text from its mark on."""


@dataclass(frozen=True)
class Quoted:
    """An instruction whose quoted texts were replaced by one private-use character each."""

    plain: str
    texts: tuple[str, ...]

    def literal(self, mark: str) -> str:
        """The exact text that `mark` stands for."""
        return self.texts[ord(mark) - FIRST_MARK]

    def restore(self, part: str) -> str:
        """`part` of `plain` with every mark replaced by its text."""
        return re.sub(MARK, lambda match: self.literal(match[0]), part)


def find_quotes(instruction: str) -> Quoted:
    """Take the quoted texts out of `instruction`.

    Raises:
        UnclosedQuote: a quotation never ends.
    """
    plain: list[str] = []
    texts: list[str] = []
    position = 0
    hopeless: set[str] = set()  # no use in looking to the end of a long text again and again
    while position < len(instruction):
        char = instruction[position]
        if (
            char in CLOSERS
            and char not in hopeless
            and _opens(instruction, position)
            and len(texts) <= LAST_MARK - FIRST_MARK
        ):
            found = _read(instruction, position)
            if found is not None:
                text, position = found
                plain.append(chr(FIRST_MARK + len(texts)))
                texts.append(text)
                continue
            if char not in APOSTROPHES | ALSO_CLOSERS:
                raise UnclosedQuote(instruction[position:])
            if CLOSERS[char] == char:
                hopeless.add(char)
        plain.append(_FOREIGN_MARK.sub("\N{REPLACEMENT CHARACTER}", char))
        position += 1
    return Quoted("".join(plain), tuple(texts))


def _opens(text: str, position: int) -> bool:
    """Apostrophes open a quotation only where no word stands before them."""
    return text[position] not in APOSTROPHES or position == 0 or not _in_word(text[position - 1])


def _in_word(char: str) -> bool:
    """Chinese and Japanese put no spaces around quotations, so their characters don't make an apostrophe."""
    return char.isalnum() and ord(char) < 0x2E80


def _read(text: str, start: int) -> tuple[str, int] | None:
    """The literal text of the quotation at `start`, and the position behind it; None where it never ends."""
    opener = text[start]
    closers = CLOSERS[opener]
    literal: list[str] = []
    depth, position = 1, start + 1
    while position < len(text):
        end = position
        while end < len(text) and text[end] == "\\":
            end += 1
        backslashes = end - position
        char = text[end : end + 1]
        if char == "" or (char not in closers and char != opener):
            literal.append(text[position : end + 1])
            position = end + 1
            continue
        literal.append("\\" * (backslashes // 2))
        position = end + 1
        if backslashes % 2:
            literal.append(char)
            continue
        depth += _effect(text, end, opener, closers)
        if depth == 0:
            return "".join(literal), position
        literal.append(char)
    return None


def _effect(text: str, position: int, opener: str, closers: Sequence[str]) -> int:
    """How the mark at `position` changes the depth: 1 for one more nested quotation, -1 for an end, 0 for neither."""
    char, following = text[position], text[position + 1 : position + 2]
    if char in closers:
        is_apostrophe = char in APOSTROPHES and bool(following) and _in_word(following)
        return 0 if is_apostrophe else -1
    return 1 if _opens(text, position) else 0
