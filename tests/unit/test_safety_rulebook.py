"""The rules as data, and what happens when they are broken."""

import shutil

import pytest

from desktop_agent.core.actions import Action, ActionKind, Click, Move, Ruling
from desktop_agent.core.geometry import Point
from desktop_agent.safety import rulebook
from desktop_agent.safety.classify import holds
from desktop_agent.safety.facts import Facts
from desktop_agent.safety.policy import Policy
from desktop_agent.safety.rulebook import Grade, RulesBroken, load
from tests.unit.test_policy_corpus import FILES, action_of, labelled
from tests.unit.toy_desktop import OWN_PID, window

OWN = frozenset({OWN_PID})


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(rulebook.FOLDER, tmp_path / "rules")


def test_the_shipped_rules_are_gravest_first():
    grades = [rule.grade for rule in rulebook.shipped().rules]
    assert grades == sorted(grades, key=list(Grade).index, reverse=True)
    assert set(grades) == set(Grade)


def test_every_rule_decides_about_a_labelled_action():
    """None is dead, misspelt or hidden behind another."""
    book = rulebook.shipped()
    own = next(path for path in FILES if path.stem == "policy_actions")
    deciding = set()
    for line in labelled(own):
        facts = Facts(action_of(line), line["instruction"], "", book)
        rule = None if facts.looks else next((rule for rule in book.rules if holds(rule, facts)), None)
        deciding |= {rule.id} if rule else set()
    assert {rule.id for rule in book.rules} == deciding


def change(folder, name, old, new):
    path = folder / f"{name}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(("name", "old", "new"), [
    ("rules", 'names = ["delete"]', 'names = ["delte"]'),
    ("rules", 'acts = ["press"]', 'acts = ["pres"]'),
    ("rules", 'class = "block"', 'class = "allow"'),
    ("rules", 'places = ["own"]', 'places = ["ours"]'),
    ("rules", 'places = ["own"]', 'place = ["own"]'),
    ("rules", 'places = ["own"]', "places = []"),
    ("rules", 'places = ["own"]', 'places = "own"'),
    ("rules", 'id = "transfer"', 'id = "own"'),
    ("rules", "[[rule]]", "[[rule"),
    ("words", "[delete]", "[deletion]"),
    ("words", '"delete",', '"",'),
    ("places", "[own]\napplications", "[own]\napplication"),
    ("keys", "lock", "locks"),
    ("commands", "fetching_words", "words"),
])  # fmt: skip
def test_what_is_wrong_with_the_rules_is_noticed(folder, name, old, new):
    load(folder)
    change(folder, name, old, new)
    with pytest.raises(RulesBroken, match="can't be read"):
        load(folder)


@pytest.mark.expects_log_errors
@pytest.mark.parametrize("kind", [ActionKind.LEFT_CLICK, ActionKind.HOVER])
def test_broken_rules_ask_for_everything_and_say_so(folder, kind):
    (folder / "rules.toml").unlink()
    policy = Policy(lambda: load(folder))
    at = Point(150, 130)
    action = Action(kind, "Do", (Move(at) if kind is ActionKind.HOVER else Click(at),), "s1", window=window(10))
    policy.remember(action)
    policy.acted(action)
    verdict = policy.judge(action, None, OWN)
    assert (verdict.ruling, verdict.critical, verdict.rememberable) == (Ruling.ASK, True, False)
    assert verdict.category == "rules_broken"
    assert "can't be read" in verdict.reason
    own = Action(kind, "Do", action.inputs, "s1", window=window(11, pid=OWN_PID))
    assert policy.judge(own, None, OWN).ruling is Ruling.BLOCK
