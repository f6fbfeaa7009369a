"""Replaying stored runs against a planner."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.agent import prompts
from desktop_agent.cli import eval_options
from desktop_agent.cli import main as command_line
from desktop_agent.core.actions import ActionKind
from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Event,
    Message,
    Options,
    Text,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation import trajectory_report
from desktop_agent.evaluation.replay import PATIENCE, Compared, agreement, replayed
from desktop_agent.evaluation.trajectory import NothingToReplay, Trajectory, trajectory_of
from desktop_agent.store.database import Database, default_path
from tests.unit.stored_runs import StoredRuns, call

CLICK = call("left_click", start_box=[220, 220])
"""At 210, 160 of the desktop: on what a simple run's steps aim at."""
ELSEWHERE = call("left_click", start_box=[800, 800])
TYPE = call("type", content="hello")
DONE = call("DONE", summary="Done.")


@pytest.fixture
def stored(home: Path) -> Iterator[StoredRuns]:
    database = Database(default_path())
    yield StoredRuns(database)
    database.close()


class Given:
    """Answers in turn, and keeps what it was given. An exception among the answers is raised."""

    name = "given"

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.given: list[tuple[list[Message], list[ToolSpec]]] = []
        self.cancelled = False

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        self.given.append((list(messages), list(tools)))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        yield from (CallEvent(each) if isinstance(each, ToolCall) else each for each in answer)
        yield End("stop")

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        pass


def trajectory(stored: StoredRuns, run: str) -> Trajectory:
    return trajectory_of(run, stored.runs, stored.conversations, "en")


def compare(stored: StoredRuns, run: str, *answers: Any) -> tuple[Given, list[Compared]]:
    planner = Given(*answers)
    return planner, list(replayed(planner, trajectory(stored, run), Options()))


def test_each_turn_gets_what_the_stored_planner_got(stored: StoredRuns) -> None:
    run, conversation = stored.simple("save it", [CLICK], [TYPE], [DONE])
    planner, compared = compare(stored, run, [CLICK], [ELSEWHERE], [DONE])
    messages = list(stored.conversations.messages(conversation))
    system = prompts.system("en", acting=True)
    assert [given for given, _ in planner.given] == [
        [system, *messages[:1]],
        [system, *messages[:3]],
        [system, *messages[:5]],
    ]
    assert {"left_click", "DONE", "zoom"} <= {tool.name for tool in planner.given[0][1]}
    assert [each.verdict for each in compared] == ["same", "parted", "same"]
    whole = agreement(compared)
    assert (whole.turns, whole.same, whole.first_divergence) == (3, 2, 2)


def test_a_point_on_the_same_element_is_the_same(stored: StoredRuns) -> None:
    run, _ = stored.simple("save it", [CLICK], [CLICK])
    _, compared = compare(
        stored, run, [call("left_click", start_box=[270, 270])], [call("left_click", start_box=[290, 290])]
    )
    assert [each.verdict for each in compared] == ["same", "parted"]  # 25 px away on the target; 35 px and beside it.


def test_what_could_not_be_carried_out_has_no_target_and_takes_none(stored: StoredRuns) -> None:
    run, conversation = stored.begin("save it")
    stored.answer(conversation, run, CLICK)
    stored.refused(conversation, "left_click: the monitors changed.")
    stored.answer(conversation, run, CLICK)
    stored.acted(conversation, run, ActionKind.LEFT_CLICK, Rect(200, 150, 40, 40))
    stored.end(run)
    assert [each.targets for each in trajectory(stored, run).turns] == [(None,), (Rect(200, 150, 40, 40),)]


def test_a_long_run_shows_no_more_pictures_than_the_agent_did(stored: StoredRuns) -> None:
    run, _ = stored.simple("go on", *[[CLICK]] * 9)
    planner, _ = compare(stored, run, *[[CLICK]] * 9)
    shown = [sum(len(message.pictures) for message in given) for given, _ in planner.given]
    assert shown == [1, 2, 3, 4, 5, 6, 7, 4, 5]


def test_a_question_is_replayed_with_tools_that_only_look(stored: StoredRuns) -> None:
    run, conversation = stored.begin("what is it?")
    stored.answer(conversation, run, call("zoom", box=[0, 0, 500, 500]))
    stored.refused(conversation, "img2 is that part.")
    stored.answer(conversation, run, words="A window.")
    stored.end(run)
    planner, compared = compare(stored, run, [call("zoom", box=[0, 0, 500, 500])], [TextDelta("A note.")])
    assert planner.given[0][0][0] == prompts.system("en", acting=False)
    assert {tool.name for tool in planner.given[0][1]} == {"screenshot", "zoom", "read_text", "ask_user"}
    assert [each.verdict for each in compared] == ["same", "words"]
    assert agreement(compared).rate == 1.0  # Words are not compared, so they don't count.


