"""Goes through a macro's steps: what to play, in which order, and where it ends."""

from collections.abc import Callable, Iterable
from typing import Protocol

from desktop_agent.core.errors import AgentError, Stopped, StoreError
from desktop_agent.core.events import Looked, Watcher
from desktop_agent.core.text import one_line
from desktop_agent.macros import wording
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import (
    ActivateStep,
    CaptureStep,
    Condition,
    IfStep,
    MacroStep,
    RepeatStep,
    Step,
    WaitStep,
    walk,
)
from desktop_agent.macros.playing import reading, windows
from desktop_agent.macros.playing.acting import ACTING, ActingStep, PictureOf
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.clock import Clock
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.frame import Frame
from desktop_agent.macros.playing.mending import AnyStep, Mending, Repairs
from desktop_agent.macros.playing.outcome import Over, candidates_of, of_error
from desktop_agent.macros.playing.pace import Pace
from desktop_agent.macros.playing.program import Program
from desktop_agent.macros.playing.stage import Stage

BeforeStep = Callable[[Step], bool]
"""Called before each step that is played, also those within others; it may wait. False ends the run."""


class Doer(Protocol):
    """Does the steps that act: `acting.Hand`."""

    def do(self, step: ActingStep, bindings: Bindings, picture_of: PictureOf) -> None: ...


