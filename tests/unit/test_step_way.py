import threading
from dataclasses import replace
from functools import partial

import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Click,
    Decision,
    Drag,
    InputReport,
    Move,
    Outcome,
    Press,
    Ruling,
    TypeText,
)
from desktop_agent.core.errors import (
    CaptureFailed,
    GateClosed,
    HandsBusy,
    Stopped,
    StoreError,
    TargetChanged,
    Unavailable,
)
from desktop_agent.core.events import Acting, Asking, Decided, Proposed, Stepped
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.settle import Settled, settle
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step import aftermath, launching, menus
from desktop_agent.step.capture import capture
from desktop_agent.step.step import Step
from tests.unit.toy_desktop import OWN_PID, Events, FixedApprover, calculator, element, window

SEVEN, NOTE, BARE = Point(150, 220), Point(150, 320), Point(450, 380)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 0.0)
    monkeypatch.setattr(aftermath, "settle", partial(settle, limit=0.2))


@pytest.fixture
def toy():
    return calculator()


class Bench:
    """A step on a toy desktop, with everything around it."""

    def __init__(self, toy, tmp_path, approver=None, scope="window", said=""):
        self.toy, self.events, self.policy = toy, Events(), Policy()
        self.approver = approver or FixedApprover()
        self.audit = Audit(tmp_path / "audit.jsonl")
        self.scope = toy.scope(scope)
        self.step = Step(toy.desk, self.policy, self.approver, self.audit, self.events, self.scope, "run", lambda: said)

    def see(self):
        return capture(self.toy.desk, self.scope)

    def run(self, action, seen=None):
        return self.step.run(action, seen or self.see())

    def log(self):
        return self.audit.path.read_text() if self.audit.path.exists() else ""


@pytest.fixture
def bench(toy, tmp_path):
    return Bench(toy, tmp_path)


def click(toy, at=SEVEN, button="left"):
    there = toy.at(at)
    found = toy.desk.elements.at(there, at) if there and toy.accessible else None
    return Action(ActionKind.LEFT_CLICK, "Click", (Click(at, button),), "s1", None, there, found)


def typing(toy, text, at=NOTE):
    there = toy.at(at)
    return Action(
        ActionKind.TYPE, "Type", (Click(at), TypeText(text)), "s1", None, there, toy.desk.elements.at(there, at)
    )


def keyboard(toy, *inputs):
    """Keys or text to what has the focus."""
    kind = ActionKind.TYPE if any(isinstance(each, TypeText) for each in inputs) else ActionKind.KEY
    active = toy.active()
    return Action(kind, "Keys", inputs, "s1", None, active, toy.desk.elements.focused(active))


def test_a_click_goes_all_the_way(bench, toy):
    result = bench.run(click(toy))
    assert result.outcome is Outcome.CONFIRMED
    assert result.evidence == "“display” (label) now reads “07”"
    assert [type(each) for each in bench.events] == [Proposed, Asking, Decided, Acting, Stepped]
    assert toy.performed == [Click(SEVEN)]
    assert result.before.id != result.after.id
    assert result.after.image != result.before.image
    assert set(result.seconds) >= {"ask", "input", "settle", "verify"}
    assert toy.gate_history == ["closed", "open"]
    assert bench.audit.verify().records == 2


def test_the_intent_is_on_disk_before_the_input(bench, toy):
    seen = []
    toy.before_perform = lambda: seen.append(bench.log().count('"intent"'))
    bench.run(click(toy))
    assert seen == [1]


@pytest.mark.parametrize("answer", [Answer.DENIED, Answer.TIMED_OUT, Answer.FAILED])
def test_every_answer_but_yes_means_no(toy, tmp_path, answer):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(answer)))
    result = bench.run(click(toy))
    assert result.outcome is Outcome.REFUSED
    assert toy.performed == []
    assert result.decision.answer is answer
    assert '"outcome":"refused"' in bench.log().replace(" ", "")


@pytest.mark.parametrize("failure", [RuntimeError("broke"), KeyError("x"), Stopped("s"), None, "yes"])
def test_a_failing_approver_means_no(toy, tmp_path, failure):
    bench = Bench(toy, tmp_path, FixedApprover(failure))
    result = bench.run(click(toy))
    assert (result.outcome, result.decision.answer) == (Outcome.REFUSED, Answer.FAILED)
    assert toy.performed == []
    assert toy.gates == 0


def test_a_gate_that_does_not_close_means_no(bench, toy, monkeypatch):
    def broken():
        raise Unavailable("the hands are gone")

    monkeypatch.setattr(toy, "prompt", broken)
    assert bench.run(click(toy)).decision.answer is Answer.FAILED
    assert bench.approver.requests == []


