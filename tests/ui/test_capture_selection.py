"""What a region capture takes: drags, clicks and keys, without any window."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.desktop import Layout, Monitor, Scope, Window
from desktop_agent.core.geometry import Point, Rect
from ui.capture_selection import MIN_SIDE, Selection, between

LEFT = Monitor("LEFT", Rect(-1280, 56, 1280, 1024))
RIGHT = Monitor("RIGHT", Rect(0, 0, 1920, 1080), primary=True)
LAYOUT = Layout("two", (LEFT, RIGHT))
FRONT = Window(7, "Front", "front", 70, Rect(110, 130, 280, 160), Rect(100, 100, 300, 200))
BACK = Window(8, "Back", "back", 80, Rect(-200, 130, 680, 560), Rect(-210, 100, 700, 600))
MENU = Window(9, "menu", "front", 70, Rect(600, 600, 90, 90), Rect(600, 600, 90, 90), popup=True)
POINTS = st.builds(Point, st.integers(-3000, 4000), st.integers(-500, 2000))


def make(pointer: Point = Point(1000, 1000)) -> Selection:
    return Selection(LAYOUT, (MENU, FRONT, BACK), pointer)


def test_drag_takes_both_corner_pixels_in_any_direction() -> None:
    for start, end in (
        (Point(10, 20), Point(109, 69)),
        (Point(109, 69), Point(10, 20)),
        (Point(109, 20), Point(10, 69)),
    ):
        selection = make()
        selection.press(start)
        scope = selection.release(end)
        assert scope is not None
        assert (scope.kind, scope.region) == ("region", Rect(10, 20, 100, 50))


def test_drag_reaches_over_monitors_with_negative_origins() -> None:
    selection = make()
    selection.press(Point(-100, 200))
    selection.move(Point(0, 300))
    assert selection.bright == Rect(-100, 200, 101, 101)
    scope = selection.release(Point(99, 400))
    assert scope is not None
    assert scope.region == Rect(-100, 200, 200, 201)


@given(POINTS, POINTS)
def test_every_drag_stays_on_the_desktop_and_is_large_enough(start: Point, end: Point) -> None:
    selection = make()
    selection.press(start)
    scope = selection.release(end)
    if scope is not None:
        assert LAYOUT.bounds.encloses(scope.region)
        assert min(scope.region.width, scope.region.height) >= MIN_SIDE


def test_click_takes_the_topmost_window_under_the_pointer() -> None:
    selection = make()
    selection.move(Point(150, 150))
    assert selection.hovered == FRONT
    selection.press(Point(150, 150))
    assert selection.release(Point(152, 151)) == Scope("window", FRONT.frame, "Front", 7, 70)


def test_window_is_clipped_to_the_desktop() -> None:
    outside = Window(5, "Far", "far", 1, Rect(1800, 1000, 400, 400), Rect(1800, 1000, 400, 400))
    selection = Selection(LAYOUT, (outside,), Point(1850, 1050))
    assert selection.bright == Rect(1800, 1000, 120, 80)


def test_click_on_a_menu_takes_its_area_because_menus_do_not_last() -> None:
    selection = make()
    selection.press(Point(610, 610))
    scope = selection.release(Point(610, 610))
    assert scope == Scope("region", MENU.frame, "menu")


def test_click_on_nothing_and_enter_take_the_monitor() -> None:
    selection = make(Point(1500, 1000))
    selection.press(Point(1500, 1000))
    assert selection.release(Point(1500, 1000)) == Scope("monitor", RIGHT.region, "monitor RIGHT")
    selection.move(Point(-500, 500))
    assert selection.accept() == Scope("monitor", LEFT.region, "monitor LEFT")


def test_release_without_press_takes_nothing() -> None:
    assert make(Point(150, 150)).release(Point(150, 150)) is None


def test_sliver_is_a_slip_and_the_selection_can_begin_again() -> None:
    selection = make()
    selection.press(Point(10, 10))
    assert selection.release(Point(300, 12)) is None
    selection.press(Point(10, 10))
    assert selection.release(Point(300, 300)) is not None


def test_arrows_select_move_and_resize() -> None:
    selection = make(Point(150, 150))
    selection.adjust("right", resize=False, far=True)
    assert selection.chosen == FRONT.frame, "the first arrow takes the window under the pointer"
    selection.adjust("right", resize=False, far=True)
    selection.adjust("down", resize=False, far=False)
    selection.adjust("left", resize=True, far=True)
    assert selection.chosen == Rect(110, 101, 290, 200)
    assert selection.accept().region == Rect(110, 101, 290, 200)


def test_arrow_over_nothing_selects_the_middle_of_the_monitor() -> None:
    selection = make(Point(1500, 1000))
    selection.adjust("up", resize=False, far=True)
    assert selection.chosen == Rect(480, 270, 960, 540)


@given(
    st.lists(st.tuples(st.sampled_from(["left", "right", "up", "down"]), st.booleans(), st.booleans()), max_size=400)
)
def test_arrows_never_leave_the_desktop(keys: list[tuple[str, bool, bool]]) -> None:
    selection = make(Point(1500, 1000))
    for arrow, resize, far in keys:
        selection.adjust(arrow, resize, far)  # type: ignore[arg-type] # sampled from the literals
    if selection.chosen is not None:
        assert LAYOUT.bounds.encloses(selection.chosen)


def test_arrows_during_a_drag_move_where_it_began() -> None:
    selection = make()
    selection.press(Point(100, 100))
    selection.move(Point(300, 300))
    selection.adjust("left", resize=False, far=False)
    selection.adjust("up", resize=False, far=True)
    scope = selection.release(Point(300, 300))
    assert scope is not None
    assert scope.region == between(Point(99, 90), Point(300, 300))


def test_press_forgets_what_the_arrows_made() -> None:
    selection = make(Point(1500, 1000))
    selection.adjust("up", resize=False, far=True)
    selection.press(Point(150, 150))
    scope = selection.release(Point(150, 150))
    assert scope is not None
    assert scope.window == 7
