"""What stands for the person in an evaluation: approvals by policy class, each told to the run's watcher like any
other, and no answers to questions."""

from collections.abc import Callable, Sequence
from typing import Literal

from desktop_agent.core.actions import Action, Answer, ApprovalRequest, Click, Decision, Ruling, Verdict
from desktop_agent.core.pause import UNANSWERED, Pause, Reply

PolicyClass = Literal["ordinary", "every_time", "hand_over"]
GRANTS: dict[PolicyClass, Answer] = {
    "ordinary": Answer.APPROVED,
    "every_time": Answer.APPROVED,  # The pages are a sandbox: nothing is sent, bought or deleted.
    "hand_over": Answer.DENIED,
}
"""What is answered to a request, by its class, where nothing is done by hand."""


def policy_class(verdict: Verdict) -> PolicyClass:
    """What kind of asking this is."""
    if verdict.ruling is Ruling.HAND_OVER:
        return "hand_over"
    return "every_time" if verdict.critical else "ordinary"


class ScriptedApprover:
    """Answers at once. A click that is handed over is done by hand, where there is one; anything else isn't, as nobody
    is there who knows what to fill in.

    Args:
        click: clicks with the left button of the person's mouse.
    """

    def __init__(self, click: Callable[[int, int], None] | None = None) -> None:
        self._click = click

    def decide(self, request: ApprovalRequest) -> Decision:
        answer = GRANTS[policy_class(request.verdict)]
        if request.verdict.ruling is Ruling.HAND_OVER and self._has_done(request.action):
            answer = Answer.APPROVED
        return Decision(answer, by="scripted")

    def _has_done(self, action: Action) -> bool:
        match action.inputs:
            case (Click(point, "left", 1),) if self._click is not None:
                self._click(point.x, point.y)
                return True
        return False


class AbsentAsker:
    """Answers nothing: a run that has to ask ends."""

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return None

    def pause(self, pause: Pause) -> Reply:
        return UNANSWERED
