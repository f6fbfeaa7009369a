"""Which rule an action falls under: the gravest that holds."""

from dataclasses import dataclass, replace

from desktop_agent.core.actions import Action
from desktop_agent.core.desktop import Element
from desktop_agent.safety import effects
from desktop_agent.safety.facts import Facts
from desktop_agent.safety.rulebook import Grade, Rule, Rulebook

_UNREADABLE = Rule(
    "too_long",
    "unclassified",
    "Names too long to be judged",
    "A name is too long to be judged.",
    Grade.EVERY_TIME,
)


@dataclass(frozen=True)
class Finding:
    """The rule that holds. `reason` is for people: what the action would do."""

    rule: Rule
    reason: str


def classify(action: Action, book: Rulebook, instruction: str = "", before: str = "") -> Finding | None:
    """The gravest rule that holds for `action`, or None: looking, or an ordinary action.

    Args:
        action: with its element and window as they are now.
        book: the rules.
        instruction: all that the person wrote in this conversation.
        before: what was typed into the same window's shell before.
    """
    facts = Facts(action, instruction, before, book)
    if facts.looks:
        return None
    rule = next((each for each in book.rules if holds(each, facts)), None)
    if rule is None and facts.too_long:
        rule = _UNREADABLE
    return Finding(rule, effects.in_words(rule.reason, facts)) if rule else None


def differs_with(action: Action, focused: Element, book: Rulebook, instruction: str = "") -> bool:
    """Whether `action`, judged without knowing what has the focus, falls under another rule now that `focused` is known
    to have it: then the person was told something else than what would happen."""
    now = classify(replace(action, element=focused), book, instruction)
    if now is None:
        return False
    known = classify(action, book, instruction)
    return known is None or now.rule != known.rule


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether all that `rule` names holds, and nothing that excuses."""
    if rule.acts and not rule.acts & facts.acts:
        return False
    if rule.keys and not rule.keys & facts.keys:
        return False
    if rule.targets and facts.target not in rule.targets:
        return False
    if rule.places and not rule.places & facts.places:
        return False
    return (
        (not rule.names or any(facts.named(each) for each in rule.names))
        and (not rule.titles or any(facts.titled(each) for each in rule.titles))
        and all(facts.holds(each) for each in rule.when)
        and not _excused(rule, facts)
    )


def _excused(rule: Rule, facts: Facts) -> bool:
    return (
        facts.target in rule.but_targets
        or bool(rule.but_places & facts.places)
        or any(facts.named(each) for each in rule.but_names)
        or any(facts.titled(each) for each in rule.but_titles)
        or any(facts.holds(each) for each in rule.but_when)
    )
