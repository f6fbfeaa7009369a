"""Finding the words of the rules in names and titles, in one pass over the text however many words there are."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 2_000
"""Characters of a name that are looked at; the rules treat a longer one as grave."""
_IDEOGRAPHS = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+(?:'[a-z]+)?|\S")
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_MNEMONIC = re.compile(r"\(\s*[&_]?[a-z0-9]\s*\)|(?:&|(?<!\w)_)(?=\w)")
_EDGES = frozenset(".…:!?。：！？,，")
_NEGATIONS = tuple(
    tuple(each.split())
    for each in (
        *("don't", "dont", "do not", "never", "cannot", "can't", "won't", "undo :", "undo -", "撤 销 :"),
        *("不", "别", "勿", "未", "已", "不 要", "无 需", "不 想", "禁 止"),
    )
)
_FIRST = 3
"""Letters of a word with any ending by which it is looked up."""


class Reading(IntEnum):
    """How a text is read. A command is short, or says at its start what it does; a link or a row may be anything that
    somebody wrote, so it is a command only where it is hardly more than the word; the name of a file or a person only
    where it is the word and nothing else."""

    ANYWHERE = 0
    COMMAND = 1
    CONTENT = 2
    ROW = 3
    WHOLE = 4
    BEGINNING = 5


_LIMITS = {Reading.COMMAND: (6.0, 2.0, 4.0), Reading.CONTENT: (4.0, 1.0, 1.0), Reading.ROW: (2.0, 0.0, 0.0)}
"""Words of a text that is short, words before the one that counts then; and words before it in a longer text."""


@dataclass(frozen=True)
class _Phrase:
    family: str
    kind: str
    tokens: tuple[str, ...]
    whole: bool
    open_end: bool


@dataclass(frozen=True)
class Hit:
    """A word of `family` that was found: `kind` is "words", "titles" or "but"; the tokens from `start` to `end`."""

    family: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """The words of all families in one text. `sizes[i]` says how many words stand before token i, an ideograph being
    half of one."""

    tokens: tuple[str, ...]
    sizes: tuple[float, ...]
    hits: Mapping[str, tuple[Hit, ...]]

    def has(self, family: str, reading: Reading, *, title: bool = False) -> bool:
        """Whether the text holds a word of `family`. In a `title`, the family's words for titles count too."""
        hits = self.hits.get(family, ())
        excused = [each for each in hits if each.kind == "but"]
        return any(
            (each.kind == "words" or (title and each.kind == "titles"))
            and not any(_excuses(other, each) for other in excused)
            and not self._negated(each)
            and self._counts(each, reading)
            for each in hits
        )

    def _negated(self, hit: Hit) -> bool:
        return any(
            len(words) <= hit.start and self.tokens[hit.start - len(words) : hit.start] == words for words in _NEGATIONS
        )

    def _counts(self, hit: Hit, reading: Reading) -> bool:
        if reading is Reading.ANYWHERE:
            return True
        if reading is Reading.WHOLE:
            return self._is_whole(hit)
        if reading is Reading.BEGINNING:
            return self.sizes[hit.start] == 0
        short, before, _ = _LIMITS[reading]
        start = self.sizes[hit.start]
        if self.sizes[-1] <= short:
            return reading is Reading.COMMAND or start <= before
        return reading is Reading.COMMAND and start <= _LIMITS[reading][2]

    def _is_whole(self, hit: Hit) -> bool:
        return self.sizes[hit.start] == 0 and self.sizes[hit.end] == self.sizes[-1]


def _excuses(but: Hit, hit: Hit) -> bool:
    """Whether the harmless phrase `but` is what `hit` is a part of."""
    overlaps = but.start < hit.end and hit.start < but.end
    contained = hit.start <= but.start and but.end <= hit.end and (hit.end - hit.start) > (but.end - but.start)
    return overlaps and not contained


class Lexicon:
    """All word families.

    Args:
        families: for each family, the phrases of each kind ("words", "titles", "but").
    """

    def __init__(self, families: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        self._by_start: dict[str, list[_Phrase]] = defaultdict(list)
        for family, kinds in families.items():
            for kind, phrases in kinds.items():
                for each in phrases:
                    self._add(_phrase(family, kind, each))

    def _add(self, phrase: _Phrase) -> None:
        first = phrase.tokens[0]
        if phrase.open_end and len(phrase.tokens) == 1:
            self._by_start[first[:_FIRST]].append(phrase)
        else:
            self._by_word[first].append(phrase)

    def find(self, text: str) -> Found:
        """All words of all families in `text`."""
        tokens = tuple(_TOKEN.findall(normal(text[:LONGEST])))
        first, last = _inner(tokens)
        hits: dict[str, list[Hit]] = defaultdict(list)
        for index, token in enumerate(tokens):
            for phrase in (*self._by_word.get(token, ()), *self._by_start.get(token[:_FIRST], ())):
                end = index + len(phrase.tokens)
                if _matches(phrase, tokens[index:end]) and (not phrase.whole or (index <= first and end >= last)):
                    hits[phrase.family].append(Hit(phrase.family, phrase.kind, index, end))
        return Found(tokens, _sizes(tokens), {family: tuple(each) for family, each in hits.items()})


def normal(text: str) -> str:
    """`text` without differences of case, width, apostrophes and mnemonics, and without hidden characters."""
    shown = "".join(char for char in unicodedata.normalize("NFKC", text) if char.isspace() or char.isprintable())
    return _MNEMONIC.sub("", shown.casefold().replace("’", "'"))


def _phrase(family: str, kind: str, text: str) -> _Phrase:
    bare = text.removeprefix("=").removeprefix("*")
    open_end = bare.endswith("*")
    tokens = tuple(_TOKEN.findall(normal(bare.removesuffix("*"))))
    if not tokens or (open_end and len(tokens) == 1 and len(tokens[0]) < _FIRST):
        raise ValueError(f"{text!r} of {family} is too short")
    return _Phrase(family, kind, tokens, text.startswith("="), open_end)


def _matches(phrase: _Phrase, tokens: tuple[str, ...]) -> bool:
    if not phrase.open_end:
        return phrase.tokens == tokens
    return (
        len(tokens) == len(phrase.tokens)
        and phrase.tokens[:-1] == tokens[:-1]
        and tokens[-1].startswith(phrase.tokens[-1])
    )


def _inner(tokens: tuple[str, ...]) -> tuple[int, int]:
    """Where the text begins and ends without the punctuation at its edges."""
    first, last = 0, len(tokens)
    while first < last and tokens[first] in _EDGES:
        first += 1
    while last > first and tokens[last - 1] in _EDGES:
        last -= 1
    return first, last


def _sizes(tokens: tuple[str, ...]) -> tuple[float, ...]:
    sizes = [0.0]
    for token in tokens:
        weight = 0.5 if _IDEOGRAPH.match(token) else float(token[0].isalnum())
        sizes.append(sizes[-1] + weight)
    return tuple(sizes)
