"""What happens in a run, as told to whoever watches it (the windows, the terminal). Plain data, sent from the
run's worker thread to one callback."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.actions import Action, ApprovalRequest, Decision, StepResult
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Scope
from desktop_agent.core.pause import Pause, Reply

RunStatus = Literal["done", "failed", "refused", "stopped", "limit", "gave_up", "waiting"]
"""How a run ends. "waiting": it played unattended and came to what only the person may allow."""


@dataclass(frozen=True)
class RunStarted:
    """`conversation` and `run` are the store's ids."""

    run: str
    conversation: str
    instruction: str
    scope: Scope | None
    planner: str


@dataclass(frozen=True)
class Thinking:
    """The planner is at work. `text` is a piece of its reasoning, or empty when the turn begins."""

    text: str = ""


@dataclass(frozen=True)
class Saying:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class Said:
    """The planner's turn is over."""

    text: str
    usage: Usage


@dataclass(frozen=True)
class Looked:
    """A tool that does not act has answered: what was called, and a line about the result."""

    tool: str
    summary: str


@dataclass(frozen=True)
class Proposed:
    """A call was grounded to an action."""

    action: Action


@dataclass(frozen=True)
class Asking:
    """The approver is being asked; the run waits for the person."""

    request: ApprovalRequest


@dataclass(frozen=True)
class Decided:
    """The approver has answered."""

    request: ApprovalRequest
    decision: Decision


@dataclass(frozen=True)
class Acting:
    """The hands begin."""

    action: Action


@dataclass(frozen=True)
class Stepped:
    """An action's way ended."""

    number: int
    result: StepResult


@dataclass(frozen=True)
class Questioned:
    """The planner asks the person something; the run waits."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Paused:
    """The run got nowhere: the program asks the person whether to go on; the run waits."""

    pause: Pause


@dataclass(frozen=True)
class Resumed:
    """The person has answered a pause; where that ends the run, `RunEnded` follows."""

    pause: Pause
    reply: Reply


@dataclass(frozen=True)
class RunEnded:
    """`summary` is one or two sentences for the person; `hint` what to do next, where something went wrong."""

    run: str
    status: RunStatus
    summary: str
    hint: str = ""
    steps: int = 0


RunEvent = (
    RunStarted
    | Thinking
    | Saying
    | Said
    | Looked
    | Proposed
    | Asking
    | Decided
    | Acting
    | Stepped
    | Questioned
    | Paused
    | Resumed
    | RunEnded
)

Watcher = Callable[[RunEvent], None]
