"""What is wrong with a macro that can be read."""

from pathlib import Path

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.check import check, most_steps, require_sound, sentence
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import Stored, read, write
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from tests.unit.test_macros_files import MACRO, NAME, PICTURE

HELP = {"element": {"role": "link", "name": "Help"}}


def macro(*steps: dict[str, object], name: str = "Test", **fields: object) -> Macro:
    numbered = [{"id": f"s{number}", **step} for number, step in enumerate(steps, 1)]
    return Macro.model_validate({"name": name, "steps": numbered, **fields})


def nothing(name: str) -> Stored:
    raise UsageError(f"There is no macro called “{name}”.")


def said(whole: Macro) -> list[str]:
    return [sentence(each) for each in check(Stored(whole, None), nothing)]  # type: ignore[arg-type]  # no pictures


def in_library(tmp_path: Path, *macros: Macro) -> Library:
    library = Library(tmp_path / "macros")
    for each in macros:
        library.add(each, {})
    return library


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"do": "type", "text": "{{amount}}"}, "no parameter and no kept value called “amount”"),
        ({"do": "click", "target": {**HELP, "near": ["{{amount}}"]}}, "called “amount”"),
        ({"do": "open", "application": "{{secret:bank}}"}, "The secret “bank” stands where it would be shown"),
        ({"do": "click", "target": {"element": {"role": "link", "name": "{{pin}}"}}}, "“pin” is a secret"),
        ({"do": "press", "keys": ["ctrl", "enterr"]}, "no key called “enterr”"),
        ({"do": "scroll", "target": HELP, "direction": "up", "clicks": 1, "keys": ["ctlr"]}, "no key called “ctlr”"),
        ({"do": "drag", "target": HELP, "end": HELP, "keys": ["ctlr"]}, "no key called “ctlr”"),
        ({"do": "macro", "macro": "Gone"}, "There is no macro called “Gone”"),
    ],
)
def test_what_is_wrong_is_said_with_its_step(step: dict[str, object], problem: str) -> None:
    found = said(macro(step, parameters=[{"name": "pin", "type": "secret"}]))
    assert len(found) == 1
    assert found[0].startswith("Step s1: ")
    assert problem in found[0]
    assert said(macro({**step, "skip": True})) == []


def test_what_is_right_passes() -> None:
    assert (
        said(
            macro(
                {"do": "capture", "name": "total", "source": "clipboard"},
                {"do": "type", "text": "{{amount}} {{total}} {{secret:bank}} {{pin}}", "comment": "{{nothing}}"},
                {"do": "press", "keys": ["ctrl", "s"]},
                parameters=[{"name": "amount"}, {"name": "pin", "type": "secret"}],
            )
        )
        == []
    )


def test_defaults_must_be_among_the_choices() -> None:
    assert "none of its choices" in said(macro(parameters=[{"name": "a", "choices": ["x", "y"], "default": "z"}]))[0]


def test_missing_and_wrong_pictures_are_named(tmp_path: Path) -> None:
    write(tmp_path / "one", MACRO, {})
    assert f"{NAME} is missing" in check(read(tmp_path / "one"), nothing)[0].message
    write(tmp_path / "two", MACRO, {NAME: PICTURE})
    assert check(read(tmp_path / "two"), nothing) == ()
    body = MACRO.model_dump()
    body["steps"][0]["target"]["picture"] |= {
        "box": {"x": 40, "y": 1, "width": 20, "height": 9},
        "point": {"x": 40, "y": 5},
    }
    wrong = Stored(Macro.model_validate(body), read(tmp_path / "two").source)
    assert [each.message.partition(" lies")[0] for each in check(wrong, nothing)] == [
        "The target's box",
        "The target's point",
    ]


def test_a_call_gives_what_the_other_needs(tmp_path: Path) -> None:
    other = macro(
        {"do": "capture", "name": "total", "source": "clipboard"}, name="Other", parameters=[{"name": "amount"}]
    )
    library = in_library(tmp_path, other)

    def found(**values: str) -> list[str]:
        whole = macro({"do": "macro", "macro": "other", "values": values}, {"do": "type", "text": "{{total}}"})
        return [each.message for each in check(Stored(whole, None), library.snapshot().get)]  # type: ignore[arg-type]

    assert found(amount="3") == []  # and what the other keeps can be used
    assert found() == ["The macro “Other” needs a value for “amount”."]
    assert found(amount="3", amuont="4") == ["The macro “Other” has no parameter “amuont”."]


def test_circles_and_long_chains_are_found(tmp_path: Path) -> None:
    library = in_library(
        tmp_path,
        macro({"do": "macro", "macro": "b"}, name="A"),
        macro({"do": "macro", "macro": "A"}, name="B"),
        macro({"do": "macro", "macro": "self"}, name="Self"),
        *(macro({"do": "macro", "macro": f"c{number + 1}"}, name=f"C{number}") for number in range(12)),
        macro(name="C12"),
    )

    def found(name: str) -> str:
        return " ".join(each.message for each in check(library.open(library.find(name)), library.snapshot().get))

    assert found("A") == "Macros play each other in a circle: A → B → A."
    assert found("self") == "Macros play each other in a circle: Self → Self."
    assert "more than 8 deep" in found("C0")
    assert found("C8") == ""
    with pytest.raises(BadMacro, match=r"“A” can't be played\. Macros play each other in a circle"):
        require_sound(library.open(library.find("A")), library.snapshot().get)


def test_repeats_that_multiply_are_pointed_out() -> None:
    inner: dict[str, object] = {"id": "i", "do": "press", "keys": ["a"]}
    for depth in range(4):
        inner = {"id": f"r{depth}", "do": "repeat", "steps": [inner], "most": 10_000}
    whole = macro(inner)
    assert most_steps(whole.steps) > 10**16
    (problem,) = check(Stored(whole, None), nothing)  # type: ignore[arg-type]  # no pictures
    assert "repeats multiply" in problem.message
    assert not problem.grave
    require_sound(Stored(whole, None), nothing)  # type: ignore[arg-type]  # it may end early


def test_a_macro_that_is_played_often_is_read_once() -> None:
    other, asked = macro(name="Other"), []

    def find(name: str) -> Stored:
        asked.append(name)
        return Stored(other, None)  # type: ignore[arg-type]  # no pictures

    steps = [{"do": "macro", "macro": each} for each in ("Other", "other", "OTHER") * 50]
    assert check(Stored(macro(*steps), None), find) == ()  # type: ignore[arg-type]  # no pictures
    assert asked == ["Other"]
