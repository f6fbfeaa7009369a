import json

import pytest
from pydantic import ValidationError

from desktop_agent.macros import wording
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import dump, parse
from desktop_agent.macros.format import MAX_DEPTH, Macro, targets, walk
from desktop_agent.macros.migrations import migrated

SAVE = {"words": "the button “Save”", "window": {"application": "Mousepad"}, "element": {"role": "push button"}}
HELP = {"element": {"role": "link", "name": "Help"}}
THERE = {"text": "Saved"}


def macro(*steps: dict[str, object], **fields: object) -> Macro:
    return Macro.model_validate({"name": "Test", "steps": steps, **fields})


def nested(depth: int) -> dict[str, object]:
    step: dict[str, object] = {"id": "inner", "do": "press", "keys": ["enter"]}
    for number in range(depth):
        step = {"id": f"r{number}", "do": "repeat", "steps": [step]}
    return step


def test_what_is_written_is_read_again() -> None:
    whole = macro(
        {"id": "a", "do": "click", "target": SAVE, "keys": ["ctrl"], "comment": "Why"},
        {"id": "b", "do": "if", "condition": THERE, "then": [{"id": "c", "do": "press", "keys": ["ctrl", "s"]}]},
        {"id": "d", "do": "macro", "macro": "Other", "values": {"amount": "{{amount}}"}},
        parameters=[{"name": "amount", "type": "number", "default": "3"}],
        comment="A test.",
    )
    assert parse(dump(whole)) == whole
    assert json.loads(dump(whole))["format"] == 1


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "click", "taget": SAVE}, "taget"),
        ({"do": "click", "target": {"words": "somewhere"}}, "needs an element, a picture, a text near it or a place"),
        ({"do": "shell", "command": "rm"}, "shell"),
        ({"do": "press", "keys": []}, "keys"),
        ({"do": "wait", "until": {"target": SAVE, "text": "both"}}, "takes neither a window nor a text"),
        ({"do": "wait", "until": {}}, "needs a target, a window or a text"),
        ({"do": "capture", "name": "a", "source": "field"}, "needs a target"),
        ({"do": "capture", "name": "no name", "source": "clipboard"}, "name"),
        ({"do": "repeat", "steps": [], "most": 10**9}, "most"),
        ({"do": "wait", "until": THERE, "limit": float("nan")}, "limit"),
        (
            {"do": "click", "target": {"picture": {"file": "pictures/../../x.png"}}},
            "file",
        ),
    ],
)
def test_what_is_wrong_is_refused_and_named(step: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        macro({"id": "a", **step})


def test_steps_are_told_apart_and_counted_and_not_nested_without_end() -> None:
    press = {"id": "same", "do": "press", "keys": ["a"]}
    with pytest.raises(ValidationError, match="two steps have the same id"):
        macro(press, press)
    with pytest.raises(ValidationError, match="at most 5000 steps"):
        macro(*({"id": f"r{n}", "do": "repeat", "steps": [{**press, "id": f"s{n}"}]} for n in range(2501)))
    assert macro(nested(MAX_DEPTH))
    with pytest.raises(ValidationError, match="deeper than"):
        macro(nested(MAX_DEPTH + 1))
    with pytest.raises(ValidationError, match="the same name"):
        macro(parameters=[{"name": "a"}, {"name": "a"}])


def test_a_mistake_in_a_file_is_told_with_its_place() -> None:
    with pytest.raises(BadMacro, match=r"steps\.1\.click\.target: Field required"):
        parse(b'{"name": "x", "steps": [{"id": "a", "do": "press", "keys": ["a"]}, {"id": "b", "do": "click"}]}')
    with pytest.raises(BadMacro, match="no JSON that can be read"):
        parse(b'{"name": ')
    with pytest.raises(BadMacro, match="no JSON that can be read"):
        parse(b"[" * 100_000)
    with pytest.raises(BadMacro, match="must be an object"):
        parse(b"[]")


def test_a_newer_version_is_refused_and_an_older_one_brought_up_to_date() -> None:
    with pytest.raises(BadMacro, match="made by a newer Desktop Agent"):
        parse(b'{"format": 99, "name": "x"}')
    with pytest.raises(BadMacro, match="no version"):
        parse(b'{"format": "1", "name": "x"}')
    steps = {1: lambda old: {"name": old["title"]}, 2: lambda old: {"name": f"{old['name']}!"}}
    assert migrated({"title": "x"}, "file", steps, 3) == {"format": 3, "name": "x!"}
    with pytest.raises(BadMacro, match="says that it has version 1, and does not hold what that has"):
        migrated({"heading": "x"}, "file", steps, 3)
    with pytest.raises(BadMacro, match="it has a far higher version") as raised:
        parse(b'{"format": ' + b"9" * 4000 + b"}")
    assert len(str(raised.value)) < 200


def test_steps_and_targets_are_walked_in_order() -> None:
    whole = macro(
        {"id": "a", "do": "drag", "target": SAVE, "end": {"near": ["Bin"]}},
        {
            "id": "b",
            "do": "if",
            "condition": {"target": SAVE},
            "then": [{"id": "c", "do": "press", "keys": ["a"]}],
            "otherwise": [{"id": "d", "do": "repeat", "steps": [{"id": "e", "do": "press", "keys": ["b"]}]}],
        },
    )
    assert [(step.id, depth) for step, depth in walk(whole.steps)] == [
        ("a", 0),
        ("b", 0),
        ("c", 1),
        ("d", 1),
        ("e", 2),
    ]
    assert [len(targets(step)) for step, _ in walk(whole.steps)] == [2, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "click", "target": SAVE}, "Click the button “Save” in Mousepad"),
        (
            {"do": "click", "target": SAVE, "button": "right", "count": 2, "keys": ["ctrl"]},
            "Hold Ctrl and double-click (right button) the button “Save” in Mousepad",
        ),
        ({"do": "drag", "target": HELP, "end": {"near": ["Bin"]}}, "Drag the link “Help” to the place at “Bin”"),
        ({"do": "scroll", "target": HELP, "direction": "down", "clicks": 3}, "Scroll down by 3 over the link “Help”"),
        (
            {"do": "drag", "target": HELP, "end": {"near": ["Bin"]}, "keys": ["ctrl"]},
            "Hold Ctrl and drag the link “Help” to the place at “Bin”",
        ),
        (
            {"do": "scroll", "target": HELP, "direction": "up", "clicks": 1, "keys": ["ctrl", "shift"]},
            "Hold Ctrl+Shift and scroll up by 1 over the link “Help”",
        ),
        ({"do": "hover", "target": HELP}, "Point at the link “Help”"),
        ({"do": "type", "text": "a\u202eb\nc", "window": {"application": "xterm"}}, "Type “ab c” in xterm"),
        ({"do": "type", "text": "x", "target": HELP, "replace": True}, "Replace by “x” in the link “Help”"),
        ({"do": "press", "keys": ["ctrl", "shift", "s"], "times": 2}, "Press Ctrl+Shift+S 2 times"),
        ({"do": "open", "application": "org.xfce.mousepad.desktop"}, "Open org.xfce.mousepad.desktop"),
        ({"do": "activate", "window": {"title": "*Editor"}}, "Bring the window “*Editor” to the front"),
        ({"do": "wait", "until": {"window": {"title": "Ask"}, "gone": True}}, "Wait until the window “Ask” is gone"),
        ({"do": "wait", "until": {"window": {"application": "Mousepad"}}}, "Wait until Mousepad is there"),
        (
            {"do": "wait", "until": {"window": {"application": "Mousepad", "title": "Save As"}}},
            "Wait until the window “Save As” of Mousepad is there",
        ),
        ({"do": "wait", "until": THERE}, "Wait until “Saved” can be read"),
        ({"do": "capture", "name": "n", "source": "field", "target": HELP}, "Keep the text of the link “Help” as n"),
        ({"do": "capture", "name": "total", "source": "clipboard"}, "Keep the text of the clipboard as total"),
        ({"do": "if", "condition": {"target": SAVE}}, "If the button “Save” in Mousepad is there"),
        ({"do": "repeat", "steps": [], "most": 3}, "Repeat 3 times"),
        ({"do": "repeat", "steps": [], "until": THERE}, "Repeat until “Saved” can be read"),
        ({"do": "macro", "macro": "Other"}, "Play the macro “Other”"),
    ],
)  # fmt: skip
def test_each_step_is_said_in_words(step: dict[str, object], said: str) -> None:
    assert wording.step(macro({"id": "a", **step}).steps[0]) == said
