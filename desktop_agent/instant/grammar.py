"""Parses English and Chinese instructions into commands, without a model and without knowing any application.

An instruction is a chain of clauses. "then", semicolons and line ends always divide it; commas, "and" and full stops
only where what follows is a command by itself, so that they can be part of a name. Nothing inside quotes divides.
"""

import re
from collections.abc import Sequence
from functools import cache

from desktop_agent.instant import chinese, english, macros
from desktop_agent.instant.commands import Click, Command, NotUnderstood, Parsed, Press, Question
from desktop_agent.instant.keys import MODIFIERS, parse_keys
from desktop_agent.instant.phrases import Phrase, Rule
from desktop_agent.instant.quoting import MARK, Quoted, UnclosedQuote, find_quotes

MAX_PLAIN = 4000
"""Longest instruction in characters, quoted texts not counted: longer ones are pasted documents, not commands."""

_STRONG = (
    r"[;；\n\r]+|[,，.。]?\s*\b(?:and\s+)?then\b,?|[,，.。]?\s*\bafter\s+(?:that|this)\b,?|\bafterwards\b,?"
    r"|[,，。]?\s*(?:然后|接着|随后|之后)再?[,，]?"
)
_WEAK = r"(?<!\d),|,(?!\d)|[，、。！]|(?<=\S)[.!](?=\s)|\band\b|并且|并|再|和"
_SEPARATOR = re.compile(rf"\s*(?:(?P<strong>{_STRONG})|{_WEAK})\s*", re.IGNORECASE)
_END_PUNCTUATION = re.compile(r"(?<=\S)[.!?。！？…]+$")
_VERBATIM = (*english.VERBATIM, *chinese.VERBATIM)
_RULES = (*english.RULES, *chinese.RULES)
_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ0-9]\S*(?:\s+\S+){0,3}")


def no_macros() -> tuple[str, ...]:
    """There are none."""
    return ()


def parse(instruction: str, names: macros.Names = no_macros) -> Parsed:
    """All commands of `instruction` in order; or a `Question`; or `NotUnderstood`, naming the first part that is no
    command. Raises nothing but what `names` raises.

    Args:
        instruction: what the person said.
        names: of the macros that there are; asked only where the instruction may mean one.
    """
    try:
        quoted = find_quotes(instruction.strip())
    except UnclosedQuote as unclosed:
        return NotUnderstood(str(unclosed), "This quotation never ends.")
    if not quoted.plain:
        return NotUnderstood("", "There is no instruction.")
    if len(quoted.plain) > MAX_PLAIN:
        return NotUnderstood(instruction[:80] + "…", "This is too long for a command.")
    parsed = _parse_chain(quoted, macros.rules(cache(names)))
    if isinstance(parsed, NotUnderstood) and _is_question(quoted.plain):
        return Question(instruction.strip())
    return parsed


def _is_question(plain: str) -> bool:
    words = english.POLITE_START.sub("", plain, count=1)
    return bool(
        plain.endswith(("?", "？"))
        or english.QUESTION_START.match(words)
        or chinese.QUESTION.search(plain.rstrip("。"))
    )


def _parse_chain(quoted: Quoted, more: tuple[Rule, ...]) -> tuple[Command, ...] | NotUnderstood:
    phrase = Phrase(quoted, more)
    commands: list[Command] = []
    for clause in _clauses(quoted.plain, phrase):
        found = _parse_next(clause, commands[-1] if commands else None, phrase, strong=True)
        if not isinstance(found, tuple):
            part = quoted.restore(clause).strip()
            return NotUnderstood(part, found.why if found else "This is no command that I know.")
        commands.extend(found)
    return tuple(commands)


