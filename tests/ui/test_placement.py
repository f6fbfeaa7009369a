"""Where windows of ours stand: on the monitor, and not over what they are about."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import Point, Rect
from ui.placement import GAP, Side, beside, in_corner, pill

MONITOR = Rect(-1280, 100, 1280, 1024)
REGIONS = st.builds(
    lambda x, y, width, height: Rect(x, y, width, height).intersection(MONITOR),
    st.integers(-1280, -20),
    st.integers(100, 1100),
    st.integers(10, 1280),
    st.integers(10, 1024),
)
SIZES = st.tuples(st.integers(50, 600), st.integers(50, 500))


@given(SIZES, REGIONS)
def test_box_stays_on_the_monitor_and_beside_the_region_where_there_is_room(
    size: tuple[int, int], region: Rect
) -> None:
    rect, side = beside(size, region, MONITOR)
    assert MONITOR.encloses(rect)
    assert (rect.width, rect.height) == size
    room = (
        MONITOR.right - region.right >= size[0]
        or region.x - MONITOR.x >= size[0]
        or MONITOR.bottom - region.bottom >= size[1]
        or region.y - MONITOR.y >= size[1]
    )
    assert (side != "inside") == room
    assert rect.intersection(region).empty == room


def test_growing_box_keeps_its_side() -> None:
    region = Rect(-400, 400, 200, 100)
    assert beside((150, 60), region, MONITOR)[1] == "right"
    place, side = beside((190, 60), region, MONITOR, "right")
    assert (place, side) == (Rect(-200 + GAP, 400, 190, 60), "right")
    side_now: Side = "below"
    assert beside((150, 60), region, MONITOR, side_now)[1] == "below"


def test_box_moves_up_when_it_would_grow_off_the_monitor() -> None:
    region = Rect(-1200, 1000, 100, 100)
    place, side = beside((300, 400), region, MONITOR)
    assert side == "right"
    assert place.bottom == MONITOR.bottom


@given(SIZES, REGIONS)
def test_card_takes_the_corner_that_hides_least(size: tuple[int, int], target: Rect) -> None:
    card = in_corner(size, target, MONITOR)
    assert MONITOR.encloses(card)
    hidden = card.intersection(target.grown(GAP)).area
    for x in (MONITOR.x + 2 * GAP, MONITOR.right - 2 * GAP - size[0]):
        for y in (MONITOR.y + 2 * GAP, MONITOR.bottom - 2 * GAP - size[1]):
            assert hidden <= Rect(x, y, *size).intersection(target.grown(GAP)).area


def test_card_prefers_the_bottom_right() -> None:
    card = in_corner((300, 200), Rect(-1200, 150, 50, 50), MONITOR)
    assert (card.right, card.bottom) == (MONITOR.right - 2 * GAP, MONITOR.bottom - 2 * GAP)


@given(st.integers(-1280, -1), st.integers(100, 1123))
def test_label_is_on_the_monitor_and_not_under_the_pointer(x: int, y: int) -> None:
    label = pill((120, 30), Point(x, y), MONITOR)
    assert MONITOR.encloses(label)
    assert not label.contains(Point(x, y))
