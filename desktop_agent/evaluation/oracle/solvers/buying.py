"""Tasks in which something is bought that has to be chosen first: a flight, dishes."""

from collections.abc import Callable, Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, press
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import fill
from desktop_agent.evaluation.oracle.solvers.leafing import pick_day
from desktop_agent.evaluation.oracle.solvers.scrolling import FLIGHTS, reach
from desktop_agent.evaluation.oracle.solvers.special_fields import open_entries, pick
from desktop_agent.evaluation.oracle.solvers.words import found

AREA = "#area"


@solves("book-flight", "book-flight-nodelay")
def book_flight(page: Page, _: Sequence[Deed]) -> Move:
    """The cheapest or shortest of those that the shop finds for both places and the day."""
    said = page.utterance
    if page.boxes("#results:not(.hide)"):
        column = [each["shortest" in said] for each in page.evaluate(FLIGHTS)]
        place = column.index(min(column)) + 2  # behind the way back
        return reach(page, f"#results > :nth-child({place}) .flight-price", AREA)
    origin = choose_airport(page, "#flight-from", found(r"from: (.*) to: ", said))
    return (
        origin
        or choose_airport(page, "#flight-to", found(r"to: (.*) on \d", said))
        or pick_day(page, found(r"on ([\d/]+)", said))
        or click(page.box("#search"))
    )


def choose_airport(page: Page, css: str, said: str) -> Move | None:
    """What brings a field closer to holding an airport, which is said by its place or by its letters; None where it
    does."""
    airport = airport_in(page.evaluate("return DOMESTIC_FLIGHTS"), said)
    field = page.box(css)
    entries = open_entries(page) if field.focused else []
    if field.value == airport and not entries:  # an entry that the keys went to shows in the field already
        return None
    wanted = next((index for index, each in enumerate(entries) if each.text == airport), None)
    if wanted is not None:
        return pick(entries, wanted)
    move = fill(page, css, said)
    if move is None and not field.focused:
        return click(field)
    return move or press("down")  # which opens the list, where it did not open by itself


def airport_in(airports: Sequence[str], said: str) -> str:
    """The first of airports such as "Albany, NY (ALB)" that is meant by its place or by its letters.

    Raises:
        Lost: none is.
    """
    for each in airports:
        if each.split(" (")[0] == said or f"({said})" in each:
            return each
    raise Lost(f"there is no airport {said}")


@solves("order-food")
def order_food(page: Page, _: Sequence[Deed]) -> Move:
    """One each of the dishes that are named; or as many of a kind, of which any dish does."""
    wanted = order_in(page.utterance, lambda kind: page.boxes(f'.food-item:has(img[alt="{kind}"])'))
    for dish in page.boxes(".food-item"):
        given = dish.attributes
        more = wanted.get(given["data-item"].strip(), 0) - int(given["data-quantity"])
        if more:
            button = "add" if more > 0 else "remove"
            return reach(page, f'.food-item[data-id="{given["data-id"]}"] .{button}', AREA)
    return reach(page, "#submit-order button", AREA)


def order_in(said: str, of_kind: Callable[[str], Sequence[Box]]) -> dict[str, int]:
    """How many of each dish are asked for. `of_kind` finds the dishes of a kind."""
    if "items that are" not in said:
        return dict.fromkeys(found(r"each item: (.*)", said).split(", "), 1)
    dish = of_kind(found(r"items that are (\S+)", said))[0]
    return {dish.attributes["data-item"].strip(): int(found(r"Order (\d+) items", said))}
