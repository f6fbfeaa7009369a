from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import CallEvent, End, Message, Options, Picture, Text, ToolCall, Turn
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.evaluation import miniwob_tasks
from desktop_agent.evaluation.miniwob import Verdict
from desktop_agent.evaluation.oracle import glm, moves, registry
from desktop_agent.evaluation.oracle.history import deeds
from desktop_agent.evaluation.oracle.page import Box, Lost
from desktop_agent.evaluation.oracle.planner import Oracle
from desktop_agent.model.calls import CallParser
from desktop_agent.tools import control, keys, pointer
from desktop_agent.tools.grounding import point_in

TOOLS = tuple(tool.spec for tool in (*pointer.TOOLS, *keys.TOOLS, control.DONE, control.FAIL, control.WAIT))
VIEW = View(Rect(80, 60, 500, 440), 500, 440)


@dataclass
class FixedPage:
    """Says what a test wants."""

    verdict: Verdict = field(default_factory=lambda: Verdict(False, 0.0))


@pytest.fixture
def solve(monkeypatch):
    """Register a solver for the task "toy"."""

    def register(solver):
        monkeypatch.setitem(registry._solvers, "toy", solver)

    return register


def message(view=VIEW, name="img1"):
    return Message("user", (Picture(name, Image(view.width, view.height, bytes(4 * view.width * view.height)), view),))


def turn_of(oracle, *messages):
    turn = Turn()
    for event in oracle.stream(messages, TOOLS, Options()):
        turn.add(event)
    return turn


# Raw strings end where the closing tag does, so a call can't hold it: no more than a model's could.
plain = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "</arg_value>" not in text)


@given(content=plain, x=st.integers(0, 999), y=st.integers(0, 999))
def test_what_is_written_is_read_again_piece_by_piece(content, x, y):
    arguments = {"content": content, "start_box": [x, y]}
    parser = CallParser(TOOLS)
    pieces = list(glm.pieces(glm.written("type", arguments)))
    assert max(map(len, pieces)) <= glm.PIECE
    events = [event for piece in pieces for event in parser.feed(piece)] + list(parser.end())
    (event,) = events
    assert isinstance(event, CallEvent)
    assert (event.call.name, event.call.arguments) == ("type", arguments)


def test_the_oracle_points_in_thousandths_of_the_latest_picture(solve):
    target = Point(321, 243)
    solve(lambda page, done: moves.drag(target, Point(90, 70)))
    other = View(Rect(0, 0, 640, 600), 640, 600)
    turn = turn_of(Oracle(FixedPage(), "toy"), message(other), message(name="img2"))
    (call,) = turn.calls
    assert turn.end == "calls"
    assert not turn.bad_calls
    there = point_in(call.arguments["start_box"], VIEW)
    assert abs(there.x - target.x) <= 1
    assert abs(there.y - target.y) <= 1


def test_a_box_is_pointed_at_where_it_can_be_reached_and_named(solve):
    box = Box("button", " Sub\nmit ", "", False, False, {}, Rect(100, 100, 40, 20), Point(103, 118))
    solve(lambda page, done: moves.click(box))
    (call,) = turn_of(Oracle(FixedPage(), "toy"), message()).calls
    assert call.arguments["element_info"] == '"Sub mit" button'
    assert point_in(call.arguments["start_box"], VIEW).y in (117, 118, 119)


def test_what_can_t_be_reached_is_said_instead_of_clicked_blindly(solve):
    hidden = Box("button", "Submit", "", False, False, {}, Rect(100, 900, 40, 20), None)
    solve(lambda page, done: moves.click(hidden))
    (call,) = turn_of(Oracle(FixedPage(), "toy"), message()).calls
    assert call.name == "FAIL"
    assert "Submit" in call.arguments["reason"]


@pytest.mark.parametrize(("reward", "name"), [(1.0, "DONE"), (0.5, "FAIL"), (-1.0, "FAIL")])
def test_once_the_page_has_decided_the_oracle_says_what_it_said(solve, reward, name):
    solve(lambda page, done: pytest.fail("it was asked all the same"))
    (call,) = turn_of(Oracle(FixedPage(Verdict(True, reward)), "toy"), message()).calls
    assert call.name == name


def test_the_solver_is_told_what_was_called_and_how_it_ended(solve):
    told = []
    solve(lambda page, done: told.extend(done) or moves.wait(1))
    calls = (ToolCall("a", "left_click", {"start_box": [1, 2]}), ToolCall("b", "type", {"content": "x"}))
    turn_of(
        Oracle(FixedPage(), "toy"),
        message(),
        Message("assistant", (), calls=calls),
        Message("tool", (Text("confirmed: Done: it changed."),), call_id="a"),
        Message("tool", (Text("type: no such thing"),), call_id="b"),
    )
    assert [(each.name, each.outcome, each.acted) for each in told] == [
        ("left_click", Outcome.CONFIRMED, True),
        ("type", None, False),
    ]


def test_what_was_refused_was_not_done():
    call = ToolCall("a", "left_click", {})
    answer = Message("tool", (Text("refused: You said no."),), call_id="a")
    (deed,) = deeds([Message("assistant", (), calls=(call,)), answer])
    assert not deed.acted


def test_without_a_picture_there_is_nothing_to_point_at(solve):
    solve(lambda page, done: moves.click(Point(100, 100)))
    with pytest.raises(PlannerError, match="no picture"):
        turn_of(Oracle(FixedPage(), "toy"), Message("user", (Text("do it"),)))


def test_a_point_beside_the_picture_is_an_error_of_the_solver(solve):
    solve(lambda page, done: moves.click(Point(10, 10)))
    with pytest.raises(PlannerError, match="beside"):
        turn_of(Oracle(FixedPage(), "toy"), message())


def test_a_solver_that_is_lost_gives_up_with_its_reason(solve):
    def solver(page, done):
        raise Lost("the sky fell")

    solve(solver)
    (call,) = turn_of(Oracle(FixedPage(), "toy"), message()).calls
    assert (call.name, "the sky fell" in call.arguments["reason"]) == ("FAIL", True)


def test_a_cancelled_oracle_carries_nothing_out(solve):
    solve(lambda page, done: oracle.cancel() or moves.press("enter"))
    oracle = Oracle(FixedPage(), "toy")
    assert list(oracle.stream([message()], TOOLS, Options())) == [End("cancelled")]


def test_a_task_that_nobody_solved_is_said():
    with pytest.raises(PlannerError, match="no-such-task"):
        Oracle(FixedPage(), "no-such-task")


def test_a_task_has_one_solver():
    assert registry.solver_for("click-button")
    with pytest.raises(ValueError, match="click-button has two"):
        registry.solves("click-button")(lambda page, done: moves.wait(1))


def test_solvers_are_found_by_themselves_and_are_of_tasks_that_exist():
    assert {"click-button", "drag-box", "highlight-text"} <= set(registry.solved()) <= set(miniwob_tasks.available())


def test_the_list_has_sixty_tasks_of_all_kinds():
    kinds = list(miniwob_tasks.SIXTY.values())
    assert len(kinds) == 60
    assert set(kinds) == {"click", "type", "press", "scroll", "drag", "select", "draw"}
    assert (kinds.count("drag") >= 6, kinds.count("scroll") >= 4, kinds.count("select") >= 4) == (True, True, True)
    assert set(miniwob_tasks.SIXTY) <= set(miniwob_tasks.available())
