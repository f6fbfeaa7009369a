"""A step that is not found any more is mended while it plays, where a person lets it, and only then."""

import dataclasses

import pytest

from desktop_agent.core.actions import Answer, Click, Decision
from desktop_agent.core.errors import Stopped
from desktop_agent.core.events import Looked
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.format import ElementRef, Target
from desktop_agent.macros.found import Found, Mended
from desktop_agent.macros.playing import clock as clock_module
from desktop_agent.safety.policy import Policy
from desktop_agent.step import aftermath
from tests.macro_doubles import element, stored
from tests.unit.macro_bench import Bench
from tests.unit.toy_desktop import calculator, window
from tests.unit.toy_desktop import element as toy_element

EIGHT = Click(Point(230, 220))
SEVEN = Click(Point(150, 220))


def gone(name="Sieben", **more):
    return {"do": "click", "target": element("push button", name), "limit": 0, **more}


class Mender:
    """Says that what is missing is called `name` now, or raises `error`; keeps what it is told."""

    def __init__(self, bench, name="8", error=None):
        self.bench, self.name, self.error = bench, name, error
        self.asked, self.kept = [], []
        self.problem = ""

    def mend(self, target, picture, why):
        self.asked.append((target, why))
        if self.error is not None:
            raise self.error
        fresh = Target(words=f'the button "{self.name}"', element=ElementRef(role="push button", name=self.name))
        each = next(it for it in self.bench.toy.elements_of[10].values() if it.name in (self.name, "8"))
        found = Found("model", self.bench.toy.stack[0], each.region, each.region.center, each)
        return Mended(found, fresh, {})

    def keep(self, called, before, after, pictures):
        self.kept.append((called, before, after))
        return self.problem


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 0.0)
    monkeypatch.setattr(clock_module, "UNCLEAR_SECONDS", 0.0)


@pytest.fixture
def bench(tmp_path):
    return Bench(calculator(), tmp_path)


def play(bench, mender, *macros, values=None, **more):
    main, *others = macros
    stage = bench.using(make_mender=lambda watch: mender)
    return bench.play(main, values, others, stage=stage, **more)


def names(macro):
    return [each.target.element.name for each in macro.steps]


def test_what_was_confirmed_is_done_and_kept(bench):
    mender = Mender(bench)
    main = stored("M", {"do": "click", "target": element("push button", "7")}, gone(comment="mine"))
    played = play(bench, mender, main)
    assert (played.status, played.mended) == ("done", True)
    assert bench.toy.performed == [SEVEN, EIGHT]
    assert 'Step 2 was mended: it is the button "8" now.' in played.summary
    (called, before, after) = mender.kept[0]
    assert (called, before, names(after)) == ("", main.macro, ["7", "8"])
    assert after.steps[1].comment == "mine"
    assert "There is no push button “Sieben”." in mender.asked[0][1].user_message
    assert any("was mended" in each.summary for each in bench.events.of(Looked))


def test_what_was_not_confirmed_halts_and_nothing_is_kept(bench):
    mender = Mender(bench, error=NotFound("No model was to look for it."))
    played = play(bench, mender, stored("M", gone(), gone()))
    assert (played.status, played.failed_step, played.mended) == ("failed", "s1", False)
    assert (bench.toy.performed, mender.kept, len(mender.asked)) == ([], [], 1)
    stopped = Mender(bench, error=Stopped("Stopped: you pressed Stop when asked"))
    assert play(bench, stopped, stored("M", gone())).status == "stopped"
    assert bench.toy.performed == []


def test_without_anybody_who_mends_it_halts_as_ever(bench):
    played = bench.play(stored("M", gone()))
    assert (played.status, played.summary) == (
        "failed",
        "Step 1 (Click the push button “Sieben”): There is no push button “Sieben”.",
    )


def test_the_action_goes_through_the_step_and_a_no_there_keeps_nothing(bench):
    bench.approver.decision = Decision(Answer.DENIED)
    mender = Mender(bench)
    played = play(bench, mender, stored("M", gone()))
    assert (played.status, bench.toy.performed, mender.kept) == ("refused", [], [])
    assert len(bench.approver.requests) == 1


def test_the_approval_of_the_whole_no_longer_counts_once_it_is_mended(bench):
    click = {"do": "click", "target": element("push button", "7")}
    played = play(bench, Mender(bench), stored("M", click, gone(), click), approved=True)
    assert (played.status, len(bench.toy.performed)) == ("done", 3)
    assert [each.action.words for each in bench.approver.requests] == [
        'Click "8" (button) in "Calculator"',
        'Click "7" (button) in "Calculator"',
    ]
    assert "It asks at each step again, until you approve it anew." in played.summary


