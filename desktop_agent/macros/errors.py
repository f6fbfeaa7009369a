"""What can go wrong with macros."""

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import AgentError, Refused, UsageError


class BadMacro(UsageError):
    """A file is no macro that this program reads: damaged, too large, from a newer version, with something in it that
    does not belong there."""


class NotFound(AgentError):
    """A step's target is not on the screen: nothing was done. The message says what was looked for, and what was
    there."""


class Unreachable(NotFound):
    """A step's target is there, but can't be acted on: it is disabled, or something lies over it. Nothing was done."""


class OutOfScope(NotFound, Refused):
    """A step's target is there, but outside of what the run may see and touch. Nothing was done."""


class Ambiguous(AgentError):
    """Several places may be a step's target, and nothing tells which: nothing was done.

    Args:
        candidates: the places, for people to see.
    """

    def __init__(
        self, user_message: str, hint: str = "", details: str = "", candidates: tuple[Candidate, ...] = ()
    ) -> None:
        super().__init__(user_message, hint, details)
        self.candidates = candidates
