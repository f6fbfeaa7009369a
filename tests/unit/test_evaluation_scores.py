import json
from dataclasses import replace

import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    ApprovalRequest,
    Click,
    Decision,
    Outcome,
    Ruling,
    StepResult,
    TypeText,
    Verdict,
)
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.events import Decided, RunEnded, Said, Stepped, Thinking
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.pause import Pause
from desktop_agent.evaluation import miniwob_report, scores
from desktop_agent.evaluation.comparison import compared
from desktop_agent.evaluation.scores import Approval, Job, Score, StepLine
from desktop_agent.evaluation.scripted import AbsentAsker, ScriptedApprover, policy_class
from desktop_agent.evaluation.witness import Witness

WON = Score("a", 0, "Do it.", True, 1.0, True, "done", "Done.", (0.3, 0.5), (0.1,), {"settle": 0.4})
LOST = Score(
    "b",
    1,
    "Click <b>.",
    True,
    -1.0,
    False,
    "done",
    "Done.",
    (0.4,),
    approvals=(Approval("Click it", "acting", "ordinary", "approved"),),
    steps=(StepLine("Click <b>", "It acts.", "approved by scripted", "confirmed", "It changed.", 0),),
)
OPEN = Score("b", 2, status="limit", summary="The limit of 30 steps is reached.")


def verdict(ruling=Ruling.ASK, critical=False):
    return Verdict(ruling, "It acts.", "acting", critical=critical)


def request(verdict):
    shot = Screenshot("s1", Rect(0, 0, 2, 2), "one", Image(2, 2, bytes(16)), 0.0)
    return ApprovalRequest("r", Action(ActionKind.LEFT_CLICK, "Click it", (), "s1"), verdict, shot, 0.0)


def test_a_score_survives_the_socket():
    assert Score.from_json(json.loads(json.dumps(LOST.to_json()))) == LOST


def test_only_a_run_that_claims_success_is_a_false_done():
    assert [score.false_done for score in (WON, LOST, OPEN)] == [False, True, False]


def test_a_failure_says_what_page_and_run_said():
    assert WON.failure == ""
    assert LOST.failure == "reward -1; the run ended as done: Done."
    assert OPEN.failure == "the page never decided; the run ended as limit: The limit of 30 steps is reached."
    assert Score("c", 0, summary="The browser has died.").failure == "The browser has died."


def test_rates_and_times_are_of_all_episodes():
    given = (WON, LOST, OPEN)
    assert scores.success_rate(given) == pytest.approx(1 / 3)
    assert scores.success_rate(()) == 0
    assert scores.median_step_ms(given) == pytest.approx(400)
    assert scores.median_step_ms([OPEN]) is None
    assert [(each.task, each.success_rate) for each in scores.by_task(given)] == [("a", 1.0), ("b", 0.0)]
    assert scores.by_task(given)[1].failures == (f"seed 1: {LOST.failure}", f"seed 2: {OPEN.failure}")


def test_the_episodes_that_count_are_those_with_snapping():
    raw = replace(WON, snapping=False)
    assert scores.measured([raw, LOST, raw]) == [LOST]
    assert scores.measured([raw]) == [raw]


def test_episodes_that_were_run_both_ways_are_compared():
    raw = [replace(each, snapping=False) for each in (LOST, OPEN, replace(LOST, seed=3))]
    snapped = [LOST, replace(OPEN, success=True), replace(WON, seed=9)]
    comparison = compared([*snapped, *raw])
    assert comparison.to_json() == {
        "episodes": 2,
        "snapped": {"success_rate": 0.5, "failures": 1},
        "raw": {"success_rate": 0, "failures": 2},
        "failure_ratio": 0.5,
    }
    assert "0.50 times the failures" in str(comparison)


def test_where_nothing_fails_without_snapping_there_is_no_ratio():
    comparison = compared([LOST, replace(LOST, snapping=False, success=True)])
    assert comparison.failure_ratio is None
    assert "times" not in str(comparison)


def test_what_was_run_one_way_only_or_not_attempted_is_not_compared():
    left_out = [Score.unrun(Job("c", 0, way), "No.", scores.NOT_ATTEMPTED) for way in (True, False)]
    assert compared([WON, replace(LOST, snapping=False), *left_out]) is None