def test_stop_on_the_card_ends_the_run(toy, tmp_path):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.STOPPED)))
    with pytest.raises(Stopped):
        bench.run(click(toy))
    assert toy.performed == []
    assert bench.events[-1].result.outcome is Outcome.REFUSED
    assert bench.audit.verify().unknown == ()
    assert not bench.step.unfinished


@pytest.mark.parametrize("answer", list(Answer))
def test_a_stop_latched_while_asking_beats_every_answer(toy, tmp_path, answer):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(answer), while_asked=lambda: toy.stop("hotkey")))
    with pytest.raises(Stopped, match="hotkey"):
        bench.run(click(toy))
    assert toy.performed == []


def test_a_lost_lock_ends_the_run(bench, toy):
    def busy():
        raise HandsBusy("This run does not hold the hands.")

    toy.before_perform = busy
    with pytest.raises(HandsBusy):
        bench.run(click(toy))
    assert bench.events[-1].result.outcome is Outcome.REFUSED
    assert bench.audit.verify().unknown == ()


def test_a_stop_in_the_middle_is_recorded(bench, toy):
    def stop():
        raise Stopped("Stopped: hotkey.")

    toy.before_perform = stop
    with pytest.raises(Stopped):
        bench.run(click(toy))
    assert bench.events[-1].result.outcome is Outcome.FAILED
    assert bench.audit.verify().unknown == ()
    assert bench.step.unfinished, "it may have been done"


def test_what_was_interrupted_is_unknown_and_what_ended_is_not(bench, toy):
    def interrupt():
        raise KeyboardInterrupt

    bench.run(click(toy))
    assert not bench.step.unfinished
    toy.before_perform = interrupt
    with pytest.raises(KeyboardInterrupt):
        bench.run(click(toy))
    assert bench.step.unfinished
    (unknown,) = bench.audit.verify().unknown
    assert unknown.words.endswith("run run  Click")


def test_a_denial_is_not_asked_again(toy, tmp_path):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.DENIED)))
    bench.run(click(toy))
    result = bench.run(click(toy))
    assert len(bench.approver.requests) == 1
    assert result.verdict.category == "denied_before"


def test_remember_lets_the_next_one_pass(toy, tmp_path):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.APPROVED, remember=True)))
    bench.run(click(toy))
    result = bench.run(click(toy, Point(220, 220)))
    assert len(bench.approver.requests) == 1
    assert result.decision == Decision(Answer.APPROVED, by="policy")
    assert len(toy.performed) == 2


def test_remember_does_not_hold_for_what_is_critical(toy, tmp_path):
    toy.add(10, element("x", name="Delete", region=Rect(300, 200, 60, 40)))
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.APPROVED, remember=True)))
    for _ in range(2):
        bench.run(click(toy, Point(320, 220)))
    assert len(bench.approver.requests) == 2


def test_hovering_is_not_asked(bench, toy):
    action = Action(ActionKind.HOVER, "Point", (Move(SEVEN),), "s1", window=toy.at(SEVEN))
    result = bench.run(action)
    assert bench.approver.requests == []
    assert result.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("change", [
    lambda toy: toy.set("seven", name="Delete all"),
    lambda toy: toy.set("seven", role="link"),
    lambda toy: toy.set("seven", region=Rect(130, 200, 60, 40)),
    lambda toy: toy.elements_of[10].pop("seven"),
    lambda toy: toy.close_window(10),
    lambda toy: toy.change_window(10, pid=666),
    lambda toy: toy.stack.insert(0, window(66, "Popup", "Ads", pid=66, region=Rect(100, 180, 300, 100))),
])  # fmt: skip
def test_what_changes_while_asking_is_not_clicked(toy, tmp_path, change):
    toy.stack.append(window(11, "Other", "Galculator", region=Rect(500, 400, 50, 50)))
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: change(toy)))
    result = bench.run(click(toy))
    assert result.outcome is Outcome.REFUSED
    assert toy.performed == []


def test_the_pixels_are_given_to_the_hands_where_no_element_describes_the_target(bench, toy):
    seen = bench.see()
    bench.run(click(toy, BARE), seen)
    expected = toy.expectations[0]
    assert expected.patch_region == Rect.around(BARE, 64).intersection(seen.region)
    assert (expected.patch.width, expected.patch.height) == (expected.patch_region.width, expected.patch_region.height)
    assert (expected.window, expected.pid, expected.frame) == (10, 100, Rect(100, 100, 400, 300))


def test_an_element_needs_no_pixels(bench, toy):
    bench.run(click(toy))
    assert toy.expectations[0].patch is None


