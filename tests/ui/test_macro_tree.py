"""The rows of an editor's list, and the changes of a macro's steps."""

import pytest

from desktop_agent.macros.format import DragStep, MacroStep, Parameter, ScrollStep, Target, walk
from tests.ui.macro_doubles import branching, click, macro, press, repeating, typing
from ui import macro_tree
from ui.macro_checks import Checker
from ui.macro_tree import Place

HERE = Target(near=("Help",))
STEPS = (typing("a"), branching("if", (typing("b"), repeating("loop", press("c"))), (press("d"),)), typing("e"))


def ids(steps: tuple[object, ...]) -> list[str]:
    return [step.id for step, _ in walk(steps)]  # type: ignore[arg-type]


def test_rows_show_where_branches_begin_and_end() -> None:
    shown = [(row.kind, row.step.id, row.depth, row.number) for row in macro_tree.rows(STEPS)]
    assert shown == [
        ("step", "a", 0, 1),
        ("step", "if", 0, 2),
        ("step", "b", 1, 3),
        ("step", "loop", 1, 4),
        ("step", "c", 2, 5),
        ("end", "loop", 1, 0),
        ("otherwise", "if", 0, 0),
        ("step", "d", 1, 6),
        ("end", "if", 0, 0),
        ("step", "e", 0, 7),
    ]


def test_behind_each_row_is_one_place_and_something_put_there_comes_right_behind_it() -> None:
    rows = macro_tree.rows(STEPS)
    for at, row in enumerate(rows):
        grown = macro_tree.inserted(STEPS, row.after, (press("new"),))
        shown = [each.step.id for each in macro_tree.rows(grown)]
        assert shown[at + 1] == "new", row


def test_what_is_not_changed_stays_the_same_object() -> None:
    changed = macro_tree.replaced(STEPS, {"c": (press("c", "enter"),)})
    assert changed[0] is STEPS[0]
    assert changed[2] is STEPS[2]
    assert macro_tree.replaced(STEPS, {"nothing": ()}) is STEPS


@pytest.mark.parametrize(
    ("moved", "place", "expected"),
    [
        (["a"], Place("", "steps", 2), ["if", "b", "loop", "c", "d", "a", "e"]),
        (["a"], Place("", "steps", 3), ["if", "b", "loop", "c", "d", "e", "a"]),
        (["a", "e"], Place("if", "otherwise", 0), ["if", "b", "loop", "c", "a", "e", "d"]),
        (["b"], Place("if", "then", 2), ["a", "if", "loop", "c", "b", "d", "e"]),
        (["if", "b"], Place("", "steps", 0), ["if", "b", "loop", "c", "d", "a", "e"]),
        (["e"], Place("", "steps", 0), ["e", "a", "if", "b", "loop", "c", "d"]),
    ],
)
def test_steps_are_moved(moved: list[str], place: Place, expected: list[str]) -> None:
    assert ids(macro_tree.moved(STEPS, moved, place)) == expected


def test_a_step_is_not_put_into_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        macro_tree.moved(STEPS, ["if"], Place("loop", "steps", 0))


def test_copies_have_ids_of_their_own_nested_ones_too() -> None:
    known = macro_tree.ids(macro(*STEPS))
    copied = macro_tree.copies(STEPS, known)
    assert len(ids(copied)) == len(set(ids(copied)) | known) - len(known)


def test_references_follow_a_renamed_parameter_and_nothing_else_does() -> None:
    steps = (
        typing("a", r"{{who}} and \{{who}} and {{whom}} and {{secret:who}}"),
        branching("if", (typing("b", "{{ who }}"),)),
        MacroStep(id="m", do="macro", macro="who", values={"who": "{{who}}"}),
    )
    before = macro(*steps, parameters=(Parameter(name="who"),))
    after = macro_tree.with_parameters(before, (Parameter(name="name"),), {"who": "name"})
    texts = [step.text for step, _ in walk(after.steps) if step.do == "type"]
    assert texts == [r"{{name}} and \{{who}} and {{whom}} and {{secret:who}}", "{{name}}"]
    assert after.steps[2].values == {"who": "{{name}}"}  # type: ignore[union-attr]
    assert after.steps[2].macro == "who"  # type: ignore[union-attr]


def test_what_is_wrong_is_said_at_its_step() -> None:
    steps = (
        typing("value", "{{nobody}}"),
        typing("fine", "{{who}} {{secret:bank}}"),
        press("keys", "ctrl", "nonsense"),
        ScrollStep(id="turned", do="scroll", target=HERE, direction="up", clicks=1, keys=("a",)),
        DragStep(id="drawn", do="drag", target=HERE, end=HERE, keys=("ctrl",)),
        typing("nothing", ""),
        click("shown", "{{secret:bank}}"),
        repeating("loop"),
        MacroStep(id="other", do="macro", macro="There is none"),
        MacroStep(id="known", do="macro", macro="save THE note"),
    )
    found = Checker().problems(macro(*steps, parameters=(Parameter(name="who"),)), ["Save the note"])
    assert set(found) == {"value", "keys", "turned", "nothing", "shown", "loop", "other"}
    assert "“nobody”" in found["value"]
    assert "nonsense" in found["keys"]
    assert "“bank”" in found["shown"]