class Run:
    """One run of a program.

    Args:
        program: the macro, and those that it plays.
        stage, eyes, clock, pace: what it looks with.
        hand: does what acts.
        mending: mends what is not found.
        watch: told what was done besides.
        before_step: see `BeforeStep`.
    """

    def __init__(
        self,
        program: Program,
        stage: Stage,
        eyes: Eyes,
        clock: Clock,
        pace: Pace,
        hand: Doer,
        mending: Mending,
        watch: Watcher,
        before_step: BeforeStep = lambda _: True,
    ) -> None:
        self._program = program
        self._stage = stage
        self._eyes = eyes
        self._clock = clock
        self._pace = pace
        self._hand = hand
        self._mending = mending
        self._watch = watch
        self._before_step = before_step
        self._repairs: dict[str, Repairs] = {}

    def play(self, bindings: Bindings, start: str | None = None) -> None:
        """Play all of it, or from the step `start` on.

        Raises:
            Over: it ended before.
            StoreError: what was done, or is to be done, can't be recorded.
        """
        frame = Frame(self._program.main, bindings)
        self._steps(frame, frame.stored.macro.steps, start)

    def _steps(self, frame: Frame, steps: Iterable[Step], start: str | None = None) -> None:
        for each in steps:
            if start is not None and not _holds(each, start):
                continue
            inner = start if start != each.id else None
            start = None
            if not each.skip:
                self._one(frame, each, inner)

    def _one(self, frame: Frame, step: Step, start: str | None) -> None:
        """Play one step; `start` is the one within it to begin with."""
        try:
            self._clock.step()
            if not self._before_step(step):
                raise Over("stopped", "You ended it before this step.")
            self._pace.last = frame.main and step is frame.stored.macro.steps[-1]
            self._play(frame, step, start)
            self._clock.pause(self._pace.pause)
        except Over as over:
            raise self._placed(frame, step, over) from over
        except (Stopped, StoreError):
            raise
        except AgentError as error:
            missing = isinstance(error, (NotFound, Ambiguous))
            ended = Over(of_error(error), error.user_message, error.hint, None, candidates_of(error), missing)
            raise self._placed(frame, step, ended) from error

    def _placed(self, frame: Frame, step: Step, over: Over) -> Over:
        """The same, with the step that it did not get past; of one within this step that is said already."""
        if over.step is not None and (frame.owns(over.step) or not frame.main):
            return over
        summary = over.summary
        if over.step is None:
            summary = f"{frame.label(step)} ({wording.step(step)}): {summary}"
        return Over(over.status, summary, over.hint, step, over.candidates, over.unseen)

    def _play(self, frame: Frame, step: Step, start: str | None) -> None:
        match step:
            case WaitStep():
                self._expect(frame, step.until, step.limit)
                self._tell(step, "it is so")
            case CaptureStep():
                self._do(frame, step, lambda each: self._capture(frame, each))
            case ActivateStep():
                self._activate(frame, step)
            case IfStep():
                self._branch(frame, step, start)
            case RepeatStep():
                self._repeat(frame, step, start)
            case MacroStep():
                self._part(frame, step)
            case _ if isinstance(step, ACTING):
                self._do(frame, step, lambda each: self._hand.do(each, frame.bindings, frame.picture_of))
        expected = getattr(step, "expect", None)
        if expected is not None:
            self._expect(frame, expected, getattr(step, "limit", 0.0))

    def _do(self, frame: Frame, step: AnyStep, do: Callable[[AnyStep], None]) -> None:
        """Do `step`; mended, where its target is not found and it can be."""
        repairs, macro = frame.repairs, frame.stored.macro
        now = repairs.applied(step)
        try:
            do(now)
            return
        except NotFound as error:
            repair = self._mending.repair(now, frame.bindings, frame.picture_of, error)
            if repair is None:
                raise
        before = repairs.whole(macro)
        repairs.add(step, repair)
        do(repairs.applied(step))
        said = self._mending.keep(frame.called, before, repairs.whole(macro), repair, frame.label(step))
        self._tell(step, said)

    def _capture(self, frame: Frame, step: CaptureStep) -> None:
        if step.target is None:
            self._pace.rest()
            value = reading.clipboard(self._stage)
        else:
            target, picture = frame.bindings.target(step.target), frame.picture_of(step.target)
            read = reading.field if step.source == "field" else reading.region
            self._pace.rest()  # What is read must be there whole.
            value = self._clock.until(lambda: read(self._stage, self._eyes, target, picture), step.limit) or ""
        frame.bindings.captured[step.name] = value
        self._tell(step, f"{step.name} = “{one_line(value, 80)}”")

    def _activate(self, frame: Frame, step: ActivateStep) -> None:
        ref = frame.bindings.window(step.window) or step.window
        window = self._clock.until(lambda: windows.find(self._stage, ref), step.limit)
        if window is None or not self._stage.desk.windows.activate(window.id):
            raise Over("failed", "It does not come to the front.", "Is a dialog open that must be answered first?")
        self._pace.acted()
        self._tell(step, f"“{window.title or window.application}” is in front")

    def _branch(self, frame: Frame, step: IfStep, start: str | None) -> None:
        if start is not None:
            branch = step.then if any(_holds(each, start) for each in step.then) else step.otherwise
        else:
            so = self._is_so(frame, step.condition, step.limit)
            branch = step.then if so else step.otherwise
            self._tell(step, "it is so" if so else "it is not so")
        self._steps(frame, branch, start)

    def _repeat(self, frame: Frame, step: RepeatStep, start: str | None) -> None:
        for _ in range(step.most):
            self._steps(frame, step.steps, start)
            start = None
            self._clock.step()
            if step.until is not None and self._is_so(frame, step.until, 0.0):
                return
        if step.until is not None:
            what = wording.condition(frame.bindings.condition(step.until))
            said = f"It was repeated {step.most} times, and still not: {what}."
            raise Over("failed", said, "Is something different?", unseen=True)

    def _part(self, frame: Frame, step: MacroStep) -> None:
        inner = frame.inner(step, self._program)
        inner.repairs = self._repairs.setdefault(inner.called, inner.repairs)  # It may play several times.
        self._steps(inner, inner.stored.macro.steps)
        frame.bindings.captured.update(inner.bindings.captured)

    def _expect(self, frame: Frame, condition: Condition, limit: float) -> None:
        if not self._is_so(frame, condition, limit):
            said = wording.condition(frame.bindings.condition(condition))
            active = self._stage.desk.windows.active()
            front = f" “{active.title or active.application}” is in front." if active is not None else ""
            waited = f"It was waited {limit:g} seconds until {said}, and it is not so.{front}"
            raise Over("failed", waited, unseen=True)

    def _is_so(self, frame: Frame, condition: Condition, limit: float) -> bool:
        filled = frame.bindings.condition(condition)
        picture = frame.picture_of(condition.target) if condition.target is not None else None
        self._pace.rest()  # A condition may be known by looks, and half a change would be neither.

        def look() -> bool | None:
            self._stage.trees.forget()
            return self._stage.holds(filled, picture) or None

        return bool(self._clock.until(look, limit))

    def _tell(self, step: Step, result: str) -> None:
        self._watch(Looked(step.do, f"{step.id}: {wording.step(step)}: {result}"))


def _holds(step: Step, wanted: str) -> bool:
    """Whether it is the step with that id, or that one is within it."""
    return any(each.id == wanted for each, _ in walk((step,)))
