import contextlib
import threading
import time
from dataclasses import replace

import pytest

from desktop_agent.agent.context import BROKE_OFF, UNKNOWN, repaired, trimmed
from desktop_agent.agent.limits import Limits
from desktop_agent.agent.loop import Agent
from desktop_agent.core.actions import Action, ActionKind, Answer, Decision, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Message,
    Picture,
    ReasoningDelta,
    Text,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from desktop_agent.core.errors import HandsBusy, PlannerError, Stopped, StoreError, Unavailable
from desktop_agent.core.events import Looked, RunEnded, Said, Saying, Thinking
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.pause import UNANSWERED
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from desktop_agent.store.recorder import Recorder
from desktop_agent.store.runs import Runs
from desktop_agent.tools.result import ToolResult
from tests.unit.toy_desktop import Events

ACTION = Action(ActionKind.LEFT_CLICK, 'Click "7"', (), "s1")
HELLO = Message("user", (Text("do it"),))


def call(name="left_click", number=1, **arguments):
    return CallEvent(ToolCall(f"c{number}", name, arguments))


def stepped(outcome=Outcome.CONFIRMED, evidence="it reads 7", answer=Answer.APPROVED, ask=0.0):
    verdict = Verdict(Ruling.ASK, "", "")
    result = StepResult(ACTION, outcome, "What happened.", verdict, Decision(answer), evidence, seconds={"ask": ask})
    return ToolResult((Text(outcome.value),), step=result, summary="What happened.")


def looked(text="seen"):
    return ToolResult((Text(text),), summary=text)


DONE = ToolResult((Text("The run ends."),), "done", "It is saved.")


class FixedPlanner:
    """Streams turns one after the other, and keeps what it was given."""

    name = "fixed"

    def __init__(self, *turns):
        self.turns, self.given, self.cancelled = list(turns), [], threading.Event()

    def stream(self, messages, tools, options):
        self.given.append(list(messages))
        turn = self.turns.pop(0)
        for event in turn:
            if isinstance(event, BaseException):
                raise event
            if event == "wait for cancel":
                assert self.cancelled.wait(5)
                yield End("cancelled")
                return
            yield event
        if not isinstance(turn[-1], End):
            yield End("stop")

    def cancel(self):
        self.cancelled.set()


class FixedTools:
    """Answers calls with results one after the other, and pauses with `replies`, then with none. An error breaks off
    before anything was begun, unless it is in `begun`."""

    specs = ()
    begun, unfinished = (), False

    def __init__(self, *results):
        self.results, self.calls, self.replies, self.pauses = list(results), [], [], []

    def pause(self, pause):
        self.pauses.append(pause)
        return self.replies.pop(0) if self.replies else UNANSWERED

    def call(self, call):
        self.calls.append(call)
        result = self.results.pop(0)
        if isinstance(result, BaseException):
            self.unfinished = result in self.begun
            raise result
        return result


class Bench:
    def __init__(self, turns, results=(), **more):
        self.planner, self.tools, self.events, self.kept = FixedPlanner(*turns), FixedTools(*results), Events(), []
        self.agent = Agent(self.planner, self.tools, self.events, "r1", **{"keep": self.kept.append, **more})

    def run(self, *messages):
        ended = self.agent.run(messages or (HELLO,))
        assert self.events[-1] == ended
        assert len(self.events.of(RunEnded)) == 1
        return ended

    def told(self):
        return [message.text for message in self.kept if message.role == "tool"]


def run(turns, results=(), **more):
    bench = Bench(turns, results, **more)
    return bench.run(), bench


def test_a_turn_without_calls_is_the_answer():
    ended, bench = run([[ReasoningDelta("hm"), TextDelta("It is "), TextDelta("blue."), Usage(generated=4)]])
    assert (ended.status, ended.summary, ended.steps) == ("done", "It is blue.", 0)
    assert bench.events[:-1] == [
        Thinking(), Thinking("hm"), Saying("It is "), Saying("blue."), Said("It is blue.", Usage(generated=4)),
    ]  # fmt: skip
    assert bench.kept == [Message("assistant", (Text("It is blue."),), "hm")]


def test_an_answer_that_went_in_circles_is_no_answer():
    ended, bench = run([[TextDelta("round and round "), Usage(generated=600), End("repeats")]])
    assert (ended.status, "in circles" in ended.summary, "without thinking" in ended.hint) == ("gave_up", True, True)
    assert bench.kept == [Message("assistant", (Text("round and round "),))]
    ended, bench = run([[call(number=1), End("repeats")], [TextDelta("ok")]], [stepped()])
    assert (ended.status, len(bench.tools.calls)) == ("done", 1)


