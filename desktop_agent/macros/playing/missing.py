"""What is recorded where a step's target was not there: the step that could not be done, and a picture of what was."""

from desktop_agent.core.actions import Action, ActionKind, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.desktop import Screenshot
from desktop_agent.macros import wording
from desktop_agent.macros.format import Step

NOTHING_DONE = Verdict(Ruling.BLOCK, "What the step needs was not there.", "not_there")
_KINDS = {
    "click": ActionKind.LEFT_CLICK,
    "drag": ActionKind.DRAG,
    "open": ActionKind.OPEN_APP,
    "press": ActionKind.KEY,
    "scroll": ActionKind.SCROLL,
    "type": ActionKind.TYPE,
}


def result(step: Step, message: str, shot: Screenshot) -> StepResult:
    """The end of `step`, of which `message` says what was looked for and what was there, as `shot` shows."""
    action = Action(_KINDS.get(step.do, ActionKind.HOVER), wording.step(step), (), shot.id, part=step.id)
    return StepResult(action, Outcome.FAILED, message, NOTHING_DONE, before=shot)