def test_what_nobody_attempted_is_a_failure_with_its_reason(tmp_path):
    given = [Score.unrun(Job("c", seed), "It <needs> luck.", scores.NOT_ATTEMPTED) for seed in range(2)]
    assert scores.success_rate([WON, *given]) == pytest.approx(1 / 3)
    assert scores.not_attempted([WON, *given]) == {"c": "It <needs> luck."}
    assert given[0].failure == "It <needs> luck."
    file = tmp_path / "report.html"
    miniwob_report.write(file, "oracle", [(each, []) for each in (WON, *given)], planned=3)
    html = file.read_text("utf-8")
    assert html.count("It &lt;needs&gt; luck.") == 1
    assert "Not attempted" in html


def test_the_report_keeps_both_ways_apart(tmp_path):
    file = tmp_path / "report.html"
    given = [(each, []) for each in (WON, replace(WON, snapping=False, success=False))]
    miniwob_report.write(file, "oracle", given, planned=2)
    html = file.read_text("utf-8")
    assert "100.0% of 1 episodes succeeded." in html
    assert "Tasks, points clicked as they were given" in html
    assert "a, seed 0, points clicked as they were given" in html


def test_the_report_shows_each_failure_and_says_what_was_changed(tmp_path):
    file = tmp_path / "report.html"
    miniwob_report.write(file, "oracle", [(WON, []), (LOST, [b"one", b"two"]), (OPEN, [])], planned=5)
    html = file.read_text("utf-8")
    assert "33.3% of 3 episodes succeeded." in html
    assert "2 more episodes were planned" in html
    assert "time limit is lifted" in html
    assert "Click &lt;b&gt;" in html
    assert "a: 1 of 1" in html
    assert "1 × ordinary (acting): approved" in html
    assert html.count("data:image/png;base64,") == 2
    assert OPEN.failure in html


def test_approvals_are_granted_by_policy_class():
    approver = ScriptedApprover()
    given = {
        "ordinary": verdict(),
        "every_time": verdict(critical=True),
        "hand_over": verdict(Ruling.HAND_OVER, critical=True),
    }
    assert [policy_class(each) for each in given.values()] == list(given)
    answers = [approver.decide(request(each)).answer for each in given.values()]
    assert answers == [Answer.APPROVED, Answer.APPROVED, Answer.DENIED]


def test_a_click_that_is_handed_over_is_done_by_hand_and_nothing_else_is():
    clicked = []
    approver = ScriptedApprover(lambda *point: clicked.append(point))
    handed_over, asked = verdict(Ruling.HAND_OVER, critical=True), verdict(critical=True)
    typing = replace(request(handed_over), action=replace(request(handed_over).action, inputs=(TypeText("1234"),)))
    press = replace(request(handed_over), action=replace(typing.action, inputs=(Click(Point(3, 4)),)))
    assert approver.decide(typing).answer is Answer.DENIED
    assert approver.decide(replace(press, verdict=asked)).answer is Answer.APPROVED
    assert clicked == []
    assert approver.decide(press).answer is Answer.APPROVED
    assert clicked == [(3, 4)]


def test_nobody_answers_questions():
    asker = AbsentAsker()
    assert asker.ask("Which?", ("a", "b")) is None
    assert not asker.pause(Pause("It got nowhere.", ())).goes_on


def test_the_harness_is_timed_beside_the_planner():
    now = [0.0]
    witness = Witness(lambda: now[0])
    action = Action(ActionKind.LEFT_CLICK, "Click it", (), "s1")
    step = Stepped(1, StepResult(action, Outcome.CONFIRMED, "Done.", verdict()))

    def turn(planner, harness, *events):
        witness(Thinking())
        now[0] += planner
        witness(Thinking("hm"))
        witness(Said("", Usage()))
        now[0] += harness
        for event in events:
            witness(event)

    turn(5, 0.3, step)
    turn(7, 0.8, step, step)
    turn(1, 9.0)  # a turn without a step is none
    witness(RunEnded("r", "done", "Done."))
    assert witness.planner_seconds == pytest.approx([5, 7, 1])
    assert witness.step_seconds == pytest.approx([0.3, 0.4, 0.4])
    assert len(witness.steps) == 3


def test_the_last_step_of_a_run_is_timed_too():
    now = [0.0]
    witness = Witness(lambda: now[0])
    witness(Thinking())
    witness(Said("", Usage()))
    now[0] = 0.25
    witness(Stepped(1, StepResult(Action(ActionKind.KEY, "Press", (), "s1"), Outcome.FAILED, "No.", verdict())))
    decided = Decided(request(verdict()), Decision(Answer.APPROVED))
    witness(decided)
    witness(RunEnded("r", "failed", "No."))
    assert witness.step_seconds == [0.25]
    assert witness.asked == [decided]
