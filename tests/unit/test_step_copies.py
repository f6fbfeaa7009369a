"""Copies of a secret are found wherever they show, and windows are searched again only when they may tell more."""

import pytest

from desktop_agent.core.desktop import ElementTree
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.step.copies import KEPT_SECONDS, LAG_SECONDS, Copies
from desktop_agent.step.privacy import MARGIN, Place, Privacy
from tests.unit.toy_desktop import OWN_PID, SIZE, ToyDesktop, element, window

VALUE = "canary-7f3a"
ECHO = Rect(120, 120, 300, 40)
SAYS_IT = ECHO.grown(MARGIN)


class Searched:
    """A toy desktop with a form and a letter, searched with a clock of its own. Notes which windows were read."""

    def __init__(self):
        self.toy = ToyDesktop(
            window(10, "Form", region=Rect(100, 100, 400, 300)),
            window(20, "Letter", pid=200, region=Rect(550, 0, 200, 500)),
        )
        self.toy.add(10, element("echo", "label", "", ECHO, text="nothing"))
        self.toy.add(20, element("dear", "label", "", Rect(560, 20, 100, 30), text="Dear reader"))
        self.now, self.read = 100.0, []
        self.capped, self.silent = False, False
        self.privacy = Privacy()
        self.privacy.typing("bank", VALUE, Place(window(99), None))
        self._elements = self.toy.desk.elements
        self.copies = Copies(self, self.privacy, lambda: self.now)

    def tree(self, of):
        self.read.append(of.id)
        if self.silent:
            raise Unavailable("It does not answer.")
        return ElementTree(self._elements.tree(of).elements, self.capped)

    def text(self, of):
        return self._elements.text(of)

    def find(self, region=SIZE, later=0.0, noted=None):
        """The places found `later` seconds after the last search, `noted` being the picture that was taken."""
        self.now += later
        self.read.clear()
        return self.copies.find(noted or self.toy.grab(region), self.toy.stacking(), frozenset({OWN_PID}))

    def settled(self):
        """Searched so long after the last change that it counts."""
        self.find()
        return self.find(later=LAG_SECONDS)


@pytest.fixture
def searched():
    return Searched()


def test_what_stands_still_is_not_searched_again(searched):
    searched.toy.set("echo", text=f"You are {VALUE}")
    assert searched.settled() == (SAYS_IT,)
    assert searched.read == [10, 20]
    for _ in range(3):
        assert searched.find(later=0.5) == (SAYS_IT,)
        assert searched.read == []


def test_only_the_window_that_changed_is_searched(searched):
    assert searched.settled() == ()
    searched.toy.set("echo", text=f"You are {VALUE}")
    assert searched.find(later=0.1) == (SAYS_IT,)
    assert searched.read == [10]
    searched.toy.set("echo", text="nothing")
    assert searched.find(later=0.1) == ()
    assert searched.read == [10]


def test_a_program_may_tell_later_than_it_shows(searched):
    """Its pixels have changed, and its elements follow within a second."""
    searched.settled()
    searched.toy.set("echo", text=f"You are {VALUE}")
    shown = searched.toy.grab(SIZE)
    searched.toy.set("echo", text="nothing")
    assert searched.find(later=0.1, noted=shown) == ()
    assert searched.find(later=LAG_SECONDS / 2, noted=shown) == ()
    searched.toy.set("echo", text=f"You are {VALUE}")
    assert searched.find(later=LAG_SECONDS / 4, noted=shown) == (SAYS_IT,)


def test_nothing_counts_for_good(searched):
    searched.settled()
    shown = searched.toy.grab(SIZE)
    searched.toy.set("echo", text=f"You are {VALUE}")
    assert searched.find(later=KEPT_SECONDS - 0.1, noted=shown) == ()
    assert searched.find(later=0.2, noted=shown) == (SAYS_IT,)


@pytest.mark.parametrize("why", ["capped", "silent"])
def test_what_was_not_read_whole_is_read_again(searched, why):
    setattr(searched, why, True)
    searched.settled()
    searched.find(later=1.0)
    assert searched.read == [10, 20]


def test_another_secret_is_looked_for_at_once(searched):
    assert searched.settled() == ()
    searched.privacy.typing("door", "nothing", Place(window(99), None))
    assert searched.find(later=0.1) == (SAYS_IT,)


def test_a_window_that_moved_is_searched(searched):
    searched.toy.set("echo", text=VALUE)
    searched.settled()
    searched.toy.change_window(10, region=Rect(110, 100, 400, 300), frame=Rect(110, 100, 400, 300))
    searched.toy.set("echo", region=Rect(130, 120, 300, 40))
    assert searched.find(later=0.1) == (Rect(130, 120, 300, 40).grown(MARGIN),)


@pytest.mark.parametrize("change", [{"pid": 101}, {"frame": Rect(90, 100, 400, 300)}], ids=["program", "place"])
def test_another_window_that_looks_the_same_there_is_searched(searched, change):
    part = Rect(200, 125, 50, 10)
    shown = searched.toy.grab(part)
    searched.find(part, noted=shown)
    searched.find(part, LAG_SECONDS, shown)
    searched.toy.change_window(10, **change)
    searched.find(part, 0.1, shown)
    assert searched.read == [10]


def test_windows_of_which_nothing_is_seen_are_not_searched(searched):
    searched.toy.stack.insert(0, window(30, "Over it", pid=300, region=Rect(90, 90, 420, 320)))
    searched.toy.set("echo", text=VALUE)
    assert searched.find() == ()
    assert searched.read == [30, 20]
    searched.find(Rect(100, 100, 50, 50))
    assert searched.read == [30]
    searched.toy.change_window(30, region=Rect(90, 90, 100, 320), frame=Rect(90, 90, 100, 320))
    assert searched.find() == (Rect(190, 116, 234, 48),)


def test_our_own_windows_and_hidden_ones_are_grey_anyway(searched):
    searched.toy.change_window(10, application="KeePassXC")
    searched.toy.change_window(20, pid=OWN_PID)
    searched.toy.set("echo", text=VALUE)
    assert searched.find() == ()
    assert searched.read == []
