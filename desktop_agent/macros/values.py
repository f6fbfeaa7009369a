"""References in a macro's texts: `{{name}}` stands for a value, `{{secret:name}}` for a secret that is only ever typed.

Nothing else has a meaning: no expressions, no filters. `\\{{` is a literal `{{`. What a value holds is never read for
references again, so nobody's data can name a secret.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desktop_agent.core.errors import UsageError

_REFERENCE = re.compile(
    r"\\\{\{|\{\{\s*+(?:(secret):\s*+([^{}\s](?:[^{}]{0,62}[^{}\s])?)|([A-Za-z_][A-Za-z0-9_]{0,63}))\s*+\}\}"
)
"""Blanks are never given back, or a hundred thousand of them would keep it for minutes."""


@dataclass(frozen=True)
class Value:
    """A reference to a parameter or a captured value."""

    name: str


@dataclass(frozen=True)
class Secret:
    """A reference to a secret in the keyring."""

    name: str


def parse(text: str) -> Iterator[str | Value | Secret]:
    """`text` in its parts: plain text, unescaped, and references."""
    start = 0
    plain: list[str] = []
    for found in _REFERENCE.finditer(text):
        plain.append(text[start : found.start()])
        start = found.end()
        secret, name, value = found.groups()
        if not (secret or value):
            plain.append("{{")
            continue
        if said := "".join(plain):
            yield said
        plain = []
        yield Secret(name) if secret else Value(value)
    if said := "".join((*plain, text[start:])):
        yield said


def escape(text: str) -> str:
    """`text` so that `parse` reads it as nothing but itself: for what was recorded."""
    return text.replace("{{", r"\{{")


def plain(text: str) -> str:
    """`text`, written for `parse`, as it reads without: references stay as they are written, escapes go."""
    return text.replace(r"\{{", "{{")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with references to values under other names: those that `names` gives for the old ones."""

    def reference(found: re.Match[str]) -> str:
        return f"{{{{{names[found[3]]}}}}}" if found[3] in names else found[0]

    return _REFERENCE.sub(reference, text)


def references(text: str) -> frozenset[str]:
    """The names of the values that `text` refers to."""
    return frozenset(part.name for part in parse(text) if isinstance(part, Value))


def secret_names(text: str) -> frozenset[str]:
    """The names of the secrets that `text` refers to."""
    return frozenset(part.name for part in parse(text) if isinstance(part, Secret))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its references replaced.

    Raises:
        UsageError: there is no such value, or a secret stands where nothing is typed.
    """
    parts = tuple(typed(text, values))
    secret = next((part for part in parts if isinstance(part, Secret)), None)
    if secret is not None:
        raise UsageError(
            f"The secret “{secret.name}” stands where it would be shown.", "Secrets can only be typed: use a type step."
        )
    return "".join(part for part in parts if isinstance(part, str))


def typed(text: str, values: Mapping[str, str]) -> Iterator[str | Secret]:
    """What a type step types, in order: texts, and secrets that are read when they are typed.

    Raises:
        UsageError: there is no such value.
    """
    for part in parse(text):
        if not isinstance(part, Value):
            yield part
        elif part.name in values:
            yield values[part.name]
        else:
            raise UsageError(
                f"There is no value “{part.name}”.",
                "Make it a parameter of the macro, or capture it in a step before this one.",
            )
