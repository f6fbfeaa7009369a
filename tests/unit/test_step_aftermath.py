import pytest

from desktop_agent.core.actions import Action, ActionKind, Click, Outcome
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.settle import Settled
from desktop_agent.step import aftermath
from desktop_agent.step.aftermath import ROUNDS, STANDING, follow_to_rest
from desktop_agent.step.capture import capture
from desktop_agent.step.observe import observe
from desktop_agent.step.way import Way
from tests.unit.toy_desktop import calculator

BLANK = Image(1, 1, bytes(4))


class Aftermath:
    """What follows a click on the calculator that was just done. `rest` is called whenever rest is waited for, with how
    often it was before, and `verified` after each comparison."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.toy = calculator()
        self.scope = self.toy.scope()
        self.waits = 0
        self.settled = True
        self.rest = self.verified = lambda count: None
        self._compared = 0
        self._verify = aftermath.verify
        monkeypatch.setattr(aftermath, "settle", self._settle)
        monkeypatch.setattr(aftermath, "verify", self._comparing)

    def show(self, text: str) -> None:
        self.toy.set("display", text=text)

    def follow(self):
        seen = capture(self.toy.desk, self.scope)
        click = Action(
            ActionKind.LEFT_CLICK,
            "Click 8",
            (Click(Point(220, 220)),),
            seen.id,
            window=self.toy.stack[0],
            element=self.toy.element("eight"),
        )
        before = observe(self.toy.desk, self.scope, click, seen)
        self.way = Way(click, seen)
        return follow_to_rest(self.toy.desk, self.scope, self.way, before)

    def _settle(self, *_, **__):
        self.rest(self.waits)
        self.waits += 1
        return Settled(self.settled, BLANK, 0.0)

    def _comparing(self, *arguments):
        finding = self._verify(*arguments)
        self.verified(self._compared)
        self._compared += 1
        return finding


@pytest.fixture
def after(monkeypatch):
    return Aftermath(monkeypatch)


def test_what_stands_is_waited_for_once(after):
    after.rest = lambda count: after.show("8")
    seen, finding = after.follow()
    assert "8" in finding.evidence
    assert after.waits == 1
    assert after.way.settled
    assert seen.shot.image == capture(after.toy.desk, after.scope).image


def test_an_effect_that_comes_late_is_seen_when_it_is_over(after, monkeypatch):
    monkeypatch.setattr(aftermath, "POLL", 0.0)
    after.verified = lambda count: after.show("half") if count == 1 else None
    after.rest = lambda count: after.show("whole") if count == 1 else None
    seen, finding = after.follow()
    assert finding.outcome is Outcome.CONFIRMED
    assert "whole" in finding.evidence
    assert seen.shot.image == capture(after.toy.desk, after.scope).image


def test_a_screen_that_went_on_while_it_was_compared_is_looked_at_again(after):
    after.rest = lambda count: after.show("half") if count == 0 else None
    after.verified = lambda count: after.show("whole") if count == 0 else None
    seen, finding = after.follow()
    assert "whole" in finding.evidence
    assert after.waits == 2
    assert seen.shot.image == capture(after.toy.desk, after.scope).image


def test_the_picture_stands_for_a_while_before_it_is_handed_on(after, monkeypatch):
    grab, began = after.toy.grab, []

    def watched(region):
        shot = grab(region)
        if after.waits and not began:
            began.append(shot.taken_at)
        if began and after.waits == 1 and shot.taken_at >= began[0] + STANDING / 2:
            after.show("whole")
        return shot

    monkeypatch.setattr(after.toy, "grab", watched)
    after.rest = lambda count: after.show("half") if count == 0 else None
    seen, finding = after.follow()
    assert "whole" in finding.evidence
    assert after.waits == 2
    assert seen.shot.image == grab(seen.shot.region).image


def test_a_window_that_closed_while_it_was_compared_is_found_closed(after):
    after.rest = lambda count: after.show("8") if count == 0 else None
    after.verified = lambda count: after.toy.close_window(10) if count == 0 else None
    seen, finding = after.follow()
    assert seen.shot is None
    assert "closed" in finding.evidence


def test_a_screen_that_never_comes_to_rest_is_looked_at_once(after):
    after.settled = False
    after.toy.noise = Rect(300, 340, 60, 30)
    after.rest = lambda count: after.show("8")
    after.follow()
    assert after.waits == 1


def test_it_ends_where_the_screen_always_goes_on(after):
    after.rest = lambda count: after.show("8")
    after.verified = lambda count: after.show(f"8 {count}")
    _, finding = after.follow()
    assert finding.outcome is Outcome.CONFIRMED
    assert after.waits == ROUNDS
    assert not after.way.settled
