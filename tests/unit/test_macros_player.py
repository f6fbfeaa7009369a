"""Playing on the desktop in memory: each kind of step, flow, what ends a run."""

import time

import pytest

from desktop_agent.core.actions import (
    Answer,
    Click,
    Decision,
    Drag,
    InputReport,
    Move,
    Outcome,
    Press,
    Scroll,
    TypeText,
)
from desktop_agent.core.desktop import Application
from desktop_agent.core.errors import HandsBusy, UsageError
from desktop_agent.core.events import Asking, Looked, Proposed, Stepped
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.playing import clock as clock_module
from desktop_agent.macros.playing.approval import Unattended
from desktop_agent.safety.policy import Policy
from desktop_agent.step import aftermath
from tests.macro_doubles import element, stored
from tests.unit.macro_bench import Bench
from tests.unit.toy_desktop import calculator, window
from tests.unit.toy_desktop import element as toy_element

SEVEN, EIGHT, NOTE, DISPLAY = (
    element("push button", "7"),
    element("push button", "8"),
    element("text", "Note"),
    element("label", "display"),
)
CLICK = {"do": "click", "target": SEVEN}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 0.0)
    monkeypatch.setattr(clock_module, "UNCLEAR_SECONDS", 0.0)


@pytest.fixture
def bench(tmp_path):
    return Bench(calculator(), tmp_path)


def done(bench):
    return bench.toy.performed


def test_steps_are_done_in_order_and_recorded_under_their_ids(bench):
    played = bench.play(
        stored("Sum", CLICK, {"do": "click", "target": SEVEN, "count": 2}, {"do": "hover", "target": NOTE})
    )
    assert (played.status, played.steps, played.failed_step) == ("done", 3, "")
    assert done(bench) == [Click(Point(150, 220)), Click(Point(150, 220), count=2), Move(Point(220, 320))]
    assert [each.result.action.part for each in bench.events.of(Stepped)] == ["s1", "s2", "s3"]
    assert 'Click "7" (button) in "Calculator"' in bench.events.of(Stepped)[0].result.action.words
    assert bench.audit.verify().ok


def test_the_pointer_drags_scrolls_and_clicks_with_keys_held(bench):
    steps = (
        {"do": "drag", "target": SEVEN, "end": EIGHT, "button": "middle"},
        {"do": "drag", "target": EIGHT, "end": SEVEN, "keys": ["ctrl"]},
        {"do": "scroll", "target": NOTE, "direction": "down", "clicks": 3},
        {"do": "scroll", "target": NOTE, "direction": "up", "clicks": 1, "keys": ["Ctrl"]},
        {"do": "click", "target": EIGHT, "button": "right", "keys": ["Shift", "ctrl"]},
    )
    assert bench.play(stored("M", *steps)).status == "done"
    assert done(bench) == [
        Drag(Point(150, 220), Point(230, 220), "middle"),
        Drag(Point(230, 220), Point(150, 220), keys=("ctrl",)),
        Scroll(Point(220, 320), "down", 3),
        Scroll(Point(220, 320), "up", 1, ("ctrl",)),
        Click(Point(230, 220), "right", 1, ("ctrl", "shift")),
    ]


@pytest.mark.parametrize(
    "step",
    [
        CLICK,
        {"do": "scroll", "target": NOTE, "direction": "up", "clicks": 1},
        {"do": "drag", "target": SEVEN, "end": EIGHT},
    ],
)
def test_only_modifiers_can_be_held_while_the_mouse_is_used(bench, step):
    played = bench.play(stored("M", {**step, "keys": ["a"]}))
    assert (played.status, done(bench)) == ("failed", [])
    assert "“a” can't be held while the mouse is used" in played.summary


def test_text_replaces_what_stands_there_and_keys_are_pressed_often(bench):
    type_step = {"do": "type", "target": NOTE, "text": "Dear {{who}}", "replace": True}
    press = {"do": "press", "keys": ["Tab"], "times": 3, "window": {"application": "galculator"}}
    macro = stored("M", type_step, press, parameters=({"name": "who"},))
    played = bench.play(macro, {"who": "Ann {{x}}"})
    assert played.status == "done"
    assert done(bench) == [
        Click(Point(220, 320)),
        Press(("ctrl", "a")),
        TypeText("Dear Ann {{x}}"),
        *[Press(("tab",))] * 3,
    ]


def test_a_field_is_emptied(bench):
    bench.play(stored("M", {"do": "type", "target": NOTE, "text": "", "replace": True}))
    assert done(bench) == [Click(Point(220, 320)), Press(("ctrl", "a")), Press(("delete",))]


