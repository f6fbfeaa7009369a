"""The instruction to play a macro: 'run "Invoice" with number=7', '运行 发票'. Only names of macros that there are
count, so no other instruction is taken for one.
"""

import re
from collections.abc import Callable, Collection

from desktop_agent.core.text import fold
from desktop_agent.instant.commands import NotUnderstood, Play
from desktop_agent.instant.phrases import Found, Phrase, Rule, rule
from desktop_agent.instant.quoting import MARK

Names = Callable[[], Collection[str]]
"""The names of the macros that there are now; of those that share one, with their folders."""
MOST_SHOWN = 6
_AROUND = re.compile(r"^(?:the\s+)?(?:macro\s+)?(?P<name>.+?)(?:\s+macro)?$", re.IGNORECASE | re.DOTALL)
_AROUND_ZH = re.compile(r"^(?:名为|叫做?)?(?:宏)?\s*(?P<name>.+?)(?:\s*(?:这个)?宏)?$", re.DOTALL)
_WITH = re.compile(r"\s+with\s+|[,，]?\s*(?:其中|并用)\s*", re.IGNORECASE)
_VALUE = re.compile(rf"(?P<name>[A-Za-z_]\w{{0,63}})\s*(?:=|:|：|为)\s*(?P<value>{MARK}|[^=,，;；]+?)")
_BETWEEN = re.compile(r"\s*[,，;；]\s*|\s+and\s+", re.IGNORECASE)


def rules(names: Names) -> tuple[Rule, ...]:
    """The grammar's rules for macros called one of `names`, which is asked only where an instruction may mean one."""

    def play(match: re.Match[str], phrase: Phrase) -> Found:
        return _play(match["words"], phrase, names(), ask=True)

    def play_zh(match: re.Match[str], phrase: Phrase) -> Found:
        return _play(match["words"], phrase, names(), ask=False)  # 运行 opens applications, too.

    return (
        rule(r"(?:run|play|replay)\s+(?P<words>.+)", play),
        rule(r"(?:运行|播放|执行|回放)\s*(?P<words>.+)", play_zh),
    )


def _play(words: str, phrase: Phrase, names: Collection[str], ask: bool) -> Found:
    parts = _WITH.split(words.strip(), maxsplit=1)
    tries = [(words, "")] + ([(parts[0], parts[1])] if len(parts) == 2 else [])
    for said, given in tries:
        name = _exact(said, phrase, names)
        values = _values(given, phrase) if given else ()
        if name is not None:
            if values is None:
                return NotUnderstood(phrase.quoted.restore(given), 'Give values like this: with number=7, name="Bob".')
            return Play(name, values)
    return _question(parts[0], phrase, names) if ask else None


def _exact(words: str, phrase: Phrase, names: Collection[str]) -> str | None:
    """The macro that `words` name."""
    known = {fold(name): name for name in names}
    for said in (words, *_bare(words)):
        name = known.get(fold(phrase.quoted.restore(said)))
        if name is not None:
            return name
    return None


def _bare(words: str) -> tuple[str, ...]:
    """`words` without what may stand around a macro's name."""
    found = (pattern.match(words.strip()) for pattern in (_AROUND, _AROUND_ZH))
    return tuple(match["name"] for match in found if match)


def _values(words: str, phrase: Phrase) -> tuple[tuple[str, str], ...] | None:
    """The values that `words` give; None where they are something else."""
    values = []
    for part in _BETWEEN.split(words.strip()):
        match = _VALUE.fullmatch(part)
        if match is None:
            return None
        values.append((match["name"], phrase.quoted.restore(match["value"]).strip()))
    return tuple(values)


def _question(words: str, phrase: Phrase, names: Collection[str]) -> NotUnderstood | None:
    """Which macro may be meant, where `words` are a part of the names of some."""
    said = fold(phrase.quoted.restore((_bare(words) or (words,))[0]))
    like = [name for name in sorted(names) if said and said in fold(name)]
    if not like:
        return None
    shown = ", ".join(f"“{name}”" for name in like[:MOST_SHOWN]) + (", …" if len(like) > MOST_SHOWN else "")
    return NotUnderstood(
        phrase.quoted.restore(words), f"Which macro do you mean? There is {shown}: say its whole name."
    )
