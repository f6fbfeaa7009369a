"""What stands for the person in an evaluation: approvals by policy class, each told to the run's watcher like any
other, and no answers to questions."""

from collections.abc import Sequence
from typing import Literal

from desktop_agent.core.actions import Answer, ApprovalRequest, Decision, Ruling, Verdict
from desktop_agent.core.pause import UNANSWERED, Pause, Reply

PolicyClass = Literal["ordinary", "every_time", "hand_over"]
GRANTS: dict[PolicyClass, Answer] = {
    "ordinary": Answer.APPROVED,
    "every_time": Answer.APPROVED,  # The pages are a sandbox: nothing is sent, bought or deleted.
    "hand_over": Answer.DENIED,  # Nobody is there to do it.
}
"""What is answered to a request, by its class."""


def policy_class(verdict: Verdict) -> PolicyClass:
    """What kind of asking this is."""
    if verdict.ruling is Ruling.HAND_OVER:
        return "hand_over"
    return "every_time" if verdict.critical else "ordinary"


class ScriptedApprover:
    """Answers at once."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(GRANTS[policy_class(request.verdict)], by="scripted")


class AbsentAsker:
    """Answers nothing: a run that has to ask ends."""

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return None

    def pause(self, pause: Pause) -> Reply:
        return UNANSWERED
