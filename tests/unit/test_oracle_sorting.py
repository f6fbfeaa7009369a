"""Where solvers drop items, against what jQuery UI's sortable does with them."""

from itertools import permutations

import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.solvers.sorting import landing

COUNT = 9
PITCH, SIZE, STEPS = 92, 80, 12
"""Pixels of the screen: from one item of the grid to the next, of an item; and the motions of a drag."""


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize(("item", "place"), list(permutations(range(COUNT), 2)))
def test_every_item_lands_where_it_is_to(item, place, columns):
    """Whatever motions on the way the page is told of: browsers leave some out."""
    end = landing([cell(index, columns) for index in range(COUNT)], item, place, columns)
    assert {dropped(item, end, columns, every) for every in (1, 2, 3, 4)} == {place}


def cell(place, columns):
    return Rect(100 + place % columns * PITCH, 100 + place // columns * PITCH, SIZE, SIZE)


def dropped(item, end, columns, every):
    """The place to which jQuery UI's sortable brings an item that is dragged from its middle: each motion over another
    item beyond its middle, in the direction of the motion, puts the dragged one behind that or in front of it."""
    order, before = list(range(COUNT)), cell(item, columns).center
    start = before
    for step in range(1, STEPS + 1):
        if step % every and step < STEPS:
            continue
        now = Point(
            start.x + (end.x - start.x) * step // STEPS,
            start.y + (end.y - start.y) * step // STEPS,
        )
        place = next((each for each in range(COUNT) if cell(each, columns).contains(now)), None)
        if place is not None and order[place] != item:
            _make_room(order, item, order[place], (before, now), cell(place, columns).center, columns)
        before = now
    return order.index(item)


def _make_room(order, item, other, motion, middle, columns):
    (before, now), floating = motion, columns > 1
    right, down = now.x - before.x, now.y - before.y
    behind = down > 0 or (floating and right > 0)
    beside = order.index(item) - order.index(other) == (1 if behind else -1)
    if floating and right:
        passed = now.x > middle.x if right > 0 else now.x <= middle.x
    else:
        passed = bool(down) and (now.y > middle.y if down > 0 else now.y <= middle.y)
    if passed and not beside:
        order.remove(item)
        order.insert(order.index(other) + behind, item)
