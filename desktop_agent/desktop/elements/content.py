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


def texts(reader: Reader, nodes: Sequence[Node]) -> list[tuple[str, str]]:
    """Of each node its text or value, shortened to 200 characters with an ellipsis, and of terminals whose text was
    shortened the last 2,000 characters; "" where there is none, or no answer. Passwords are not read.

    Raises:
        BusError: the connection broke.
    """
    values = [index for index, node in enumerate(nodes) if node.role in VALUE]
    written = [index for index, node in enumerate(nodes) if _has_text(node)]
    answers = reader.ask(
        [get_property(*nodes[index].address, VALUE_INTERFACE, "CurrentValue") for index in values]
        + [get_property(*nodes[index].address, TEXT_INTERFACE, "CharacterCount") for index in written]
    )
    shown = {index: _shown(answer[0]) for index, answer in zip(values, answers, strict=False) if answer}
    counts = {index: _count(each) for index, each in zip(written, answers[len(values) :], strict=True)}
    terminals = [index for index in written if nodes[index].role == "terminal"]
    long = [index for index in terminals if _beyond(counts[index], SHORT)]
    answers = reader.ask(
        [_text_call(nodes[index].address, 0, _end(counts[index], SHORT + 1)) for index in written]
        # All of it where it isn't known how much that is: better slow than not seen.
        + [_text_call(nodes[index].address, max(0, (counts[index] or 0) - TAIL), -1) for index in long]
    )
    begun = {index: str(answer[0]) for index, answer in zip(written, answers, strict=False) if answer}
    ends = {index: str(answer[0]) for index, answer in zip(long, answers[len(written) :], strict=True) if answer}
    shown |= {index: _shown(text) for index, text in begun.items()}
    tails = {
        index: ends.get(index, "" if index in long else begun[index])[-TAIL:]
        for index in terminals
        if len(shown.get(index, "")) > SHORT
    }
    return [(shown.get(index, ""), tails.get(index, "")) for index in range(len(nodes))]


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
    if _count(count) is None:
        return None
    answer = reader.ask([_text_call(address, 0, _end(_count(count), LONGEST))])[0]
    return str(answer[0])[:LONGEST] if answer else None


def _has_text(node: Node) -> bool:
    return node.role not in VALUE and (node.role in TEXT or ("editable" in node.states and node.role != PASSWORD))


def _count(answer: tuple[Any, ...] | None) -> int | None:
    """How many characters a text has; None where that isn't known."""
    count = answer[0][1] if answer else None
    return count if isinstance(count, int) else None


def _beyond(count: int | None, most: int) -> bool:
    """Whether a text has more than `most` characters, or may have."""
    return count is None or count > most


def _end(count: int | None, most: int) -> int:
    """Up to where to read a text: all of it, or `most` characters. Qt counts UTF-16 units, others characters: -1 means
    the end for both. Beyond the end Qt's text edits give nothing."""
    return most if _beyond(count, most) else -1


def _text_call(address: Address, start: int, end: int) -> Call:
    return Call(*address, TEXT_INTERFACE, "GetText", "s", "ii", (start, end))


def _shown(answer: Any) -> str:
    value = answer[1] if isinstance(answer, tuple) else answer
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if len(text) <= SHORT else text[:SHORT] + "…"
