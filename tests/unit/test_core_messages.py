"""Turns, errors and text for people."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core import log, paths
from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Press, Scroll, TypeText
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
    Turn,
    Usage,
)
from desktop_agent.core.desktop import Layout, Monitor
from desktop_agent.core.errors import (
    AgentError,
    CaptureFailed,
    ExitCode,
    PlannerError,
    Stopped,
    StoreError,
    TargetChanged,
    UsageError,
)
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.text import encodable, one_line


def test_a_turn_collects_its_events() -> None:
    call, bad = ToolCall("1", "key", {}), BadCall("<tool_call>", "cut off")
    turn = Turn()
    for event in (
        ReasoningDelta("Hm"),
        ReasoningDelta("."),
        TextDelta("I "),
        TextDelta("press."),
        CallEvent(call),
        bad,
        Usage(5, 4, 3),
        End("calls"),
    ):
        turn.add(event)
    assert turn.message == Message("assistant", (Text("I press."),), "Hm.", (call,))
    assert (turn.bad_calls, turn.usage, turn.end) == ([bad], Usage(5, 4, 3), "calls")


def test_turns_do_not_share_what_they_collect() -> None:
    Turn().add(TextDelta("one"))
    assert Turn().message == Message("assistant", ())


def test_a_message_gives_its_text_and_its_pictures() -> None:
    picture = Picture("img1", Image(1, 1, bytes(4)))
    message = Message("user", (Text("a"), picture, Text("b")))
    assert (message.text, message.pictures) == ("a\nb", (picture,))


def test_an_action_says_where_it_points_and_what_it_types() -> None:
    inputs = (Press(("ctrl", "a")), Click(Point(1, 2)), TypeText("a"), TypeText("b"))
    action = Action(ActionKind.TYPE, "", inputs, "s1")
    assert (action.point, action.typed, action.keys) == (Point(1, 2), "ab", (("ctrl", "a"),))
    assert Action(ActionKind.DRAG, "", (Drag(Point(3, 4), Point(5, 6)),), "s1").point == Point(3, 4)
    assert Action(ActionKind.SCROLL, "", (Scroll(Point(7, 8), "up", 5),), "s1").point == Point(7, 8)
    assert Action(ActionKind.KEY, "", (Press(("a",)),), "s1").point is None


def test_a_layout_is_bounded_by_all_monitors() -> None:
    layout = Layout("1", (Monitor("A", Rect(-1920, 200, 1920, 1080)), Monitor("B", Rect(0, 0, 800, 600))))
    assert layout.bounds == Rect(-1920, 0, 2720, 1280)
    assert Layout("0", ()).bounds.empty


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AgentError, ExitCode.FAILED),
        (StoreError, ExitCode.FAILED),
        (PlannerError, ExitCode.FAILED),
        (CaptureFailed, ExitCode.FAILED),
        (UsageError, ExitCode.USAGE),
        (TargetChanged, ExitCode.REFUSED),
        (Stopped, ExitCode.STOPPED),
    ],
)
def test_errors_have_an_exit_code_and_show_no_details(kind: type[AgentError], code: ExitCode) -> None:
    error = kind("It failed.", "Try again.", "secret 127.0.0.1")
    assert error.exit_code is code
    assert str(error) == "It failed. Try again."
    assert str(kind("It failed.")) == "It failed."


@given(st.text(st.characters()))
def test_encodable_changes_nothing_but_lone_surrogates(text: str) -> None:
    kept = encodable(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert len(kept) == len(text)
    assert all(one == other or "\ud800" <= other <= "\udfff" for one, other in zip(kept, text, strict=True))


@given(st.text(st.characters()), st.integers(1, 50))
def test_one_line_is_one_short_line_without_control_characters(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.replace("\u200c", "").replace("\u200d", "").isprintable()


def test_one_line_keeps_the_words() -> None:
    assert one_line("  two\n\twörds \x1b[31m\u202e世界 ") == "two wörds [31m世界"
    assert one_line("abcdef", 4) == "abc…"


def test_the_log_is_a_file_and_the_terminal_gets_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    try:
        log.start("test", to_terminal=True)
        logging.getLogger("a").info("quiet ü")
        logging.getLogger("a").warning("loud")
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = before
        root.setLevel(level)
    text = (paths.logs() / "test.log").read_text("utf-8")
    assert "INFO" in text
    assert "quiet ü" in text
    terminal = capsys.readouterr().err
    assert "loud" in terminal
    assert "quiet" not in terminal