def test_a_target_that_looks_different_from_what_the_planner_saw_is_refused(bench, toy):
    seen = bench.see()
    toy.set("seven", name="Pay")
    result = bench.run(click(toy), seen)
    assert result.outcome is Outcome.REFUSED
    assert "different" in result.message
    assert bench.approver.requests == []
    assert result.after is not None


def test_a_target_changed_at_the_hands_is_refused_with_a_new_picture(bench, toy):
    def change():
        raise TargetChanged("It moved.")

    toy.before_perform = change
    result = bench.run(click(toy))
    assert (result.outcome, result.message) == (Outcome.REFUSED, "It moved.")
    assert result.after is not None
    assert bench.audit.verify().unknown == ()


def test_hands_that_fail_are_a_failure(bench, toy):
    def die():
        raise Unavailable("The hands died.")

    toy.before_perform = die
    assert bench.run(click(toy)).outcome is Outcome.FAILED


def test_a_click_gone_astray_is_a_failure(bench, toy):
    toy.report = InputReport(astray="it hit “Ads”")
    result = bench.run(click(toy))
    assert (result.outcome, result.astray) == (Outcome.FAILED, True)
    assert "Ads" in result.message


def test_no_effect_is_said(bench, toy):
    result = bench.run(click(toy, Point(220, 220)))
    assert result.outcome is Outcome.NO_EFFECT_SEEN


def test_typing_clicks_checks_the_focus_and_reads_back(bench, toy):
    result = bench.run(typing(toy, "grüß dich, 世界"))
    assert result.outcome is Outcome.CONFIRMED
    assert toy.element("note").text == "grüß dich, 世界"
    assert len(toy.expectations) == 2
    assert len(bench.approver.requests) == 1


def test_nothing_is_typed_when_the_click_did_not_bring_the_focus(bench, toy, monkeypatch):
    monkeypatch.setattr("desktop_agent.step.focus.WAIT_SECONDS", 0.05)
    toy.add(10, element("other", "text", "Other", Rect(350, 300, 100, 40), ("editable",)))
    toy.on_click["note"] = lambda: setattr(toy, "focused_ref", "other")
    result = bench.run(typing(toy, "secret"))
    assert result.outcome is Outcome.FAILED
    assert "Only a part" in result.message
    assert toy.performed == [Click(NOTE)]


def test_nothing_is_typed_elsewhere_after_a_click_on_what_does_not_take_the_focus(bench, toy, monkeypatch):
    monkeypatch.setattr("desktop_agent.step.focus.WAIT_SECONDS", 0.05)
    toy.focused_ref = "note"
    assert bench.run(typing(toy, "secret", Point(200, 130))).outcome is Outcome.FAILED  # the display is a label
    assert toy.element("note").text == ""


def test_nothing_is_typed_when_another_window_took_the_focus(bench, toy, monkeypatch):
    monkeypatch.setattr("desktop_agent.step.focus.WAIT_SECONDS", 0.05)
    toy.stack.append(window(66, "Ads", "Ads", pid=66, region=Rect(600, 0, 100, 100)))
    toy.on_click["note"] = lambda: setattr(toy, "focus", 66)
    assert bench.run(typing(toy, "secret")).outcome is Outcome.FAILED
    assert not any(isinstance(each, TypeText) for each in toy.performed)


def test_nothing_is_typed_into_a_password_field_that_the_click_led_to(bench, toy):
    toy.add(10, element("pw", "password text", "Password", Rect(350, 300, 100, 40)))
    toy.on_click["note"] = lambda: setattr(toy, "focused_ref", "pw")
    assert bench.run(typing(toy, "secret")).outcome is Outcome.FAILED
    assert not any(isinstance(each, TypeText) for each in toy.performed)


def test_nothing_is_typed_into_a_password_field_that_was_not_known_before(bench, toy):
    toy.add(10, element("pw", "password text", "Password", Rect(350, 300, 20, 40)))
    toy.before_perform = lambda: setattr(toy, "focused_ref", "pw")
    result = bench.run(typing(toy, "secret", BARE))
    assert result.outcome is Outcome.FAILED
    assert "password" in result.message
    assert toy.performed == [Click(BARE)]


@pytest.mark.parametrize("known", ["note", None])
@pytest.mark.parametrize("inputs", [(TypeText("secret"),), (Press(("a",)),)])
def test_nothing_is_typed_into_a_password_field_that_got_the_focus_while_asking(toy, tmp_path, known, inputs):
    toy.add(10, element("pw", "password text", "Password", Rect(350, 300, 100, 40)))
    toy.focused_ref = known
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: setattr(toy, "focused_ref", "pw")))
    result = bench.run(keyboard(toy, *inputs))
    assert (result.outcome, toy.performed) == (Outcome.REFUSED, [])
    assert "password" in result.message


