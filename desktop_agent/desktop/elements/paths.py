"""The ways from a window's root down to its elements, by which they are found again in another run of the program."""

from collections import Counter
from collections.abc import Sequence

from desktop_agent.core.desktop import Level
from desktop_agent.desktop.elements.walk import Node


def paths(nodes: Sequence[Node]) -> list[tuple[Level, ...]]:
    """The way to each of `nodes`, whose parents' children were read; empty for a root."""
    known: dict[Node, tuple[Level, ...]] = {}
    return [_path(node, known) for node in nodes]


def _path(node: Node, known: dict[Node, tuple[Level, ...]]) -> tuple[Level, ...]:
    if node.parent is None:
        return ()
    if node not in known:
        way, alike = _path(node.parent, known), Counter[tuple[str, str]]()
        for child in node.parent.children:
            kind = (child.role, child.name)
            known[child] = (*way, Level(*kind, alike[kind]))
            alike[kind] += 1
    return known[node]
