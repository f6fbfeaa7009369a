"""What planners that wrap another one share."""

from collections.abc import Iterator, Sequence

from desktop_agent.core.chat import Event, Message, Options, ToolSpec
from desktop_agent.core.protocols import Planner


class WrappedPlanner:
    """Hands everything on to `planner`. Implements `core.protocols.Planner`."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    @property
    def name(self) -> str:
        return self._planner.name

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """The planner's turn.

        Raises:
            PlannerError: the planner could not answer.
        """
        return self._planner.stream(messages, tools, options)

    def cancel(self) -> None:
        self._planner.cancel()

    def close(self) -> None:
        self._planner.close()
