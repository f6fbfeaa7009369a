"""Plays a macro with a session's eyes, hands and store."""

import dataclasses
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop_agent.cli.eyes_and_hands import EyesAndHands
from desktop_agent.cli.macro_mending import LibraryMender
from desktop_agent.core.actions import Action, Decision, Verdict
from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import AgentError, Refused
from desktop_agent.core.events import RunEnded, RunEvent, RunStarted, Watcher
from desktop_agent.core.protocols import Approver, Planner
from desktop_agent.core.text import one_line
from desktop_agent.macros.files import Stored
from desktop_agent.macros.found import Finder
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import locked, parameters
from desktop_agent.macros.playing.approval import MacroApprovals, Unattended
from desktop_agent.macros.playing.mending import Mender
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.player import Player
from desktop_agent.macros.playing.program import Program, Shelf, gather
from desktop_agent.macros.playing.run import BeforeStep
from desktop_agent.macros.playing.stage import Holds, Stage
from desktop_agent.macros.playing.trees import Trees
from desktop_agent.macros.playing.within import ScopedFinder, within
from desktop_agent.safety import audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step import asking
from desktop_agent.step.aftermath import Follow
from desktop_agent.step.desk import Desk
from desktop_agent.step.privacy import Privacy
from desktop_agent.step.step import Step
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.recorder import Recorder
from desktop_agent.store.runs import Runs

