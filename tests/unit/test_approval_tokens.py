from dataclasses import replace

import pytest

from desktop_agent.core.actions import Action, ActionKind, Click, TypeText
from desktop_agent.core.errors import Refused
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.safety.approval import LIFETIME, Approvals
from tests.unit.toy_desktop import element, window

ACTION = Action(
    ActionKind.TYPE, "Type", (Click(Point(1, 2)), TypeText("x")), "s1", Rect(0, 0, 9, 9), window(1), element("a")
)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_token_passes_once():
    approvals = Approvals()
    token = approvals.issue(ACTION)
    approvals.consume(token, ACTION)
    with pytest.raises(Refused, match="used already"):
        approvals.consume(token, ACTION)


@pytest.mark.parametrize("change", [
    {"inputs": (Click(Point(1, 3)), TypeText("x"))},
    {"inputs": (Click(Point(1, 2)), TypeText("y"))},
    {"inputs": (Click(Point(1, 2)),)},
    {"screenshot_id": "s2"},
    {"window": window(2)},
    {"window": window(1, pid=9)},
    {"element": element("b")},
    {"element": None},
    {"words": "Other"},
    {"kind": ActionKind.LEFT_CLICK},
    {"application": "x"},
])  # fmt: skip
def test_a_changed_action_does_not_pass_and_spends_the_token(change):
    approvals = Approvals()
    token = approvals.issue(ACTION)
    with pytest.raises(Refused, match="not what was about"):
        approvals.consume(token, replace(ACTION, **change))
    with pytest.raises(Refused):
        approvals.consume(token, ACTION)


def test_a_token_lives_thirty_seconds():
    clock = Clock()
    approvals = Approvals(clock)
    early, late = approvals.issue(ACTION), approvals.issue(ACTION)
    clock.now += LIFETIME
    approvals.consume(early, ACTION)
    clock.now += 0.1
    with pytest.raises(Refused, match="older than 30"):
        approvals.consume(late, ACTION)


@pytest.mark.parametrize("token", ["", ".", "made.up", "ü.ü"])
def test_a_forged_token_does_not_pass(token):
    with pytest.raises(Refused):
        Approvals().consume(token, ACTION)


def test_a_token_of_another_issuer_or_with_another_seal_does_not_pass():
    approvals = Approvals()
    with pytest.raises(Refused):
        approvals.consume(Approvals().issue(ACTION), ACTION)
    nonce = approvals.issue(ACTION).partition(".")[0]
    with pytest.raises(Refused, match="not what was about"):
        approvals.consume(f"{nonce}.{'0' * 64}", ACTION)