@pytest.mark.parametrize("now", ["other", None])
def test_nothing_is_typed_where_the_focus_moved_while_asking(toy, tmp_path, monkeypatch, now):
    monkeypatch.setattr("desktop_agent.step.focus.WAIT_SECONDS", 0.05)
    toy.add(10, element("other", "text", "Other", Rect(350, 300, 100, 40), ("editable",)))
    toy.focused_ref = "note"
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: setattr(toy, "focused_ref", now)))
    result = bench.run(keyboard(toy, TypeText("secret")))
    assert (result.outcome, toy.performed) == (Outcome.REFUSED, [])


def test_a_blank_does_not_press_a_grave_button_that_was_not_known_to_have_the_focus(toy, tmp_path):
    toy.add(10, element("x", name="Delete", region=Rect(300, 200, 60, 40)))
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: setattr(toy, "focused_ref", "x")))
    result = bench.run(keyboard(toy, Press(("space",))))
    assert (result.outcome, toy.performed) == (Outcome.REFUSED, [])
    assert "Delete" in result.message
    again = bench.run(keyboard(toy, Press(("space",))))
    assert again.verdict.critical
    assert toy.performed == [Press(("space",))]


def test_text_goes_where_the_focus_stayed(bench, toy):
    toy.focused_ref = "note"
    assert bench.run(keyboard(toy, TypeText("hello"))).outcome is Outcome.CONFIRMED
    assert toy.element("note").text == "hello"


@pytest.mark.parametrize("at", [None, NOTE])
def test_another_window_of_the_same_process_is_not_typed_into(toy, tmp_path, at):
    private = window(11, "private.txt", "Galculator", region=Rect(110, 280, 300, 100))
    bench = Bench(toy, tmp_path)
    toy.stack.insert(0, private)
    toy.focus = 11
    toy.add(11, element("private", "text", "Private", Rect(120, 300, 200, 40), ("editable",)))
    action = typing(toy, "secret", at) if at else keyboard(toy, TypeText("secret"))
    result = bench.run(action, bench.see())
    assert (result.verdict.category, toy.performed) == ("outside_scope", [])


def test_an_application_whose_window_lies_outside_the_scope_is_said(bench, toy):
    toy.on_launch = lambda: toy.stack.insert(0, window(30, "Second", "Galculator"))
    result = bench.run(Action(ActionKind.OPEN_APP, "Open", (), "s1", application="calc.desktop"))
    assert "outside of what this run may touch" in result.message


@pytest.fixture
def password(toy):
    toy.add(10, element("pw", "password text", "Password", Rect(350, 300, 100, 40), ("editable",)))
    return Point(360, 310)


def test_a_password_field_is_handed_over_and_the_run_goes_on(toy, tmp_path, password):
    approver = FixedApprover(while_asked=lambda: toy.set("pw", text="hunter2", states=frozenset({"filled"})))
    bench = Bench(toy, tmp_path, approver)
    result = bench.run(typing(toy, "secret", password))
    assert result.verdict.ruling is Ruling.HAND_OVER
    assert (result.outcome, result.evidence) == (Outcome.UNVERIFIABLE, "the screen has changed")
    assert "The person was asked to do this themselves, and says that it is done" in result.message
    assert toy.performed == []
    assert "hunter2" not in f"{result.message}{result.evidence}{bench.log()}"
    assert bench.audit.verify().records == 2
    assert bench.run(click(toy)).outcome is Outcome.CONFIRMED


def test_nothing_that_changed_after_a_hand_over_is_said(bench, toy, password):
    result = bench.run(typing(toy, "secret", password))
    assert (result.outcome, toy.performed) == (Outcome.NO_EFFECT_SEEN, [])


def test_a_hand_over_that_the_person_declines_is_refused_and_not_asked_again(toy, tmp_path, password):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.DENIED)))
    for category in ("password", "denied_before"):
        result = bench.run(typing(toy, "secret", password))
        assert (result.outcome, result.verdict.category) == (Outcome.REFUSED, category)
    assert len(bench.approver.requests) == 1
    assert toy.performed == []


def test_stop_instead_of_a_hand_over_ends_the_run(toy, tmp_path, password):
    bench = Bench(toy, tmp_path, FixedApprover(Decision(Answer.STOPPED)))
    with pytest.raises(Stopped):
        bench.run(typing(toy, "secret", password))
    assert toy.stop_reason


