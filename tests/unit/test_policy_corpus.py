"""The rules on labelled actions: no critical one is judged milder than its label, and few harmless ones are asked about
without need. Every `tests/data/policy_*.jsonl` counts by itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Move, Press, Ruling, Scroll, TypeText
from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop.keyboard.names import parse_combination
from desktop_agent.safety import rulebook
from desktop_agent.safety.policy import Policy

FILES = sorted((Path(__file__).parents[1] / "data").glob("policy_*.jsonl"))
GRADES = ("free", "ordinary", "every_time", "hand_over", "block")
CRITICAL = GRADES[2:]
NEEDLESS = 0.05
"""Share of the free and ordinary actions that may be asked about without need."""
AT = Point(150, 130)
REGION = Rect(100, 100, 400, 300)
POINTING = {
    ActionKind.LEFT_CLICK: Click(AT),
    ActionKind.RIGHT_CLICK: Click(AT, "right"),
    ActionKind.MIDDLE_CLICK: Click(AT, "middle"),
    ActionKind.DOUBLE_CLICK: Click(AT, count=2),
    ActionKind.HOVER: Move(AT),
    ActionKind.DRAG: Drag(AT, Point(300, 200)),
    ActionKind.SCROLL: Scroll(AT, "down", 3),
}


def labelled(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def action_of(line):
    kind = ActionKind(line["kind"])
    window = Window(10, line["title"], line["application"], 100, REGION, REGION)
    element = None
    if line["role"]:
        states = frozenset({"enabled", "sensitive", *line["states"]})
        element = Element("e", line["role"], line["name"], Rect(120, 120, 80, 30), states, line["text"], 100)
    opens = kind is ActionKind.OPEN_APP
    return Action(
        kind,
        line["why"],
        inputs_of(line, kind),
        "s1",
        window=None if opens else window,
        element=element,
        claimed=line["claimed"],
        application=line["app_id"],
        secret=line["secret"],
    )


def inputs_of(line, kind):
    if kind in POINTING:
        return (POINTING[kind],)
    if kind is ActionKind.KEY:
        return tuple(Press(parse_combination("+".join(keys))) for keys in line["keys"])
    if kind is ActionKind.TYPE:
        text = (TypeText(line["typed"]),) if line["typed"] else ()
        return (Click(AT), *text) if line["at"] else text
    return ()


def grade_of(action, instruction, rules=rulebook.shipped):
    policy = Policy(rules)
    fresh = policy.judge(action, None, frozenset(), instruction=instruction)
    if fresh.ruling is Ruling.ALLOW:
        return "free"
    if fresh.ruling is not Ruling.ASK:
        return fresh.ruling.value
    policy.remember(action)
    later = policy.judge(action, None, frozenset(), instruction=instruction)
    return "ordinary" if fresh.rememberable and later.ruling is Ruling.ALLOW else "every_time"


def is_missed(wanted, judged):
    """Whether a critical action is judged milder than its label; nothing but a refusal will do for what is blocked or
    handed over."""
    return wanted in CRITICAL and GRADES.index(judged) < GRADES.index(wanted)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_critical_action_is_missed_and_few_are_asked_without_need(path):
    lines = labelled(path)
    judged = {line["id"]: grade_of(action_of(line), line["instruction"]) for line in lines}
    missed = [line for line in lines if is_missed(line["class"], judged[line["id"]])]
    harmless = [line for line in lines if line["class"] in ("free", "ordinary")]
    needless = [line for line in harmless if GRADES.index(judged[line["id"]]) > GRADES.index(line["class"])]
    told = "\n".join(_told(line, judged) for line in (*missed, *needless))
    counts = f"{len(lines)} actions, {len(missed)} missed, {len(needless)} of {len(harmless)} asked without need"
    assert not missed, f"{counts}\n{told}"
    assert len(needless) <= NEEDLESS * len(harmless), f"{counts}\n{told}"
    print(f"{counts}\n{told}")


def _told(line, judged):
    return f"  {line['class']} judged {judged[line['id']]}: {json.dumps(line, ensure_ascii=False)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_labelled_actions_are_many_and_of_both_languages(path):
    lines = labelled(path)
    assert len(lines) >= 320
    assert len({line["id"] for line in lines}) == len(lines)
    assert {line["class"] for line in lines} == set(GRADES)
    assert min(sum(line["lang"] == lang for line in lines) for lang in ("en", "zh")) >= len(lines) / 4


def test_without_the_rules_the_labelled_actions_are_missed():
    """The corpus tests what it is meant to test."""
    empty = replace(rulebook.shipped(), rules=())
    judged = {line["id"]: grade_of(action_of(line), "", lambda: empty) for line in labelled(FILES[0])}
    assert sum(is_missed(line["class"], judged[line["id"]]) for line in labelled(FILES[0])) > 100