def test_calls_are_answered_in_order_until_done():
    ended, bench = run(
        [[call(number=1), call("key", 2)], [call("DONE", 3)]], [stepped(), stepped(evidence="saved"), DONE]
    )
    assert (ended.status, ended.steps) == ("done", 2)
    assert ended.summary == "It is saved. (Last check: saved.)"
    assert [each.name for each in bench.tools.calls] == ["left_click", "key", "DONE"]
    assert [message.call_id for message in bench.kept if message.role == "tool"] == ["c1", "c2", "c3"]


def test_the_conversation_only_grows():
    _, bench = run([[call()], [call()], [TextDelta("ok")]], [stepped(), stepped()])
    first, second, third = bench.planner.given
    assert second[: len(first)] == first
    assert third[: len(second)] == second
    assert third[-1].text == "confirmed"


@pytest.mark.parametrize("outcome", [Outcome.NO_EFFECT_SEEN, Outcome.UNVERIFIABLE, Outcome.REFUSED, Outcome.FAILED])
def test_after_one_that_is_not_confirmed_the_rest_is_skipped_and_told(outcome):
    _, bench = run([[call(number=1), call(number=2), call(number=3)], [TextDelta("hm")]], [stepped(outcome)])
    assert len(bench.tools.calls) == 1
    skipped = f"Skipped: the action before it ended as {outcome.value}."
    assert bench.told() == [outcome.value, skipped, skipped]


def test_a_click_gone_astray_ends_the_run_whatever_the_planner_wants_next():
    gone = replace(stepped(Outcome.FAILED), step=replace(stepped(Outcome.FAILED).step, astray=True))
    ended, bench = run([[call(number=1), call(number=2)], [call(number=3)]], [gone])
    assert (ended.status, ended.summary) == ("failed", "What happened.")
    assert "before you start again" in ended.hint
    assert len(bench.tools.calls) == 1
    assert bench.told()[1] == "Skipped: the run ended."


def test_after_a_call_that_could_not_be_done_the_rest_is_skipped():
    problem = ToolResult((Text("no such tool"),), problem=True)
    _, bench = run([[call(number=1), call(number=2)], [TextDelta("hm")]], [problem])
    assert len(bench.tools.calls) == 1
    assert bench.told()[1].startswith("Skipped")


@pytest.mark.parametrize(("outcome", "status", "said"), [
    (Outcome.CONFIRMED, "done", "Last check: it reads 7"),
    (Outcome.UNVERIFIABLE, "done", "Not checked: it reads 7"),
    (Outcome.NO_EFFECT_SEEN, "failed", "But the last check showed otherwise: What happened."),
    (Outcome.FAILED, "failed", "But the last check showed otherwise"),
    (Outcome.REFUSED, "refused", "But the last action was refused"),
])  # fmt: skip
@pytest.mark.parametrize("ending", [[call("DONE", 2)], [TextDelta("It is saved.")]])
def test_the_planners_claim_is_checked_against_the_last_outcome(outcome, status, said, ending):
    ended, _ = run([[call()], ending], [stepped(outcome), DONE])
    assert ended.status == status
    assert ended.summary.startswith("It is saved.")
    assert said in ended.summary


def test_fail_is_a_failure_with_its_reason():
    ended, _ = run([[call("FAIL")]], [ToolResult((Text("ends"),), "failed", "No such file.")])
    assert (ended.status, ended.summary) == ("failed", "No such file.")


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome.REFUSED, "refused"), (Outcome.FAILED, "failed"), (Outcome.CONFIRMED, "failed")]
)
def test_giving_up_after_a_refusal_is_being_refused(outcome, status):
    gives_up = ToolResult((Text("ends"),), "failed", "They said no.")
    ended, _ = run([[call()], [call("FAIL", 2)]], [stepped(outcome), gives_up])
    assert (ended.status, ended.summary) == (status, "They said no.")


def test_words_that_are_no_answer_are_giving_up():
    ended, bench = run([[TextDelta("I did not understand that."), End("gave_up")]])
    assert (ended.status, ended.summary) == ("gave_up", "I did not understand that.")
    assert bench.kept[0].text == "I did not understand that."