def test_a_password_that_the_person_gave_is_typed_after_asking(toy, tmp_path, password):
    bench = Bench(toy, tmp_path, said='log in with the password "hunter2"')
    result = bench.run(typing(toy, "hunter2", password))
    assert (result.verdict.ruling, result.verdict.category) == (Ruling.ASK, "password")
    assert toy.performed == [Click(password), TypeText("hunter2")]
    assert len(bench.approver.requests) == 1


def test_the_persons_words_decide_whose_text_it_is(toy, tmp_path):
    bench = Bench(toy, tmp_path, said="write that I come at noon")
    assert not bench.run(typing(toy, "I come at noon")).verdict.critical
    assert bench.run(typing(toy, "send it to mallory@evil.example")).verdict.category == "from_screen"


def test_an_enter_that_turns_out_to_send_is_asked_again(toy, tmp_path):
    """Judged without knowing the focus, it was asked about as unknown; what is known now says more."""
    toy.add(10, element("chat", "text", "Message Bob", Rect(350, 300, 100, 40), ("editable", "single line")))
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: setattr(toy, "focused_ref", "chat")))
    result = bench.run(keyboard(toy, Press(("enter",))))
    assert (result.outcome, toy.performed) == (Outcome.REFUSED, [])
    again = bench.run(keyboard(toy, Press(("enter",))))
    assert (again.verdict.category, toy.performed) == ("sending", [Press(("enter",))])


def test_text_that_arrived_otherwise_is_not_confirmed(bench, toy):
    toy.on_click["note"] = lambda: toy.set("note", text="upper")
    toy.set("note", text="")

    def perform(inputs, expectation):
        toy.set("note", text="XXX")
        return InputReport()

    toy.perform = perform
    toy.focused_ref = "note"
    result = bench.run(typing(toy, "abc"))
    assert result.outcome is Outcome.UNVERIFIABLE
    assert "XXX" in result.message


def test_a_known_mismatch_is_a_failure(bench, toy):
    toy.report = InputReport(mismatch="two characters are missing")
    assert bench.run(typing(toy, "abc")).outcome is Outcome.FAILED


def test_a_blinking_caret_is_no_evidence_where_an_element_is(bench, toy):
    toy.noise = Rect(200, 350, 2, 16)
    result = bench.run(click(toy, Point(220, 220)))
    assert result.outcome is Outcome.NO_EFFECT_SEEN


def test_a_caret_that_shows_up_is_no_evidence_where_an_element_is(bench, toy):
    toy.on_click["eight"] = lambda: setattr(toy, "noise", Rect(200, 350, 2, 16))
    assert bench.run(click(toy, Point(220, 220))).outcome is Outcome.NO_EFFECT_SEEN


def test_what_changes_on_its_own_is_no_evidence(bench, toy):
    toy.noise = Rect(200, 350, 60, 30)  # a clock
    result = bench.run(click(toy, Point(220, 220)))
    assert result.outcome is Outcome.NO_EFFECT_SEEN


def test_a_lit_button_is_no_evidence_and_other_pixels_are(bench, toy):
    painted = Rect(200, 200, 60, 40)
    toy.on_click["eight"] = lambda: toy.add(12, element("ghost", region=painted))
    toy.stack.append(window(12, pid=100, region=Rect(0, 0, 1, 1)))

    def light():
        toy.noise = painted

    toy.on_click["eight"] = light
    lit = bench.run(click(toy, Point(220, 220)))
    assert (lit.outcome, "only the target itself" in lit.evidence) == (Outcome.UNVERIFIABLE, True)
    toy.noise = None

    def draw():
        toy.noise = Rect(300, 340, 30, 30)

    toy.on_click["eight"] = draw
    result = bench.run(click(toy, Point(220, 220)))
    assert result.outcome is Outcome.CONFIRMED
    assert "pixels" in result.evidence


def test_an_effect_that_comes_later_is_waited_for_though_the_button_is_lit(bench, toy, monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 5.0)

    def light():
        toy.noise = Rect(200, 200, 60, 40)
        later = threading.Timer(0.4, lambda: toy.set("note", text="done"))
        later.start()

    toy.on_click["eight"] = light
    result = bench.run(click(toy, Point(220, 220)))
    assert (result.outcome, "now reads" in result.evidence) == (Outcome.CONFIRMED, True), result.evidence


def test_without_accessibility_pixels_decide(bench, toy):
    toy.accessible = False
    assert bench.run(click(toy)).outcome is Outcome.CONFIRMED  # the display is painted anew
    assert bench.run(click(toy, BARE)).outcome is Outcome.NO_EFFECT_SEEN


def test_a_new_window_is_evidence(bench, toy):
    toy.on_click["eight"] = lambda: toy.stack.insert(0, window(11, "About", "Galculator", parent=10))
    result = bench.run(click(toy, Point(220, 220)))
    assert result.evidence == "the window “About” opened"