def test_typing_nothing_is_an_error(bench):
    played = bench.play(stored("M", {"do": "type", "target": NOTE, "text": ""}))
    assert (played.status, done(bench)) == ("failed", [])


def test_a_target_that_comes_late_is_waited_for_and_one_that_does_not_ends_the_run(bench):
    bench.toy.on_click["seven"] = lambda: bench.toy.add(
        10, toy_element("late", name="Late", region=Rect(300, 200, 60, 40))
    )
    late = {"do": "click", "target": element("push button", "Late")}
    assert bench.play(stored("M", CLICK, late)).status == "done"
    gone = {"do": "click", "target": element("push button", "Gone"), "limit": 0.1}
    played = bench.play(stored("M", {"do": "hover", "target": NOTE}, gone, CLICK))
    assert (played.status, played.failed_step, played.steps) == ("failed", "s2", 2)
    assert played.summary == "Step 2 (Click the push button “Gone”): There is no push button “Gone”."
    missing = bench.events.of(Stepped)[-1].result
    assert (missing.action.part, missing.outcome, missing.message) == ("s2", Outcome.FAILED, played.summary)
    assert missing.before is not None


def test_two_targets_halt_and_are_not_clicked(bench):
    bench.toy.add(10, toy_element("other", name="7", region=Rect(300, 200, 60, 40)))
    played = bench.play(stored("M", CLICK))
    assert (played.status, played.failed_step, done(bench)) == ("failed", "s1", [])
    assert "There are 2" in played.summary


def test_a_covered_window_is_brought_to_the_front_and_a_dialog_over_it_halts(bench):
    bench.toy.stack.insert(0, window(20, "Other", "Other", 200, Rect(0, 0, 600, 500)))
    named = {"do": "click", "target": element("push button", "7", "Galculator")}
    assert bench.play(stored("M", named)).status == "done"
    bench.toy.stack.insert(0, window(30, "Save?", "Galculator", 100, Rect(100, 180, 300, 100), parent=10))
    bench.toy.activate = lambda number: False
    played = bench.play(stored("M", {**named, "limit": 0.1}))
    assert played.status == "failed"
    assert "lies over it" in played.summary or "Save?" in played.summary
    assert len(done(bench)) == 1


def test_what_was_expected_must_come(bench):
    shown = {"do": "click", "target": SEVEN, "expect": {"text": "077"}, "limit": 0.1}
    assert bench.play(stored("M", CLICK, shown)).status == "done"
    played = bench.play(stored("M", {"do": "click", "target": EIGHT, "expect": {"text": "8"}, "limit": 0.1}, CLICK))
    assert played.status == "done"  # The button itself is called 8.
    missing = {"do": "click", "target": EIGHT, "expect": {"window": {"title": "Result"}}, "limit": 0.1}
    played = bench.play(stored("M", missing, CLICK))
    assert (played.status, played.failed_step) == ("failed", "s1")
    assert "the window “Result” is there" in played.summary
    assert "“Calculator” is in front" in played.summary


def test_no_effect_is_no_failure_and_a_click_astray_is_the_end(bench):
    click = {"do": "click", "target": EIGHT}
    assert bench.play(stored("M", click, click)).status == "done"
    bench.toy.report = InputReport(astray="another window came")
    played = bench.play(stored("M", click, click))
    assert (played.status, played.failed_step, len(done(bench))) == ("failed", "s1", 3)
    assert "astray" in played.summary


def test_values_are_read_and_used_later(bench):
    bench.toy.set("display", text="42")
    bench.clipboard = "from afar"
    macro = stored(
        "M",
        {"do": "capture", "name": "sum", "source": "field", "target": DISPLAY},
        {"do": "capture", "name": "clip", "source": "clipboard"},
        {"do": "type", "target": NOTE, "text": "{{sum}}/{{clip}}"},
    )
    played = bench.play(macro)
    assert (played.status, dict(played.values)) == ("done", {"sum": "42", "clip": "from afar"})
    assert done(bench)[-1] == TypeText("42/from afar")


def test_what_was_captured_is_not_the_persons_words_and_what_an_approved_macro_types_is(bench):
    macro = stored(
        "M",
        {"do": "capture", "name": "clip", "source": "clipboard"},
        {"do": "type", "target": NOTE, "text": "{{clip}}"},
        {"do": "type", "target": NOTE, "text": "plain {{who}}"},
        parameters=({"name": "who"},),
    )
    bench.clipboard = "hostile"
    bench.play(macro, {"who": "Ann"}, approved=True)
    bench.play(macro, {"who": "Ann"})
    assert [said() for said in bench.said] == ["Ann\nplain Ann", "Ann"]


