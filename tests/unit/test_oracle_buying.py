"""What is chosen before something is bought, and when an event is put into a day."""

import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation.oracle.page import Box, Lost
from desktop_agent.evaluation.oracle.solvers.buying import airport_in, order_in
from desktop_agent.evaluation.oracle.solvers.schedule import duration_in, free, window_in

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


@pytest.mark.parametrize(("said", "halves"), [("30 mins", 1), ("90 mins", 3), ("0.5 hours", 1), ("1 hour", 2)])
def test_a_duration_is_counted_in_half_hours(said, halves):
    assert duration_in(f'Create a {said} event named "Gym", between 8AM and 12PM.') == halves


@pytest.mark.parametrize(("said", "window"), [("8AM and 12PM", (16, 24)), ("12PM and 4PM", (24, 32))])
def test_a_time_of_day_is_counted_from_midnight(said, window):
    assert window_in(f'Create a 1 hour event named "Gym", between {said}.') == window


def test_an_event_touches_no_other():
    assert free([(18, 20)], 16, 24, 2) == [16, 20, 21, 22]
    assert free([(16, 18), (21, 24)], 16, 24, 3) == [18]
    assert free([], 16, 18, 2) == [16]
    with pytest.raises(Lost, match="no room"):
        free([(16, 18), (20, 24)], 16, 24, 3)