SHOWN = 40
"""Characters of a value in the line that says what is played."""
Look = Callable[[Desk], tuple[Finder, Holds]]
"""Makes what finds targets on a desk, and what tells conditions there."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """How to play a macro.

    `place` is where it lies in the library, so that an approval of it counts; empty: it is asked about. `shelf` has the
    macros that it plays. `unattended`: nobody is there to be asked. `scope` is what it may see and touch; None: the
    whole screen. For the rest see `Player`.
    """

    place: str = ""
    shelf: Shelf | None = None
    start: str | None = None
    dry: bool = False
    speed: float | None = None
    unattended: bool = False
    before_step: BeforeStep = lambda _: True
    scope: Scope | None = None


def ladder(desk: Desk) -> tuple[Finder, Holds]:
    """The ladder of rungs by which targets are found."""
    from desktop_agent.macros.finding.conditions import Conditions
    from desktop_agent.macros.finding.ladder import Ladder

    finder = Ladder(desk)
    return finder, Conditions(desk, finder).holds


def prepared(stored: Stored, values: Mapping[str, str], wanted: Wanted) -> Program:
    """The macro with all that it plays, if it can be played now.

    Raises:
        UsageError: it can't be played so, or not with these values.
        Refused: the screen is locked.
    """
    program = gather(stored, wanted.shelf or Library())
    parameters.checked(stored.macro, values)
    if reason := locked.look().forbids(wanted.unattended):
        raise Refused(reason, "Unlock the screen, and play it again.")
    return program


class MacroRun:
    """One run of a macro, kept in the store as the agent's are. Who calls `play` holds the hands.

    Args:
        parts: eyes and hands.
        privacy: what must not be seen.
        policy: the session's.
        approver: asks the person.
        look: finds.
        model: looks for what is not found, where the person lets it; None where there is none.
        conversations, runs: the store.
        watch: is told what happens.
    """

    def __init__(
        self,
        parts: EyesAndHands,
        privacy: Privacy,
        policy: Policy,
        approver: Approver,
        look: Look,
        model: Callable[[], Planner | None],
        conversations: Conversations,
        runs: Runs,
        watch: Watcher,
    ) -> None:
        self._parts = parts
        self._privacy = privacy
        self._policy = policy
        self._approver = approver
        self._look = look
        self._model = model
        self._conversations = conversations
        self._runs = runs
        self._watch = watch

    def play(self, program: Program, values: Mapping[str, str], wanted: Wanted) -> Played:
        """Play it, and keep how it went.

        Raises:
            AgentError: it could not begin.
        """
        macro = program.main.macro
        approved = not wanted.dry and bool(wanted.place) and MacroApprovals().holds(wanted.place, program)
        scope = wanted.scope or Scope("screen", self._parts.screen.layout().bounds, "the whole screen")
        text, planner = _instruction(program, values, wanted), f"macro:{macro.name}"
        conversation = self._conversations.create(text)
        run = self._runs.start(conversation, text, scope, planner)
        ends: list[RunEnded] = []

        def tell(event: RunEvent) -> None:
            if isinstance(event, RunEnded):
                ends.append(event)  # It may say more than what was given to the recorder: that it could not be kept.
            self._watch(event)

        recorder = Recorder(self._conversations, self._runs, conversation, run, tell)
        tell(RunStarted(run, conversation, text, scope, planner))
        try:
            stage = self._stage(scope, run, wanted)
            player = Player(stage, recorder, approved=approved, before_step=wanted.before_step)
            played = player.play(program, values, start=wanted.start, dry=wanted.dry, speed=wanted.speed)
        except KeyboardInterrupt:
            self._parts.drop_hands()
            played = Played("stopped", "Stopped with Ctrl+C.")
        except AgentError as error:
            _log.warning("the macro could not begin: %s (%s)", error, error.details)
            played = Played("failed", error.user_message, error.hint)
        finally:
            self._policy.forget_run(run)
        recorder(RunEnded(run, played.status, played.summary, played.hint, played.steps))
        end = ends[-1]
        return dataclasses.replace(played, run=run, status=end.status, summary=end.summary, hint=end.hint)

    def _stage(self, scope: Scope, run: str, wanted: Wanted) -> Stage:
        parts = self._parts
        trees = Trees(parts.elements)
        desk = Desk(parts.screen, parts.windows, trees, parts.reader, parts.launcher, parts.hands, self._privacy)
        seen = desk if scope.kind == "screen" else within(desk, scope)
        finder, holds = self._looking(desk, seen, scope)
        approver, log = Unattended() if wanted.unattended else self._approver, audit.opened()

        def stepper(
            watch: Watcher, said: Callable[[], str], standing: Callable[[Action], Decision | None], follow: Follow
        ) -> Step:
            return Step(desk, self._policy, approver, log, watch, scope, run, said, standing, follow)

        def mender(watch: Watcher) -> Mender:
            def ask(action: Action, verdict: Verdict, shot: Screenshot) -> Decision:
                return asking.ask(approver, desk.hands, watch, action, verdict, shot)

            return LibraryMender(seen, self._model, ask, wanted.place, wanted.shelf or Library())

        return Stage(
            seen,
            scope,
            trees,
            finder,
            holds,
            stepper,
            _clipboard,
            lambda: locked.look().forbids(wanted.unattended),
            everything=desk if seen is not desk else None,
            make_mender=mender if wanted.place and not wanted.unattended else None,
        )

    def _looking(self, desk: Desk, seen: Desk, scope: Scope) -> tuple[Finder, Holds]:
        """What finds targets in what is `seen` of `desk`, and what tells conditions there."""
        if seen is desk:
            return self._look(desk)
        (finder, holds), (everywhere, _) = self._look(seen), self._look(desk)
        return ScopedFinder(finder, everywhere, desk.windows, scope), holds


def _instruction(program: Program, values: Mapping[str, str], wanted: Wanted) -> str:
    """What is played, in a line, as if the person had written it. Of secrets it tells the names, as they are given."""
    given = ", ".join(f"{name}={one_line(value, SHOWN)}" for name, value in values.items())
    doing = "Look for the places of" if wanted.dry else "Play"
    return f"{doing} “{one_line(program.main.macro.name, 60)}”{f' with {given}' if given else ''}"


def _clipboard() -> str:
    from desktop_agent.desktop.clipboard import read_text

    return read_text()
