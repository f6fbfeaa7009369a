"""Ends a run that goes on after its page has decided."""

from collections.abc import Callable, Iterator, Sequence

from desktop_agent.core.chat import End, Event, Message, Options, ToolSpec
from desktop_agent.core.protocols import Planner
from desktop_agent.evaluation.wrapped import WrappedPlanner

GRACE = 2
"""Turns in which a planner may find out by itself that it is done."""


class UntilDecided(WrappedPlanner):
    """A planner that is not asked any more once its page has decided and `GRACE` turns have passed: what it does then
    counts for nothing, and a slow model takes minutes for a turn.

    Args:
        planner: whose turns these are.
        decided: whether the page has decided.
    """

    def __init__(self, planner: Planner, decided: Callable[[], bool]) -> None:
        super().__init__(planner)
        self._decided = decided
        self._turns = 0

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """The planner's turn, or none any more.

        Raises:
            PlannerError: the planner could not answer.
            BrowserFailed: the page does not say whether it has decided.
        """
        self._turns += self._decided()
        if self._turns > GRACE:
            return iter((End("cancelled"),))
        return self._planner.stream(messages, tools, options)
