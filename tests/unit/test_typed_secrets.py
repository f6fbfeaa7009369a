"""Typing a secret through the whole step: what is asked, typed, seen and kept."""

import json
from dataclasses import replace
from functools import partial

import keyring
import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Click,
    Decision,
    InputReport,
    Outcome,
    Ruling,
    StepResult,
    TypeSecret,
    TypeText,
)
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.errors import AgentError, TargetChanged, UsageError
from desktop_agent.core.events import Asking
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop.hands import codec
from desktop_agent.desktop.keyboard.text import plan
from desktop_agent.desktop.settle import settle
from desktop_agent.safety import named_secrets
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step import aftermath
from desktop_agent.step.capture import capture
from desktop_agent.step.masks import GREY
from desktop_agent.step.privacy import marker
from desktop_agent.step.step import Step
from desktop_agent.store.records import step_body
from desktop_agent.tools.context import Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.toolbox import Toolbox
from tests.unit.test_secrets import MemoryKeyring
from tests.unit.test_step_capture import pixel
from tests.unit.toy_desktop import Events, FixedApprover, ToyDesktop, element, window

VALUE = "cänary-7f3a!"
FIELD, CODE = Point(150, 320), Point(150, 380)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(aftermath, "PATIENCE", 0.0)
    monkeypatch.setattr(aftermath, "settle", partial(settle, limit=0.2))


@pytest.fixture(autouse=True)
def kept():
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    named_secrets.keep("bank", VALUE)
    yield backend.kept
    keyring.set_keyring(before)


class Bench:
    """A form with a text field and a password field, and tools on it."""

    def __init__(self, folder):
        self.toy = toy = ToyDesktop(window(10, "Form", "Form"))
        toy.add(
            10,
            element("name", "text", "Name", Rect(120, 300, 200, 40), ("editable",)),
            element("code", "password text", "Code", Rect(120, 360, 200, 40), ("editable",)),
            element("echo", "label", "Echo", Rect(120, 120, 300, 40), text=""),
        )
        self.desk, self.events, self.approver = toy.desk, Events(), FixedApprover()
        self.audit = Audit(folder / "audit.jsonl")
        self.scope = toy.scope()
        step = Step(self.desk, Policy(), self.approver, self.audit, self.events, self.scope, "run")
        self.toolbox = Toolbox(Gallery(), self.events, Sight(self.desk, self.scope), step)

    def call(self, tool="type_secret", /, at=FIELD, **arguments):
        view = self.toolbox.look().view
        box = {} if at is None else {"start_box": list(view.to_thousandths(at))}
        return self.toolbox.call(ToolCall("c", tool, {"name": "bank", **box, **arguments}))

    def read(self):
        self.toolbox.look()
        return self.toolbox.call(ToolCall("c", "read_text", {})).text

    @property
    def told(self):
        """All that anybody was told, kept or shown."""
        results = [repr(step_body(each, None, None)) for each in self.events if isinstance(each, StepResult)]
        return repr(self.events) + repr(self.approver.requests) + self.audit.path.read_text() + "".join(results)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_a_secret_is_typed_after_approval_and_found_in_the_field(bench):
    read_when_asked = []
    bench.approver.while_asked = lambda: read_when_asked.append(bench.toy.element("name").text)
    result = bench.call()
    assert (result.step.outcome, result.step.evidence) == (Outcome.CONFIRMED, "the field now holds it")
    assert bench.toy.element("name").text == VALUE
    assert bench.toy.performed == [Click(FIELD), TypeText(VALUE, keyed=True)]
    assert read_when_asked == [""]
    (request,) = bench.approver.requests
    assert request.action.words == 'Type the secret "bank" into "Name" (text area) in "Form"'
    assert request.action.inputs == (Click(FIELD), TypeSecret("bank"))
    assert (request.action.secret, request.action.typed) == ("bank", "")
    assert (request.verdict.ruling, request.verdict.critical, request.verdict.rememberable) == (Ruling.ASK, True, False)
    assert VALUE not in bench.told + result.text
    assert bench.audit.verify().ok


