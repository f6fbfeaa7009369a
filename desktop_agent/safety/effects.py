"""Says in words what an action would do: to whom, with which text, how much."""

import re

from desktop_agent.core.desktop import Element
from desktop_agent.core.text import one_line
from desktop_agent.safety import shell
from desktop_agent.safety.facts import Facts
from desktop_agent.safety.targets import TEXTS

SHOWN = 60
"""Characters of a name from outside that stand in a reason."""
_TO = re.compile(
    r"(?:message|reply to|write to|send to|comment on|发消息给|发送给|回复|发给)\s*[:：]?\s*(.+)", re.IGNORECASE
)
_COUNT = re.compile(
    r"(\d[\d,]*)\s*(?:selected\s+)?(items?|files?|messages?|mails?|e-?mails?|folders?|photos?|conversations?|rows?|records?|"
    r"个|项|封|条|张|份|位|名)",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^(.{1,120}?)\s+[-–—|·]\s+")


def in_words(template: str, facts: Facts) -> str:
    """A rule's reason with what the action is about filled in, on one harmless line."""
    action = facts.action
    said = {
        "target": _quoted(facts.element.name if facts.element else "")
        or _quoted(action.claimed)
        or "what stands there",
        "claim": _quoted(action.claimed),
        "element": _element(facts),
        "title": _quoted(facts.title) or "this window",
        "application": one_line(facts.application, SHOWN) or "This application",
        "keys": " ".join("+".join(keys) for keys in action.keys) or "This key",
        "text": _text(facts),
        "recipient": _recipient(facts),
        "secret": _quoted(action.secret),
        "count": _count(facts),
    }
    sentence = template.format(**said)
    return sentence if template.startswith("{application}") else sentence[:1].upper() + sentence[1:]


def _element(facts: Facts) -> str:
    """What the platform says that stands there."""
    element = facts.element
    if element is None:
        return "nothing that is known"
    return f"{_quoted(element.name)} ({element.role})" if element.name.strip() else f"a {element.role} without a name"


def _text(facts: Facts) -> str:
    """The text that is sent: typed just now, or standing in the field."""
    standing = _standing(facts.element) if facts.element and facts.target in TEXTS - {"password", "code"} else ""
    return _quoted(facts.action.typed.strip()) or _quoted(standing) or "what is written there"


def _standing(element: Element) -> str:
    """What the field holds; of a terminal what Return runs."""
    return shell.standing(element.tail or element.text)[0] if element.role == "terminal" else element.text


def _recipient(facts: Facts) -> str:
    """Who gets it, as the field or the window says."""
    match = _TO.match(facts.element.name) if facts.element else None
    if match:
        return _quoted(match[1])
    head = _HEAD.match(facts.title)
    return _quoted(head[1] if head else facts.title) or "whoever it is meant for"


def _count(facts: Facts) -> str:
    for text in (facts.element.name if facts.element else "", facts.action.claimed, facts.title):
        match = _COUNT.search(text[:300])
        if match:
            return f"{match[1]} {match[2]}"
    return "how many is not known" if "delete" in facts.acts else "something"


def _quoted(text: str) -> str:
    line = one_line(text, SHOWN)
    return f"“{line}”" if line else ""
