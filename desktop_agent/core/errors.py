"""Errors a person can act on. Each says what happened and why, what to do, and keeps details for the log."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What every command returns."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    STOPPED = 4


class AgentError(Exception):
    """Base of all expected errors.

    Args:
        user_message: one or two sentences for the person: what failed and why.
        hint: what the person can do about it; may be empty.
        details: for the log only (addresses, codes, the underlying exception's text).
    """

    exit_code = ExitCode.FAILED

    def __init__(self, user_message: str, hint: str = "", details: str = "") -> None:
        super().__init__(user_message)
        self.user_message = user_message
        self.hint = hint
        self.details = details

    def __str__(self) -> str:
        return f"{self.user_message} {self.hint}".strip()


class UsageError(AgentError):
    """The request itself makes no sense: an unknown option, an empty region, a file that is no image."""

    exit_code = ExitCode.USAGE


class Refused(AgentError):
    """Policy, the person, or a failure of asking said no."""

    exit_code = ExitCode.REFUSED
    begun = False
    """Whether a part of the input had been sent before it was refused."""


class TargetChanged(Refused):
    """What stands at the target is no longer what was shown when the action was approved."""


class GateClosed(Refused):
    """A prompt is open: nobody's input is executed until it is answered."""


class HandsBusy(Refused):
    """Another run holds the hands' lock."""


class Stopped(AgentError):
    """The person stopped it. The latch stays until the person releases it."""

    exit_code = ExitCode.STOPPED


class Unavailable(AgentError):
    """A capability is missing on this machine (no display, no accessibility bus, no keyring, no model)."""


class CaptureFailed(Unavailable):
    """The screen could not be read."""


class ScopeGone(CaptureFailed):
    """There is nothing left to read: the scope's window was closed or hidden. The screen itself can be read."""


class PlannerError(AgentError):
    """A planner could not answer: a model that does not load, a server that refuses, stalls or sends garbage."""


class DownloadFailed(AgentError):
    """A model could not be fetched, or what came is not what was promised."""


class StoreError(AgentError):
    """Conversations or runs could not be read or written: disk full, not writable, damaged."""
