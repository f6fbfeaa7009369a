"""What is told of the moment before an event."""

import threading
import time

import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.events import WindowChange
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.glances import Glances
from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.known import Act
from desktop_agent.macros.recording.masking import Look
from desktop_agent.macros.recording.observation import Described, Observation, Sight, place_of
from desktop_agent.macros.recording.observer import BEHIND, LATE, MOST_WAITING, Observer
from desktop_agent.step.privacy import Privacy
from tests.unit.toy_desktop import OWN_PID, ToyDesktop, element, window
from tests.waiting import wait_until

OK = Rect(120, 120, 80, 30)
HERE, ELSEWHERE = Point(130, 130), Point(390, 390)


class Describes:
    def __init__(self, toy: ToyDesktop) -> None:
        self._toy = toy
        self.sights: list[Sight] = []
        self.waits = threading.Event()
        self.waits.set()

    def window(self, it):
        return WindowRef(application=it.application, title=it.title)

    def target(self, sight: Sight) -> Described:
        self.waits.wait()
        self.sights.append(sight)
        place = place_of(sight.surface, sight.point, self._toy.layout())
        named = sight.element and ElementRef(role=sight.element.role, name=sight.element.name)
        return Described(Target(window=self.window(sight.window), element=named, place=place))


class Watched:
    """An observer of a toy desktop."""

    def __init__(self, toy: ToyDesktop, never=()) -> None:
        self.toy, self.told, self.changes = toy, [], []
        self.pointer = Point(0, 0)
        self.describer = Describes(toy)
        elements = toy.desk.elements
        eyes = Eyes(toy, toy, elements, elements)
        self.glances = Glances(toy, toy, self.describer.window, self.changes.append)
        self.observer = Observer(
            eyes,
            self.glances,
            self.describer.window,
            self.describer,
            Privacy(never),
            toy.own_pids,
            lambda: self.pointer,
            lambda seen, _: self.told.append(seen),
        )
        self.glances.start()
        self.observer.start()

    def close(self) -> None:
        self.observer.close()
        self.glances.close()

    def observe(self, point: Point, at: float = 0.0, **fields) -> Observation:
        before = len(self.told)
        self.observer.observe(Job(before, at or time.monotonic(), "point", point, **fields))
        wait_until(lambda: len(self.told) > before)
        return self.told[-1]


@pytest.fixture
def watched():
    opened = []

    def watch(*elements, never=(), **more) -> Watched:
        toy = ToyDesktop(window(10, **more))
        toy.add(10, *elements)
        opened.append(Watched(toy, never))
        return opened[-1]

    yield watch
    for each in opened:
        each.close()