def test_a_picture_alone_has_no_desktop_s_tools(stored: StoredRuns) -> None:
    run, conversation = stored.begin("what is it?", scope=None)
    stored.answer(conversation, run, words="A cat.")
    stored.end(run)
    assert {tool.name for tool in trajectory(stored, run).tools} == {"zoom", "read_text", "ask_user"}


def test_a_call_that_can_t_be_read_parts_and_a_planner_that_breaks_off_fails(stored: StoredRuns) -> None:
    run, _ = stored.simple("save it", [CLICK], [CLICK], [DONE])
    _, compared = compare(stored, run, [BadCall("<tool_call>", "It is cut off.")], PlannerError("Gone."), [DONE])
    assert [(each.verdict, each.why) for each in compared] == [
        ("parted", "A call could not be read: It is cut off."),
        ("failed", "Gone."),
        ("same", ""),
    ]
    assert agreement(compared).turns == 2


def test_a_planner_that_is_gone_is_not_asked_for_every_turn(stored: StoredRuns) -> None:
    run, _ = stored.simple("go on", *[[CLICK]] * 9)
    _, compared = compare(stored, run, [CLICK], *[PlannerError("Gone.")] * 8)
    assert len(compared) == 1 + PATIENCE
    _, compared = compare(stored, run, *[PlannerError("Busy."), [CLICK]] * 5)
    assert len(compared) == 9


def test_a_turn_whose_picture_is_gone_is_not_compared(stored: StoredRuns) -> None:
    run, conversation = stored.simple("save it", [CLICK], [TYPE], [DONE])
    lost = stored.conversations.messages(conversation)[2].pictures[0].image.digest
    with stored.database.write() as connection:
        connection.execute("DELETE FROM images WHERE digest = ?", (lost,))
    planner, compared = compare(stored, run, [CLICK], [DONE])
    assert [each.verdict for each in compared] == ["same", "lost", "same"]
    assert len(planner.given) == 2
    assert agreement(compared).turns == 2


def test_runs_of_one_conversation_are_told_apart(stored: StoredRuns) -> None:
    first, conversation = stored.simple("save it", [CLICK], [DONE])
    second, _ = stored.simple("close it", [ELSEWHERE], conversation=conversation)
    third, _ = stored.simple("save it", [TYPE], conversation=conversation)
    found = {run: [each.answer.calls[0] for each in trajectory(stored, run).turns] for run in (first, second, third)}
    assert found == {first: [CLICK, DONE], second: [ELSEWHERE], third: [TYPE]}
    assert len(trajectory(stored, third).turns[0].prompt) == 10  # What went before is part of the conversation.


def test_a_person_s_words_in_a_pause_begin_no_run(stored: StoredRuns) -> None:
    run, conversation = stored.begin("save it")
    stored.answer(conversation, run, CLICK)
    stored.acted(conversation, run, ActionKind.LEFT_CLICK, None)
    stored.conversations.append(conversation, Message("user", (Text("Note"), Text("the other one"))))
    stored.answer(conversation, run, TYPE)
    stored.conversations.append(conversation, Message("user", (Text("save it"),), by_program=True))  # It quotes.
    stored.answer(conversation, run, TYPE)
    stored.end(run)
    assert len(trajectory(stored, run).turns) == 3


def test_a_run_that_left_no_message_is_not_taken_for_another(stored: StoredRuns) -> None:
    conversation = stored.conversations.create("t")
    lost = stored.runs.start(conversation, "look", None, "fixed")
    stored.end(lost, "failed")
    kept, _ = stored.simple("save it", [CLICK], conversation=conversation)
    with pytest.raises(NothingToReplay, match="none of its messages are stored"):
        trajectory(stored, lost)
    assert len(trajectory(stored, kept).turns) == 1


def test_where_it_can_t_be_told_whose_messages_they_are_nobody_gets_them(stored: StoredRuns) -> None:
    conversation = stored.conversations.create("t")
    lost = stored.runs.start(conversation, "save it", None, "fixed")
    stored.end(lost, "failed")
    kept, _ = stored.simple("save it", [CLICK], conversation=conversation)
    for run in (lost, kept):
        with pytest.raises(NothingToReplay, match="can't be told from those of another run"):
            trajectory(stored, run)


def test_of_three_runs_alike_with_messages_of_two_none_is_certain(stored: StoredRuns) -> None:
    first, conversation = stored.simple("save it", [CLICK])
    second, _ = stored.simple("save it", [TYPE], conversation=conversation)
    lost = stored.runs.start(conversation, "save it", None, "fixed")
    stored.end(lost, "failed")
    for run in (first, second, lost):
        with pytest.raises(NothingToReplay, match="can't be told from those of another run"):
            trajectory(stored, run)


def test_an_empty_run_and_one_under_way_have_nothing_to_replay(stored: StoredRuns) -> None:
    run, _ = stored.begin("save it")
    with pytest.raises(NothingToReplay, match="still under way"):
        trajectory(stored, run)
    stored.end(run, "failed")
    with pytest.raises(NothingToReplay, match="never answered"):
        trajectory(stored, run)


