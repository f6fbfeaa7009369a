"""Tasks with items that change places when one of them is dragged."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import found

ITEMS = "#sortable li"
COLUMNS = 3
"""Of the grid."""
CORNER = 10
"""Pixels of the screen from an item's edges to where one is dropped in its corner."""


def move_item(items: Sequence[Box], item: int, place: int, columns: int = 1) -> Move:
    """Drag an item to another place."""
    return drag(items[item], landing([each.region for each in items], item, place, columns))


def landing(items: Sequence[Rect], item: int, place: int, columns: int) -> Point:
    """Where to drop an item so that it comes to `place`.

    An item makes room only once its middle is passed: in front of itself where the pointer goes left or up, and behind
    itself where it goes right or down. So an item that comes to an earlier place by the right has to pass the one
    before that place. It is dropped in a corner, so that its way meets no other item of that row.
    """
    across = place % columns - item % columns
    forwards = across > 0 or (across == 0 and place > item)
    passed = items[place - 1 if forwards and place < item else place]
    if forwards:
        return Point(passed.right - CORNER, passed.bottom - CORNER)
    return Point(passed.x + CORNER, passed.y + CORNER)


@solves("drag-items")
def drag_items(page: Page, _: Sequence[Deed]) -> Move:
    """One item to that place of the list."""
    items = page.boxes(ITEMS)
    item, where = _named(page, items)
    return move_item(items, item, place_in_list(where, item, len(items)))


@solves("drag-items-grid")
def drag_items_grid(page: Page, _: Sequence[Deed]) -> Move:
    """One item to that place of the grid."""
    items = page.boxes(ITEMS)
    item, where = _named(page, items)
    return move_item(items, item, place_in_grid(where, item), COLUMNS)


@solves("drag-sort-numbers")
def drag_sort_numbers(page: Page, _: Sequence[Deed]) -> Move:
    """The least of those that are left to the next place."""
    items = page.boxes(ITEMS)
    numbers = [int(each.text) for each in items]
    for place, (number, due) in enumerate(zip(numbers, sorted(numbers), strict=True)):
        if number != due:
            return move_item(items, numbers.index(due, place), place)
    return click(page.box(SUBMIT))


def place_in_list(where: str, item: int, count: int) -> int:
    """The place that words such as "to the top", "up by one position" or "to the 3rd position" mean, the first being 0.

    Raises:
        Lost: they are others.
    """
    fixed = {"to the top": 0, "to the bottom": count - 1, "up by one position": item - 1}
    fixed["down by one position"] = item + 1
    return fixed[where] if where in fixed else int(found(r"^to the (\d+)\w+ position$", where)) - 1


def place_in_grid(where: str, item: int) -> int:
    """The place in a grid, row by row, that words such as "to the top left", "to the center" or "up by one" mean.

    Raises:
        Lost: they are others.
    """
    steps = {"up by one": -COLUMNS, "down by one": COLUMNS, "left by one": -1, "right by one": 1}
    if where in steps:
        return item + steps[where]
    rows, columns = ("top", "center", "bottom"), ("left", "center", "right")
    row, _, column = found(r"^to the ([\w ]+)$", where).partition(" ")
    if row not in rows or (column or row) not in columns:
        raise Lost(f"“{where}” is no place of the grid")
    return rows.index(row) * COLUMNS + columns.index(column or row)


def _named(page: Page, items: Sequence[Box]) -> tuple[int, str]:
    """Which item is to be dragged, and where to, in words."""
    name, where = found(r"Drag (\S+)", page.utterance), found(r"Drag \S+ (.*)\.", page.utterance)
    return next(index for index, each in enumerate(items) if each.text.strip() == name), where
