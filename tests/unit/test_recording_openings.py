"""What opened by itself under a resting mouse, and what did not."""

from dataclasses import dataclass, field

import pytest

from desktop_agent.core.desktop import Surroundings, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act, Known, Reading
from desktop_agent.macros.recording.openings import SLOW_SECONDS, Openings
from tests.unit.toy_desktop import element, window

MAIN = window(10)
MENU = window(11, "", popup=True, region=Rect(100, 130, 90, 60))
SUBMENU = window(12, "", popup=True, region=Rect(190, 150, 90, 60))
DIALOG = window(13, "Card", region=Rect(190, 150, 90, 60))
OTHER = window(14, "", pid=200, popup=True, region=Rect(190, 150, 90, 60))
FAR = window(15, "", popup=True, region=Rect(400, 300, 90, 60))
FILE, RECENT = Rect(100, 110, 40, 20), Rect(100, 150, 90, 20)
NOWHERE = Point(5, 5)


@dataclass
class _Glance:
    at: float
    stacking: tuple[Window, ...]
    active: Window | None = None
    shot: None = field(default=None)


class Mouse:
    """Moves over a menu. Seconds are told."""

    def __init__(self) -> None:
        self.openings = Openings()
        self.act = Act()

    def press(self, number: int, at: float, point: Point | None = None) -> None:
        self.act = Act(number, at, point)

    def see(self, at: float, *windows: Window, pointer: Point = NOWHERE) -> None:
        self.openings.see(_Glance(at, windows), pointer, self.act)  # type: ignore[arg-type]

    def rest(self, name: str, region: Rect, on: Window, at: float = 1.0) -> None:
        thing = element(name, "menu", name, region)
        read = Reading(at, at + 0.1, self.act.number, on, region.center, 300, Surroundings((thing,)))
        self.openings.rest(Known(read, region.center, thing))

    def hovers(self, on: Window, before: int | None = None) -> list[str]:
        job = Job(99, 9.0, "point", on.region.center, before=self.act.number if before is None else before)
        return [each.element.name for each in self.openings.before(on, job)]


@pytest.fixture
def mouse() -> Mouse:
    """It has just opened a menu by a press."""
    made = Mouse()
    made.see(0.5, MAIN)
    made.press(1, 1.0, FILE.center)
    made.see(1.2, MENU, MAIN, pointer=FILE.center)
    return made


def test_a_menu_that_a_press_opened_needs_no_resting(mouse: Mouse) -> None:
    assert mouse.hovers(MENU) == []


def test_a_menu_that_opened_under_a_resting_mouse_needs_it(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.6, SUBMENU, MENU, MAIN, pointer=RECENT.center)
    assert mouse.hovers(SUBMENU) == ["Recent"]
    assert mouse.hovers(MENU) == []


def test_what_the_mouse_passed_on_its_way_into_the_menu_did_not_open_it(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.rest("Recent", RECENT, MENU)
    mouse.rest("Other", Rect(100, 170, 90, 20), MENU)
    mouse.see(1.6, SUBMENU, MENU, MAIN)
    assert mouse.hovers(SUBMENU) == ["Recent"]


def test_one_after_the_other(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.6, SUBMENU, MENU, MAIN)
    mouse.rest("Older", Rect(190, 170, 90, 20), SUBMENU)
    deeper = window(16, "", popup=True, region=Rect(280, 170, 90, 60))
    mouse.see(2.0, deeper, SUBMENU, MENU, MAIN)
    assert mouse.hovers(deeper) == ["Recent", "Older"]


def test_what_was_pressed_in_between_makes_it_wander(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.6, SUBMENU, MENU, MAIN)
    assert mouse.hovers(SUBMENU, before=2) == []


def test_where_the_mouse_was_before_the_last_press_opened_nothing(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.press(2, 1.5)
    mouse.see(1.8, SUBMENU, MENU, MAIN, pointer=RECENT.center)
    assert mouse.hovers(SUBMENU) == []


def test_a_mouse_that_stayed_where_it_pressed_did_not_open_it_by_resting(mouse: Mouse) -> None:
    mouse.press(2, 1.5, RECENT.center)
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.9, SUBMENU, MENU, MAIN, pointer=RECENT.center)
    assert mouse.hovers(SUBMENU) == []


@pytest.mark.parametrize("appeared", [OTHER, FAR])
def test_what_opens_elsewhere_or_of_another_program_has_nothing_to_do_with_it(mouse: Mouse, appeared: Window) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.6, appeared, MENU, MAIN)
    assert mouse.hovers(appeared) == []


@pytest.mark.parametrize(("after", "said"), [(SLOW_SECONDS - 0.5, []), (SLOW_SECONDS + 0.5, ["Recent"])])
def test_a_window_soon_after_a_press_came_for_that(mouse: Mouse, after: float, said: list[str]) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.0 + after, DIALOG, MENU, MAIN)
    assert mouse.hovers(DIALOG) == said


def test_a_menu_that_opens_again_for_a_press_is_known_anew(mouse: Mouse) -> None:
    mouse.rest("Recent", RECENT, MENU)
    mouse.see(1.6, SUBMENU, MENU, MAIN)
    mouse.see(2.0, MENU, MAIN)
    mouse.press(2, 2.1, RECENT.center)
    mouse.see(2.4, SUBMENU, MENU, MAIN)
    assert mouse.hovers(SUBMENU) == []
