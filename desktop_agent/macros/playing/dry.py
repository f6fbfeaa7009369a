"""A dry run: every step's target is looked for, and nothing is touched."""

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop_agent.core.actions import Action, ActionKind
from desktop_agent.core.errors import AgentError
from desktop_agent.core.events import Looked, Proposed, Watcher
from desktop_agent.macros import wording
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import ActivateStep, CaptureStep, MacroStep, Step, Target, WindowRef, walk
from desktop_agent.macros.playing import windows
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.clock import Clock
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.frame import Frame
from desktop_agent.macros.playing.outcome import Over, candidates_of
from desktop_agent.macros.playing.program import Program
from desktop_agent.macros.playing.run import BeforeStep
from desktop_agent.macros.playing.stage import Stage

SHOWN_MISSING = 5


@dataclass
class Report:
    """How many targets and windows were looked for, and the steps whose ones are not there now."""

    looked: int = 0
    missing: list[tuple[Step, AgentError]] = field(default_factory=list)


class DryRun:
    """Looks once for each target of a program, in the order of its steps, both branches of an if and the body of a
    repeat once. What an earlier step would have to open first is not there.

    Args:
        program: the macro, and those that it plays.
        stage, eyes, clock: what it looks with.
        watch: told of each: `Proposed`, with what would be acted on, for the ring; and `Looked`.
        before_step: see `run.BeforeStep`.
    """

    def __init__(
        self,
        program: Program,
        stage: Stage,
        eyes: Eyes,
        clock: Clock,
        watch: Watcher,
        before_step: BeforeStep = lambda _: True,
    ) -> None:
        self._program = program
        self._stage = stage
        self._eyes = eyes
        self._clock = clock
        self._watch = watch
        self._before_step = before_step
        self._report = Report()

    def play(self, bindings: Bindings, start: str | None = None) -> str:
        """Look for all, or from the step `start` on. What was found, in words.

        Raises:
            Over: not all are there now.
        """
        frame = Frame(self._program.main, bindings)
        self._frame(frame, start)
        report = self._report
        if not report.missing:
            return f"All {report.looked} places are there now. Nothing was touched."
        names = "; ".join(
            f"{wording.step(step)}: {error.user_message}" for step, error in report.missing[:SHOWN_MISSING]
        )
        found = report.looked - len(report.missing)
        step, error = report.missing[0]
        raise Over(
            "failed",
            f"{found} of {report.looked} places are there now. Not there: {names}",
            "What a step before would open first can't be there yet. Nothing was touched.",
            step if step.id in frame.places else None,
            candidates_of(error),
        )

    def _frame(self, frame: Frame, start: str | None = None) -> None:
        for step, _ in walk(frame.stored.macro.steps):
            if start is not None and step.id != start:
                continue
            start = None
            if step.skip:
                continue
            self._clock.step()
            if not self._before_step(step):
                raise Over("stopped", "You ended it before this step.", step=step)
            self._one(frame, step)

    def _one(self, frame: Frame, step: Step) -> None:
        if isinstance(step, CaptureStep):
            frame.bindings.captured[step.name] = ""
        if isinstance(step, MacroStep):
            self._frame(frame.inner(step, self._program))
            return
        for target in (getattr(step, "target", None), getattr(step, "end", None)):
            if isinstance(target, Target):
                self._try(step, lambda each=target: self._place(frame, step, each))  # type: ignore[misc]
        window = getattr(step, "window", None)
        if isinstance(window, WindowRef) and (isinstance(step, ActivateStep) or not getattr(step, "target", None)):
            self._try(step, lambda: self._window(frame, step, window))

    def _try(self, step: Step, look: Callable[[], str]) -> None:
        self._report.looked += 1
        try:
            said = look()
        except (NotFound, Ambiguous) as error:
            self._report.missing.append((step, error))
            said = error.user_message
        self._watch(Looked(step.do, f"{step.id}: {wording.step(step)}: {said}"))

    def _place(self, frame: Frame, step: Step, target: Target) -> str:
        found, shot = self._eyes.find(frame.bindings.target(target), frame.picture_of(target))
        words = wording.step(step)
        self._watch(
            Proposed(
                Action(ActionKind.HOVER, words, (), shot.id, found.region, found.window, found.element, part=step.id)
            )
        )
        return f"found by its {found.rung}. {found.evidence}".strip()

    def _window(self, frame: Frame, step: Step, ref: WindowRef) -> str:
        window = windows.find(self._stage, frame.bindings.window(ref) or ref)
        return f"“{window.title or window.application}” is there"
