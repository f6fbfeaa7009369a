"""Texts and values of accessible objects."""

from collections.abc import Sequence
from typing import Any

from desktop_agent.desktop.elements.bus import Call, get_property
from desktop_agent.desktop.elements.roles import ACTIONABLE, PASSWORD, TEXT, VALUE, role_name
from desktop_agent.desktop.elements.walk import ACCESSIBLE, Address, Node, Reader

TEXT_INTERFACE = "org.a11y.atspi.Text"
VALUE_INTERFACE = "org.a11y.atspi.Value"
ACTION_INTERFACE = "org.a11y.atspi.Action"
CLICK = "click"
SHORT = 200
TAIL = 2000
"""Characters at the end of a terminal's text: as many as the rules look at."""
LONGEST = 1_000_000
"""Characters: what an application sends is not to fill our memory."""


def short(reader: Reader, nodes: Sequence[Node]) -> list[str]:
    """The text or value of each node, "" where it has none, shortened to 200 characters with an ellipsis. Passwords
    are not read.

    Raises:
        BusError: the connection broke.
    """
    texts = [""] * len(nodes)
    values = [index for index, node in enumerate(nodes) if node.role in VALUE]
    written = [index for index, node in enumerate(nodes) if _has_text(node)]
    asked = [get_property(*nodes[index].address, VALUE_INTERFACE, "CurrentValue") for index in values]
    counts = [get_property(*nodes[index].address, TEXT_INTERFACE, "CharacterCount") for index in written]
    answers = reader.ask([*asked, *counts])
    for index, answer in zip(values, answers, strict=False):
        texts[index] = _shown(answer[0]) if answer else ""
    ends = {
        index: _end(answer[0], SHORT + 1)
        for index, answer in zip(written, answers[len(values) :], strict=True)
        if answer and answer[0][1] != 0
    }
    asked = [Call(*nodes[index].address, TEXT_INTERFACE, "GetText", "s", "ii", (0, end)) for index, end in ends.items()]
    for index, answer in zip(ends, reader.ask(asked), strict=True):
        texts[index] = _shown(answer[0]) if answer else ""
    return texts


def tails(reader: Reader, nodes: Sequence[Node], texts: Sequence[str]) -> list[str]:
    """The last lines of each terminal, up to 2,000 characters, where its text in `texts` was shortened; "" for the
    others, and for what did not answer.

    Raises:
        BusError: the connection broke.
    """
    found = [""] * len(nodes)
    long = [index for index, text in enumerate(texts) if nodes[index].role == "terminal" and len(text) > SHORT]
    counts = reader.ask([get_property(*nodes[each].address, TEXT_INTERFACE, "CharacterCount") for each in long])
    calls = [_tail_call(nodes[index], count) for index, count in zip(long, counts, strict=True)]
    for index, answer in zip(long, reader.ask(calls), strict=True):
        found[index] = str(answer[0])[-TAIL:] if answer else ""
    return found


def clickable(reader: Reader, nodes: Sequence[Node]) -> list[int]:
    """The indexes of those nodes that have an action called "click", although their role is none that a person clicks.
    Chromium gives it to whatever a page handles clicks of, and another to what lies within.

    Raises:
        BusError: the connection broke.
    """
    asked = [index for index, node in enumerate(nodes) if node.role not in ACTIONABLE | TEXT]
    answers = reader.ask([Call(*nodes[each].address, ACTION_INTERFACE, "GetName", "s", "i", (0,)) for each in asked])
    return [index for index, answer in zip(asked, answers, strict=True) if answer == (CLICK,)]


def whole(reader: Reader, address: Address) -> str | None:
    """All text of one object; None where it has no text or is a password.

    Raises:
        BusError: the connection broke.
    """
    role, count = reader.ask(
        [Call(*address, ACCESSIBLE, "GetRole", "u"), get_property(*address, TEXT_INTERFACE, "CharacterCount")]
    )
    if role is None or role_name(role[0]) == PASSWORD or count is None:
        return None
    if not isinstance(count[0][1], int):
        return None
    answer = reader.ask([Call(*address, TEXT_INTERFACE, "GetText", "s", "ii", (0, _end(count[0], LONGEST)))])[0]
    return str(answer[0])[:LONGEST] if answer else None


def _has_text(node: Node) -> bool:
    return node.role not in VALUE and (node.role in TEXT or ("editable" in node.states and node.role != PASSWORD))


def _end(count: Any, most: int) -> int:
    """Up to where to read a text of that `count` (a variant): all of it, or `most` characters. Qt counts UTF-16 units,
    others characters: -1 means the end for both. Beyond the end Qt's text edits give nothing."""
    characters = count[1]
    return most if isinstance(characters, int) and characters > most else -1


def _tail_call(node: Node, count: tuple[Any, ...] | None) -> Call:
    """All of it where it isn't known how much that is: better slow than not seen."""
    characters = count[0][1] if count else 0
    start = max(0, characters - TAIL) if isinstance(characters, int) else 0
    return Call(*node.address, TEXT_INTERFACE, "GetText", "s", "ii", (start, -1))


def _shown(answer: Any) -> str:
    value = answer[1] if isinstance(answer, tuple) else answer
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if len(text) <= SHORT else text[:SHORT] + "…"
