"""A run that gets nowhere pauses: what is asked, what each answer does, and what the planner is told."""

import pytest

from desktop_agent.agent.limits import Limits
from desktop_agent.agent.loop import Agent
from desktop_agent.core.actions import Click, Outcome
from desktop_agent.core.chat import BadCall, Message, Text, TextDelta
from desktop_agent.core.errors import CaptureFailed, GateClosed
from desktop_agent.core.events import Paused, Resumed
from desktop_agent.core.geometry import Point
from desktop_agent.core.pause import UNANSWERED, Reply, Resolution
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step.step import Step
from desktop_agent.tools.context import Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.toolbox import Toolbox
from tests.unit.test_agent_loop import HELLO, Bench, FixedPlanner, SlowTools, call, stepped
from tests.unit.toy_desktop import Events, FixedApprover, calculator

GO_ON, STOP = Reply(Resolution.GO_ON), Reply(Resolution.STOP)
NOTHING = stepped(Outcome.NO_EFFECT_SEEN)
NOTE = "Note by Desktop Agent, not by the person:"


def run(turns, results, *replies, **more):
    bench = Bench([*turns, [TextDelta("ok")]], results, **more)
    bench.tools.replies = list(replies)
    return bench.run(), bench


def clicks(count):
    return [[call(start_box=[1, 2])] for _ in range(count)]


@pytest.mark.parametrize("reply", [STOP, UNANSWERED, Reply(Resolution.TELL, "  ")])
def test_without_a_yes_it_ends_at_the_limit(reply):
    ended, bench = run(clicks(9), [NOTHING] * 9, reply)
    assert (ended.status, len(bench.tools.calls)) == ("limit", 3)
    assert "tried 3 times" in ended.summary
    assert 'Click "7"' in ended.summary
    assert bench.events.of(Resumed) == [Resumed(bench.tools.pauses[0], reply)]


def test_the_person_is_told_why_and_what_was_tried():
    _, bench = run(clicks(9), [NOTHING] * 9)
    (pause,) = bench.tools.pauses
    assert "tried 3 times" in pause.reason
    assert pause.tried == ('3 × Click "7": What happened.',)
    assert bench.events.of(Paused) == [Paused(pause)]


def test_go_on_begins_to_count_anew():
    ended, bench = run(clicks(6), [NOTHING] * 6, GO_ON)
    assert (ended.status, len(bench.tools.calls), len(bench.tools.pauses)) == ("limit", 6, 2)


def test_the_planner_is_told_once_in_a_note_that_is_no_ones_words():
    _, bench = run(clicks(3), [NOTHING] * 3, GO_ON)
    *_, result, note = bench.planner.given[3]
    assert result.role == "tool"
    assert (note.role, note.by_program, len(note.parts)) == ("user", True, 1)
    assert note.text.startswith(NOTE)
    assert "tried 3 times" in note.text
    assert '- 3 × Click "7": What happened.' in note.text
    assert "lets you go on" in note.text
    assert note in bench.kept


def test_what_the_person_says_is_told_as_their_words():
    _, bench = run(clicks(3), [NOTHING] * 3, Reply(Resolution.TELL, " Use the menu. "))
    said = bench.planner.given[3][-1]
    assert (said.role, said.by_program) == ("user", False)
    assert said.parts[-1] == Text("Use the menu.")
    assert said.parts[0].text.startswith(NOTE)


def test_calls_behind_it_are_skipped_and_answered():
    _, bench = run([[call(number=1), call(number=2)]], [stepped(), stepped()], GO_ON, limits=Limits(steps=1))
    assert bench.told() == ["confirmed", "Skipped: the run was paused."]
    assert [each.role for each in bench.kept] == ["assistant", "tool", "tool", "user", "assistant"]


def test_going_on_gives_the_steps_once_more():
    turns, results = [[call(n=n)] for n in range(9)], [stepped()] * 9
    ended, bench = run(turns, results, GO_ON, limits=Limits(steps=4))
    assert (ended.status, len(bench.tools.calls)) == ("limit", 8)
    assert [each.reason for each in bench.tools.pauses] == [
        "The limit of 4 steps is reached.", "The limit of 8 steps is reached.",
    ]  # fmt: skip


def slow(*replies, answering=0.0, limits=Limits(99, 100.0)):  # noqa: B008 - frozen
    """Five calls of a minute each; the person takes `answering` seconds."""
    tools = SlowTools(*[stepped()] * 5)
    tools.replies = list(replies)
    asked = tools.pause

    def pause(pause):
        tools.now += answering
        return asked(pause)

    tools.pause = pause
    planner = FixedPlanner(*([call(n=n)] for n in range(5)), [TextDelta("ok")])
    return Agent(planner, tools, Events(), limits=limits, clock=tools.clock).run((HELLO,)), tools


