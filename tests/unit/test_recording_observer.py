"""What is told of the moment before an event."""

import threading
import time

import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.events import WindowChange
from desktop_agent.macros.recording.eyes import Eyes
from desktop_agent.macros.recording.glances import Glances
from desktop_agent.macros.recording.masking import Look
from desktop_agent.macros.recording.observation import Described, Observation, Sight, place_of
from desktop_agent.macros.recording.observer import BEHIND, LATE, MOST_WAITING, Job, Observer
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

    def observe(self, point: Point, **fields) -> Observation:
        before = len(self.told)
        self.observer.observe(Job(before, time.monotonic(), "point", point, **fields))
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
    wait_until(lambda: seen.observer._advance)
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