def test_it_is_asked_every_time(bench):
    bench.call()
    bench.call()
    assert len(bench.approver.requests) == 2


def test_the_value_is_read_when_all_is_approved_and_checked(bench, kept):
    bench.approver.while_asked = lambda: kept.update({("desktop-agent", "secret bank"): "newer"})
    bench.call()
    assert bench.toy.element("name").text == "newer"


def test_a_password_field_takes_a_secret_and_can_not_be_read_back(bench):
    result = bench.call(at=CODE)
    assert result.step.outcome is Outcome.UNVERIFIABLE
    assert bench.toy.element("code").text == VALUE
    assert VALUE not in bench.told + result.text


def test_without_a_place_it_goes_where_the_keyboard_is(bench):
    bench.toy.focused_ref = "name"
    assert bench.call(at=None).step.outcome is Outcome.CONFIRMED
    assert bench.toy.performed == [TypeText(VALUE, keyed=True)]


def test_denied_it_is_not_even_read(bench, monkeypatch):
    monkeypatch.setattr(MemoryKeyring, "get_password", lambda *_: pytest.fail("read"))
    bench.approver.decision = Decision(Answer.DENIED)
    assert bench.call().step.outcome is Outcome.REFUSED
    assert bench.toy.performed == []
    assert bench.call().step.verdict.category == "denied_before"


def test_a_denial_covers_that_secret_only(bench):
    named_secrets.keep("mail", "other")
    bench.approver.decision = Decision(Answer.DENIED)
    bench.call()
    bench.call(name="mail")
    assert len(bench.approver.requests) == 2


def test_a_name_that_stands_for_nothing_is_not_asked_about(bench):
    result = bench.call(name="no such")
    assert result.problem
    assert "desktop-agent secret set 'no such'" in result.text
    assert bench.approver.requests == []


def test_a_secret_that_went_meanwhile_is_refused(bench, kept):
    bench.approver.while_asked = kept.clear
    result = bench.call()
    assert result.step.outcome is Outcome.REFUSED
    assert "desktop-agent secret set bank" in result.text
    assert bench.toy.performed == []


def test_a_keyring_that_went_meanwhile_is_said_and_nothing_typed(bench, monkeypatch):
    def gone(*_):
        raise OSError("the bus is gone")

    monkeypatch.setattr(MemoryKeyring, "get_password", gone)
    result = bench.call()
    assert result.step.outcome is Outcome.FAILED
    assert "kept nowhere else" in result.text
    assert bench.toy.performed == []


@pytest.mark.parametrize(
    "failure",
    [
        TargetChanged("The keyboard is elsewhere now.", "", "3 of 12 characters typed"),
        UsageError(f"This keyboard can't write {VALUE}."),
        ValueError(f"bad text {VALUE}"),
        UnicodeEncodeError("utf-8", VALUE, 0, 1, "bad"),
    ],
)
def test_a_failing_hand_tells_neither_value_nor_length(bench, failure):
    def fail(inputs, expectation):
        if any(isinstance(each, TypeText) for each in inputs):
            raise failure
        return InputReport()

    bench.toy.perform = fail
    bench.toy.focused_ref = "name"
    result = bench.call()
    assert result.step.outcome in (Outcome.FAILED, Outcome.REFUSED)
    assert VALUE not in bench.told + result.text
    assert not isinstance(failure, AgentError) or failure.details == ""


def test_what_the_hands_report_of_it_is_not_quoted(bench):
    bench.toy.report = InputReport(mismatch=f"it reads {VALUE[:5]}", notes=(f"half of {VALUE}",))
    result = bench.call()
    assert result.step.outcome is Outcome.FAILED
    assert VALUE[:5] not in bench.told + result.text


def test_a_field_that_does_not_take_it_is_said(bench):
    bench.toy.perform = lambda inputs, expectation: setattr(bench.toy, "focused_ref", "name") or InputReport()
    result = bench.call()
    assert (result.step.outcome, result.step.evidence) == (Outcome.NO_EFFECT_SEEN, "the field does not hold it")


