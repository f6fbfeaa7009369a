"""Tells a run in the terminal: steps on stderr, the answer on stdout."""

import sys
from typing import TextIO

from desktop_agent.cli.approvers import printable, printable_lines
from desktop_agent.cli.progress import Waiting
from desktop_agent.core.events import Looked, RunEnded, RunEvent, Said, Saying, Stepped, Thinking

ENDING = ("DONE", "FAIL")
"""Tools that end the run."""


class Narrator:
    """A `Watcher` for terminals. Answers go to `out`, what else there is to say to `notes`: standard output and
    standard error, unless others are given."""

    def __init__(self, out: TextIO | None = None, notes: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._notes = notes or sys.stderr
        self._in_line = self._in_thought = False
        self._by = ""
        """The server that answered last, where there are several."""
        self._waiting = Waiting(self._notes)

    def __call__(self, event: RunEvent) -> None:
        self._waiting.end()
        match event:
            case Thinking(text) if not text:
                self._waiting.begin("Thinking")
            case Thinking(text) if self._notes.isatty():
                self._end_line()
                self._notes.write(printable_lines(text))
                self._notes.flush()
                self._in_thought = not text.endswith("\n")
            case Saying(text):
                self._end_thought()
                self._out.write(printable_lines(text))
                self._out.flush()
                self._in_line = not text.endswith("\n")
            case Said(_, usage):
                self._end_turn(usage.by)
            case Looked(tool, _) if tool in ENDING:
                pass  # The end says the same.
            case Looked(tool, summary):
                self._note(f"· {tool}: {summary.removeprefix(f'{tool}: ')}")
            case Stepped(number, result):
                self._note(f"{number}. {result.action.words}: {result.outcome.value}. {result.message}")
            case RunEnded(_, status, summary, hint):
                self._end_line()
                self._note(f"{status}: {summary}")
                if hint:
                    self._note(f"  {hint}")

    def _end_turn(self, by: str) -> None:
        self._end_thought()
        self._end_line()
        if by != self._by:
            self._by = by
            self._note(f"· answered by {by}")

    def _note(self, text: str) -> None:
        self._end_thought()
        self._end_line()
        print(printable(text), file=self._notes, flush=True)

    def _end_thought(self) -> None:
        """Reasoning goes to the notes, the answer to the output: in a terminal each has lines of its own."""
        if self._in_thought:
            print(file=self._notes, flush=True)
            self._in_thought = False

    def _end_line(self) -> None:
        if self._in_line:
            print(file=self._out, flush=True)
            self._in_line = False
