"""Does one step of a macro that acts, through the step that all actions go through."""

import time
from collections.abc import Callable
from dataclasses import replace

from desktop_agent.core.actions import Action, Outcome, StepResult
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point
from desktop_agent.core.images import Image
from desktop_agent.macros import wording
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import (
    ClickStep,
    DragStep,
    HoverStep,
    OpenStep,
    PressStep,
    ScrollStep,
    Target,
    TypeStep,
)
from desktop_agent.macros.playing import actions
from desktop_agent.macros.playing.actions import PointerStep, Spot
from desktop_agent.macros.playing.approval import UNATTENDED
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.clock import Clock
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.outcome import Over
from desktop_agent.macros.playing.pace import Pace
from desktop_agent.macros.playing.stage import Stage, Stepper
from desktop_agent.macros.values import Secret
from desktop_agent.step.observe import focused_in

ActingStep = ClickStep | DragStep | ScrollStep | HoverStep | TypeStep | PressStep | OpenStep
ACTING = (ClickStep, DragStep, ScrollStep, HoverStep, TypeStep, PressStep, OpenStep)
PictureOf = Callable[[Target], Image | None]
"""How a target looked."""


class Hand:
    """Does one run's actions.

    Args:
        stage: eyes.
        stepper: the only way to act.
        eyes, clock, pace: of the run.
        trusted: is told each text that is typed as the macro has it, or as the person gave it.
    """

    def __init__(
        self, stage: Stage, stepper: Stepper, eyes: Eyes, clock: Clock, pace: Pace, trusted: Callable[[str], None]
    ) -> None:
        self._stage = stage
        self._stepper = stepper
        self._eyes = eyes
        self._clock = clock
        self._pace = pace
        self._trusted = trusted

    def do(self, step: ActingStep, bindings: Bindings, picture_of: PictureOf) -> None:
        """Do `step`, once what it needs is there.

        Raises:
            Over: it was not done.
            NotFound, Ambiguous: what it needs was not there in time.
            UsageError: it can't be done as it is.
        """
        match step:
            case TypeStep():
                self._type(step, bindings, picture_of)
            case PressStep():
                window = bindings.window(step.window)
                self._act(step, lambda: self._eyes.keyboard(window), lambda spot: actions.pressing(step, spot))
            case OpenStep():
                self._open(step, bindings)
            case _:
                self._point(step, bindings, picture_of)

    def _point(self, step: PointerStep, bindings: Bindings, picture_of: PictureOf) -> None:
        look = self._looking_for(bindings.target(step.target), picture_of(step.target))
        end = self._end(step, bindings, picture_of)
        self._act(step, look, lambda spot: actions.pointing(step, spot, end() if end else None))

    def _end(self, step: PointerStep, bindings: Bindings, picture_of: PictureOf) -> Callable[[], Point] | None:
        """Finds where a drag ends, when its start was found."""
        if not isinstance(step, DragStep):
            return None
        target, picture = bindings.target(step.end), picture_of(step.end)
        return lambda: self._eyes.find(target, picture)[0].point

    def _type(self, step: TypeStep, bindings: Bindings, picture_of: PictureOf) -> None:
        parts = bindings.typed(step.text) or (("",) if step.replace else ())
        if not parts:
            raise UsageError("The step types nothing.", "Give it a text, or let it replace what is there.")
        if bindings.is_the_persons(step.text):
            for each in parts:
                if isinstance(each, str):
                    self._trusted(each)
        window = bindings.window(step.window)
        look: Callable[[], Spot] = lambda: self._eyes.keyboard(window)  # noqa: E731 # one of two ways to look
        if step.target is not None:
            look = self._looking_for(bindings.target(step.target), picture_of(step.target))
        spot = self._act(step, look, lambda found: actions.typing(step, parts[0], found, first=True))
        for part in parts[1:]:
            self._type_on(step, part, spot)

    def _type_on(self, step: TypeStep, part: str | Secret, spot: Spot) -> None:
        """What follows goes where the beginning went."""

        def here() -> Spot:
            element = focused_in(self._stage.desk, spot.window) if spot.window is not None else None
            return replace(spot, shot=self._eyes.shot(), element=element, point=None, claimed="")

        self._act(step, here, lambda found: actions.typing(step, part, found, first=False))

    def _open(self, step: OpenStep, bindings: Bindings) -> None:
        name = bindings.text(step.application)
        launcher = self._stage.desk.launcher
        found = launcher.find(name) or launcher.find(name.removesuffix(".desktop"))
        exact = [each for each in found if each.id == name] or list(found)
        if not exact:
            raise NotFound(f"No application called “{name}” is installed.", "Install it, or name another.")
        if len(exact) > 1:
            names = ", ".join(f"“{each.name}” ({each.id})" for each in exact[:8])
            raise Ambiguous(f"“{name}” may mean several applications: {names}.", "Name one by its id.")
        shot = self._eyes.shot()
        self._accept(self._stepper.run(actions.opening(exact[0].name, exact[0].id, shot, step.id), shot))
        self._pace.acted()

    def _looking_for(self, target: Target, picture: Image | None) -> Callable[[], Spot]:
        return self._eyes.raising(target.window, lambda: self._eyes.spot(target, picture))

    def _act(self, step: ActingStep, look: Callable[[], Spot], make: Callable[[Spot], Action]) -> Spot:
        """Look until there is where to act, and act; again where that changed in between. Where it was."""
        end = time.monotonic() + step.limit
        while True:
            found = self._clock.until(look, max(0.0, end - time.monotonic()))
            if found is None:
                raise NotFound(f"{wording.step(step)}: there is nothing to act on.")
            result = self._stepper.run(make(found), found.shot)
            if not (result.changed and time.monotonic() < end):
                self._accept(result)
                return found

    def _accept(self, result: StepResult) -> None:
        """Go on after that. No effect is no failure: the macro says what it expects.

        Raises:
            Over: it was not done, or not as it should.
        """
        if result.outcome is Outcome.FAILED:
            raise Over(
                "failed", result.message, "Look at what it did before you play it again." if result.astray else ""
            )
        if result.outcome is Outcome.REFUSED:
            decision = result.decision
            waits = decision is not None and not decision.approved and decision.by == UNATTENDED
            if waits:
                raise Over("waiting", f"{result.verdict.reason} Nobody is there to allow it.", "Play it yourself.")
            raise Over("refused", result.message)