def test_its_field_is_grey_afterwards_wherever_it_moves(bench):
    before = capture(bench.desk, bench.scope)
    bench.call()
    after = capture(bench.desk, bench.scope)
    assert pixel(before, 150, 320) != GREY
    assert pixel(after, 150, 320) == pixel(after, 319, 339) == GREY
    assert pixel(after, 350, 320) != GREY
    moved = Rect(200, 150, 400, 300)
    bench.toy.change_window(10, region=moved, frame=moved)
    assert pixel(capture(bench.desk, bench.scope), 250, 370) == GREY  # moved with its window
    bench.toy.set("name", region=Rect(220, 200, 50, 20))
    assert pixel(capture(bench.desk, bench.scope), 230, 210) == GREY  # and within it
    assert before.masked == ()


def test_where_no_field_is_known_the_whole_window_is_grey(bench):
    bench.toy.focused_ref = ""
    bench.toy.perform = lambda inputs, expectation: InputReport()
    bench.toy.elements_of.clear()
    bench.call(at=None)
    shot = capture(bench.desk, bench.scope)
    assert shot.image.bgra == GREY * shot.region.area


def test_a_resized_window_whose_field_can_not_be_found_is_grey(bench):
    bench.call()
    bench.toy.change_window(10, region=Rect(100, 100, 300, 300), frame=Rect(100, 100, 300, 300))
    bench.toy.accessible = False
    bench.toy.elements_of.clear()
    shot = capture(bench.desk, bench.scope)
    assert shot.image.bgra == GREY * shot.region.area


def test_suggestions_at_the_field_are_grey_and_other_menus_are_not(bench):
    bench.call()
    list_, menu = Rect(120, 342, 200, 30), Rect(120, 130, 100, 50)
    bench.toy.stack[:0] = [window(12, region=list_, popup=True), window(13, region=menu, popup=True)]
    shot = capture(bench.desk, bench.scope)
    assert pixel(shot, 130, 350) == GREY
    assert pixel(shot, 130, 140) != GREY


def test_a_field_covered_by_another_window_does_not_mask_that(bench):
    bench.call()
    bench.toy.stack.insert(0, window(20, "Other", "Other", 200, Rect(100, 290, 400, 100)))
    assert pixel(capture(bench.desk, bench.scope), 150, 320) != GREY


def test_text_that_holds_it_is_told_without_it(bench):
    bench.call()
    bench.toy.set("echo", text=f"You wrote {VALUE.upper()}, thanks", name=f"Echo of {VALUE}")
    bench.toy.change_window(10, title=f"{VALUE} – Form")
    said = bench.read()
    assert f"You wrote {marker('bank')}, thanks" in said
    assert VALUE.casefold() not in said.casefold()
    assert bench.desk.windows.active().title == f"{marker('bank')} – Form"
    tree = bench.desk.elements.tree(bench.desk.windows.active())
    assert VALUE.casefold() not in repr(tree).casefold()


def test_wherever_it_was_copied_to_is_grey(bench):
    bench.call()
    assert pixel(capture(bench.desk, bench.scope), 130, 130) != GREY
    bench.toy.set("echo", text=f"It is {VALUE}.")
    assert pixel(capture(bench.desk, bench.scope), 130, 130) == GREY
    bench.toy.set("echo", text="", name=VALUE)
    assert pixel(capture(bench.desk, bench.scope), 130, 130) == GREY


def test_its_field_tells_nothing_of_a_part_either(bench):
    bench.call()
    bench.toy.set("name", text=f"before {VALUE[:6]}")
    bench.toy.add(10, element("inner", "label", VALUE[:6], Rect(125, 305, 50, 20)))
    said = bench.read()
    assert VALUE[:6] not in said
    bench.toy.set("name", text=f"x {VALUE}{VALUE} y")
    field = bench.desk.elements.at(bench.desk.windows.active(), Point(300, 320))
    assert bench.desk.elements.text(field) == field.text == marker("bank") * 2


