"""Whether what a planner says that it aims at is what stands there.

A planner's words describe ("the blue Save button at the top"), a platform's name is a label ("Save"), and the two may
be in different languages. So only what can't be meant counts as contrary; what can't be compared does not.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from desktop_agent.core.desktop import Element
from desktop_agent.core.naming import ALIASES, BUTTONS, IDEOGRAPH, MENU_ITEMS, ROLE_WORDS, ROLES_OF, TEXTS, normal
from desktop_agent.core.text import one_line
from desktop_agent.safety.claim_words import CONCEPTS, LITTLE, LOOKS, LOOKS_IDEOGRAPHS, NUMBERS, TAIL, UNSURE

LONGEST = 200
"""Characters of a claim or a name that are compared."""
_LABEL = (2, 4)
"""Words, or ideographs, of which a name of a link or a row has no more where it is a label. Longer ones are what
somebody wrote, and claims describe them: "the blog post"."""
_STEM = 4
"""Letters that two words must share at their start to count as forms of one word."""

_COMMANDS = BUTTONS | MENU_ITEMS | {"link", "check box", "switch", "page tab", "radio menu item"}
_QUOTED = re.compile('["“„「『«](.+?)["”“」』»]')
_TOKEN = re.compile(rf"{IDEOGRAPH.pattern}+|[^\W_]+")


@dataclass(frozen=True)
class _Said:
    """A claim taken apart: `kinds` are the roles that it names for sure, `head` the words of what it is, `all` those of
    the rest too; `quotes`: it quotes a name."""

    whole: str
    quotes: bool
    kinds: frozenset[str]
    head: frozenset[str]
    all: frozenset[str]


def contradicts(claimed: str, element: Element) -> bool:
    """Whether `claimed` can't mean `element`: it is of another kind, or called otherwise. An empty claim, one that only
    describes, and one in words that can't be compared with the name contradict nothing."""
    said, name = _said(claimed), normal(element.name[:LONGEST])
    if not said.whole or said.whole == name:
        return False
    if _is_other_kind(said.kinds, element):
        return True
    words = _words(f"{name} {normal(element.text[:LONGEST])}")
    if not said.head or not name or _share(said.all, words) or _is_symbol(said, name):
        return _numbers_differ(said.head, _words(name))
    return (said.quotes or _is_label(element, name)) and _comparable(said.head, _words(name))


def likeness(claimed: str, element: Element) -> float:
    """How much of `claimed` is the name of `element`: 1 where it says that name and no other, 0 where none of it."""
    said, name = _said(claimed), normal(element.name[:LONGEST])
    words = _words(name) - LITTLE
    if not said.whole or not name:
        return 0.0
    if said.whole == name or (_is_symbol(said, name)):
        return 1.0
    if not words or _numbers_differ(said.head, words):
        return 0.0
    return _likeness(said.head | (said.all & words), words)


def names_kind(claimed: str, element: Element) -> bool:
    """Whether `claimed` names the kind of element that it is."""
    return element.role in _said(claimed).kinds


@lru_cache(maxsize=8)
def _said(claimed: str) -> _Said:
    whole = normal(one_line(claimed, LONGEST))
    kinds: frozenset[str] = frozenset()
    rest = whole
    for word in ROLE_WORDS:
        pattern = re.escape(word) if IDEOGRAPH.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
        if word not in UNSURE and re.search(pattern, rest):
            kinds |= ROLES_OF[word]
            rest = re.sub(pattern, " ", rest)
    every = _words(LOOKS_IDEOGRAPHS.sub(" ", rest)) - LITTLE
    quoted = " ".join(_QUOTED.findall(whole))
    head = _words(quoted) or _words(LOOKS_IDEOGRAPHS.sub(" ", TAIL.sub("", rest))) - LITTLE - LOOKS - UNSURE
    return _Said(whole, bool(quoted), kinds, head, every)


def _words(text: str) -> frozenset[str]:
    return frozenset(NUMBERS.get(each, each) for each in _TOKEN.findall(text))


def _is_other_kind(kinds: frozenset[str], element: Element) -> bool:
    """Whether one is a place for text, and the other is something to set off."""
    if not kinds or element.role in kinds or element.role in ("spin button", "combo box"):
        return False
    if element.takes_text:
        return kinds <= _COMMANDS
    return element.role in _COMMANDS and kinds <= TEXTS


def _is_label(element: Element, name: str) -> bool:
    """Whether the name is one that a claim would repeat. That of one letter is what stands on a key."""
    words = _TOKEN.findall(name)
    if element.role in _COMMANDS - {"link", "page tab"} or element.takes_text:
        return len(name) > 1 or name.isdecimal()
    return len(words) <= _LABEL[0] and all(len(each) <= _LABEL[1] or not IDEOGRAPH.match(each) for each in words)


def _share(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(_alike(mine, theirs) > 0 for mine in one for theirs in other)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The part of both sets of words that is the same."""
    found = sum(max((_alike(mine, theirs) for theirs in other), default=0.0) for mine in one)
    return found / max(len(one), len(other)) if one and other else 0.0


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if any(one in each and other in each for each in CONCEPTS):
        return 0.9
    if IDEOGRAPH.match(one) and IDEOGRAPH.match(other):
        shares_pair = any(one[at : at + 2] in other for at in range(len(one) - 1))
        return 0.5 if shares_pair or 2 * len(set(one) & set(other)) > min(len(one), len(other)) else 0.0
    is_form = one[:_STEM] == other[:_STEM] and len(one) >= _STEM <= len(other)
    return 0.8 if is_form and (one.startswith(other) or other.startswith(one)) else 0.0


def _numbers_differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both hold numbers, and none in common: rows are told apart by them."""
    mine, theirs = ({each for each in words if each.isdecimal()} for words in (one, other))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _is_symbol(said: _Said, name: str) -> bool:
    """Whether the name is a sign, and the claim another way to say it."""
    if any(char.isalpha() for char in name):
        return False
    spoken = said.all | {said.whole}
    return any(name in ALIASES.get(each, ()) or any({each, name} <= one for one in CONCEPTS) for each in spoken)


def _comparable(said: frozenset[str], name: frozenset[str]) -> bool:
    """Whether they are in one script, or each has a word whose translation is known."""
    if not name:
        return False
    scripts = [{bool(IDEOGRAPH.match(each)) for each in words} for words in (said, name)]
    return bool(scripts[0] & scripts[1]) or all(
        any(each in one for one in CONCEPTS for each in words) for words in (said, name)
    )
