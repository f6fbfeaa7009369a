"""Putting a planner's question to the person, with the question card."""

import logging
import time
from collections.abc import Sequence

from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen, Windows
from ui.prompter import Prompter, PromptFailed
from ui.question_card import QuestionCard

PATIENCE_SECONDS = 300.0
_log = logging.getLogger(__name__)


class UiAsker:
    """Implements `core.protocols.Asker`. `ask` is called from worker threads.

    Args:
        prompter: shows the card.
        screen: for the monitors.
        windows: the card stands on the monitor of the active window.
    """

    def __init__(self, prompter: Prompter, screen: Screen, windows: Windows) -> None:
        self._prompter = prompter
        self._screen = screen
        self._windows = windows

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        """The answer, one of `choices` where there are any; None when the person gave none within five minutes, or
        could not be asked."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            answer = self._prompter.ask(
                lambda witness: QuestionCard(question, choices, deadline, witness), self._target(), deadline
            )
        except (TimeoutError, PromptFailed) as problem:
            _log.warning("asking the person failed: %s", problem)
            return None
        return answer if isinstance(answer, str) else None

    def _target(self) -> Rect:
        active = self._windows.active()
        if active is not None:
            return active.frame
        monitors = self._screen.layout().monitors
        return next((each.region for each in monitors if each.primary), monitors[0].region)
