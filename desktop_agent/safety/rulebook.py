"""The rules as data: read from `rules/*.toml`, checked, and typed. What is wrong with them is said."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from desktop_agent.core.errors import AgentError
from desktop_agent.safety.shell import Commands
from desktop_agent.safety.words import Lexicon

FOLDER = Path(__file__).with_name("rules")
ACTS = frozenset(
    {
        *("any", "press", "type", "tab", "key", "letter", "mnemonic", "enter", "delete", "blank", "paste", "scroll"),
        *("run_on", "masked", "open"),
    }
)
TARGETS = frozenset(
    {
        *("command", "menu", "content", "row", "value", "editor", "field", "search", "chat", "password", "code"),
        *("terminal", "other", "unknown"),
    }
)
CONDITIONS = frozenset(
    {
        *(
            "unsaved",
            "confirming",
            "vague",
            "secret",
            "supplied",
            "unsupplied",
            "not_from_person",
            "location",
            "longer",
            "program",
            "priced",
            "mistakable",
            "contradicted",
            "begun",
            "browsing",
            "turning",
            "blind",
            "leaving",
            "copying",
            "searching",
            "launcher",
            "internal_page",
            "password_page",
        ),
        *("shell", "shell_target", "runs_fetched", "wipes", "shows_secrets", "ends_session"),
    }
)


class RulesBroken(AgentError):
    """The rules can't be read, so nothing can be judged by them."""


class Grade(StrEnum):
    """The classes of rules, mildest first."""

    EVERY_TIME = "every_time"
    HAND_OVER = "hand_over"
    BLOCK = "block"


@dataclass(frozen=True)
class Rule:
    """One rule; see `rules/rules.toml` for what its parts mean. Empty parts hold for everything."""

    id: str
    category: str
    says: str
    reason: str
    grade: Grade
    acts: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    when: frozenset[str] = frozenset()
    but_targets: frozenset[str] = frozenset()
    but_names: frozenset[str] = frozenset()
    but_titles: frozenset[str] = frozenset()
    but_places: frozenset[str] = frozenset()
    but_when: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rulebook:
    """All rules, gravest first, and the words, places and keys that they refer to."""

    rules: tuple[Rule, ...]
    words: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, frozenset[frozenset[str]]]
    commands: Commands
    lexicon: Lexicon = field(repr=False)
    applications: Lexicon = field(repr=False)
    sites: Lexicon = field(repr=False)


@cache
def shipped() -> Rulebook:
    """The rules that come with the program.

    Raises:
        RulesBroken: they can't be read.
    """
    return load(FOLDER)


def load(folder: Path) -> Rulebook:
    """The rules in `folder`.

    Raises:
        RulesBroken: they can't be read, or refer to what isn't there.
    """
    try:
        words, places, keys = (_read(folder / f"{name}.toml") for name in ("words", "places", "keys"))
        rules = tuple(_rule(each) for each in _read(folder / "rules.toml")["rule"])
        _check(rules, words, places, keys)
        grades = list(Grade)
        return Rulebook(
            tuple(sorted(rules, key=lambda each: -grades.index(each.grade))),
            {name: tuple(each["words"]) for name, each in words.items()},
            {name: frozenset(_combination(each) for each in group) for name, group in keys.items()},
            Commands(**{name: _strings(each) for name, each in _read(folder / "commands.toml").items()}),
            Lexicon(words),
            Lexicon({name: {"words": each["applications"]} for name, each in places.items()}),
            Lexicon({name: {"words": each["titles"], "but": each.get("but", ())} for name, each in places.items()}),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise RulesBroken(
            "The rules of what may be done can't be read.",
            "Install Desktop Agent again.",
            f"{folder}: {error!r}",
        ) from error


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _rule(entry: dict[str, Any]) -> Rule:
    entry = dict(entry)
    name, category, says, reason = (str(entry.pop(each)) for each in ("id", "category", "says", "reason"))
    grade = Grade(entry.pop("class"))
    parts = {part: _strings(each) for part, each in entry.items()}
    return Rule(name, category, says, reason, grade, **parts)


def _combination(written: str) -> frozenset[str]:
    return frozenset("+" if each == "plus" else "-" if each == "minus" else each for each in written.split("+"))


def _strings(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{value!r} is no list of words")
    return frozenset(value)


def _check(rules: Iterable[Rule], words: Mapping[str, Any], places: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    """Everything that a rule refers to must be there; a misspelt word would silence it."""
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen or not (rule.acts or rule.keys):
            raise ValueError(f"the rule {rule.id} is there twice, or about nothing")
        seen.add(rule.id)
        known = {
            "acts": ACTS, "keys": keys, "targets": TARGETS, "names": words, "titles": words, "places": places,
            "when": CONDITIONS, "but_targets": TARGETS, "but_names": words, "but_titles": words, "but_places": places,
            "but_when": CONDITIONS,
        }  # fmt: skip
        for part, names in known.items():
            missing = [each for each in getattr(rule, part) if each not in names]
            if missing:
                raise ValueError(f"{part} of the rule {rule.id} names {missing}, which isn't there")
