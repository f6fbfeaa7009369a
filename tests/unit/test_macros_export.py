"""Exports: a script that compiles and in which nothing of a macro became code, and a guide without markup in it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.export import exported, guide, python
from desktop_agent.macros.export.exported import folder_beside, save
from desktop_agent.macros.export.literals import comment, literal
from desktop_agent.macros.files import Stored, read, write
from desktop_agent.macros.format import Macro
from tests.bench import macro_exports
from tests.unit.test_macros_check import in_library, macro, nothing
from tests.unit.test_macros_files import NAME, PICTURE

TARGET = {
    "words": "the button “Save”",
    "picture": {"file": NAME, "box": {"x": 4, "y": 5, "width": 20, "height": 10}, "point": {"x": 14, "y": 10}},
}
HOSTILE = (
    "'); __import__('os').system('touch owned'); ('",
    '""" + __import__("os").system("touch owned") + """',
    "\n__import__('os').system('touch owned')\n",
    "\r\x0b\x0c\x85\u2028\u2029import os\u202e",
    "\\' \\\" \\N{BULLET} {values} {{{0}}} %s %(prog)s",
    "# -*- coding: rot13 -*-",
    "]]>--></p><script>alert(1)</script> ![x](http://x) [a](javascript:1) `x` **b** | www.example.com <b>",
)


def everything(text: str) -> Macro:
    """A macro of all kinds of steps with `text` wherever a text may stand."""
    shown = text.replace("{{", "")
    place = {"point": {"x": 3, "y": 4}, "window": {"x": 10, "y": 20, "width": 9, "height": 9}}
    placed = {"words": shown, "place": {**place, "monitor_width": 100, "monitor_height": 100}}
    target = {**TARGET, "words": shown, "window": {"application": shown, "title": shown}}
    return macro(
        {"do": "click", "target": target, "count": 2, "button": "right", "keys": ["ctrl", "super"], "comment": text},
        {"do": "drag", "target": target, "end": placed, "keys": ["shift"]},
        {"do": "scroll", "target": target, "direction": "left", "clicks": 3, "keys": ["super"]},
        {"do": "hover", "target": {"words": shown, "element": {"role": "link", "name": shown}}},
        {"do": "type", "text": shown + "{{amount}}{{secret:bank}}{{pin}}", "target": target, "replace": True},
        {"do": "type", "text": "x", "window": {"title": shown}, "expect": {"target": target, "gone": True}},
        {"do": "press", "keys": ["ctrl", "'"], "times": 2},
        {"do": "open", "application": shown},
        {"do": "activate", "window": {"application": shown, "title": shown}},
        {"do": "wait", "until": {"text": shown or "x"}},
        {"do": "wait", "until": {"target": target}},
        {"do": "capture", "name": "total", "source": "clipboard"},
        {"do": "capture", "name": "field", "source": "field", "target": target},
        {"do": "capture", "name": "area", "source": "region", "target": target},
        {"do": "if", "condition": {"target": target}, "then": [{"id": "t", "do": "press", "keys": ["a"]}],
         "otherwise": [{"id": "o", "do": "press", "keys": ["b"], "skip": True}]},
        {"do": "repeat", "most": 3, "until": {"window": {"title": shown or "x"}},
         "steps": [{"id": "r", "do": "press", "keys": ["c"]}]},
        {"do": "repeat", "most": 2, "steps": []},
        name=one(text),
        comment=text,
        parameters=[
            {"name": "amount", "type": "number", "default": "3", "label": text[:900]},
            {"name": "pin", "type": "secret", "default": text},
            {"name": "help", "choices": [text[:900], "%"], "default": "%"},
            {"name": "agree", "type": "boolean", "default": "yes"},
        ],
    )  # fmt: skip


def one(text: str) -> str:
    return text.strip()[:100] or "Test"


def stored(whole: Macro, folder: Path) -> Stored:
    write(folder, whole, {NAME: PICTURE})
    return read(folder)


def calls(text: str) -> set[str]:
    """Everything that a script calls or names by an attribute."""
    nodes = list(ast.walk(ast.parse(text)))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


@pytest.mark.parametrize("text", ["plain", *HOSTILE])
def test_whatever_a_macro_holds_the_script_does_the_same(text: str, tmp_path: Path) -> None:
    plain = python.export(stored(everything("plain"), tmp_path / "plain"), nothing)
    made = python.export(stored(everything(text), tmp_path / "other"), nothing)
    assert calls(made.text) == calls(plain.text)
    assert len(made.text.splitlines()) - len(plain.text.splitlines()) <= 2 * len(text.splitlines())
    names = {node.id for node in ast.walk(ast.parse(made.text)) if isinstance(node, ast.Name)}
    assert "__import__" not in names
    assert made.text.splitlines()[:2] == plain.text.splitlines()[:2]
    assert sorted(made.pictures) == ["around-001.png", "target-002.png"]


def test_the_scripts_options_are_the_parameters(tmp_path: Path) -> None:
    whole = everything("plain %(prog)s")
    save(python.export(stored(whole, tmp_path / "macro"), nothing), tmp_path / "script.py")
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for module in ("cv2", "mss", "numpy", "pyautogui"):
        (stubs / f"{module}.py").write_text("")
    command = [sys.executable, str(tmp_path / "script.py")]
    environment = {"PYTHONPATH": str(stubs), "LC_ALL": "C.UTF-8"}
    shown = subprocess.run([*command, "--help"], env=environment, capture_output=True, text=True, check=True).stdout
    for option in ("--amount", "--pin", "--value-of-help", "--agree"):
        assert option in shown
    for wrong in (["--amount", "many"], ["--agree", "maybe"], ["--value-of-help", "other"], ["--unknown", "1"]):
        ended = subprocess.run([*command, *wrong], env=environment, capture_output=True, text=True)
        assert ended.returncode == 2
        assert "error:" in ended.stderr


def test_macros_that_it_plays_become_functions(tmp_path: Path) -> None:
    keeps = {"do": "capture", "name": "total", "source": "clipboard"}
    other = macro(keeps, name="Other", parameters=[{"name": "amount"}, {"name": "rest", "default": "0"}])
    library = in_library(tmp_path, other)
    whole = macro(
        {"do": "macro", "macro": "other", "values": {"amount": "{{n}}!"}},
        {"do": "type", "text": "{{total}}"},
        parameters=[{"name": "n"}],
    )
    text = python.export(stored(whole, tmp_path / "macro"), library.snapshot().get).text
    assert "values.update(macro_2({'rest': '0', 'amount': values['n'] + '!'}))" in text
    assert "return {name: values[name] for name in ('total', ) if name in values}" in text
    assert text.count("def macro_") == 2


def test_what_can_not_be_played_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(BadMacro, match="no parameter and no kept value"):
        python.export(stored(macro({"do": "type", "text": "{{x}}"}), tmp_path / "macro"), nothing)


@given(st.text())
def test_literals_and_comments_stay_what_they_are(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text.encode("utf-8", "replace").decode()
    for line in comment(text, "    "):
        assert ast.dump(ast.parse(f"if x:\n{line}\n    y\n")) == ast.dump(ast.parse("if x:\n    y\n"))


@pytest.mark.parametrize("text", ["plain", *HOSTILE])
def test_nothing_in_a_guide_is_markup(text: str, tmp_path: Path) -> None:
    made = guide.export(stored(everything(text), tmp_path / "macro"), "x_pictures").text
    bare = re.sub(r"\\.", "", made)
    images = re.findall(r"!\[[^\]]*\]\(<x_pictures/step-\d{3}\.png>\)", bare)
    for image in images:
        bare = bare.replace(image, "", 1)
    assert len(images) == 9
    assert not set("<>`[]*|~_@&") & set(bare)
    assert "www." not in bare
    assert "http:" not in bare
    assert [line for line in bare.splitlines() if line.startswith("#")] == [bare.splitlines()[0]]


def test_a_guide_says_the_steps_and_shows_the_targets_with_a_ring(tmp_path: Path) -> None:
    made = guide.export(stored(everything("plain"), tmp_path / "macro"), "my pictures")
    assert "10. Wait until “plain” can be read." in made.text
    assert "Otherwise:" in made.text
    assert "(<my%20pictures/step-001.png>)" in made.text
    write(tmp_path / "shown", Macro(name="x"), {NAME: made.pictures["step-001.png"]})
    ringed, plain = read(tmp_path / "shown").picture(NAME), read(tmp_path / "macro").picture(NAME)
    assert (ringed.width, ringed.height) == (plain.width, plain.height)
    assert ringed.bgra != plain.bgra
    middle = 4 * (10 * plain.width + 14)
    assert ringed.bgra[middle : middle + 4] == plain.bgra[middle : middle + 4]


def test_an_export_lies_in_a_file_and_a_folder_beside_it(tmp_path: Path) -> None:
    made = guide.export(stored(everything("plain"), tmp_path / "macro"), "guide_pictures")
    save(made, tmp_path / "guide.md")
    assert folder_beside(tmp_path / "guide.md") == tmp_path / "guide_pictures"
    assert len(list((tmp_path / "guide_pictures").iterdir())) == 9
    with pytest.raises(StoreError, match="could not be written"):
        save(made, tmp_path / "none" / "guide.md")
    assert issubclass(BadMacro, UsageError)


def test_a_text_of_thousands_of_references_compiles(tmp_path: Path) -> None:
    other = macro(name="Other", parameters=[{"name": "a"}])
    library = in_library(tmp_path, other)
    whole = macro(
        {"do": "macro", "macro": "Other", "values": {"a": "{{n}} " * 9000}}, parameters=[{"name": "n", "default": ""}]
    )
    made = python.export(stored(whole, tmp_path / "macro"), library.snapshot().get)
    compile(made.text, "script.py", "exec")


def test_pictures_of_thousands_of_millions_of_pixels_are_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "MAX_PIXELS", 5_000)
    whole = stored(everything("plain"), tmp_path / "macro")
    for export in (lambda: guide.export(whole, "x"), lambda: python.export(whole, nothing)):
        with pytest.raises(BadMacro, match="too many to export"):
            export()


@pytest.mark.parametrize("text", ["plain", *HOSTILE])
def test_the_fuzzers_see_nothing_wrong_with_it(text: str, tmp_path: Path) -> None:
    whole = stored(everything(text), tmp_path / "macro")
    assert macro_exports.script_problems(python.export(whole, nothing).text) == []
    assert macro_exports.guide_problems(guide.export(whole, "x_pictures").text) == []


@pytest.mark.parametrize("line", ["import os", "print(1)", "x = lambda: 1", "    'a", "values.clear()"])
def test_the_fuzzers_see_what_must_not_be_in_a_script(line: str, tmp_path: Path) -> None:
    made = python.export(stored(everything("plain"), tmp_path / "macro"), nothing).text
    assert macro_exports.script_problems(f"{made}{line}\n")
    assert macro_exports.guide_problems("# x\n\n<b>")
    assert macro_exports.guide_problems("# x\n\n# y")