@pytest.mark.parametrize(("text", "clicked"), [("0", "seven"), ("9", "eight")])
def test_one_branch_is_played(bench, text, clicked):
    bench.toy.set("display", text=text)
    step = {
        "do": "if",
        "condition": {"target": DISPLAY, "comment": "always there"} if clicked == "seven" else {"text": "no such"},
        "then": [{"id": "a", **CLICK}],
        "otherwise": [{"id": "b", "do": "click", "target": EIGHT}],
    }
    assert bench.play(stored("M", step)).status == "done"
    assert [each.result.action.element.ref for each in bench.events.of(Stepped)] == [clicked]


def test_steps_are_repeated_until_it_is_so_and_not_more_often_than_allowed(bench):
    step = {"do": "repeat", "steps": [{"id": "a", **CLICK}], "until": {"text": "0777"}, "most": 10}
    assert bench.play(stored("M", step)).status == "done"
    assert len(done(bench)) == 3
    never = {**step, "until": {"text": "no such"}, "most": 2}
    played = bench.play(stored("M", never))
    assert (played.status, played.failed_step, len(done(bench))) == ("failed", "s1", 5)
    assert "It was repeated 2 times" in played.summary


def test_a_run_ends_after_its_time(bench):
    endless = {"do": "repeat", "steps": [{"id": "a", "do": "wait", "until": {"text": "7"}}], "most": 10_000}
    started = time.monotonic()
    played = bench.play(stored("M", endless), budget=0.2)
    assert played.status == "limit"
    assert "Does it repeat endlessly?" in played.hint
    assert time.monotonic() - started < 5


def test_a_run_ends_after_so_many_steps(bench, monkeypatch):
    monkeypatch.setattr(clock_module, "MAX_STEPS", 5)
    endless = {"do": "repeat", "steps": [{"id": "a", "do": "hover", "target": NOTE}], "most": 10_000}
    assert bench.play(stored("M", endless)).status == "limit"
    assert len(done(bench)) < 5


def test_other_macros_are_played_with_values_and_give_what_they_read(bench):
    bench.toy.set("display", text="42")
    inner = stored(
        "Inner",
        {"do": "type", "target": NOTE, "text": "{{what}}"},
        {"do": "capture", "name": "sum", "source": "field", "target": DISPLAY},
        parameters=({"name": "what"},),
    )
    outer = stored(
        "Outer",
        {"do": "macro", "macro": "inner", "values": {"what": "for {{who}}"}},
        {"do": "type", "target": NOTE, "text": "{{sum}}"},
        parameters=({"name": "who"},),
    )
    assert bench.play(outer, {"who": "Ann"}, shelf=[inner]).status == "done"
    assert [each for each in done(bench) if isinstance(each, TypeText)] == [TypeText("for Ann"), TypeText("42")]


def test_a_step_of_another_macro_that_fails_is_told_with_both(bench):
    inner = stored("Inner", {"do": "click", "target": element("push button", "Gone"), "limit": 0})
    played = bench.play(stored("Outer", CLICK, {"do": "macro", "macro": "Inner"}), shelf=[inner])
    assert (played.status, played.failed_step) == ("failed", "s2")
    assert played.summary.startswith("Step 1 of “Inner” (Click the push button “Gone”)")


def test_what_is_skipped_is_not_played_and_a_run_begins_where_it_is_told(bench):
    steps = ({**CLICK, "skip": True}, {"do": "hover", "target": NOTE}, {"do": "click", "target": EIGHT})
    bench.play(stored("M", *steps))
    assert done(bench) == [Move(Point(220, 320)), Click(Point(230, 220))]
    bench.play(stored("M", *steps), start="s3")
    assert done(bench)[2:] == [Click(Point(230, 220))]
    with pytest.raises(UsageError, match="no step “s9”"):
        bench.play(stored("M", *steps), start="s9")


def test_a_run_begins_within_a_branch_and_a_repetition(bench):
    inner = [{"id": "a", **CLICK}, {"id": "b", "do": "click", "target": EIGHT}]
    branch = {"do": "if", "condition": {"text": "no such"}, "then": inner}
    bench.play(stored("M", branch), start="b")
    assert done(bench) == [Click(Point(230, 220))]
    bench.play(stored("M", {"do": "repeat", "steps": inner, "most": 2}), start="b")
    assert done(bench)[1:] == [Click(Point(230, 220)), Click(Point(150, 220)), Click(Point(230, 220))]


