"""Plays a macro through the step that every action goes through."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from desktop_agent.core.actions import Action, Answer, Decision
from desktop_agent.core.errors import AgentError, Stopped, UsageError
from desktop_agent.core.events import RunEvent, Stepped, Watcher
from desktop_agent.macros.format import Step, walk
from desktop_agent.macros.playing import missing
from desktop_agent.macros.playing.acting import Hand
from desktop_agent.macros.playing.approval import BY_MACRO
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.clock import BUDGET, Clock
from desktop_agent.macros.playing.dry import DryRun
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.mending import Mending
from desktop_agent.macros.playing.outcome import Over, Played, candidates_of, of_error
from desktop_agent.macros.playing.pace import Pace
from desktop_agent.macros.playing.parameters import checked
from desktop_agent.macros.playing.program import Program
from desktop_agent.macros.playing.run import BeforeStep, Run
from desktop_agent.macros.playing.stage import Stage, Stepper

SPEEDS = (0.1, 10.0)
_APPROVED = Decision(Answer.APPROVED, by=BY_MACRO)
_log = logging.getLogger(__name__)


class Player:
    """Plays programs, one at a time. Who calls `play` holds the hands' lock.

    Args:
        stage: what it looks and acts with.
        watch: told what happens, on the caller's thread.
        approved: the person approved the program as a whole: its ordinary actions are not asked about.
        before_step: see `run.BeforeStep`.
        budget: seconds that a run may take.
    """

    def __init__(
        self,
        stage: Stage,
        watch: Watcher,
        *,
        approved: bool = False,
        before_step: BeforeStep = lambda _: True,
        budget: float = BUDGET,
    ) -> None:
        self._stage = stage
        self._watch = watch
        self._approved = approved
        self._before_step = before_step
        self._budget = budget
        self._words: list[str] = []
        self._mending: Mending | None = None

    def play(
        self,
        program: Program,
        values: Mapping[str, str],
        *,
        start: str | None = None,
        dry: bool = False,
        speed: float | None = None,
    ) -> Played:
        """Play it. How it ended is in what is returned, whatever went wrong once it began.

        Args:
            program: the macro, and those that it plays.
            values: for its parameters, as texts.
            start: the id of the step to begin with.
            dry: only look for what the steps need.
            speed: below 1 it pauses after each step, so that people can follow; by default the macro's own.

        Raises:
            UsageError: it can't be played so; nothing was done.
        """
        macro = program.main.macro
        bindings = Bindings.of(macro, checked(macro, values))
        _require_start(program, start)
        pace = Pace(self._stage.desk, self._stage.scope, _speed(macro.speed if speed is None else speed))
        self._words = list(bindings.given.values())
        played = self._outcome(program, bindings, pace, start, dry)
        self._stage.trees.forget()
        return self._with_mended(replace(played, values=dict(bindings.captured)))

    def _outcome(self, program: Program, bindings: Bindings, pace: Pace, start: str | None, dry: bool) -> Played:
        try:
            return self._begun(program, bindings, pace, start, dry)
        except AgentError as error:
            _log.warning("the macro ended: %s (%s)", error, error.details)
            return Played(of_error(error), error.user_message, error.hint, candidates=candidates_of(error))
        except Exception as error:  # noqa: BLE001 # the run must end with a result, whatever broke
            _log.exception("the macro broke off")
            problem = f"Something in the program went wrong: {error!r}"
            return Played("failed", problem, "The log has the details.")

    def _begun(self, program: Program, bindings: Bindings, pace: Pace, start: str | None, dry: bool) -> Played:
        stage = self._stage
        clock = Clock(stage.desk.hands.stopped, stage.locked, self._budget)
        eyes = Eyes(stage, pace)
        if dry:
            return self._dry(DryRun(program, stage, eyes, clock, self._watch, self._before_step), bindings, start)
        stepper = stage.make_stepper(self._tell, lambda: "\n".join(self._words), self._standing, pace.follow)
        hand = Hand(stage, stepper, eyes, clock, pace, self._trust)
        mender = stage.make_mender(self._tell) if stage.make_mender is not None else None
        self._mending = mending = Mending(mender, stage.finder)
        run = Run(program, stage, eyes, clock, pace, hand, mending, self._watch, self._before_step)
        try:
            run.play(bindings, start)
        except Over as over:
            if over.unseen and over.step is not None:
                self._show(over.step, over.summary, eyes, stepper)
            return replace(_ended(over), steps=stepper.number)
        except Stopped as error:
            return Played("stopped", error.user_message, error.hint, steps=stepper.number)
        return Played("done", f"“{program.main.macro.name}” was played to its end.", steps=stepper.number)

    def _dry(self, run: DryRun, bindings: Bindings, start: str | None) -> Played:
        try:
            return Played("done", run.play(bindings, start))
        except Over as over:
            return _ended(over)

    def _show(self, step: Step, message: str, eyes: Eyes, stepper: Stepper) -> None:
        """Keep what was there where something was missing."""
        stepper.number += 1
        self._watch(Stepped(stepper.number, missing.result(step, message, eyes.shot())))

    def _tell(self, event: RunEvent) -> None:
        self._stage.trees.notice(event)
        self._watch(event)

    def _standing(self, action: Action) -> Decision | None:
        """What was mended is not the macro that was approved."""
        mended = self._mending is not None and self._mending.begun
        return _APPROVED if self._approved and not mended else None

    def _with_mended(self, played: Played) -> Played:
        """The end of the run, and what was mended in it."""
        told = self._mending.told if self._mending is not None else []
        if not told:
            return played
        asks = ["It asks at each step again, until you approve it anew."] if self._approved else []
        return replace(played, summary=" ".join([played.summary, *told, *asks]), mended=True)

    def _trust(self, text: str) -> None:
        """What an approved macro types is the person's own: they have read it. What a stranger's types is not."""
        if self._approved and text not in self._words:
            self._words.append(text)


def _ended(over: Over) -> Played:
    step = over.step.id if over.step is not None else ""
    return Played(over.status, over.summary, over.hint, failed_step=step, candidates=over.candidates)


def _speed(speed: float) -> float:
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise UsageError(f"The speed must be from {SPEEDS[0]:g} to {SPEEDS[1]:g}.", "1 is as fast as can be.")
    return speed


def _require_start(program: Program, start: str | None) -> None:
    macro = program.main.macro
    if start is not None and all(step.id != start for step, _ in walk(macro.steps)):
        raise UsageError(f"“{macro.name}” has no step “{start}”.", "Run: desktop-agent macro show NAME")
