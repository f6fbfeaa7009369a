"""A macro that a run with a narrower scope plays stays within it."""

import pytest

from desktop_agent.core.actions import Click
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.playing.within import ScopedFinder, ScopedScreen, ScopedWindows, within
from desktop_agent.step import aftermath
from tests.macro_doubles import ElementFinder, element, stored
from tests.unit.macro_bench import Bench
from tests.unit.toy_desktop import ToyDesktop, calculator, window
from tests.unit.toy_desktop import element as toy_element

BANK = Rect(520, 100, 200, 200)


def pay(**more):
    return {"do": "click", "target": element("push button", "Show"), "limit": 0, **more}


def toy() -> ToyDesktop:
    made = calculator()
    made.stack.append(window(20, "Bank – account 1234", "Bank", 200, BANK))
    made.add(20, toy_element("show", name="Show", region=Rect(540, 120, 60, 30)))
    made.add(20, toy_element("sum", "label", "Sum", Rect(540, 200, 60, 30), text="1,000,000"))
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 0.0)


@pytest.fixture(params=["window", "region"])
def bench(tmp_path, request):
    made = Bench(toy(), tmp_path)
    made.scope = made.toy.scope("window")
    if request.param == "region":
        made.scope = Scope("region", made.scope.region, "the region 100,100,400,300")
    return made


def play(bench, *steps, finder=None):
    whole, seen = bench.desk, within(bench.desk, bench.scope)
    scoped = ElementFinder(seen)
    stage = bench.using(
        desk=seen,
        finder=ScopedFinder(scoped, ElementFinder(whole), whole.windows, bench.scope),
        holds=scoped.holds,
        everything=whole,
    )
    return bench.play(stored("M", *steps), stage=stage)


def test_what_lies_within_is_done(bench):
    played = play(bench, {"do": "click", "target": element("push button", "7")})
    assert (played.status, bench.toy.performed) == ("done", [Click(Point(150, 220))]), played


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (pay(), "The push button “Show” lies"),
        ({**pay(), "do": "hover"}, "The push button “Show” lies"),
        ({**pay(), "do": "type", "text": "x"}, "The push button “Show” lies"),
        ({"do": "activate", "window": {"application": "Bank"}, "limit": 0}, "Bank lies"),
        ({"do": "press", "keys": ["enter"], "window": {"application": "Bank"}, "limit": 0}, "Bank lies"),
        (
            {"do": "capture", "name": "x", "source": "field", "target": element("label", "Sum"), "limit": 0},
            "The label “Sum” lies",
        ),
    ],
)
def test_what_lies_outside_is_refused_with_the_reason(bench, step, name):
    played = play(bench, step)
    assert (played.status, played.failed_step) == ("refused", "s1"), played
    assert f"{name} outside of {bench.scope.label}." in played.summary
    assert "This run may see and touch" in played.hint
    assert (bench.toy.performed, dict(played.values), bench.toy.focus) == ([], {}, 10)


def test_keys_go_to_no_window_outside(bench):
    bench.toy.focus = 20
    played = play(bench, {"do": "press", "keys": ["enter"], "limit": 0})
    assert (played.status, bench.toy.performed) == ("refused", []), played
    assert "The window that has the keyboard lies outside" in played.summary


def test_a_drag_that_ends_outside_is_refused(bench):
    drag = {"do": "drag", "target": element("push button", "7"), "end": element("push button", "Show"), "limit": 0}
    assert (play(bench, drag).status, bench.toy.performed) == ("refused", [])


def test_what_is_nowhere_is_not_there_and_conditions_see_only_what_is_within(bench):
    played = play(bench, {"do": "click", "target": element("push button", "Nowhere"), "limit": 0})
    assert played.status == "failed"
    played = play(bench, {"do": "wait", "until": {"window": {"application": "Bank"}}, "limit": 0})
    assert played.status == "failed"
    assert "1234" not in played.summary + played.hint
    click = {"do": "click", "target": element("push button", "8")}
    step = {"do": "if", "condition": {"text": "1,000,000"}, "then": [{"id": "t", **pay()}], "otherwise": []}
    step["otherwise"] = [{"id": "o", **click}]
    assert (play(bench, step).status, bench.toy.performed) == ("done", [Click(Point(230, 220))])


def test_windows_and_pictures_end_at_the_scope(bench):
    windows = ScopedWindows(bench.toy, bench.scope)
    assert [each.id for each in windows.stacking()] == [10]
    assert (windows.get(20), windows.activate(20), bench.toy.focus) == (None, False, 10)
    assert windows.active().id == 10
    bench.toy.focus = 20
    assert windows.active() is None
    screen = ScopedScreen(bench.toy, bench.toy, bench.scope)
    assert screen.grab(Rect(0, 0, 800, 600)).region == bench.scope.region
    with pytest.raises(UsageError, match="lies outside"):
        screen.grab(BANK)