def test_what_the_mouse_rested_on_is_known_though_the_press_made_it_go(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    seen.pointer = HERE
    wait_until(lambda: seen.observer._ahead._readings)
    seen.toy.elements_of[10].clear()
    found = seen.observe(HERE)
    assert (found.target.element.name, found.note, found.window_id) == ("OK", "", 10)


def test_what_was_looked_up_after_the_press_is_said_to_be_uncertain(watched) -> None:
    found = watched(element("ok", name="OK", region=OK)).observe(HERE)
    assert (found.target.element.name, found.note) == ("OK", LATE)


def test_the_picture_is_from_before_the_press(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    before = bytes(seen.toy.grab(OK).image.bgra)
    at = time.monotonic()
    seen.toy.set("ok", name="pressed")
    seen.observer.observe(Job(0, at, "point", HERE))
    wait_until(lambda: seen.told)
    shot = seen.describer.sights[0].shot
    assert bytes(shot.image.crop(shot.view.image_rect(OK)).bgra) == before


def test_password_fields_and_their_windows_are_not_pictured(watched) -> None:
    seen = watched(element("pw", "password text", region=OK), element("ok", name="OK", region=Rect(300, 300, 95, 95)))
    assert seen.observe(HERE).role == "password text"
    seen.observe(ELSEWHERE)
    assert [each.shot for each in seen.describer.sights] == [None, None]


def test_a_window_in_which_a_secret_is_typed_is_not_pictured(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    look = Look(0.0, 0.0, "secret", window=seen.toy.get(10), element=element("t", "terminal", region=OK))
    seen.observer.observe(Job(0, time.monotonic(), "typing", look=look))
    wait_until(lambda: seen.told)
    assert seen.describer.sights[0].shot is None


def test_an_application_that_is_never_captured_tells_its_place_and_name_only(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK), never=("mousepad",))
    found = seen.observe(HERE)
    assert seen.describer.sights == []
    assert (found.target.element, found.target.picture, found.target.place.point.x) == (None, None, 30)


def test_other_windows_that_are_never_captured_are_grey_in_pictures(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK), never=("keepass",))
    seen.toy.stack.append(window(11, application="KeePassXC", pid=200, region=Rect(600, 0, 100, 100)))
    wait_until(lambda: len(seen.glances.latest.stacking) == 2)
    seen.observe(HERE)
    assert seen.describer.sights[0].shot.masked == (Rect(600, 0, 100, 100),)


def test_windows_of_ours_are_marked(watched) -> None:
    assert watched(pid=OWN_PID).observe(HERE).own


def test_what_comes_faster_than_it_can_be_looked_at_keeps_its_place_and_says_so(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    seen.describer.waits.clear()
    for number in range(MOST_WAITING + 5):
        seen.observer.observe(Job(number, time.monotonic(), "point", HERE))
    hasty = [each for each in seen.told if each.note == BEHIND]
    assert len(hasty) >= 3
    assert seen.observer.behind == len(hasty)
    assert hasty[0].target.place.point.x == 30
    seen.describer.waits.set()


def test_windows_that_come_and_go_are_told(watched) -> None:
    seen = watched()
    seen.toy.stack.insert(0, window(11, "Save As"))
    seen.toy.stack.insert(0, window(12, "menu", popup=True))
    wait_until(lambda: seen.changes)
    seen.toy.close_window(11)
    wait_until(lambda: len(seen.changes) > 1)
    told: list[WindowChange] = seen.changes
    assert [(each.appeared, each.window, each.title) for each in told] == [
        (True, 11, "Save As"),
        (False, 11, "Save As"),
    ]


LIST = Rect(300, 300, 90, 60)
SUBMENU = Rect(390, 300, 90, 60)
RECENT, DRAFT = Rect(300, 320, 90, 20), Rect(390, 320, 90, 20)


def opened(seen: Watched, number: int, region: Rect, *elements) -> None:
    seen.toy.add(number, *elements)
    seen.toy.stack.insert(0, window(number, "", popup=True, region=region))
    wait_until(lambda: number in seen.observer._ahead._lists)


def closed(seen: Watched, number: int) -> None:
    seen.toy.close_window(number)
    seen.toy.elements_of[number].clear()


def test_what_an_open_list_holds_is_known_though_it_closed_at_the_press_and_nobody_rested_there(
    watched,
) -> None:
    seen = watched(element("box", "combo box", "Colour", OK))
    opened(seen, 11, LIST, element("green", "menu item", "Green", RECENT))
    at = time.monotonic()
    closed(seen, 11)
    found = seen.observe(RECENT.center, at=at)
    assert (found.target.element.name, found.note, found.window_id, found.popup) == ("Green", "", 11, True)


def test_a_list_in_which_something_was_pressed_since_tells_nothing(watched) -> None:
    seen = watched(element("box", "combo box", "Colour", OK))
    opened(seen, 11, LIST, element("green", "menu item", "Green", RECENT))
    seen.toy.set("green", name="Blue")  # the wheel was turned
    found = seen.observe(RECENT.center, before=7)
    assert (found.target.element.name, found.note) == ("Blue", LATE)


def test_what_the_mouse_rests_on_is_asked_again_once_something_was_pressed(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    seen.pointer = HERE
    wait_until(lambda: seen.observer._ahead._readings)
    seen.toy.set("ok", name="Next")
    seen.observer.acted(Act(7, time.monotonic(), HERE))
    assert seen.observe(HERE, before=7).note == LATE
    wait_until(lambda: seen.observer._ahead._readings[-1].acted == 7)
    found = seen.observe(HERE, before=7)
    assert (found.target.element.name, found.note) == ("Next", "")


def test_what_opened_under_a_resting_mouse_needs_the_mouse_to_rest_there(watched) -> None:
    seen = watched()
    opened(seen, 11, LIST, element("recent", "menu", "Recent", RECENT))
    seen.pointer = RECENT.center
    wait_until(lambda: any(each.known.element.name == "Recent" for each in seen.observer._ahead._openings._rests))
    opened(seen, 12, SUBMENU, element("draft", "menu item", "Draft", DRAFT))
    found = seen.observe(DRAFT.center)
    assert [each.element.name for each in found.hovers] == ["Recent"]
    assert seen.observe(DRAFT.center, before=3).hovers == ()


def test_keys_go_to_the_window_that_the_manager_told(watched) -> None:
    seen = watched()
    seen.toy.stack.insert(0, window(11, "Save As"))
    wait_until(lambda: len(seen.glances.latest.stacking) == 2)
    at = time.monotonic()
    seen.toy.close_window(11)  # Escape closed it
    seen.observer.observe(Job(0, at, "keys", window=11))
    wait_until(lambda: seen.told)
    assert (seen.told[0].window.title, seen.told[0].window_id) == ("Save As", 11)


def test_what_has_the_keyboard_too_late_after_a_key_is_not_where_the_key_went(watched) -> None:
    seen = watched()
    seen.toy.stack.insert(0, window(11, "Save As"))
    seen.toy.focus = 11
    wait_until(lambda: seen.glances.latest.active.id == 11)
    at = time.monotonic()
    slow = seen.toy.active

    def active():
        time.sleep(0.03)
        return slow()

    seen.toy.active = active
    seen.toy.focus = 10  # Escape closed it while the question was on its way
    seen.observer.observe(Job(0, at, "keys"))
    wait_until(lambda: seen.told)
    assert seen.told[0].window_id == 11


def test_what_is_near_what_the_mouse_rested_on_is_known_too(watched) -> None:
    near = Rect(240, 120, 80, 30)
    seen = watched(element("body", "panel", "", Rect(100, 100, 400, 300)), element("ok", name="OK", region=near))
    seen.pointer = HERE
    wait_until(lambda: seen.observer._ahead._readings)
    at = time.monotonic()
    seen.toy.elements_of[10].clear()
    found = seen.observe(near.center, at=at)
    assert (found.target.element.name, found.note) == ("OK", "")


def test_what_was_being_asked_for_at_the_press_may_be_what_came_of_it(watched) -> None:
    seen = watched(element("ok", name="OK", region=OK))
    elements = seen.observer._eyes.elements
    around, asked, answer = elements.around, threading.Event(), threading.Event()

    def slow(*where):
        asked.set()
        answer.wait()
        return around(*where)

    elements.around = slow
    seen.pointer = HERE
    asked.wait()
    seen.observer.observe(Job(0, time.monotonic(), "point", HERE))
    seen.toy.set("ok", name="Next")
    answer.set()
    wait_until(lambda: seen.told)
    assert (seen.told[0].target.element.name, seen.told[0].note) == ("Next", LATE)