def _clauses(plain: str, phrase: Phrase) -> list[str]:
    """`plain` divided at its strong separators, and at those weak ones between two commands."""
    clauses: list[str] = []
    last: Command | None = None
    current, strong = "", False
    for piece, separator, is_strong in _pieces(plain):
        if not current:
            current = piece
        elif strong or _divides(current, separator, piece, last, phrase):
            last = _last(_parse_next(current, last, phrase, strong=True))
            clauses.append(current)
            current = piece
        else:
            current += separator + piece
        strong = is_strong
    return [*clauses, current]


def _pieces(plain: str) -> list[tuple[str, str, bool]]:
    """Each piece between separators, with the separator before it and whether the one *behind* it is strong. Separators
    with nothing between them are one; the last piece keeps what stands behind it."""
    pieces: list[tuple[str, str, bool]] = []
    start, separator = 0, ""
    for match in _SEPARATOR.finditer(plain):
        piece, strong = plain[start : match.start()], match["strong"] is not None
        start = match.end()
        if piece.strip():
            pieces.append((piece, separator, strong))
            separator = match[0]
        else:
            separator += piece + match[0]
            if pieces and strong:
                pieces[-1] = (*pieces[-1][:2], True)
    rest = plain[start:]
    if rest.strip():
        return [*pieces, (rest, separator, False)]
    if not pieces:
        return [(plain, "", False)]
    text, before, strong = pieces[-1]
    return [*pieces[:-1], (text if strong else text + separator + rest, before, False)]


def _divides(current: str, separator: str, piece: str, last: Command | None, phrase: Phrase) -> bool:
    """Whether a weak separator stands between two commands, rather than within one."""
    before = _parse_next(current, last, phrase, strong=True)
    if not isinstance(before, tuple):
        return not isinstance(_parse_clause(current + separator + piece, phrase), tuple)
    return isinstance(_parse_next(piece, before[-1], phrase, strong=False), tuple)


def _parse_next(
    clause: str, last: Command | None, phrase: Phrase, strong: bool
) -> tuple[Command, ...] | NotUnderstood | None:
    return _parse_clause(clause, phrase) or _parse_elliptic(clause, last, phrase, strong)


def _last(found: tuple[Command, ...] | NotUnderstood | None) -> Command | None:
    return found[-1] if isinstance(found, tuple) else None


def _parse_clause(clause: str, phrase: Phrase) -> tuple[Command, ...] | NotUnderstood | None:
    body = clause.strip()
    for polite in (english.POLITE_START, chinese.POLITE_START):
        match = polite.match(body)
        body = body[match.end() :] if match else body
    bare = _END_PUNCTUATION.sub("", body)
    for polite in (english.POLITE_END, chinese.POLITE_END):
        bare = polite.sub("", bare)
    return (
        _first_match(_VERBATIM, body, phrase)
        or _first_match((*phrase.rules, *_RULES), bare, phrase)
        or _first_match((*phrase.rules, *_RULES), body, phrase)
    )


def _first_match(rules: Sequence[Rule], clause: str, phrase: Phrase) -> tuple[Command, ...] | NotUnderstood | None:
    for rule in rules:
        match = rule.pattern.fullmatch(clause)
        found = rule.build(match, phrase) if match else None
        if found is not None:
            return found if isinstance(found, tuple | NotUnderstood) else (found,)
    return None


def _parse_elliptic(clause: str, last: Command | None, phrase: Phrase, strong: bool) -> tuple[Command, ...] | None:
    """A clause without a verb continues a press or a click: "press Tab, Tab, Enter", "click 7, × and 8". After a weak
    separator a place must be quoted or a single character, since a comma can be part of a name."""
    words = _END_PUNCTUATION.sub("", clause.strip())
    if isinstance(last, Press) and last.keys[-1] not in MODIFIERS:
        keys = parse_keys(words)
        return (Press(keys),) if keys else None
    if isinstance(last, Click):
        certain = re.fullmatch(MARK, words) or len(words) == 1
        place = phrase.place(words) if certain or (strong and _CAPITALISED.fullmatch(words)) else None
        return (Click(place, last.button, last.count),) if place else None
    return None
