"""Whether a run gets anywhere: what counts as the same, as a change, and as going in circles."""

import itertools

import numpy
import pytest

from desktop_agent.agent.limits import Limits
from desktop_agent.agent.progress import told, tried, trouble
from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Click,
    Drag,
    Move,
    Outcome,
    Press,
    Ruling,
    Scroll,
    StepResult,
    TypeText,
    Verdict,
)
from desktop_agent.core.chat import Picture, Text, ToolCall
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.tools.result import ToolResult

SIZE = Rect(0, 0, 1000, 1000)
CARET = Rect(500, 500, 2, 20)
REPEAT, STUCK, CIRCLES = "The same was tried 3 times", "4 steps in a row", "round in circles"
LIMITS = Limits()
VERDICT = Verdict(Ruling.ALLOW, "", "")
_names = itertools.count()


def shot(look=0, *painted, region=SIZE):
    """A screen; `look` is its shade, `painted` what stands out from it."""
    pixels = numpy.full((region.height, region.width, 4), 200 - 10 * look, numpy.uint8)
    for part in painted:
        pixels[part.y : part.bottom, part.x : part.right] = 0
    image = Image(region.width, region.height, pixels.tobytes())
    return Screenshot(f"s{next(_names)}", region, "one", image, 0.0)


def acted(
    *inputs, kind=ActionKind.LEFT_CLICK, outcome=Outcome.NO_EFFECT_SEEN, before=0, after=None, at=500, why="No effect."
):
    first = shot(before) if isinstance(before, int) else before
    then = (shot(after) if isinstance(after, int) else after) or first
    action = Action(kind, "Click “7”", inputs or (Click(Point(at, 500)),), "s")
    result = StepResult(action, outcome, why, VERDICT, before=first, after=then)
    return tried(ToolCall("c", kind.value, {}), ToolResult((Text(outcome.value),), step=result))


def looked(name="read_text", text="seen", picture=None, **arguments):
    pictures = () if picture is None else (Picture(f"img{next(_names)}", picture.image, View(picture.region, 9, 9)),)
    return tried(ToolCall("c", name, arguments), ToolResult((Text(text), *pictures), summary=text))


def found(*history, limits=LIMITS):
    return trouble(history, limits) or ""


def test_nothing_tried_is_no_trouble():
    assert found() == ""


@pytest.mark.parametrize("outcome", [Outcome.NO_EFFECT_SEEN, Outcome.REFUSED, Outcome.UNVERIFIABLE, Outcome.FAILED])
def test_the_same_on_an_unchanged_screen_three_times(outcome):
    same = [acted(outcome=outcome) for _ in range(3)]
    assert found(*same[:2]) == ""
    assert REPEAT in found(*same)


def refused(why="“7” is gone.", **more):
    return acted(outcome=Outcome.REFUSED, why=why, **more)


def test_a_refusal_is_the_same_only_for_the_same_reason():
    """The application may be catching up: each time something else has changed."""
    moved, gone, covered = refused("“7” has moved."), refused(), refused("Another window covers it.")
    assert found(moved, gone, covered) == found(gone, covered, gone) == ""
    assert REPEAT in found(gone, covered, gone, gone)


def test_a_refusal_is_no_try():
    assert found(refused(), acted(), acted()) == ""
    assert REPEAT in found(refused(), acted(), acted(), acted())


def test_a_refusal_because_the_screen_changed_is_one_of_another_screen():
    """It had changed between the planner's look and the refusal, each time anew."""
    beneath = [refused(before=look, after=look + 1) for look in range(3)]
    assert found(*beneath) == ""
    assert REPEAT in found(beneath[-1], *(refused(before=3) for _ in range(2)))


def test_whoever_repeats_what_is_refused_is_stopped_whatever_the_reason():
    assert STUCK in found(*(refused(str(number)) for number in range(4)))
    assert STUCK in found(*(refused(before=look, after=look + 1) for look in range(4)))
    looks = [looked("screenshot", picture=shot(number)) for number in range(4)]
    tries = [refused(str(number), before=number) for number in range(4)]
    assert STUCK in found(*itertools.chain(*zip(looks, tries, strict=True)))


def test_a_hair_beside_it_is_the_same_and_elsewhere_is_not():
    assert REPEAT in found(acted(at=500), acted(at=505), acted(at=503))
    assert found(acted(at=500), acted(at=506), acted(at=500)) == ""


def test_looking_in_between_is_no_progress():
    clicks = [acted() for _ in range(3)]
    looks = [looked("screenshot", picture=shot()), looked("zoom", picture=shot(5, region=Rect(0, 0, 50, 50)))]
    assert REPEAT in found(clicks[0], looks[0], clicks[1], looks[1], clicks[2])


def test_another_action_between_does_not_hide_it():
    assert REPEAT in found(acted(), acted(at=100), acted(), acted())


def test_a_blinking_caret_is_no_change():
    bright, dark = shot(), shot(0, CARET)
    assert REPEAT in found(*(acted(before=each) for each in (bright, dark, bright)))
    unsure = [acted(outcome=Outcome.UNVERIFIABLE, before=bright, after=dark) for _ in range(3)]
    assert REPEAT in found(*unsure)


def test_a_screen_that_changed_meanwhile_is_another():
    """A slow application: the effect of each click comes when its check is over."""
    assert found(*(acted(before=look) for look in range(3))) == ""
    assert found(acted(), acted(), looked("WAIT", picture=shot(3)), acted(before=3)) == ""