def test_closing_the_window_is_confirmed_without_a_picture(bench, toy):
    toy.on_click["eight"] = lambda: toy.close_window(10)
    result = bench.run(click(toy, Point(220, 220)))
    assert result.outcome is Outcome.CONFIRMED
    assert "closed" in result.evidence
    assert result.after is None


BLANK = Image(1, 1, bytes(4))
BLIND = CaptureFailed("The screen could not be read.")


def blind(region):
    raise BLIND


def test_a_screen_that_cannot_be_read_before_an_action_stops_it_recorded(bench, toy):
    seen = bench.see()
    toy.grab = blind
    with pytest.raises(CaptureFailed):
        bench.run(click(toy), seen)
    assert toy.performed == []
    (stepped,) = bench.events.of(Stepped)
    assert stepped.result.outcome is Outcome.REFUSED
    assert stepped.result.message == "The screen could not be read."
    assert '"outcome":"refused"' in bench.log()


@pytest.mark.parametrize("error", [CaptureFailed, Unavailable])
def test_a_screen_that_cannot_be_read_after_an_action_stops_with_what_was_done_recorded(bench, toy, error):
    def fail(region):
        raise error("The screen could not be read.")

    toy.on_click["seven"] = lambda: setattr(toy, "grab", fail)
    with pytest.raises(CaptureFailed, match="could not be read"):
        bench.run(click(toy))
    assert len(toy.performed) == 1
    (stepped,) = bench.events.of(Stepped)
    assert stepped.result.outcome is Outcome.FAILED
    assert "was done, but what came of it can't be seen" in stepped.result.message
    assert '"outcome":"failed"' in bench.log()


def test_a_screen_that_cannot_be_read_only_while_it_comes_to_rest_stops_too(bench, toy):
    works = toy.grab

    def fail_once(region):
        toy.grab = works
        raise BLIND

    toy.on_click["seven"] = lambda: setattr(toy, "grab", fail_once)
    with pytest.raises(CaptureFailed):
        bench.run(click(toy))
    assert bench.events.of(Stepped)[0].result.outcome is Outcome.FAILED


def test_a_screen_that_cannot_be_read_only_when_it_is_checked_stops_too(bench, toy, monkeypatch):
    """It came to rest, and went away then."""

    def settled(*_, **__):
        toy.grab = blind
        return Settled(True, BLANK, 0.0)

    monkeypatch.setattr(aftermath, "settle", settled)
    with pytest.raises(CaptureFailed):
        bench.run(click(toy))
    assert bench.events.of(Stepped)[0].result.outcome is Outcome.FAILED


def test_a_refusal_during_which_the_screen_went_away_is_recorded_and_stops(bench, toy):
    def change():
        toy.close_window(10)
        toy.grab = blind

    bench = Bench(toy, bench.audit.path.parent, FixedApprover(while_asked=change), scope="screen")
    with pytest.raises(CaptureFailed):
        bench.run(click(toy))
    assert bench.events.of(Stepped)[0].result.outcome is Outcome.REFUSED
    assert toy.performed == []


def test_a_screen_that_cannot_be_read_after_an_application_was_opened_stops(bench, toy):
    toy.on_launch = lambda: (toy.stack.insert(0, window(11, "New", "New", pid=7)), setattr(toy, "grab", blind))
    with pytest.raises(CaptureFailed):
        bench.run(Action(ActionKind.OPEN_APP, "Open", (), "s1", application="new.desktop"))
    assert bench.events.of(Stepped)[0].result.outcome is Outcome.FAILED


def test_a_window_that_was_closed_before_is_told_and_stops_nothing(bench, toy):
    action, seen = click(toy), bench.see()
    toy.close_window(10)
    result = bench.run(action, seen)
    assert result.outcome is Outcome.FAILED
    assert "closed or hidden" in result.message
    assert toy.performed == []


def test_an_own_window_that_has_the_keyboard_after_asking_gives_it_back(toy, tmp_path):
    card = window(2, "Card", "desktop-agent", pid=OWN_PID, region=Rect(600, 0, 100, 100))

    def show():
        toy.stack.insert(0, card)
        toy.focus = 2

    bench = Bench(toy, tmp_path, FixedApprover(while_asked=show))
    action = Action(ActionKind.KEY, "Press", (Press(("a",)),), "s1", window=toy.get(10))
    result = bench.run(action)
    assert toy.performed == [Press(("a",))]
    assert toy.focus == 10
    assert result.outcome is Outcome.NO_EFFECT_SEEN


