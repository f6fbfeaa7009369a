"""A run of the agent becomes a macro."""

import json
from dataclasses import replace

import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Click,
    Drag,
    Input,
    Move,
    Outcome,
    Press,
    Ruling,
    Scroll,
    StepResult,
    TypeSecret,
    TypeText,
    Verdict,
)
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.macros import wording
from desktop_agent.macros.files import decode
from desktop_agent.macros.recording.convert import Draft
from desktop_agent.macros.recording.from_run import from_run
from desktop_agent.store.images import PictureLost
from desktop_agent.store.records import RunRecord, RunSummary, StoredStep, step_body, step_of
from tests.unit.toy_desktop import element, window

VERDICT = Verdict(Ruling.ALLOW, "", "")
PICTURE = Image(800, 600, bytes(800 * 600 * 4))
SHOT = Screenshot("s1", Rect(0, 0, 800, 600), "one", PICTURE, 0.0)
PAD = window(10, "Untitled - Mousepad")
NAME = element("n", "text", "Full name", Rect(120, 120, 80, 30))
INSIDE = Point(130, 130)


class Pictures:
    def get(self, digest: str) -> Image:
        if digest != PICTURE.digest:
            raise PictureLost("A picture is missing in the store.")
        return PICTURE


def step(kind: ActionKind, *inputs: Input, outcome=Outcome.CONFIRMED, digest=PICTURE.digest, **more) -> StoredStep:
    """As the store gives it back."""
    action = Action(kind, "Did it", inputs, "s1", Rect(120, 120, 80, 30), PAD, NAME, **more)
    body = step_body(StepResult(action, outcome, "", VERDICT, before=SHOT), digest, None)
    return step_of(1, 0.0, outcome, json.loads(json.dumps(body)))


def drafted(*steps: StoredStep) -> Draft:
    run = RunSummary("r", "c", "Fill in the form", "fixed", 1.0, 2.0, "done", "", len(steps))
    numbered = tuple(replace(each, number=index) for index, each in enumerate(steps))
    return from_run(RunRecord(run, None, numbered, (), ()), Pictures())


def words(*steps: StoredStep) -> list[str]:
    return [wording.step(each) for each in drafted(*steps).macro.steps]


def test_what_was_typed_becomes_a_parameter_with_that_default() -> None:
    draft = drafted(step(ActionKind.TYPE, Click(INSIDE), TypeText("Alice {{x}}")))
    (only,) = draft.macro.steps
    (parameter,) = draft.macro.parameters
    assert only.text == "{{full_name}}"
    assert (parameter.name, parameter.default, parameter.label) == ("full_name", "Alice {{x}}", "Full name")
    assert only.target.element.name == "Full name"
    assert draft.macro.name == "Fill in the form"


def test_two_values_of_one_field_are_two_parameters() -> None:
    typed = step(ActionKind.TYPE, TypeText("a"))
    assert [each.name for each in drafted(typed, typed).macro.parameters] == ["full_name", "full_name_2"]


def test_a_secret_stays_a_name() -> None:
    draft = drafted(step(ActionKind.TYPE, Click(INSIDE), TypeSecret("bank"), secret="bank"))
    assert draft.macro.steps[0].text == "{{secret:bank}}"
    assert draft.macro.parameters == ()


@pytest.mark.parametrize(
    ("kind", "each", "said"),
    [
        (ActionKind.LEFT_CLICK, Click(INSIDE), "Click the text “Full name” in Mousepad"),
        (ActionKind.DOUBLE_CLICK, Click(INSIDE, "left", 2), "Double-click the text “Full name” in Mousepad"),
        (ActionKind.RIGHT_CLICK, Click(INSIDE, "right"), "Click (right button) the text “Full name” in Mousepad"),
        (ActionKind.HOVER, Move(INSIDE), "Point at the text “Full name” in Mousepad"),
        (ActionKind.SCROLL, Scroll(INSIDE, "down", 3), "Scroll down by 3 over the text “Full name” in Mousepad"),
        (
            ActionKind.SCROLL,
            Scroll(INSIDE, "up", 1, ("ctrl",)),
            "Hold Ctrl and scroll up by 1 over the text “Full name” in Mousepad",
        ),
        (
            ActionKind.LEFT_CLICK,
            Click(INSIDE, keys=("shift",)),
            "Hold Shift and click the text “Full name” in Mousepad",
        ),
        (ActionKind.KEY, Press(("ctrl", "s")), "Press Ctrl+S in Mousepad"),
    ],
)
def test_every_action_has_its_step(kind: ActionKind, each: Input, said: str) -> None:
    assert words(step(kind, each)) == [said]


def test_a_drag_and_an_opened_application() -> None:
    drag, opened = drafted(
        step(ActionKind.DRAG, Drag(INSIDE, Point(300, 300), keys=("ctrl",))),
        step(ActionKind.OPEN_APP, application="mousepad.desktop"),
    ).macro.steps
    assert (drag.do, drag.end.element, drag.end.place.point.x, drag.keys) == ("drag", None, 200, ("ctrl",))
    assert opened.application == "mousepad.desktop"


def test_targets_have_pictures_of_the_moment_before() -> None:
    draft = drafted(step(ActionKind.LEFT_CLICK, Click(INSIDE)))
    reference = draft.macro.steps[0].target.picture
    image = decode(draft.pictures[reference.file], reference.file)
    assert (reference.box.width, reference.box.height) == (80, 30)
    assert (reference.point.x - reference.box.x, reference.point.y - reference.box.y) == (10, 10)
    assert reference.box.x + reference.box.width <= image.width


def test_what_was_not_done_is_left_out_and_told() -> None:
    done = step(ActionKind.LEFT_CLICK, Click(INSIDE))
    draft = drafted(step(ActionKind.KEY, Press(("enter",)), outcome=Outcome.REFUSED), done)
    assert len(draft.macro.steps) == 1
    assert "Left out" in draft.remarks[0]


def test_a_doubtful_step_says_so_in_its_comment() -> None:
    draft = drafted(step(ActionKind.LEFT_CLICK, Click(INSIDE), outcome=Outcome.NO_EFFECT_SEEN))
    assert "no effect" in draft.macro.steps[0].comment


def test_a_missing_picture_is_told_and_the_rest_is_kept() -> None:
    draft = drafted(step(ActionKind.LEFT_CLICK, Click(INSIDE), digest="gone"))
    assert draft.macro.steps[0].target.picture is None
    assert "missing" in draft.remarks[0]


def test_a_run_of_an_older_version_is_refused() -> None:
    old = replace(step(ActionKind.LEFT_CLICK, Click(INSIDE)), inputs=(), window=None, element=None)
    with pytest.raises(UsageError, match="can't become a macro"):
        drafted(old)
