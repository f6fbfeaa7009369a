"""The words that a target itself bears."""

import re

from desktop_agent.macros.format import Target

_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")


def own_words(target: Target) -> str:
    """Its element's name; where it has no element, what stands in quotation marks in its description. Empty where
    none are known."""
    if target.element is not None:
        return target.element.name
    quoted = _QUOTED.search(target.words)
    return quoted[1] if quoted else ""