@pytest.mark.parametrize(("acts", "status"), [(True, "failed"), (False, "done")])
def test_words_after_nothing_but_an_impossible_call_make_no_success_of_a_run_that_acts(acts, status):
    impossible = ToolResult((Text("wrong"),), summary="outside the image", problem=True)
    bench = Bench([[call()], [TextDelta("Clicked it.")]], [impossible])
    bench.tools.specs = (ToolSpec("DONE", "", {}),) if acts else ()
    ended = bench.run()
    assert ended.status == status
    assert ended.summary.startswith("Clicked it.")
    assert ("outside the image" in ended.summary) == acts


@pytest.mark.parametrize("error", [PlannerError("The server died."), KeyboardInterrupt()])
def test_what_was_said_before_it_broke_off_is_kept_without_its_calls(error):
    bench = Bench([[ReasoningDelta("hm"), TextDelta("It "), call(), TextDelta("is"), error]])
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    else:
        assert (ended := bench.run()).status == "failed", ended
    assert bench.kept == [Message("assistant", (Text("It is"),), "hm")]
    assert bench.tools.calls == []


def test_nothing_is_kept_of_a_turn_that_said_nothing():
    _, bench = run([[ReasoningDelta("hm"), PlannerError("The server died.")]])
    assert bench.kept == []


def test_calls_after_done_are_answered_but_not_made():
    ended, bench = run([[call("DONE", 1), call(number=2)]], [DONE])
    assert ended.status == "done"
    assert bench.told() == ["The run ends.", "Skipped: the run ended."]


def test_a_call_that_cannot_be_read_is_told_and_tried_again():
    bad = BadCall("<tool_call>x", "The call is cut off.")
    ended, bench = run([[bad], [TextDelta("sorry")]])
    assert ended.status == "done"
    told = bench.planner.given[1]
    assert told[-2] == Message("assistant", (Text("<tool_call>x"),))
    assert told[-1].role == "user"
    assert "cut off" in told[-1].text
    assert "<tool_call>x" in told[-1].text


def test_calls_that_can_be_read_are_made_beside_those_that_cannot():
    _, bench = run([[BadCall("x", "bad"), call()], [TextDelta("ok")]], [stepped()])
    assert len(bench.tools.calls) == 1


def test_three_unreadable_turns_in_a_row_give_up():
    ended, bench = run([[BadCall("x", "bad.")], [BadCall("y", "bad.")], [BadCall("z", "worse.")]])
    assert ended.status == "gave_up"
    assert "worse." in ended.summary
    assert len(bench.planner.given) == 3


def test_two_unreadable_turns_do_not_nor_more_with_a_good_one_between():
    bad = [BadCall("x", "b")]
    assert run([bad, bad, [TextDelta("ok")]])[0].status == "done"
    ended, _ = run([bad, bad, [call()], bad, bad, [TextDelta("ok")]], [stepped()])
    assert ended.status == "done"


def test_nothing_at_all_is_giving_up():
    assert run([[End("stop")]])[0].status == "gave_up"


@pytest.mark.parametrize(("result", "status", "said"), [
    (stepped(), "done", "What happened. (Last check: it reads 7.)"),
    (stepped(Outcome.NO_EFFECT_SEEN), "failed", "the last check showed otherwise"),
    (looked("seven"), "done", "seven"),
    (ToolResult((Text("wrong"),), summary="wrong", problem=True), "failed", "wrong"),
])  # fmt: skip
def test_ending_without_a_word_leaves_it_to_what_was_done(result, status, said):
    ended, _ = run([[call()], [End("stop")]], [result])
    assert ended.status == status
    assert said in ended.summary


def test_an_answer_that_was_cut_off_is_no_answer():
    ended, bench = run([[TextDelta("It is"), End("length")]])
    assert ended.status == "limit"
    assert bench.kept[0].text == "It is"


def test_the_same_that_changes_nothing_stops_with_what_was_tried():
    nothing = stepped(Outcome.NO_EFFECT_SEEN)
    ended, bench = run([[call(start_box=[1, 2], element_info=str(n))] for n in range(9)], [nothing] * 9)
    assert (ended.status, len(bench.tools.calls)) == ("limit", 3)
    assert "tried 3 times" in ended.summary
    assert 'Click "7"' in ended.summary


def test_the_same_that_does_something_goes_on():
    turns = [*([call(start_box=[1, 2])] for _ in range(6)), [TextDelta("ok")]]
    assert run(turns, [stepped()] * 6)[0].status == "done"


