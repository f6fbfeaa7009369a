"""Texts and values of accessible objects."""

from collections.abc import Sequence
from typing import Any

from desktop_agent.desktop.elements.bus import Call, get_property
from desktop_agent.desktop.elements.roles import PASSWORD, TEXT, VALUE, role_name
from desktop_agent.desktop.elements.walk import ACCESSIBLE, Address, Node, Reader

TEXT_INTERFACE = "org.a11y.atspi.Text"
VALUE_INTERFACE = "org.a11y.atspi.Value"
SHORT = 200
LONGEST = 1_000_000
"""Characters: what an application sends is not to fill our memory."""


def short(reader: Reader, nodes: Sequence[Node]) -> list[str]:
    """The text or value of each node, "" where it has none, shortened to 200 characters with an ellipsis. Passwords
    are not read.

    Raises:
        BusError: the connection broke.
    """
    calls, owners = [], []
    for index, node in enumerate(nodes):
        call = _short_call(node)
        if call is not None:
            calls.append(call)
            owners.append(index)
    texts = [""] * len(nodes)
    for index, answer in zip(owners, reader.ask(calls), strict=True):
        if answer:
            texts[index] = _shown(answer[0])
    return texts


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
    _, characters = count[0]
    if not isinstance(characters, int):
        return None
    # Qt counts UTF-16 units, others characters: -1 means the end for both.
    end = -1 if characters <= LONGEST else LONGEST
    answer = reader.ask([Call(*address, TEXT_INTERFACE, "GetText", "s", "ii", (0, end))])[0]
    return str(answer[0])[:LONGEST] if answer else None


def _short_call(node: Node) -> Call | None:
    if node.role in VALUE:
        return get_property(*node.address, VALUE_INTERFACE, "CurrentValue")
    if node.role in TEXT or ("editable" in node.states and node.role != PASSWORD):
        return Call(*node.address, TEXT_INTERFACE, "GetText", "s", "ii", (0, SHORT + 1))
    return None


def _shown(answer: Any) -> str:
    value = answer[1] if isinstance(answer, tuple) else answer
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if len(text) <= SHORT else text[:SHORT] + "…"
