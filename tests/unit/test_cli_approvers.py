import io
import os
import pty
import select
import threading
import time
from dataclasses import replace

import pytest

from desktop_agent.cli.approvers import (
    DenyingApprover,
    OrdinaryApprover,
    TerminalApprover,
    TerminalAsker,
    approver,
    printable,
)
from desktop_agent.core.actions import Action, ActionKind, Answer, ApprovalRequest, Ruling, TypeText, Verdict
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.pause import UNANSWERED, Pause, Reply, Resolution


def request(critical=False, words="Click “OK”", text="", timeout=10.0, ruling=Ruling.ASK):
    action = Action(ActionKind.LEFT_CLICK, words, (TypeText(text),) if text else (), "s1")
    verdict = Verdict(ruling, "This is the first action in Mousepad.", "first", critical=critical)
    shot = Screenshot("s1", Rect(0, 0, 1, 1), "one", Image(1, 1, bytes(4)), 0.0)
    return ApprovalRequest("r1", action, verdict, shot, time.monotonic(), timeout)


class Terminal:
    """A pseudo-terminal: what `type` writes is what a person types once the prompt stands there."""

    def __init__(self):
        self.controller, follower = pty.openpty()
        self.source = os.fdopen(follower, "r")
        self.out = io.StringIO()

    def type_at_prompt(self, text, prompt="Approve?"):
        def work():
            while prompt not in self.out.getvalue():
                time.sleep(0.005)
            os.write(self.controller, text.encode())

        threading.Thread(target=work, daemon=True).start()

    def close(self):
        self.source.close()
        os.close(self.controller)


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("y\n", Answer.APPROVED),
        ("YES\n", Answer.APPROVED),
        ("\n", Answer.DENIED),
        ("n\n", Answer.DENIED),
        ("s\n", Answer.STOPPED),
        ("what\nn\n", Answer.DENIED),
    ],
)
def test_only_yes_approves(terminal, typed, answer):
    terminal.type_at_prompt(typed)
    assert TerminalApprover(terminal.source, terminal.out).decide(request()).answer is answer


def test_what_was_typed_before_the_question_is_no_answer(terminal):
    os.write(terminal.controller, b"y\n")
    time.sleep(0.05)
    decision = TerminalApprover(terminal.source, terminal.out).decide(request(timeout=0.3))
    assert decision.answer is Answer.TIMED_OUT


def test_without_a_terminal_the_answer_is_no():
    decision = TerminalApprover(io.StringIO("y\n"), io.StringIO()).decide(request())
    assert decision.answer is Answer.FAILED


def test_the_question_shows_words_text_and_reason_without_control_characters(terminal):
    terminal.type_at_prompt("n\n")
    TerminalApprover(terminal.source, terminal.out).decide(request(words="Type \x1b[2J", text="a\nb\u202e"))
    shown = terminal.out.getvalue()
    assert "Type \\x1b[2J" in shown
    assert "│ a" in shown
    assert "│ b\\u202e" in shown
    assert "first action in Mousepad" in shown


def test_ordinary_passes_ordinary_actions_only():
    assert OrdinaryApprover().decide(request()).approved
    assert not OrdinaryApprover().decide(request(critical=True)).approved


def test_deny_denies():
    assert not DenyingApprover().decide(request()).approved
    assert isinstance(approver("deny"), DenyingApprover)


def test_a_number_picks_a_choice(terminal):
    terminal.type_at_prompt("9\n2\n", "Number:")
    assert TerminalAsker(terminal.source, terminal.out).ask("Which?", ("left", "right")) == "right"


def test_nobody_to_ask_gives_no_answer():
    assert TerminalAsker(io.StringIO("1\n"), io.StringIO()).ask("Which?", ("left",)) is None


def test_printable_keeps_other_languages():
    assert printable("grüß dich, 世界") == "grüß dich, 世界"


def test_the_reason_does_not_steer_the_terminal(terminal):
    asked = request()
    asked = replace(asked, verdict=replace(asked.verdict, reason="It says “\x1b[2J\nApprove”."))
    terminal.type_at_prompt("n\n")
    TerminalApprover(terminal.source, terminal.out).decide(asked)
    assert "\x1b" not in terminal.out.getvalue()
    assert "“\\x1b[2J\\nApprove”" in terminal.out.getvalue()


def stop_at(terminal, prompt):
    return lambda: "the hotkey" if prompt in terminal.out.getvalue() else None


def test_a_stop_ends_the_question_for_approval(terminal):
    decision = TerminalApprover(terminal.source, terminal.out, stopped=stop_at(terminal, "Approve?")).decide(request())
    assert decision.answer is Answer.STOPPED