def test_other_calls_are_no_repetition():
    turns = [*([call("read_text", box=[1, 1, 9, n * 50])] for n in range(6)), [TextDelta("ok")]]
    _, bench = run(turns, [looked()] * 6)
    assert len(bench.tools.calls) == 6


def test_looking_at_the_same_again_and_again_stops():
    ended, bench = run([[call("read_text")]] * 9, [looked()] * 9)
    assert (ended.status, len(bench.tools.calls)) == ("limit", 3)


def test_looking_at_what_changes_goes_on():
    ended, _ = run([*[[call("read_text")]] * 5, [TextDelta("ok")]], [looked(str(n)) for n in range(5)])
    assert ended.status == "done"


def test_the_number_of_steps_is_limited():
    ended, bench = run([[call(n=n)] for n in range(9)], [stepped()] * 9, limits=Limits(steps=4))
    assert (ended.status, ended.steps, len(bench.tools.calls)) == ("limit", 4, 4)
    assert "limit of 4 steps" in ended.summary


class SlowTools(FixedTools):
    """Each call takes a minute."""

    now = 0.0

    def clock(self):
        return self.now

    def call(self, call):
        self.now += 60.0
        return super().call(call)


def run_slowly(ask):
    tools = SlowTools(*[stepped(ask=ask)] * 5)
    planner = FixedPlanner(*([call(n=n)] for n in range(5)), [TextDelta("ok")])
    agent = Agent(planner, tools, Events(), limits=Limits(99, 100.0), clock=tools.clock)
    return agent.run((HELLO,)), tools


def test_the_time_is_limited():
    ended, tools = run_slowly(ask=0.0)
    assert (ended.status, len(tools.calls)) == ("limit", 2)
    assert "100 seconds" in ended.summary


def test_the_persons_time_is_not_counted():
    ended, tools = run_slowly(ask=59.0)
    assert (ended.status, len(tools.calls)) == ("done", 5)


@pytest.mark.parametrize("answer", [Answer.TIMED_OUT, Answer.FAILED])
def test_when_nobody_answers_the_run_ends(answer):
    ended, bench = run([[call(number=1), call(number=2)]], [stepped(Outcome.REFUSED, answer=answer)])
    assert ended.status == "refused"
    assert len(bench.told()) == 2


def test_looking_is_told_to_the_watcher():
    _, bench = run([[call("read_text")], [TextDelta("ok")]], [looked("seven")])
    assert bench.events.of(Looked) == [Looked("read_text", "seven")]


@pytest.mark.parametrize(("error", "status"), [
    (PlannerError("The server refused.", "Check the address."), "failed"),
    (HandsBusy("Another run acts."), "refused"),
    (Stopped("You stopped it."), "stopped"),
])  # fmt: skip
def test_errors_end_the_run_with_their_words(error, status):
    for turns, results in (([[error]], []), ([[call(number=1), call(number=2)]], [error])):
        ended, bench = run(turns, results)
        assert (ended.status, ended.summary, ended.hint) == (status, error.user_message, error.hint)
        assert len(bench.told()) == (2 if results else 0)


@pytest.mark.expects_log_errors
def test_a_bug_ends_the_run_and_says_so():
    ended, _ = run([[ZeroDivisionError("bug")]])
    assert ended.status == "failed"
    assert "ZeroDivisionError" in ended.summary


def test_a_stop_before_the_turn_asks_nobody():
    ended, bench = run([], stopped=lambda: "hotkey")
    assert ended.status == "stopped"
    assert bench.planner.given == []


def test_a_stop_while_thinking_cancels_the_planner():
    began = time.monotonic()
    stopped = threading.Event()
    bench = Bench([[TextDelta("I am"), "wait for cancel"]], stopped=lambda: "hotkey" if stopped.is_set() else None)
    bench.events.append = lambda event: (list.append(bench.events, event), stopped.set())
    bench.agent._watch = bench.events.append
    ended = bench.agent.run((HELLO,))
    assert ended.status == "stopped"
    assert "hotkey" in ended.summary
    assert bench.kept[0].text == "I am"
    assert time.monotonic() - began < 5


def test_a_message_that_cannot_be_kept_ends_the_run():
    def full(message):
        raise StoreError("The disk is full.", "Free some space.")

    ended, bench = run([[call()]], keep=full)
    assert (ended.status, ended.summary) == ("failed", "The disk is full.")
    assert bench.tools.calls == []


