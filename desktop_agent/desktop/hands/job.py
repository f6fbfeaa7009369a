"""One call of `perform` on its way through pointer and keyboard."""

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop_agent.core.actions import Expectation, InputReport


@dataclass
class Job:
    """What must hold, whose windows are refused, and what there is to tell afterwards.

    `check` raises when nothing more may be sent: the stop is latched, a prompt is open, the client is gone. It is
    called before every event and while waiting.
    """

    expectation: Expectation
    own: frozenset[int]
    check: Callable[[], None]
    astray: str = ""
    mismatch: str = ""
    notes: list[str] = field(default_factory=list)
    patch_checked: bool = False
    """The pixels are compared once, before the first press: afterwards the press itself has changed them."""
    begun: bool = False
    """Something was pressed: what is refused from now on was done in part."""
    clicked: bool = False
    """A click came before: the focus may take a moment to follow."""

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    @property
    def report(self) -> InputReport:
        return InputReport(self.astray, self.mismatch, tuple(self.notes))