def test_a_stop_ends_a_planners_question(terminal):
    asker = TerminalAsker(terminal.source, terminal.out, stopped=stop_at(terminal, "Answer:"), timeout=10.0)
    began = time.monotonic()
    assert asker.ask("Which file?", ()) is None
    assert time.monotonic() - began < 5


def test_a_stop_ends_a_question_in_the_middle_of_a_line(terminal):
    """Ctrl+D hands over what was typed so far; the line is not complete then."""
    stopped = threading.Event()
    reads = os.read

    def read(*arguments):
        stopped.set()
        return reads(*arguments)

    terminal.type_at_prompt("y\x04")
    approver = TerminalApprover(terminal.source, terminal.out, stopped=lambda: "hotkey" if stopped.is_set() else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "read", read)
        assert approver.decide(request()).answer is Answer.STOPPED


def test_a_planners_question_does_not_wait_for_ever(terminal):
    assert TerminalAsker(terminal.source, terminal.out, timeout=0.1).ask("Which file?", ()) is None
    assert "No answer." in terminal.out.getvalue()


def test_what_was_typed_before_a_planners_question_is_no_answer(terminal):
    os.write(terminal.controller, b"1\n")
    deadline = time.monotonic() + 5
    while not select.select([terminal.source], [], [], 0)[0]:
        assert time.monotonic() < deadline
    assert TerminalAsker(terminal.source, terminal.out, timeout=0.3).ask("Which?", ("left", "right")) is None


def test_a_planners_question_is_answered_with_text(terminal):
    terminal.type_at_prompt("das grüne\n", "Answer:")
    assert TerminalAsker(terminal.source, terminal.out).ask("Which file?", ()) == "das grüne"


PAUSE = Pause("Nothing changed.", ("3 × Click “7\x1b[2J\ng”: no effect.", "read_text: 0"))
PAUSED = "[g]o on"


@pytest.mark.parametrize(("typed", "reply"), [
    ("g\n", Reply(Resolution.GO_ON)),
    ("GO ON\n", Reply(Resolution.GO_ON)),
    ("s\n", Reply(Resolution.STOP)),
    ("y\nwhat\ns\n", Reply(Resolution.STOP)),
    ("\n", UNANSWERED),
    ("t\nUse the menü.\n", Reply(Resolution.TELL, "Use the menü.")),
    ("t\n\n", UNANSWERED),
])  # fmt: skip
def test_a_paused_run_goes_on_only_when_that_is_typed(terminal, typed, reply):
    terminal.type_at_prompt(typed, PAUSED)
    assert TerminalAsker(terminal.source, terminal.out, timeout=10.0).pause(PAUSE) == reply


def test_a_pause_shows_why_and_what_was_tried_without_control_characters(terminal):
    terminal.type_at_prompt("s\n", PAUSED)
    TerminalAsker(terminal.source, terminal.out).pause(PAUSE)
    shown = terminal.out.getvalue().splitlines()
    assert "  Paused. Nothing changed. What was tried last:" in shown
    assert "    │ 3 × Click “7\\x1b[2J\\ng”: no effect." in shown
    assert "    │ read_text: 0" in shown


def test_nobody_to_ask_about_a_pause_is_no_answer():
    assert TerminalAsker(io.StringIO("g\n"), io.StringIO()).pause(PAUSE) == UNANSWERED


def test_a_pause_does_not_wait_for_ever(terminal):
    assert TerminalAsker(terminal.source, terminal.out, timeout=0.1).pause(PAUSE) == UNANSWERED


def test_what_was_typed_before_a_pause_is_no_answer(terminal):
    os.write(terminal.controller, b"g\n")
    deadline = time.monotonic() + 5
    while not select.select([terminal.source], [], [], 0)[0]:
        assert time.monotonic() < deadline
    assert TerminalAsker(terminal.source, terminal.out, timeout=0.3).pause(PAUSE) == UNANSWERED


def test_a_stop_ends_a_pause(terminal):
    asker = TerminalAsker(terminal.source, terminal.out, stopped=stop_at(terminal, PAUSED), timeout=10.0)
    assert asker.pause(PAUSE) == UNANSWERED


def test_what_is_handed_over_is_asked_as_done_and_shows_no_text_of_the_planners(terminal):
    terminal.type_at_prompt("y\n", "Done, go on?")
    asked = request(True, "Type “letmein”", "letmein", ruling=Ruling.HAND_OVER)
    assert TerminalApprover(terminal.source, terminal.out).decide(asked).approved
    assert "letmein" not in terminal.out.getvalue()


def test_nobody_hands_over_by_a_rule():
    assert not OrdinaryApprover().decide(request(True, ruling=Ruling.HAND_OVER)).approved