def picture(number, desktop=True):
    view = View(Rect(0, 0, 4, 4), 4, 4) if desktop else None
    return Picture(f"img{number}", Image(4, 4, bytes(64)), view)


def conversation(screenshots):
    results = [Message("tool", (Text("x"), picture(number)), call_id="c") for number in range(1, screenshots + 1)]
    return [Message("user", (picture(0, desktop=False), Text("hi"))), *results]


def shown(messages):
    return [each.id for message in messages for each in message.pictures]


@pytest.mark.parametrize(("count", "first"), [(1, 1), (4, 1), (7, 1), (8, 5), (11, 5), (12, 9)])
def test_old_screenshots_go_in_batches_and_attached_pictures_stay(count, first):
    messages = trimmed(conversation(count))
    assert shown(messages) == ["img0", *(f"img{n}" for n in range(first, count + 1))]
    assert len(messages) == count + 1
    if first > 1:
        assert messages[1].text == "x\n(img1: an older screenshot, no longer shown)"


def test_between_batches_the_prefix_stays():
    messages, changes = conversation(0), 0
    for number in range(1, 30):
        earlier = list(messages)
        messages = trimmed([*messages, Message("tool", (picture(number),), call_id="c")])
        assert 4 <= len(shown(messages)) - 1 <= 7 or number < 4
        changes += messages[: len(earlier)] != earlier
    assert changes == 6


@pytest.mark.parametrize(("keep", "count", "left"), [(1, 4, 4), (1, 5, 1), (2, 9, 5), (8, 15, 15), (8, 16, 8)])
def test_how_many_stay_can_be_set_and_more_go_at_once_then(keep, count, left):
    assert len(shown(trimmed(conversation(count), keep))) == left + 1


