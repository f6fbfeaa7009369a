"""What the grammars of both languages share: rules, places, menu paths and numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from desktop_agent.instant.commands import Choose, Click, Command, Direction, NotUnderstood, Scroll, Wait
from desktop_agent.instant.quoting import MARK, Quoted

MAX_REPEAT = 50
MAX_SCROLL = 500
MAX_WAIT = 600
"""Seconds."""
Found = Command | tuple[Command, ...] | NotUnderstood | None
Build = Callable[["re.Match[str]", "Phrase"], Found]

NEEDS_QUOTES = 'I can\'t tell where the text to type begins and ends. Put it in quotes, like this: type "…".'
_PATH = re.compile(r"\s*(?:>|→|⇒|->|›|»|＞)\s*")
_DETERMINER = re.compile(r"(?:the|that|this|my|its)\s+|(?:这个|那个|这|那)(?=.)", re.IGNORECASE)
_INDEFINITE = re.compile(
    r"(?:an?|any|some|every|each|all|both|whatever)\s|.*\b(?:it|them|me|us)\b|任意|某个|所有|每个|一个",
    re.IGNORECASE | re.DOTALL,
)
_MAX_WORDS = 6
_MAX_CHARACTERS_ZH = 20
_LABELLED = re.compile(
    r"(?P<role>[a-z ]+?)\s+(?:named|called|labell?ed|titled|that says|saying|with the (?:text|label|name|title))\s+"
    r"(?P<name>.+)",
    re.IGNORECASE,
)
_LABELLED_ZH = re.compile(r"(?:名为|叫做?|写着|标着)(?P<name>.+?)的(?P<role>.+)")
_PRONOUNS = frozenset(("it", "this", "that", "here", "there", "these", "those", "它", "这", "那", "这里", "那里"))
_NUMBERS = {
    word: value
    for value, words in (
        (0.5, "half 半"),
        (1, "a an one once 一"),
        (2, "two twice couple 二 两"),
        (3, "three thrice few 三 几"),
        (4, "four 四"),
        (5, "five 五"),
        (6, "six 六"),
        (7, "seven 七"),
        (8, "eight 八"),
        (9, "nine 九"),
        (10, "ten 十"),
    )
    for word in words.split()
}
NUMBER = (
    r"(?:\d{1,6}(?:\.\d{1,3})?|(?:half )?an?|a couple of|a few|"
    + "|".join(sorted((word for word in _NUMBERS if len(word) > 2 or not word.isascii()), key=len, reverse=True))
    + ")"
)


@dataclass(frozen=True)
class Rule:
    """A clause that matches `pattern` as a whole becomes what `build` makes of the match; None passes it on."""

    pattern: re.Pattern[str]
    build: Build


def rule(pattern: str, build: Build) -> Rule:
    """A rule whose pattern ignores case."""
    return Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), build)


@dataclass(frozen=True)
class Phrase:
    """One clause of an instruction, with its quoted texts. `rules` are those that depend on what there is, such as
    macros; they come before the grammar's own."""

    quoted: Quoted
    rules: tuple[Rule, ...] = ()

    def literal(self, mark: str) -> str:
        return self.quoted.literal(mark)

    def place(self, words: str) -> str | None:
        """What a place is called: the quoted text alone as it is, other words without articles. None for nothing, and
        for what only a model could resolve: pronouns, indefinite places ("any link"), long descriptions."""
        words = words.strip()
        if re.fullmatch(MARK, words):
            return self.literal(words).strip() or None
        if _INDEFINITE.match(words) or len(words.split()) > _MAX_WORDS:
            return None
        words = _DETERMINER.sub("", words, count=1) if _DETERMINER.match(words) else words
        labelled = _LABELLED.fullmatch(words) or _LABELLED_ZH.fullmatch(words)
        if labelled:
            name, role = labelled["name"], labelled["role"]
            words = f"{name}{'' if labelled.re is _LABELLED_ZH else ' '}{role}"
        too_long = not words.isascii() and len(words) > _MAX_CHARACTERS_ZH and " " not in words
        words = " ".join(self.quoted.restore(words).split())
        return None if too_long or not words or words.lower() in _PRONOUNS else words

    def path(self, words: str) -> tuple[str, ...] | None:
        """The parts of a menu path; None where `words` are none."""
        parts = [self.place(part) for part in _PATH.split(words)]
        names = tuple(part for part in parts if part)
        return names if len(names) == len(parts) > 1 else None

    def click_or_choose(self, words: str) -> Command | None:
        """A click on the place, or a walk through the menu path, that `words` name."""
        path = self.path(words)
        if path:
            return Choose(path)
        place = self.place(words)
        return Click(place) if place else None


def number(words: str | None, default: float) -> float:
    """The number that `words` say; `default` where they are None."""
    if not words:
        return default
    words = words.strip().lower()
    if words in _NUMBERS:
        return _NUMBERS[words]
    if re.fullmatch(r"\d+(\.\d+)?", words):
        return float(words)
    return next(value for word in words.split() for name, value in _NUMBERS.items() if name == word and name != "a")


def scroll(direction: Direction, clicks: float, target: str | None) -> Scroll | None:
    """A scroll by a sensible number of notches; None by another."""
    return Scroll(direction, int(clicks), target) if 1 <= clicks <= MAX_SCROLL else None


def wait(seconds: float) -> Wait | None:
    """A wait of a sensible length; None for another."""
    return Wait(seconds) if 0 < seconds <= MAX_WAIT else None


def repeated(command: Command | None, times: float) -> Found:
    """`command` `times` times; None where that is too often to be meant."""
    if command is None or not 1 <= times <= MAX_REPEAT:
        return None
    return (command,) * int(times)
