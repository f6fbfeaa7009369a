"""Rows that changed their order: an element that lies in another one than it did, together with what was beside it."""

from collections.abc import Iterable, Sequence

from desktop_agent.core.desktop import Element, Level
from desktop_agent.core.naming import normal
from desktop_agent.core.text import one_line
from desktop_agent.macros.finding.names import LONGEST_NEAR, same, same_path
from desktop_agent.macros.format import Ancestor


def in_its_row(
    element: Element, recorded: Sequence[Ancestor], text: str, rivals: Iterable[Element], elements: Iterable[Element]
) -> bool:
    """Whether `element` came to another place only with all of its row: the way to it differs from the recorded one in
    one level above it, none of its `rivals` is below that, and `text` is. Of siblings none has a row of its own: what
    is beside one of them may be what was beside another that is gone."""
    row = _row(recorded, element.path)
    if not row or any(_is_below(row, each) for each in rivals):
        return False
    return any(
        _is_below(row, each) and normal(one_line(each.name, LONGEST_NEAR)) == normal(text)
        for each in elements
        if each.ref != element.ref
    )


def holds_one_of(
    texts: Iterable[str], element: Element, rivals: Iterable[Element], elements: Iterable[Element]
) -> bool:
    """Whether the row in which `element` stands as its `rivals` stand in theirs holds one of `texts`; also where they
    stand in no rows, or in such as have names. What is beside the first row, as a tool bar, is beside another one once
    that is gone."""
    wanted = {normal(each) for each in texts}
    told = [
        each for each in elements if each.ref != element.ref and normal(one_line(each.name, LONGEST_NEAR)) in wanted
    ]
    rows = {_counted_row(element, rival) for rival in rivals} - {()}
    return all(any(_is_below(row, each) for each in told) for row in rows)


def are_rows(one: Element, other: Element) -> bool:
    """Whether the two stand in the same way in two rows that only their numbers tell apart: which one comes first may
    change at any time."""
    return bool(_counted_row(one, other))


def _counted_row(element: Element, rival: Element) -> tuple[Level, ...]:
    """The way to the row of `element`, if `rival` stands likewise in another one that isn't called otherwise; else
    none."""
    row = _row(rival.path, element.path)
    return row if row and same(rival.path[len(row) - 1].name, row[-1].name) else ()


def _row(recorded: Sequence[Ancestor | Level], now: Sequence[Level]) -> tuple[Level, ...]:
    """The way to the only level in which the two ways differ, if both go on alike from there; else none."""
    if len(recorded) != len(now):
        return ()
    pairs = zip(recorded, now, strict=True)
    changed = [depth for depth, (before, after) in enumerate(pairs) if not same_path([before], [after])]
    if len(changed) != 1 or changed[0] == len(now) - 1 or recorded[changed[0]].role != now[changed[0]].role:
        return ()
    return tuple(now[: changed[0] + 1])


def _is_below(row: Sequence[Level], element: Element) -> bool:
    return tuple(element.path[: len(row)]) == tuple(row)