def test_dropping_again_what_was_trimmed_before_drops_the_same():
    for keep in (1, 3, 4, 6):
        for count in range(40):
            full = conversation(count)
            half = trimmed(full[: count // 2], keep) + full[count // 2 :]
            assert trimmed(half, keep) == trimmed(full, keep)


def test_a_run_shows_the_planner_as_many_screenshots_as_are_set():
    seen = []

    class Looking(FixedPlanner):
        def stream(self, messages, tools, options):
            seen.append(len(shown(messages)))
            return super().stream(messages, tools, options)

    results = [ToolResult((picture(number),), summary="seen") for number in range(12)]
    planner = Looking(*[[call("screenshot", number)] for number in range(12)], [TextDelta("ok")])
    Agent(planner, FixedTools(*results), Events(), screenshots=2, limits=Limits(repeats=20)).run((HELLO,))
    assert seen == [0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 2, 3, 4]


@pytest.fixture
def store(tmp_path):
    database = Database(tmp_path / "store.sqlite")
    yield database
    database.close()


def test_everything_is_in_the_store_when_it_is_told(store):
    conversations, runs = Conversations(store), Runs(store)
    conversation_id = conversations.create("t")
    run_id = runs.start(conversation_id, "do it", None, "fixed")
    seen = []

    def watch(event):
        record = runs.get(run_id)
        seen.append((type(event).__name__, len(record.usages), len(record.looks), record.run.status))

    recorder = Recorder(conversations, runs, conversation_id, run_id, watch)
    turns = [[call("read_text"), Usage(prompt=3)], [TextDelta("ok"), Usage(prompt=5)]]
    agent = Agent(FixedPlanner(*turns), FixedTools(looked()), recorder, run_id, keep=recorder.message)
    agent.run((HELLO,))
    assert ("Said", 1, 0, "running") in seen
    assert ("Looked", 1, 1, "running") in seen
    assert seen[-1] == ("RunEnded", 2, 1, "done")
    assert [message.role for message in conversations.messages(conversation_id)] == ["assistant", "tool", "assistant"]


def test_a_store_that_fails_ends_the_run_and_the_watcher_hears_of_it(store, monkeypatch):
    conversations, runs = Conversations(store), Runs(store)
    conversation_id = conversations.create("t")
    run_id = runs.start(conversation_id, "do it", None, "fixed")
    events = Events()
    recorder = Recorder(conversations, runs, conversation_id, run_id, events)

    def full(*_):
        raise StoreError("The disk is full.", "Free some space.")

    for name in ("usage", "end"):
        monkeypatch.setattr(runs, name, full)
    agent = Agent(FixedPlanner([call()]), FixedTools(stepped()), recorder, run_id, keep=recorder.message)
    ended = agent.run((HELLO,))
    assert (ended.status, ended.summary) == ("failed", "The disk is full.")
    assert events.of(Said)
    assert events[-1].status == "failed"
    assert "The disk is full." in events[-1].summary


def test_a_stop_that_can_no_longer_be_asked_for_ends_the_thinking():
    thinking = threading.Event()

    def stopped():
        if thinking.is_set():
            raise Unavailable("The hands are gone.", "Start again.")

    class Slow(FixedPlanner):
        def stream(self, messages, tools, options):
            thinking.set()
            yield from super().stream(messages, tools, options)

    planner = Slow(["wait for cancel"])
    ended = Agent(planner, FixedTools(), Events(), stopped=stopped).run((HELLO,))
    assert planner.cancelled.is_set()
    assert (ended.status, ended.summary) == ("failed", "The hands are gone.")


def test_a_planner_that_thinks_beyond_the_time_is_cancelled():
    ended, bench = run([[TextDelta("Hm"), "wait for cancel"]], limits=Limits(seconds=0.05))
    assert bench.planner.cancelled.is_set()
    assert ended.status == "limit"
    assert "seconds is reached" in ended.summary
    assert bench.kept[0].text == "Hm"


def test_what_could_not_be_read_is_told_behind_the_results_of_the_other_calls():
    _, bench = run([[call(), BadCall("x", "It is cut off.")], [TextDelta("ok")]], [stepped()])
    assert [message.role for message in bench.kept] == ["assistant", "tool", "user", "assistant"]
    assert "cut off" in bench.kept[2].text


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_calls_are_answered_when_one_breaks_off(error):
    bench = Bench([[call(number=1), call(number=2), call(number=3)]], [stepped(), error])
    with pytest.raises(type(error)):
        bench.run()
    assert bench.told() == ["confirmed", BROKE_OFF, BROKE_OFF]


@pytest.mark.parametrize(
    ("error", "skipped"), [(KeyboardInterrupt(), BROKE_OFF), (Stopped("Stopped."), "Skipped: the run was stopped.")]
)
def test_an_action_that_was_begun_when_the_run_broke_off_may_have_been_done(error, skipped):
    bench = Bench([[call(number=1), call(number=2), call(number=3)]], [stepped(), error])
    bench.tools.begun = (error,)
    with contextlib.suppress(KeyboardInterrupt):
        bench.run()
    assert bench.told() == ["confirmed", UNKNOWN, skipped]
    assert "may have been done or not" in UNKNOWN


@pytest.mark.expects_log_errors
def test_calls_are_answered_when_one_meets_a_bug():
    ended, bench = run([[call(number=1), call(number=2)]], [ZeroDivisionError("bug")])
    assert "ZeroDivisionError" in ended.summary
    assert len(bench.told()) == 2


def test_that_skipped_calls_cannot_be_kept_does_not_hide_why():
    def keep(message):
        if message.role == "tool":
            raise StoreError("The disk is full.")

    bench = Bench([[call()]], [KeyboardInterrupt()], keep=keep)
    with pytest.raises(KeyboardInterrupt):
        bench.run()


def test_a_conversation_that_broke_off_is_repaired():
    calls = tuple(ToolCall(name, "key", {}) for name in "abc")
    said, sorry = Message("assistant", (), calls=calls), Message("user", (Text("could not be read"),))
    answers = {name: Message("tool", (Text(name),), call_id=name) for name in "abc"}
    unknown, skipped = Message("tool", (Text(UNKNOWN),)), Message("tool", (Text(BROKE_OFF),))
    whole = [HELLO, said, *answers.values(), Message("assistant", (Text("ok"),)), HELLO]
    assert repaired(whole) == whole
    # Cut off within the results, a message that got in between, and a result that answers nothing.
    assert repaired([HELLO, said, answers["b"], sorry, answers["a"], HELLO]) == [
        HELLO, said, answers["a"], answers["b"], replace(unknown, call_id="c"), sorry, HELLO,
    ]  # fmt: skip
    assert repaired([HELLO, answers["a"], said]) == [
        HELLO, said, replace(unknown, call_id="a"), *(replace(skipped, call_id=name) for name in "bc"),
    ]  # fmt: skip
    assert repaired([said, answers["b"]])[1:] == [
        replace(unknown, call_id="a"), answers["b"], replace(unknown, call_id="c"),
    ]  # fmt: skip
