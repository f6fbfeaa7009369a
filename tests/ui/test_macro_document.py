"""The macro that an editor holds: changes, and undoing them."""

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.format import MAX_DEPTH, Macro, Parameter, Step, walk
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import branching, click, macro, pictures, press, repeating, typing
from ui import macro_tree
from ui.macro_document import Document
from ui.macro_tree import Place


@pytest.fixture
def document(app: object) -> Document:
    return Document(macro(typing("a"), branching("if", (typing("b"),)), press("c")), pictures())


def ids(document: Document) -> list[str]:
    return [step.id for step, _ in walk(document.macro.steps)]


def step(document: Document, step_id: str) -> Step:
    return macro_tree.find(document.macro.steps, step_id)


def test_every_change_is_undone_and_done_again(document: Document) -> None:
    before = [document.macro]
    document.insert((press("new"),), Place("if", "otherwise"), "Insert", (Parameter(name="who"),))
    before.append(document.macro)
    document.duplicate(["if"])
    before.append(document.macro)
    document.move(["c"], Place())
    before.append(document.macro)
    document.skip(["a", "b"], True)
    before.append(document.macro)
    document.remove(["if", "b"])
    before.append(document.macro)
    document.rename("Other")
    before.append(document.macro)
    document.set_parameters((Parameter(name="whom"),), {"who": "whom"})
    before.append(document.macro)
    document.edit(step(document, "a"), {"text": "new"})
    before.append(document.macro)
    document.parametrise(step(document, "a"), {"text": "{{text}}"}, Parameter(name="text", default="new"))
    assert len({id(each) for each in before}) == len(before)
    last = document.macro
    for expected in reversed(before):
        document.stack.undo()
        assert document.macro is expected
    for _ in before:
        document.stack.redo()
    assert document.macro == last


def test_what_is_typed_in_one_field_is_undone_as_one_until_something_else_is_chosen(document: Document) -> None:
    for text in ("x", "xy", "xyz"):
        document.edit(step(document, "a"), {"text": text})
    document.edit(step(document, "a"), {"comment": "why"})
    document.seal()
    document.edit(step(document, "a"), {"comment": "why not"})
    assert document.stack.count() == 3
    document.stack.undo()
    assert step(document, "a").comment == "why"
    document.stack.undo()
    document.stack.undo()
    assert step(document, "a").text == "hello"  # type: ignore[union-attr]
    document.stack.redo()
    assert step(document, "a").text == "xyz"  # type: ignore[union-attr]


def test_what_could_not_be_written_is_refused_and_nothing_changes(document: Document) -> None:
    before = document.macro
    with pytest.raises(UsageError, match=r"text: .*100000 characters"):
        document.edit(step(document, "a"), {"text": "x" * 100_001})
    with pytest.raises(UsageError, match="name"):
        document.rename("")
    with pytest.raises(UsageError, match="Two parameters have the same name"):
        document.set_parameters((Parameter(name="a"), Parameter(name="a")), {})
    deep: Step = press("deepest")
    for depth in range(MAX_DEPTH):
        deep = repeating(f"d{depth}", deep)
    with pytest.raises(UsageError, match="nested deeper"):
        document.insert((deep,), Place("if", "then"), "Insert")
    assert document.macro is before
    assert document.stack.isClean()


def test_problems_follow_the_macro(document: Document, wait: Wait) -> None:
    assert document.problems == {}
    document.edit(step(document, "a"), {"text": "{{who}}"})
    wait(lambda: "“who”" in document.problems.get("a", ""))
    document.refuse("a", "That can't be.")
    assert document.problems["a"] == "That can't be."
    document.refuse("a", "")
    document.stack.undo()
    wait(lambda: document.problems == {})


def test_pictures_that_are_not_on_the_disk_are_read_and_others_from_there(document: Document) -> None:
    (name,) = pictures()
    assert document.source.read(name, 1_000_000) == pictures()[name]
    with pytest.raises(BadMacro, match="missing"):
        document.source.read("pictures/none.png", 1)
    above = Document(Macro(name="x", steps=(click("a"),)), {}, document.source)
    assert above.source.read(name, 1_000_000) == pictures()[name]
