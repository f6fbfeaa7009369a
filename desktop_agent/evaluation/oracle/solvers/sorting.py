"""Tasks with items that change places when one of them is dragged."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import found

ITEMS = "#sortable li"
COLUMNS = 3
"""Of the grid."""


def move_item(items: Sequence[Box], item: int, place: int) -> Move:
    """Drag an item over the middle of another one, and a little further: only then does that make room."""
    start, goal = items[item].region.center, items[place].region
    across, down = _sign(goal.center.x - start.x), _sign(goal.center.y - start.y)
    further = Point(goal.center.x + across * goal.width // 4, goal.center.y + down * goal.height // 4)
    return drag(items[item], further)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


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
    return move_item(items, item, place_in_grid(where, item))


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
