"""What is chosen before something is bought."""

import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation.oracle.page import Box, Lost
from desktop_agent.evaluation.oracle.solvers.buying import airport_in, order_in

AIRPORTS = ("Albany, NY (ALB)", "Albany, OR - Bus service (CVO)", "Minneapolis, MN (MSP)", "Alban, XX (ALBA)")


@pytest.mark.parametrize(
    ("said", "airport"),
    [("Albany, NY", 0), ("ALB", 0), ("CVO", 1), ("Albany, OR - Bus service", 1), ("MSP", 2), ("ALBA", 3)],
)
def test_an_airport_is_known_by_its_place_or_its_letters(said, airport):
    assert airport_in(AIRPORTS, said) == AIRPORTS[airport]


@pytest.mark.parametrize("said", ["Albany", "XYZ"])
def test_half_a_name_is_no_airport(said):
    with pytest.raises(Lost, match=said):
        airport_in(AIRPORTS, said)


def dish(name):
    return Box("div", name, "", False, False, {"data-item": name}, Rect(0, 0, 9, 9), None)


def test_dishes_that_are_named_are_ordered_once_each():
    asked = order_in("Order one of each item: Garlic bread, Coconut mango tart", lambda kind: pytest.fail("no kind"))
    assert asked == {"Garlic bread": 1, "Coconut mango tart": 1}


def test_of_a_kind_the_first_dish_is_ordered_as_often_as_is_asked():
    kinds = {"gluten-free": (dish(" Cheese wheel"), dish("Caesar Salad"))}
    assert order_in("Order 3 items that are gluten-free", kinds.__getitem__) == {"Cheese wheel": 3}
