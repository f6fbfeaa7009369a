"""Plays a macro through the step that every action goes through."""

import logging
from collections.abc import Callable, Mapping

from desktop_agent.core.actions import Action, Answer, Decision
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.events import RunEvent, Watcher
from desktop_agent.macros.format import walk
from desktop_agent.macros.playing.acting import Hand
from desktop_agent.macros.playing.approval import BY_MACRO
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.clock import BUDGET, Clock
from desktop_agent.macros.playing.dry import DryRun
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.outcome import Over, Played, candidates_of, of_error
from desktop_agent.macros.playing.pace import Pace
from desktop_agent.macros.playing.parameters import checked
from desktop_agent.macros.playing.program import Program
from desktop_agent.macros.playing.run import BeforeStep, Run
from desktop_agent.macros.playing.stage import Stage

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
        steps = 0
        try:
            play, count = self._prepared(program, pace, dry)
            try:
                summary = play(bindings, start)
            finally:
                steps = count()
        except Over as over:
            step = over.step.id if over.step is not None else ""
            return Played(over.status, over.summary, over.hint, bindings.captured, step, steps, "", over.candidates)
        except AgentError as error:
            _log.warning("the macro ended: %s (%s)", error, error.details)
            status, places = of_error(error), candidates_of(error)
            return Played(status, error.user_message, error.hint, bindings.captured, steps=steps, candidates=places)
        except Exception as error:  # noqa: BLE001 # the run must end with a result, whatever broke
            _log.exception("the macro broke off")
            problem = f"Something in the program went wrong: {error!r}"
            return Played("failed", problem, "The log has the details.", bindings.captured, steps=steps)
        finally:
            self._stage.trees.forget()
        return Played("done", summary, values=bindings.captured, steps=steps)

    def _prepared(
        self, program: Program, pace: Pace, dry: bool
    ) -> tuple[Callable[[Bindings, str | None], str], Callable[[], int]]:
        """What plays it and says what came of it, and what counts the actions."""
        stage = self._stage
        clock = Clock(stage.desk.hands.stopped, stage.locked, self._budget)
        eyes = Eyes(stage, pace)
        if dry:
            looking = DryRun(program, stage, eyes, clock, self._watch, self._before_step)
            return looking.play, lambda: 0
        stepper = stage.make_stepper(self._tell, lambda: "\n".join(self._words), self._standing, pace.follow)
        hand = Hand(stage, stepper, eyes, clock, pace, self._trust)
        run = Run(program, stage, eyes, clock, pace, hand, self._watch, self._before_step)

        def play(bindings: Bindings, start: str | None) -> str:
            run.play(bindings, start)
            return f"“{program.main.macro.name}” was played to its end."

        return play, lambda: stepper.number

    def _tell(self, event: RunEvent) -> None:
        self._stage.trees.notice(event)
        self._watch(event)

    def _standing(self, action: Action) -> Decision | None:
        return _APPROVED if self._approved else None

    def _trust(self, text: str) -> None:
        """What an approved macro types is the person's own: they have read it. What a stranger's types is not."""
        if self._approved and text not in self._words:
            self._words.append(text)


def _speed(speed: float) -> float:
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise UsageError(f"The speed must be from {SPEEDS[0]:g} to {SPEEDS[1]:g}.", "1 is as fast as can be.")
    return speed


def _require_start(program: Program, start: str | None) -> None:
    macro = program.main.macro
    if start is not None and all(step.id != start for step, _ in walk(macro.steps)):
        raise UsageError(f"“{macro.name}” has no step “{start}”.", "Run: desktop-agent macro show NAME")