def test_it_is_played_step_by_step_and_ended_by_the_person(bench):
    seen = []

    def before(step):
        seen.append((step.id, len(done(bench))))
        return step.id != "s2"

    played = bench.play(stored("M", CLICK, CLICK), before_step=before)
    assert (played.status, played.failed_step, seen) == ("stopped", "s2", [("s1", 0), ("s2", 1)])
    assert len(done(bench)) == 1


def test_a_dry_run_finds_everything_and_touches_nothing(bench):
    macro = stored(
        "M",
        CLICK,
        {"do": "if", "condition": {"text": "x"}, "then": [{"id": "t", "do": "type", "target": NOTE, "text": "x"}]},
        {"do": "activate", "window": {"application": "Galculator"}},
    )
    played = bench.play(macro, dry=True)
    assert (played.status, played.steps, done(bench)) == ("done", 0, [])
    assert played.summary == "All 3 places are there now. Nothing was touched."
    assert [each.action.target for each in bench.events.of(Proposed)] == [
        Rect(120, 200, 60, 40),
        Rect(120, 300, 200, 40),
    ]
    assert not bench.events.of(Asking)
    missing = stored("M", CLICK, {"do": "click", "target": element("push button", "Gone")}, CLICK)
    played = bench.play(missing, dry=True)
    assert (played.status, played.failed_step, done(bench)) == ("failed", "s2", [])
    assert "2 of 3 places are there now" in played.summary


def test_the_stop_ends_it_at_once_also_while_it_waits(bench):
    bench.toy.on_click["seven"] = lambda: bench.toy.stop("the hotkey")
    played = bench.play(stored("M", CLICK, CLICK))
    assert (played.status, len(done(bench))) == ("stopped", 1)
    assert "the hotkey" in played.summary
    bench.toy.resume()
    bench.toy.on_click["seven"] = lambda: None
    waiting = {"do": "wait", "until": {"text": "no such"}, "limit": 60}
    holds, looks = bench.finder.holds, []

    def stopping(*arguments):
        looks.append(1)
        if len(looks) == 2:
            bench.toy.stop("the hotkey")
        return holds(*arguments)

    played = bench.play(stored("M", waiting), stage=bench.using(holds=stopping))
    assert (played.status, len(looks)) == ("stopped", 2)


def test_lost_hands_end_it(bench):
    def lost():
        raise HandsBusy("Another run acts.")

    bench.toy.before_perform = lost
    played = bench.play(stored("M", CLICK, CLICK))
    assert (played.status, played.summary) == ("refused", "Step 1 (Click the push button “7”): Another run acts.")


def test_a_no_ends_it(bench):
    bench.approver.decision = Decision(Answer.DENIED)
    played = bench.play(stored("M", CLICK, CLICK))
    assert (played.status, played.failed_step, done(bench)) == ("refused", "s1", [])
    assert len(bench.approver.requests) == 1


def test_an_approved_macro_is_not_asked_about_but_for_what_is_critical(bench):
    assert bench.play(stored("M", CLICK, CLICK), approved=True).status == "done"
    assert bench.approver.requests == []
    assert {each.result.decision.by for each in bench.events.of(Stepped)} == {"macro"}
    bench.toy.add(10, toy_element("delete", name="Delete", region=Rect(300, 200, 60, 40)))
    bench.approver.decision = Decision(Answer.DENIED)
    played = bench.play(stored("M", {"do": "click", "target": element("push button", "Delete")}), approved=True)
    assert (played.status, len(bench.approver.requests)) == ("refused", 1)


def test_unattended_an_ask_is_a_no_and_the_run_waits(bench):
    bench.approver = Unattended()
    assert bench.play(stored("M", CLICK)).status == "waiting"
    bench.policy = Policy()  # The no counts for the rest of that run.
    assert bench.play(stored("M", CLICK), approved=True).status == "done"
    bench.toy.add(10, toy_element("delete", name="Delete", region=Rect(300, 200, 60, 40)))
    played = bench.play(stored("M", {"do": "click", "target": element("push button", "Delete")}), approved=True)
    assert (played.status, played.failed_step) == ("waiting", "s1")
    assert "Nobody is there to allow it" in played.summary


def test_nothing_is_played_while_the_screen_is_locked(bench):
    bench.locked = "The screen is locked."
    played = bench.play(stored("M", CLICK))
    assert (played.status, done(bench)) == ("failed", [])
    assert "The screen is locked." in played.summary