def test_an_own_window_that_covers_the_target_after_asking_is_put_behind(toy, tmp_path):
    terminal = window(2, "Terminal", "XTerm", pid=OWN_PID, region=Rect(100, 100, 300, 300))
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: toy.stack.insert(0, terminal)))
    assert bench.run(click(toy)).outcome is Outcome.CONFIRMED


def test_a_foreign_window_that_has_the_keyboard_after_asking_is_left_alone(toy, tmp_path):
    foreign = window(66, "Mail", "Mail", pid=66, region=Rect(600, 0, 100, 100))

    def switch():
        toy.stack.insert(0, foreign)
        toy.focus = 66

    bench = Bench(toy, tmp_path, FixedApprover(while_asked=switch))
    result = bench.run(Action(ActionKind.KEY, "Press", (Press(("a",)),), "s1", window=toy.get(10)))
    assert (result.outcome, toy.performed, toy.focus) == (Outcome.REFUSED, [], 66)
    assert "Mail" in result.message


def test_an_action_outside_the_scope_is_never_asked(bench, toy):
    toy.stack.append(window(66, "Mail", "Mail", pid=66, region=Rect(600, 0, 100, 100)))
    result = bench.run(click(toy, Point(650, 50)))
    assert result.verdict.category == "outside_scope"
    assert bench.approver.requests == []


def test_what_cannot_be_audited_is_not_done(bench, toy, monkeypatch):
    def full(*_):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(bench.audit, "intent", full)
    with pytest.raises(StoreError):
        bench.run(click(toy))
    assert toy.performed == []


def test_an_approval_that_got_too_old_is_refused(bench, toy, monkeypatch):
    from desktop_agent.safety import approval

    monkeypatch.setattr(approval, "LIFETIME", -1.0)
    result = bench.run(click(toy))
    assert (result.outcome, toy.performed) == (Outcome.REFUSED, [])


def test_an_application_is_opened_and_its_window_confirms(toy, tmp_path):
    bench = Bench(toy, tmp_path, scope="screen")
    new = window(30, "Untitled", "Mousepad", pid=300)
    toy.on_launch = lambda: toy.stack.insert(0, new)
    result = bench.run(Action(ActionKind.OPEN_APP, "Open", (), "s1", application="mousepad.desktop"))
    assert toy.launched == ["mousepad.desktop"]
    assert (result.outcome, result.evidence) == (Outcome.CONFIRMED, "the window “Untitled” opened")
    assert len(bench.approver.requests) == 1


def test_an_application_without_a_window_is_no_effect(bench, toy, monkeypatch):
    monkeypatch.setattr(launching, "LAUNCH_SECONDS", 0.2)
    result = bench.run(Action(ActionKind.OPEN_APP, "Open", (), "s1", application="x.desktop"))
    assert result.outcome is Outcome.NO_EFFECT_SEEN


def test_an_application_is_not_opened_after_a_stop(toy, tmp_path):
    bench = Bench(toy, tmp_path)
    toy.stop("hotkey")
    with pytest.raises(Stopped):
        bench.run(Action(ActionKind.OPEN_APP, "Open", (), "s1", application="x.desktop"))
    assert toy.launched == []


def test_an_internal_error_is_recorded_and_comes_through(bench, toy):
    def bug():
        raise ZeroDivisionError

    toy.before_perform = bug
    with pytest.raises(ZeroDivisionError):
        bench.run(click(toy))
    assert bench.audit.verify().unknown == ()
    assert bench.events[-1].result.outcome is Outcome.FAILED


def test_the_action_that_is_done_is_the_one_that_was_approved(bench, toy, monkeypatch):
    """Whoever swaps the action after the approval gets nothing done."""
    other = click(toy, Point(220, 220))
    issue = bench.step._approvals.issue
    monkeypatch.setattr(bench.step._approvals, "issue", lambda action: issue(other))
    with_refusal = bench.run(click(toy))
    assert (with_refusal.outcome, toy.performed) == (Outcome.REFUSED, [])


def other_layout(toy):
    return lambda: setattr(toy, "layout_id", "two")


@pytest.mark.parametrize("make", [click, lambda toy: typing(toy, "x")])
def test_on_another_monitor_layout_than_was_seen_nothing_is_asked_or_done(bench, toy, make):
    action, seen = make(toy), bench.see()
    toy.layout_id = "two"
    result = bench.run(action, seen)
    assert result.outcome is Outcome.REFUSED
    assert "monitors were changed" in result.message
    assert (toy.performed, bench.approver.requests) == ([], [])


def test_monitors_that_change_while_it_is_asked_stop_it(toy, tmp_path):
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=other_layout(toy)))
    result = bench.run(click(toy))
    assert result.outcome is Outcome.REFUSED
    assert "monitors were changed" in result.message
    assert toy.performed == []


