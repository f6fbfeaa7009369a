"""Who answers when a run in a terminal asks: the person at the terminal, or a rule given beforehand."""

import select
import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from desktop_agent.core.protocols import Approver

_ANSWERS = {
    "y": Answer.APPROVED,
    "yes": Answer.APPROVED,
    "n": Answer.DENIED,
    "no": Answer.DENIED,
    "": Answer.DENIED,
    "s": Answer.STOPPED,
    "stop": Answer.STOPPED,
}


def _stay() -> None:
    """The terminal is left where it is."""


class TerminalApprover:
    """Asks in the terminal. Nothing but a typed "y" approves; what was typed before the question is thrown away.

    Args:
        source, out: the terminal.
        come_forward: gives the keyboard to the terminal's window, or the answer would go where the run acts.
    """

    def __init__(
        self, source: TextIO = sys.stdin, out: TextIO = sys.stderr, come_forward: Callable[[], None] = _stay
    ) -> None:
        self._source = source
        self._out = out
        self._come_forward = come_forward

    def decide(self, request: ApprovalRequest) -> Decision:
        if not self._source.isatty():
            self._say("Nobody can be asked: standard input is not a terminal. Denied. (See --approve.)")
            return Decision(Answer.FAILED, by="terminal")
        self._come_forward()
        self._discard_typed_ahead()
        self._say(f"\n  {printable(request.action.words)}")
        for typed in request.action.typed.split("\n") if request.action.typed else ():
            self._say(f"    │ {printable(typed)}")
        self._say(f"  {request.verdict.reason}")
        deadline = request.created_at + request.timeout
        while True:
            self._out.write("  Approve? [y]es, [N]o, [s]top: ")
            self._out.flush()
            line = self._read_line(deadline)
            if line is None:
                self._say("\n  No answer in time: denied.")
                return Decision(Answer.TIMED_OUT, by="terminal")
            answer = _ANSWERS.get(line.strip().lower())
            if answer is not None:
                return Decision(answer, by="terminal")

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _read_line(self, deadline: float) -> str | None:
        ready, _, _ = select.select([self._source], [], [], max(0.0, deadline - time.monotonic()))
        return self._source.readline() if ready else None

    def _discard_typed_ahead(self) -> None:
        # Text that was typed before the question was seen is no answer to it.
        import termios

        termios.tcflush(self._source.fileno(), termios.TCIFLUSH)


class OrdinaryApprover:
    """Lets ordinary actions pass and denies what must be asked every time."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(Answer.DENIED if request.verdict.critical else Answer.APPROVED, by="policy")


class DenyingApprover:
    """Denies everything."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(Answer.DENIED, by="policy")


def approver(name: str, come_forward: Callable[[], None] = _stay) -> Approver:
    """The approver that `--approve` names: "ask", "ordinary" or "deny". `come_forward`: see `TerminalApprover`."""
    if name == "ask":
        return TerminalApprover(come_forward=come_forward)
    kinds: dict[str, type[Approver]] = {"ordinary": OrdinaryApprover, "deny": DenyingApprover}
    return kinds[name]()


class TerminalAsker:
    """Puts a planner's question in the terminal. The arguments are those of `TerminalApprover`."""

    def __init__(
        self, source: TextIO = sys.stdin, out: TextIO = sys.stderr, come_forward: Callable[[], None] = _stay
    ) -> None:
        self._source = source
        self._out = out
        self._come_forward = come_forward

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        """The answer; a number stands for a choice. None where nobody can be asked or nothing was answered."""
        print(f"\n  {printable(question)}", file=self._out)
        for number, choice in enumerate(choices, 1):
            print(f"    {number}  {printable(choice)}", file=self._out)
        if not self._source.isatty():
            print("  Nobody can be asked: standard input is not a terminal.", file=self._out)
            return None
        self._come_forward()
        while True:
            self._out.write("  Number: " if choices else "  Answer: ")
            self._out.flush()
            line = self._source.readline().strip()
            if not line:
                return None
            if not choices:
                return line
            if line.isdecimal() and 1 <= int(line) <= len(choices):
                return choices[int(line) - 1]


def printable(text: str) -> str:
    """`text` with control characters made visible: what stands on a screen must not steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
