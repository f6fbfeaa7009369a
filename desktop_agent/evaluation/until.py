"""Ends a run that goes on after its page has decided."""

from collections.abc import Callable, Iterator, Sequence

from desktop_agent.core.chat import End, Event, Message, Options, ToolSpec
from desktop_agent.core.protocols import Planner

GRACE = 2
"""Turns in which a planner may find out by itself that it is done."""


class UntilDecided:
    """A planner that is not asked any more once its page has decided and `GRACE` turns have passed: what it does then
    counts for nothing, and a slow model takes minutes for a turn.

    Args:
        planner: whose turns these are.
        decided: whether the page has decided.
    """

    def __init__(self, planner: Planner, decided: Callable[[], bool]) -> None:
        self._planner = planner
        self._decided = decided
        self._turns = 0

    @property
    def name(self) -> str:
        return self._planner.name

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

    def prefill(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> None:
        self._planner.prefill(messages, tools, options)

    def cancel(self) -> None:
        self._planner.cancel()

    def close(self) -> None:
        self._planner.close()