def test_in_a_repetition_it_is_asked_once(bench):
    mender = Mender(bench)
    steps = {"do": "repeat", "most": 3, "steps": [{"id": "a", **gone()}]}
    assert play(bench, mender, stored("M", steps)).status == "done"
    assert (len(mender.asked), len(mender.kept), bench.toy.performed) == (1, 1, [EIGHT] * 3)
    assert names(mender.kept[0][2].steps[0]) == ["8"]


def test_a_macro_that_another_plays_is_mended_under_its_own_name_and_once(bench):
    mender = Mender(bench)
    call = {"do": "macro", "macro": "Inner"}
    inner = stored("Inner", gone(), gone("Other"))
    played = play(bench, mender, stored("M", call, call), inner)
    assert (played.status, len(bench.toy.performed)) == ("done", 4)
    assert "Step 2 of “Inner” was mended" in played.summary
    assert [(called, names(before), names(after)) for called, before, after in mender.kept] == [
        ("inner", ["Sieben", "Other"], ["8", "Other"]),
        ("inner", ["8", "Other"], ["8", "8"]),
    ]


def test_what_is_read_is_mended_too(bench):
    bench.toy.set("eight", text="42")
    step = {"do": "capture", "name": "x", "source": "field", "target": element("push button", "Sum"), "limit": 0}
    mender = Mender(bench)
    played = play(bench, mender, stored("M", step))
    assert (played.status, dict(played.values)) == ("done", {"x": "42"}), played
    assert len(mender.kept) == 1


def test_the_end_of_a_drag_is_mended_and_not_its_start(bench):
    drag = {
        "do": "drag",
        "target": element("push button", "7"),
        "end": element("push button", "Acht"),
        "limit": 0,
    }
    mender = Mender(bench)
    assert play(bench, mender, stored("M", drag)).status == "done"
    (drag_step,) = mender.kept[0][2].steps
    assert (drag_step.target.element.name, drag_step.end.element.name) == ("7", "8")


def test_what_depends_on_a_value_is_not_fixed_to_this_one(bench):
    mender = Mender(bench)
    main = stored("M", gone("{{key}}"), parameters=({"name": "key"},))
    played = play(bench, mender, main, values={"key": "Sieben"})
    assert (played.status, mender.asked, bench.toy.performed) == ("failed", [], [])


def test_what_is_covered_or_ambiguous_is_not_mended(bench):
    mender = Mender(bench)
    bench.toy.add(10, toy_element("other", name="7", region=Rect(300, 200, 60, 40)))
    assert play(bench, mender, stored("M", gone("7"))).status == "failed"
    bench.toy.stack.insert(0, window(20, "Over", "Over", 200, Rect(100, 180, 300, 100)))
    assert play(bench, mender, stored("M", gone("8"))).status == "failed"
    assert (mender.asked, bench.toy.performed) == ([], [])


def test_a_place_that_would_not_be_found_again_or_is_another_is_not_used(bench):
    played = play(bench, Mender(bench, name="Nine"), stored("M", gone()))
    assert (played.status, bench.toy.performed) == ("failed", [])
    assert "could not be found again by its new description. There is no push button “Nine”." in played.summary
    mender = Mender(bench)
    bench.policy = Policy()
    found = mender.mend(None, None, None)
    elsewhere = dataclasses.replace(found.found, point=Point(150, 220), region=Rect(120, 200, 60, 40))
    mender.mend = lambda *_: dataclasses.replace(found, found=elsewhere)
    played = play(bench, mender, stored("M", gone()))
    assert (played.status, bench.toy.performed) == ("failed", [])
    assert "It would be taken for another place." in played.summary


def test_words_of_a_person_stay_and_those_that_quote_the_old_name_go(bench):
    written = gone(target={**element("push button", "Sieben"), "words": "the lucky key"})
    recorded = gone(target={**element("push button", "Sieben"), "words": 'the button "Sieben"'})
    mender = Mender(bench)
    play(bench, mender, stored("M", written, recorded))
    assert [each.target.words for each in mender.kept[1][2].steps] == ["the lucky key", 'the button "8"']


def test_that_it_could_not_be_kept_is_said(bench):
    mender = Mender(bench)
    mender.problem = "It was changed meanwhile, so that is not kept."
    assert mender.problem in play(bench, mender, stored("M", gone())).summary


def test_a_dry_run_mends_nothing(bench):
    mender = Mender(bench)
    assert play(bench, mender, stored("M", gone()), dry=True).status == "failed"
    assert mender.asked == []