def test_what_changed_before_the_click_is_looked_for_again(bench):
    moved = []

    def asked():
        if not moved:
            moved.append(1)
            bench.toy.set("seven", region=Rect(300, 200, 60, 40))

    bench.approver.while_asked = asked
    assert bench.play(stored("M", CLICK)).status == "done"
    assert done(bench) == [Click(Point(330, 220))]
    assert [each.result.changed for each in bench.events.of(Stepped)] == [True, False]


def test_what_is_found_by_its_looks_is_looked_for_at_rest(bench):
    rests = []
    bench.finder.rung = "picture"
    stage = bench.using()
    from desktop_agent.macros.playing import pace

    original = pace.come_to_rest
    pace.come_to_rest = lambda *_: rests.append(bench.finder.looks)
    try:
        assert bench.play(stored("M", CLICK, CLICK, CLICK), stage=stage).status == "done"
    finally:
        pace.come_to_rest = original
    assert rests == [2, 4]  # Before the second and the third, after one look each that was thrown away.
    assert bench.finder.looks == 5


def test_trees_are_walked_once_before_an_action_and_once_after(bench):
    walks = []
    tree = bench.trees._elements.tree
    bench.trees._elements.tree = lambda each: walks.append(each) or tree(each)
    bench.play(stored("M", CLICK, {"do": "hover", "target": NOTE}))
    assert len(walks) == 2 + 3  # The last one is followed to rest: its effect, and that of a pointer that may be early.


def test_an_application_is_opened_by_its_id(bench):
    bench.toy.applications = (Application("mousepad.desktop", "Mousepad"), Application("pad.desktop", "Mousepad 2"))
    bench.toy.on_launch = lambda: bench.toy.stack.insert(0, window(50, "Untitled", "Mousepad", 300))
    bench.play(stored("M", {"do": "open", "application": "Mousepad 2"}))
    assert bench.toy.launched == ["pad.desktop"]
    played = bench.play(stored("M", {"do": "open", "application": "Mousepad"}))
    assert (played.status, "may mean several" in played.summary) == ("failed", True)
    played = bench.play(stored("M", {"do": "open", "application": "Nothing"}))
    assert (played.status, "is installed" in played.summary) == ("failed", True)


def test_keys_go_to_the_window_that_is_meant(bench):
    bench.toy.stack.append(window(20, "Letter", "Mousepad", 200, Rect(500, 400, 200, 100)))
    press = {"do": "press", "keys": ["f5"], "window": {"application": "mousepad", "title": "lett*"}}
    assert bench.play(stored("M", press)).status == "done"
    assert bench.toy.expectations[-1].window == 20
    played = bench.play(stored("M", {**press, "window": {"application": "Gimp"}, "limit": 0}))
    assert (played.status, played.summary.endswith("No window is there that is Gimp.")) == ("failed", True)


def test_what_was_looked_at_is_told(bench):
    bench.play(stored("M", {"do": "wait", "until": {"text": "7"}}))
    assert [each.summary for each in bench.events.of(Looked)] == ["s1: Wait until “7” can be read: it is so"]


def test_a_slow_run_pauses_after_each_step(bench, monkeypatch):
    paused = []
    monkeypatch.setattr(clock_module.Clock, "pause", lambda self, seconds: paused.append(seconds))
    bench.play(stored("M", CLICK), speed=0.5)
    bench.play(stored("M", CLICK), speed=3)
    bench.play(stored("M", CLICK, speed=0.25))
    assert paused == [0.5, 0.0, 1.5]
    with pytest.raises(UsageError, match="speed"):
        bench.play(stored("M", CLICK), speed=0)


def test_after_keys_into_a_field_what_they_open_is_waited_for(bench, monkeypatch):
    """That the field has the focus still is no sign that a dialog will not open a moment later."""
    monkeypatch.setattr(aftermath, "PATIENCE", 5.0)
    looks = []

    def opens_late(keys):
        grab = bench.toy.grab

        def later(region):
            looks.append(keys)
            if len(looks) == 4:
                bench.toy.stack.insert(0, window(20, "Save As", "Galculator", 100, Rect(150, 120, 300, 200), parent=10))
                bench.toy.focus = 20
            return grab(region)

        monkeypatch.setattr(bench.toy, "grab", later)

    bench.toy.focused_ref = "note"
    bench.toy.on_press = lambda keys: opens_late(keys) if not looks else None
    save, enter = {"do": "press", "keys": ["ctrl", "s"]}, {"do": "press", "keys": ["f5"]}
    assert bench.play(stored("M", save, enter)).status == "done"
    first, second = (each.result for each in bench.events.of(Stepped))
    assert "keyboard focus" not in first.evidence
    assert second.action.window.id == 20
