"""Asking the person about one action. Whatever goes wrong means no."""

import logging
import secrets
import time

from desktop_agent.core.actions import Action, Answer, ApprovalRequest, Decision, Verdict
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.events import Asking, Decided, Watcher
from desktop_agent.core.protocols import Approver, Hands

_log = logging.getLogger(__name__)


def ask(
    approver: Approver, hands: Hands, watch: Watcher, action: Action, verdict: Verdict, screenshot: Screenshot
) -> Decision:
    """The person's decision. The input gate is closed for everyone while they are asked. Every failure, of the gate as
    of the approver, is a decision that isn't approved."""
    request = ApprovalRequest(secrets.token_hex(8), action, verdict, screenshot, time.monotonic())
    watch(Asking(request))
    try:
        with hands.prompt():
            decision = approver.decide(request)
        if not isinstance(decision, Decision):
            raise TypeError(f"the approver returned {decision!r}")
    except Exception:  # noqa: BLE001 - whatever the approver does, its failure must mean no
        _log.warning("asking failed", exc_info=True)
        decision = Decision(Answer.FAILED)
    watch(Decided(request, decision))
    return decision


REFUSALS = {
    Answer.DENIED: "The person said no.",
    Answer.STOPPED: "The person stopped the run.",
    Answer.TIMED_OUT: "The person did not answer in time.",
    Answer.FAILED: "The person could not be asked, so it was not done.",
}
"""What is told of each decision that isn't approved."""
NOBODY_ASKED = "It would have to be asked, and by --approve nobody is."
NOBODY_THERE = "It would have to be asked, and nobody is there."
_BY_RULE = {"policy": NOBODY_ASKED, "unattended": NOBODY_THERE}


def refusal(decision: Decision) -> str:
    """Why nothing was done, after a decision that isn't approved."""
    by_rule = _BY_RULE.get(decision.by) if decision.answer is Answer.DENIED else None
    return by_rule or REFUSALS[decision.answer]
