"""What one run of a macro works with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desktop_agent.core.actions import Action, Decision, StepResult
from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.events import Watcher
from desktop_agent.core.images import Image
from desktop_agent.macros.format import Condition
from desktop_agent.macros.found import Finder
from desktop_agent.macros.playing.mending import Mender
from desktop_agent.macros.playing.trees import Trees
from desktop_agent.step.aftermath import Follow
from desktop_agent.step.desk import Desk


class Stepper(Protocol):
    """Takes an action to its checked end: `step.step.Step`."""

    number: int

    def run(self, action: Action, screenshot: Screenshot) -> StepResult: ...


MakeStepper = Callable[[Watcher, Callable[[], str], Callable[[Action], Decision | None], Follow], Stepper]
"""Makes one that tells the watcher, knows the person's words and their standing approvals, and follows actions so."""
Holds = Callable[[Condition, Image | None], bool]
"""Whether a condition is so now; its texts are filled in, and the picture is that of its target, if it has one."""
MakeMender = Callable[[Watcher], Mender]
"""Makes who mends steps, telling the watcher what the person is asked."""


def nothing() -> str:
    """No reason."""
    return ""


@dataclass(frozen=True)
class Stage:
    """`desk`, whose elements are `trees`, and `scope` are what is seen and touched; `finder` and `holds` look there.
    `make_stepper` opens the only way to act. `locked` says why nothing may be played now, in a sentence, or nothing;
    `clipboard` reads its text. `everything` is the whole desktop where `desk` is only a part of it, to tell what lies
    outside. `make_mender` is None where nothing is mended."""

    desk: Desk
    scope: Scope
    trees: Trees
    finder: Finder
    holds: Holds
    make_stepper: MakeStepper
    clipboard: Callable[[], str]
    locked: Callable[[], str] = nothing
    everything: Desk | None = None
    make_mender: MakeMender | None = None