def test_what_has_an_effect_may_be_done_again():
    counting = [acted(outcome=Outcome.CONFIRMED, before=n, after=n + 1) for n in range(9)]
    assert found(*counting) == ""
    letters = [shot(0, *(Rect(100 + 3 * i, 100, 2, 14) for i in range(n))) for n in range(7)]
    typing = [
        acted(Press(("l",)), kind=ActionKind.KEY, outcome=Outcome.CONFIRMED, before=one, after=two)
        for one, two in itertools.pairwise(letters)
    ]
    assert found(*typing) == ""


def test_text_that_cannot_be_read_back_but_shows_is_a_change():
    screens = [shot(0, Rect(0, 0, 20 * n, 20)) for n in range(6)]
    typing = [
        acted(TypeText("y"), kind=ActionKind.TYPE, outcome=Outcome.UNVERIFIABLE, before=one, after=two)
        for one, two in itertools.pairwise(screens)
    ]
    assert found(*typing) == ""


def test_pointing_at_the_same_is_the_same_although_the_pointer_is_there():
    hovers = [acted(Move(Point(5, 5)), kind=ActionKind.HOVER, outcome=Outcome.CONFIRMED) for _ in range(3)]
    assert REPEAT in found(*hovers)


@pytest.mark.parametrize(("one", "other"), [
    (TypeText("a"), TypeText("b")),
    (Press(("ctrl", "c")), Press(("ctrl", "v"))),
    (Scroll(Point(1, 1), "up", 5), Scroll(Point(1, 1), "down", 5)),
    (Drag(Point(1, 1), Point(300, 1)), Drag(Point(1, 1), Point(600, 1))),
])  # fmt: skip
def test_what_differs_is_not_the_same(one, other):
    assert found(acted(one), acted(other), acted(one)) == ""
    assert REPEAT in found(acted(one), acted(one), acted(one))


def test_kinds_differ():
    assert found(acted(), acted(), acted(kind=ActionKind.DOUBLE_CLICK)) == ""


def test_four_actions_in_a_row_without_effect():
    different = [acted(at=100 * n) for n in range(1, 5)]
    assert found(*different[:3]) == ""
    assert STUCK in found(*different)
    assert STUCK in found(*different[:2], looked(), *different[2:])


def test_one_with_an_effect_among_them_counts_anew():
    assert found(acted(at=1), acted(at=100), acted(outcome=Outcome.CONFIRMED), acted(at=300), acted(at=700)) == ""


def test_a_film_does_not_hide_that_nothing_has_an_effect():
    assert STUCK in found(*(acted(at=100 * n, before=n) for n in range(4)))


def test_calls_that_could_not_be_carried_out_count_as_tried():
    wrong = [
        tried(ToolCall("c", "left_click", {"start_box": [50 * n]}), ToolResult((), problem=True)) for n in range(4)
    ]
    assert STUCK in found(*wrong)


def toggle(number, at=500):
    """Click number `number` of a screen that goes back and forth."""
    return acted(outcome=Outcome.CONFIRMED, before=number % 2, after=(number + 1) % 2, at=at)


def test_going_back_and_forth_for_the_third_time():
    clicks = [toggle(number) for number in range(5)]
    assert found(*clicks[:4]) == ""
    assert CIRCLES in found(*clicks)


def test_a_longer_circle():
    around = [acted(outcome=Outcome.CONFIRMED, before=n % 4, after=(n + 1) % 4, at=100 * (n % 4)) for n in range(9)]
    assert all(found(*around[:n]) == "" for n in range(9))
    assert CIRCLES in found(*around)


def test_a_circle_with_a_blinking_caret():
    blinking = [shot(0), shot(0, CARET), shot(0)]
    there = [acted(outcome=Outcome.CONFIRMED, before=each, after=5) for each in blinking]
    back = acted(outcome=Outcome.CONFIRMED, before=5, after=0, at=9)
    assert CIRCLES in found(there[0], back, there[1], back, there[2])


def test_going_back_once_or_doing_something_else_there_is_no_circle():
    assert found(toggle(0), toggle(1), toggle(2)) == ""
    assert found(toggle(0), toggle(1), toggle(2, at=100), toggle(3), toggle(4, at=900)) == ""


def test_small_steps_that_look_alike_are_no_circle():
    """Each adds a letter as narrow as a caret; it never was anywhere else in between."""
    thin = [shot(0, Rect(500, 500, n, 14)) for n in range(6)]
    typing = [
        acted(Press(("i",)), kind=ActionKind.KEY, outcome=Outcome.CONFIRMED, before=one, after=two)
        for one, two in itertools.pairwise(thin)
    ]
    assert found(*typing) == ""


def test_looking_at_the_same_again():
    assert REPEAT in found(*(looked(box=[n, 2, 30, 40]) for n in (1, 3, 2)))
    assert found(*(looked(box=[20 * n, 2, 30, 40]) for n in range(3))) == ""
    assert found(*(looked(text=str(n)) for n in range(9))) == ""
    assert REPEAT in found(*(looked("screenshot", f"img{n}:", shot()) for n in range(3)))
    assert found(*(looked("screenshot", f"img{n}:", shot(n)) for n in range(3))) == ""


def test_limits_of_their_own():
    assert "2 times" in found(acted(), acted(), limits=Limits(repeats=2))
    assert "2 steps" in found(acted(at=1), acted(at=99), limits=Limits(idle=2))
    assert "2 times" in found(*(toggle(number) for number in range(3)), limits=Limits(rounds=2))


def test_what_was_tried_is_told_in_few_lines():
    lines = told([acted(), acted(), acted(), looked(text="a\nb\u202e"), *(looked(text=str(n)) for n in range(3))])
    assert lines == ("3 × Click “7”: No effect.", "read_text: a b", "read_text: 0", "read_text: 1", "read_text: 2")
    assert len(told([looked(text=str(n)) for n in range(50)])) == 5
    assert len(told([looked(text="x" * 9999)])[0]) <= 200