def test_what_else_is_typed_there_can_not_be_read_back(bench):
    bench.call()
    result = bench.call("type", at=None, name=None, content="more")
    assert result.step.outcome is not Outcome.CONFIRMED
    assert "can't be read back" in result.text


def test_a_text_that_is_cut_off_in_it_is_told_without_it(bench):
    bench.call()
    bench.toy.set("echo", text=f"You wrote {VALUE[:4]}…")
    echo = bench.desk.elements.at(bench.desk.windows.active(), Point(130, 130))
    assert echo.text == f"You wrote {marker('bank')}…"


def test_words_read_from_the_pixels_are_told_without_it(bench):
    from desktop_agent.core.desktop import Word

    bench.call()
    bench.toy.accessible = False
    bench.toy.words = (Word(f"says:{VALUE}", Rect(0, 0, 9, 9), 0, 1.0),)
    assert f"says:{marker('bank')}" in bench.read()


def test_what_stood_there_before_is_no_evidence(bench):
    bench.toy.set("name", text=VALUE)
    bench.toy.perform = lambda inputs, expectation: setattr(bench.toy, "focused_ref", "name") or InputReport()
    assert bench.call().step.outcome is Outcome.NO_EFFECT_SEEN


def test_planners_are_told_the_names_only(bench):
    spec = next(each for each in bench.toolbox.specs if each.name == "type_secret")
    assert '"bank"' in spec.description
    assert VALUE not in repr(bench.toolbox.specs)
    named_secrets.remove("bank")
    spec = next(each for each in Toolbox(Gallery(), print, step=object()).specs if each.name == "type_secret")
    assert "none yet" in spec.description


def test_an_action_never_holds_a_value(bench, tmp_path):
    action = Action(ActionKind.TYPE, "Type", (TypeSecret("bank"),), "s1", secret="bank")
    result = StepResult(action, Outcome.CONFIRMED, "Done", Policy().judge(action, None, frozenset()))
    audit = Audit(tmp_path / "other.jsonl")
    audit.outcome(audit.intent("run", action, result.verdict, None), replace(result, message="reads secret things"))
    kept = audit.path.read_text()
    assert json.loads(kept.splitlines()[0])["action"]["secret"] == "bank"
    assert "secret things" not in kept
    packed = json.dumps(codec.pack_inputs(action.inputs))
    for each in (repr(action), kept, packed, json.dumps(step_body(result, None, None))):
        assert VALUE not in each
    with pytest.raises(KeyError):  # The hands know no secrets.
        codec.unpack_inputs(codec.pack_inputs(action.inputs))


def test_a_keyed_text_travels_as_one_and_is_never_pasted():
    (travelled,) = codec.unpack_inputs(codec.pack_inputs([TypeText("x", keyed=True)]))
    assert travelled == TypeText("x", keyed=True)
    many = "".join(chr(0x4E00 + each) for each in range(40))
    assert plan(many, lambda _: False, 19).way == "paste"
    with pytest.raises(UsageError, match="can't be pasted") as raised:
        plan(many, lambda _: False, 19, can_paste=False)
    assert not set(many) & set(str(raised.value))
    assert plan("a" * 1000, lambda _: True, 0, can_paste=False).way == "keys"


def test_the_step_events_are_those_of_any_action(bench):
    bench.call()
    assert [type(each).__name__ for each in bench.events] == ["Proposed", "Asking", "Decided", "Acting", "Stepped"]
    assert bench.events.of(Asking)[0].request.action.secret == "bank"


def test_the_end_of_a_terminal_tells_no_secret_either(bench):
    form, said = bench.desk.windows.get(10), f"anna@box:~$ echo {VALUE}"
    bench.toy.set("echo", tail=said)
    bench.call()
    bench.toy.set("name", tail=said)
    tails = {each.ref: each.tail for each in bench.desk.elements.tree(form).elements}
    assert tails == {"name": marker("bank"), "code": "", "echo": f"anna@box:~$ echo {marker('bank')}"}