def test_a_window_that_moved_away_while_it_was_asked_is_said(toy, tmp_path):
    moved = Rect(600, 400, 100, 100)
    bench = Bench(toy, tmp_path, FixedApprover(while_asked=lambda: toy.change_window(10, region=moved, frame=moved)))
    result = bench.run(click(toy))
    assert "“Calculator” has moved or changed its size" in result.message


@pytest.mark.parametrize("kind", [TargetChanged, GateClosed])
def test_what_was_refused_in_the_middle_was_done_in_part(bench, toy, kind):
    def begun():
        error = kind("Another window has the keyboard (16 of 40 characters typed).")
        error.begun = True
        raise error

    toy.focused_ref, toy.focus, toy.before_perform = "note", 10, begun
    action = Action(ActionKind.TYPE, "Type", (TypeText("x" * 40),), "s1", None, toy.get(10))
    result = bench.run(action)
    assert result.outcome is Outcome.FAILED
    assert result.message.startswith("Only a part of it was done: ")
    assert "16 of 40" in result.message


def dragging(toy, end):
    return Action(ActionKind.DRAG, "Drag", (Drag(BARE, end),), "s1", None, toy.at(BARE))


def test_what_a_drag_does_where_it_ends_is_seen(toy, tmp_path):
    toy.stack.append(window(11, "Other", "Mousepad", pid=7, region=Rect(550, 100, 200, 200)))
    toy.add(11, element("place", "label", "", Rect(600, 150, 50, 50), text=""))
    bench = Bench(toy, tmp_path, scope="screen")
    drop = lambda: toy.set("place", text="dropped")  # noqa: E731
    toy.before_perform = drop
    result = bench.run(dragging(toy, Point(620, 170)))
    assert result.outcome is Outcome.CONFIRMED
    assert "pixels" in result.evidence
    toy.before_perform = lambda: toy.set("place", text="by itself")
    assert bench.run(dragging(toy, Point(300, 380))).outcome is Outcome.NO_EFFECT_SEEN


@pytest.mark.parametrize("draws", [True, False])
def test_what_a_popup_uncovers_is_no_evidence_and_what_changes_beside_it_is(bench, toy, draws):
    """A tooltip that goes makes the picture of a window's scope smaller."""
    toy.accessible = False
    toy.stack.insert(0, window(12, "", "Galculator", popup=True, parent=10, region=Rect(350, 350, 300, 100)))
    toy.add(12, element("tip", "label", "What this does", Rect(350, 350, 300, 100)))

    def go():
        toy.close_window(12)
        if draws:
            toy.set("display", text="777")

    toy.before_perform = go
    result = bench.run(click(toy, Point(110, 110)))
    assert result.outcome is (Outcome.CONFIRMED if draws else Outcome.NO_EFFECT_SEEN)
    assert ("pixels" in result.evidence) is draws


def test_pictures_that_have_nothing_in_common_are_said_not_to_be_compared(bench, toy):
    toy.accessible = False
    far = Rect(600, 450, 100, 100)
    seen = bench.see()
    capture_of = toy.grab
    toy.before_perform = lambda: setattr(toy, "grab", lambda region: replace(capture_of(region), region=far))
    result = bench.run(click(toy, BARE), seen)
    assert (result.outcome, result.evidence) == (Outcome.UNVERIFIABLE, "the screen could not be compared")


def test_copying_in_a_terminal_leaves_nothing_to_see(bench, toy):
    toy.focus = 10
    press = Action(ActionKind.KEY, "Press", (Press(("ctrl", "shift", "c")),), "s1", None, toy.get(10))
    assert bench.run(press).outcome is Outcome.UNVERIFIABLE


@pytest.mark.parametrize("closes", [True, False])
def test_a_menu_that_stays_open_keeps_the_person_from_being_asked(bench, toy, monkeypatch, closes):
    monkeypatch.setattr(menus, "WAIT_SECONDS", 0.1)
    menu = window(12, "", "Galculator", popup=True, parent=10, region=Rect(150, 220, 100, 100))
    toy.on_click["seven"] = lambda: toy.stack.insert(0, menu)
    assert bench.run(click(toy, button="right")).outcome is Outcome.CONFIRMED
    toy.on_press = lambda keys: toy.close_window(12) if closes else None
    asked = len(bench.approver.requests)
    result = bench.run(click(toy, Point(200, 300)))
    assert Press(("escape",)) in toy.performed
    assert len(bench.approver.requests) == asked + closes
    assert (bench.log().count('"outcome":"confirmed"') > 1) is closes
    if not closes:
        assert result.outcome is Outcome.REFUSED
        assert "could not be put away" in result.message
