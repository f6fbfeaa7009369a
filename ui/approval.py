"""Asking the person for approval with the card and the ring. Every failure of asking means no."""

import logging

from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from ui.approval_card import BY, ApprovalCard
from ui.prompter import Prompter, PromptFailed

_log = logging.getLogger(__name__)


class UiApprover:
    """Implements `core.protocols.Approver`. `decide` is called from worker threads.

    Args:
        prompter: shows the card.
        hotkey: what calls `Prompter.focus` ("Ctrl+Alt+Y"), told on the card; may be empty.
    """

    def __init__(self, prompter: Prompter, hotkey: str = "") -> None:
        self._prompter = prompter
        self.hotkey = hotkey

    def decide(self, request: ApprovalRequest) -> Decision:
        """Show ring and card, and wait for the answer. When it comes they are gone from the screen."""
        action = request.action
        target = action.target or (action.window.frame if action.window is not None else request.screenshot.region)
        try:
            answer = self._prompter.ask(
                lambda witness: ApprovalCard(request, witness, self.hotkey),
                target,
                request.created_at + request.timeout,
                ringed=action.target,
            )
        except TimeoutError:
            return Decision(Answer.TIMED_OUT, by=BY)
        except PromptFailed as problem:
            _log.warning("asking for approval failed: %s", problem)
            return Decision(Answer.FAILED, by=BY)
        except Exception:  # noqa: BLE001 # whatever went wrong, the answer must be no
            _log.exception("asking for approval failed")
            return Decision(Answer.FAILED, by=BY)
        return answer if isinstance(answer, Decision) else Decision(Answer.FAILED, by=BY)
