"""Asking the person, with cards: a planner's question, or the program's own about a run that gets nowhere."""

import logging
import time
from collections.abc import Callable, Sequence

from desktop_agent.core.geometry import Rect
from desktop_agent.core.pause import UNANSWERED, Pause, Reply
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.desktop.devices import Witness
from ui.pause_card import PauseCard
from ui.prompt_window import PromptWindow
from ui.prompter import Prompter, PromptFailed
from ui.question_card import QuestionCard

PATIENCE_SECONDS = 300.0
_log = logging.getLogger(__name__)


class UiAsker:
    """Implements `core.protocols.Asker`. Its methods are called from worker threads.

    Args:
        prompter: shows the cards.
        screen: for the monitors.
        windows: a card stands on the monitor of the active window.
    """

    def __init__(self, prompter: Prompter, screen: Screen, windows: Windows) -> None:
        self._prompter = prompter
        self._screen = screen
        self._windows = windows

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        """The answer, one of `choices` where there are any; None when the person gave none within five minutes, or
        could not be asked."""
        answer = self._ask(lambda deadline, witness: QuestionCard(question, choices, deadline, witness))
        return answer if isinstance(answer, str) else None

    def pause(self, pause: Pause) -> Reply:
        """What shall become of a run that got nowhere; unanswered when the person said nothing within five minutes, or
        could not be asked."""
        answer = self._ask(lambda deadline, witness: PauseCard(pause, deadline, witness))
        return answer if isinstance(answer, Reply) else UNANSWERED

    def _ask(self, make: Callable[[float, Witness | None], PromptWindow]) -> object:
        """What the card that `make` makes answers; None where it could not be shown in time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            return self._prompter.ask(lambda witness: make(deadline, witness), self._target(), deadline)
        except (TimeoutError, PromptFailed) as problem:
            _log.warning("asking the person failed: %s", problem)
            return None

    def _target(self) -> Rect:
        active = self._windows.active()
        if active is not None:
            return active.frame
        monitors = self._screen.layout().monitors
        return next((each.region for each in monitors if each.primary), monitors[0].region)
