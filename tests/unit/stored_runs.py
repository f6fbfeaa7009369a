"""Runs in a store as the agent leaves them, for tests that replay them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop_agent.agent import prompts
from desktop_agent.core.actions import Action, ActionKind, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.chat import Message, Picture, Text, ToolCall, Usage
from desktop_agent.core.desktop import Scope
from desktop_agent.core.events import RunStatus
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from desktop_agent.store.runs import Runs

SCOPE = Scope("window", Rect(100, 50, 500, 500), "“Notes”", 77, 4242)
VIEW = View(SCOPE.region, 250, 250)
"""Pictures have half the size of what they show: a thousandth is half a pixel of the desktop."""


def call(name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall("c1", name, arguments)


@dataclass
class StoredRuns:
    """Writes runs. Every call of a run has the id "c1", as some servers give it."""

    database: Database
    pictures: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.runs, self.conversations = Runs(self.database), Conversations(self.database)

    def picture(self) -> Picture:
        """A new one, unlike all before."""
        self.pictures += 1
        pixels = bytes([self.pictures, 0, 0, 255]) * (VIEW.width * VIEW.height)
        return Picture(f"img{self.pictures}", Image(VIEW.width, VIEW.height, pixels), VIEW)

    def begin(self, instruction: str, conversation: str = "", scope: Scope | None = SCOPE) -> tuple[str, str]:
        """Start a run, and return its id and its conversation's."""
        conversation = conversation or self.conversations.create(instruction)
        run = self.runs.start(conversation, instruction, scope, "fixed")
        message = prompts.instruction(instruction, scope, [self.picture()])
        self.conversations.append(conversation, message)
        return run, conversation

    def answer(self, conversation: str, run: str, *calls: ToolCall, words: str = "") -> None:
        parts = (Text(words),) if words else ()
        self.conversations.append(conversation, Message("assistant", parts, calls=calls))
        self.runs.usage(run, Usage())

    def acted(self, conversation: str, run: str, kind: ActionKind, target: Rect | None) -> None:
        """A call was carried out: its step, and its result."""
        number = self.steps[run] = self.steps.get(run, 0) + 1
        action = Action(kind, "Did it", (), "s1", target=target)
        verdict = Verdict(Ruling.ALLOW, "", "")
        self.runs.step(run, number, StepResult(action, Outcome.CONFIRMED, "It is so.", verdict))
        parts = (Text("confirmed: It is so.\nThe screen is now:"), self.picture())
        self.conversations.append(conversation, Message("tool", parts, call_id="c1"))

    def refused(self, conversation: str, problem: str) -> None:
        """A call could not be carried out: there is no step of it."""
        self.conversations.append(conversation, Message("tool", (Text(problem),), call_id="c1"))

    def end(self, run: str, status: RunStatus = "done") -> None:
        self.runs.end(run, status, "Over.")

    def simple(self, instruction: str, *turns: Sequence[ToolCall], conversation: str = "") -> tuple[str, str]:
        """A whole run whose calls are carried out, each on a target of 40 × 40 pixels at 200, 150."""
        run, conversation = self.begin(instruction, conversation)
        for calls in turns:
            self.answer(conversation, run, *calls)
            for each in calls:
                if each.name in list(ActionKind):
                    self.acted(conversation, run, ActionKind(each.name), Rect(200, 150, 40, 40))
                else:
                    self.refused(conversation, "The run ends.")
        self.end(run)
        return run, conversation