def test_a_store_of_the_first_version_is_replayed(stored: StoredRuns) -> None:
    run, _ = stored.simple("save it", [CLICK], [DONE])
    with stored.database.write() as connection:
        connection.execute("ALTER TABLE messages DROP COLUMN by_program")
        connection.execute("DELETE FROM migrations WHERE version > 1")
    database = Database(default_path())
    assert len(trajectory(StoredRuns(database), run).turns) == 2
    database.close()


def measure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], planner: Given, *words: str
) -> tuple[int, dict[str, Any], str]:
    @contextlib.contextmanager
    def measured(_: object) -> Iterator[Given]:
        yield planner

    monkeypatch.setattr(eval_options, "measured_planner", measured)
    code = command_line.main(["eval", "trajectories", "--json", *words])
    shown = capsys.readouterr()
    return code, json.loads(shown.out.splitlines()[-1]), shown.out + shown.err


def test_all_runs_are_compared_and_reported(
    stored: StoredRuns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = stored.simple("save <b>it", [CLICK], [DONE])
    empty, _ = stored.begin("nothing")
    stored.end(empty, "stopped")
    second, _ = stored.simple("close it", [ELSEWHERE])
    planner = Given([CLICK], [TYPE], [ELSEWHERE])
    code, told, shown = measure(monkeypatch, capsys, planner, "--all")
    assert (code, told["ok"], told["agreement"], told["turns"], told["skipped"]) == (0, True, 2 / 3, 3, 1)
    assert told["runs"] == {
        first: {"agreement": 0.5, "turns": 2, "first_divergence": 2},
        empty: {"skipped": "its planner never answered."},
        second: {"agreement": 1.0, "turns": 1, "first_divergence": None},
    }
    assert "1 of 2 turns are the same (50%); they part at turn 2." in shown
    html = Path(told["report"]).read_text("utf-8")
    assert html.count("<img") == 1
    assert "save &lt;b&gt;it" in html
    assert "stored: DONE" in html
    assert "now: type {&#39;content&#39;: &#39;hello&#39;}" in html


def test_a_run_that_is_damaged_does_not_stop_the_others(
    stored: StoredRuns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, conversation = stored.simple("save it", [CLICK])
    whole, _ = stored.simple("close it", [CLICK])
    with stored.database.write() as connection:
        connection.execute("UPDATE messages SET body = '{' WHERE conversation = ? AND number = 2", (conversation,))
    code, told, _ = measure(monkeypatch, capsys, Given([CLICK]), broken, whole[:10])
    assert code == 0
    assert "damaged" in told["runs"][broken]["skipped"]
    assert told["runs"][whole]["agreement"] == 1.0


def test_ctrl_c_keeps_what_was_compared(
    stored: StoredRuns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _ = stored.simple("save it", [CLICK], [CLICK], [DONE])
    stored.simple("close it", [CLICK])
    planner = Given([CLICK], KeyboardInterrupt())
    code, told, shown = measure(monkeypatch, capsys, planner, "--all")
    assert (code, told["turns"], set(told["runs"])) == (4, 1, {run})
    assert planner.cancelled
    assert "Interrupted. 1 runs were not begun." in shown


def test_a_planner_that_is_gone_ends_all(
    stored: StoredRuns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.simple("go on", *[[CLICK]] * 5)
    stored.simple("close it", [CLICK])
    code, told, shown = measure(monkeypatch, capsys, Given(*[PlannerError("Gone.")] * 9), "--all")
    assert (code, told["ok"], told["failed"]) == (1, False, PATIENCE)
    assert "broke off time and again. 1 runs were not begun." in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Which runs?"),
        (("--all", "abc"), "Which runs?"),
        (("--all",), "There are no runs in the store."),
        (("nosuch",), 'No run begins with "nosuch".'),
        (("--all", "--near", "x"), "is no positive number"),
    ],
)
def test_wrong_usage_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, told, _ = measure(monkeypatch, capsys, Given(), *words)
    assert code == 2
    assert said in told["error"]


def test_a_report_of_thousands_of_turns_can_still_be_opened(
    stored: StoredRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = stored.simple("go on", *[[CLICK]] * 3)
    _, compared = compare(stored, run, [ELSEWHERE], [ELSEWHERE], [CLICK])
    for shown in (2, 1):
        monkeypatch.setattr(trajectory_report, "SHOWN", shown)
        report = trajectory_report.Report()
        report.add(trajectory(stored, run), compared)
        report.write(tmp_path / "report.html", "p")
        assert (tmp_path / "report.html").read_text("utf-8").count("<img") == shown


def test_figures_are_not_lost_with_a_report_that_can_t_be_written(
    stored: StoredRuns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.simple("save it", [CLICK])
    monkeypatch.setattr(eval_options, "report_path", lambda *_: Path("/proc/no/report.html"))
    code, told, shown = measure(monkeypatch, capsys, Given([CLICK]), "--all")
    assert (code, told["ok"], told["agreement"], told["report"]) == (1, False, 1.0, "")
    assert "The report /proc/no/report.html could not be written" in shown
