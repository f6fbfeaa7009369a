"""Who answers when a run in a terminal asks: the person at the terminal, or a rule given beforehand."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from desktop_agent.cli.prompt_line import discard_typed_ahead, read_line
from desktop_agent.core.actions import Answer, ApprovalRequest, Decision, Ruling
from desktop_agent.core.pause import UNANSWERED, Pause, Reply, Resolution
from desktop_agent.core.protocols import Approver

ASK_SECONDS = 300.0
"""How long a planner's question waits for its answer."""
_ANSWERS = {
    "y": Answer.APPROVED,
    "yes": Answer.APPROVED,
    "n": Answer.DENIED,
    "no": Answer.DENIED,
    "": Answer.DENIED,
    "s": Answer.STOPPED,
    "stop": Answer.STOPPED,
}
_RESOLUTIONS = {
    "g": Resolution.GO_ON,
    "go on": Resolution.GO_ON,
    "t": Resolution.TELL,
    "tell": Resolution.TELL,
    "s": Resolution.STOP,
    "stop": Resolution.STOP,
}


def _stay() -> None:
    """The terminal is left where it is."""


def _never() -> str | None:
    """Nothing can be stopped."""
    return None


class TerminalApprover:
    """Asks in the terminal. Nothing but a typed "y" approves; what was typed before the question is thrown away.

    Args:
        source, out: the terminal; by default where this process reads and writes its errors.
        come_forward: gives the keyboard to the terminal's window, or the answer would go where the run acts.
        stopped: the reason of a stop, which ends the question, or None.
    """

    def __init__(
        self,
        source: TextIO | None = None,
        out: TextIO | None = None,
        come_forward: Callable[[], None] = _stay,
        stopped: Callable[[], str | None] = _never,
    ) -> None:
        self._source = source or sys.stdin
        self._out = out or sys.stderr
        self._come_forward = come_forward
        self._stopped = stopped

    def decide(self, request: ApprovalRequest) -> Decision:
        if not self._source.isatty():
            self._say("Nobody can be asked: standard input is not a terminal. Denied. (See --approve.)")
            return Decision(Answer.FAILED, by="terminal")
        self._come_forward()
        discard_typed_ahead(self._source)
        handed_over = request.verdict.ruling is Ruling.HAND_OVER
        self._tell(request, handed_over)
        deadline = request.created_at + request.timeout
        while True:
            self._out.write(f"  {'Done, go on' if handed_over else 'Approve'}? [y]es, [N]o, [s]top: ")
            self._out.flush()
            line = read_line(self._source, deadline, self._stopped)
            if line is None:
                return self._unanswered()
            answer = _ANSWERS.get(line.strip().lower())
            if answer is not None:
                return Decision(answer, by="terminal")

    def _tell(self, request: ApprovalRequest, handed_over: bool) -> None:
        """What is asked about; where the person is to do it, without what the planner would have typed."""
        if handed_over:
            self._say(f"\n  {printable(request.verdict.reason)}")
            return
        self._say(f"\n  {printable(request.action.words)}")
        for typed in request.action.typed.split("\n") if request.action.typed else ():
            self._say(f"    │ {printable(typed)}")
        self._say(f"  {printable(request.verdict.reason)}")

    def _unanswered(self) -> Decision:
        if self._stopped() is not None:
            self._say("\n  Stopped: denied.")
            return Decision(Answer.STOPPED, by="stop")
        self._say("\n  No answer in time: denied.")
        return Decision(Answer.TIMED_OUT, by="terminal")

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


class OrdinaryApprover:
    """Lets ordinary actions pass and denies what must be asked every time."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(Answer.DENIED if request.verdict.critical else Answer.APPROVED, by="policy")


class DenyingApprover:
    """Denies everything."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(Answer.DENIED, by="policy")


def approver(
    name: str, come_forward: Callable[[], None] = _stay, stopped: Callable[[], str | None] = _never
) -> Approver:
    """The approver that `--approve` names: "ask", "ordinary" or "deny". The rest: see `TerminalApprover`."""
    if name == "ask":
        return TerminalApprover(come_forward=come_forward, stopped=stopped)
    kinds: dict[str, type[Approver]] = {"ordinary": OrdinaryApprover, "deny": DenyingApprover}
    return kinds[name]()


class TerminalAsker:
    """Puts a planner's question in the terminal, or the program's own about a run that got nowhere; what was typed
    before it is thrown away. The arguments are those of `TerminalApprover`, and `timeout`, the seconds that a question
    waits."""

    def __init__(
        self,
        source: TextIO | None = None,
        out: TextIO | None = None,
        come_forward: Callable[[], None] = _stay,
        stopped: Callable[[], str | None] = _never,
        timeout: float = ASK_SECONDS,
    ) -> None:
        self._source = source or sys.stdin
        self._out = out or sys.stderr
        self._come_forward = come_forward
        self._stopped = stopped
        self._timeout = timeout

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        """The answer; a number stands for a choice. None where nobody can be asked, nothing was answered in
        time, or the run was stopped."""
        print(f"\n  {printable(question)}", file=self._out)
        for number, choice in enumerate(choices, 1):
            print(f"    {number}  {printable(choice)}", file=self._out)
        if not self._may_ask():
            return None
        deadline = time.monotonic() + self._timeout
        while line := self._line("Number: " if choices else "Answer: ", deadline):
            if not choices:
                return line
            if line.isdecimal() and 1 <= int(line) <= len(choices):
                return choices[int(line) - 1]
        return None

    def pause(self, pause: Pause) -> Reply:
        """What shall become of a run that got nowhere. Nothing but a typed answer lets it go on."""
        print(f"\n  Paused. {printable(pause.reason)} What was tried last:", file=self._out)
        for line in pause.tried:
            print(f"    │ {printable(line)}", file=self._out)
        if not self._may_ask():
            return UNANSWERED
        deadline = time.monotonic() + self._timeout
        while line := self._line("[g]o on, [t]ell it something, [S]top: ", deadline):
            resolution = _RESOLUTIONS.get(line.lower())
            if resolution is Resolution.TELL:
                words = self._line("Tell it: ", deadline)
                return Reply(resolution, words) if words else UNANSWERED
            if resolution is not None:
                return Reply(resolution)
        return UNANSWERED

    def _may_ask(self) -> bool:
        if not self._source.isatty():
            print("  Nobody can be asked: standard input is not a terminal.", file=self._out)
            return False
        self._come_forward()
        discard_typed_ahead(self._source)
        return True

    def _line(self, prompt: str, deadline: float) -> str:
        """What is typed at `prompt`; empty where nothing is, in time."""
        self._out.write(f"  {prompt}")
        self._out.flush()
        typed = read_line(self._source, deadline, self._stopped)
        if typed is None:
            print("\n  No answer.", file=self._out, flush=True)
        return (typed or "").strip()


def printable(text: str) -> str:
    """`text` with control characters made visible: what stands on a screen must not steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def printable_lines(text: str) -> str:
    """`text` likewise, with its line feeds as they are."""
    return "\n".join(printable(line) for line in text.split("\n"))