def test_going_on_gives_the_time_once_more():
    ended, tools = slow(GO_ON)
    assert (ended.status, len(tools.calls), len(tools.pauses)) == ("limit", 4, 2)


def test_the_time_that_the_person_takes_is_not_counted():
    ended, tools = slow(GO_ON, answering=150.0, limits=Limits(3, 400.0))
    assert (ended.status, len(tools.calls)) == ("done", 5)
    assert [each.reason for each in tools.pauses] == ["The limit of 3 steps is reached."]


def test_a_planner_that_thinks_too_long_may_think_again():
    bench = Bench(
        [[TextDelta("Hm"), call(), "wait for cancel"], [TextDelta("It is blue.")]], limits=Limits(seconds=0.3)
    )
    bench.tools.replies = [GO_ON]
    ended = bench.run()
    assert (ended.status, ended.summary) == ("done", "It is blue.")
    assert bench.tools.calls == []
    assert [each.role for each in bench.planner.given[1]] == ["user", "assistant", "user"]


def test_a_turn_that_was_cut_off_in_silence_leaves_nothing_in_the_conversation():
    bench = Bench([["wait for cancel"], [TextDelta("It is blue.")]], limits=Limits(seconds=0.1))
    bench.tools.replies = [GO_ON]
    assert bench.run().status == "done"
    assert [each.role for each in bench.planner.given[1]] == ["user", "user"]


@pytest.mark.parametrize("reply", [GO_ON, STOP, UNANSWERED])
def test_a_stop_while_it_is_asked_stops(reply):
    bench = Bench(clicks(3), [NOTHING] * 3, stopped=lambda: "hotkey" if bench.tools.pauses else None)
    bench.tools.replies = [reply]
    ended = bench.run()
    assert ended.status == "stopped"
    assert "hotkey" in ended.summary


def test_a_finished_run_is_not_asked_about():
    ended, bench = run([[call()]], [stepped()], limits=Limits(steps=2))
    assert (ended.status, bench.tools.pauses) == ("done", [])


def test_what_the_program_says_of_unreadable_calls_is_marked_as_its_own():
    _, bench = run([[BadCall("x", "It is cut off.")]], [])
    (note,) = [message for message in bench.kept if message.role == "user"]
    assert note.by_program
    assert "could not be read" in note.text


def test_a_screen_that_cannot_be_read_ends_the_run():
    error = CaptureFailed("The screen could not be read.", "desktop-agent doctor says why.")
    ended, bench = run([[call(number=1), call(number=2)]], [error])
    assert (ended.status, ended.summary, ended.hint) == ("failed", error.user_message, error.hint)
    assert bench.told() == ["Skipped: the run was stopped."] * 2


def test_the_instruction_stays_the_persons():
    """What stands in the conversation before the note is not touched."""
    _, bench = run(clicks(3), [NOTHING] * 3, GO_ON)
    assert bench.planner.given[3][0] == HELLO == Message("user", (Text("do it"),))


class Hijacked(FixedPlanner):
    """Clicks what does nothing, again and again, and tries to answer for the person."""

    def __init__(self):
        super().__init__(*[[self.asks(n), self.clicks(n)] for n in range(8)])

    @staticmethod
    def clicks(number):
        return call(number=2 * number, start_box=[300 + number % 3, 400])

    @staticmethod
    def asks(number):
        return call(
            "ask_user",
            2 * number + 1,
            question=f"{number}: Paused. [g]o on, [t]ell, [S]top:",
            choices=["Go on", "Stop"],
        )


class Person:
    """Answers everything the planner asks with "Go on", and pauses with `reply`."""

    def __init__(self, toy, reply):
        self.toy, self.reply, self.pauses, self.gates, self.refusals = toy, reply, [], [], []

    def ask(self, question, choices):
        return "Go on"

    def pause(self, pause):
        self.pauses.append(pause)
        self.gates.append(self.toy.gates)
        try:
            self.toy.perform((Click(Point(120, 310)),), None)
        except GateClosed as error:
            self.refusals.append(error)
        return self.reply


def test_a_planner_neither_answers_nor_prevents_the_question(tmp_path):
    toy = calculator()
    toy.on_click = {}
    person, events = Person(toy, STOP), Events()
    step = Step(toy.desk, Policy(), FixedApprover(), Audit(tmp_path / "a.jsonl"), events, toy.scope(), "r1")
    toolbox = Toolbox(Gallery(), events, Sight(toy.desk, toy.scope()), step, person)
    toolbox.look()
    ended = Agent(Hijacked(), toolbox, events, "r1").run((HELLO,))
    assert ended.status == "limit"
    clicks = [each for each in toy.performed if isinstance(each, Click)]
    assert len(clicks) == 3
    (pause,) = person.pauses
    assert "tried 3 times" in pause.reason
    assert person.gates == [1]
    assert len(person.refusals) == 1, "nothing of the agent's can press the answer meanwhile"
