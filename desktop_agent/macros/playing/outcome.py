"""How playing a macro ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import AgentError, Refused, Stopped
from desktop_agent.core.events import RunStatus
from desktop_agent.macros.errors import Ambiguous
from desktop_agent.macros.format import Step


@dataclass(frozen=True)
class Played:
    """The end of a run. `values` are those that it captured; `failed_step` is the id of the step that it did not get
    past, empty where there is none or it lies in a macro that it played; `candidates` are the places of which nothing
    told which one was meant."""

    status: RunStatus
    summary: str
    hint: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    failed_step: str = ""
    steps: int = 0
    """Actions that were taken to an end, refused ones included."""
    run: str = ""
    """The store's id of the run; empty where none was begun."""
    candidates: tuple[Candidate, ...] = ()
    mended: bool = False
    """Whether the macro is another one now, since steps of it were mended."""


class Over(Exception):
    """The run is over: the one way out of the steps, but for errors.

    Args:
        status: how.
        summary: one or two sentences for the person.
        hint: what to do about it.
        step: the one that it did not get past.
        candidates: see `Played`.
        unseen: no action tells of it, so that what was there is still to be recorded.
    """

    def __init__(
        self,
        status: RunStatus,
        summary: str,
        hint: str = "",
        step: Step | None = None,
        candidates: tuple[Candidate, ...] = (),
        unseen: bool = False,
    ) -> None:
        super().__init__(summary)
        self.status, self.summary, self.hint = status, summary, hint
        self.step, self.candidates, self.unseen = step, candidates, unseen


def of_error(error: AgentError) -> RunStatus:
    """How a run ends that `error` ends."""
    if isinstance(error, Stopped):
        return "stopped"
    return "refused" if isinstance(error, Refused) else "failed"


def candidates_of(error: AgentError) -> tuple[Candidate, ...]:
    """The places between which `error` could not choose."""
    return error.candidates if isinstance(error, Ambiguous) else ()
