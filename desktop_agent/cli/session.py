"""A session: eyes, hands, planners and store put together, so that a question or an instruction is one call."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from desktop_agent.agent import prompts
from desktop_agent.agent.context import repaired, trimmed
from desktop_agent.agent.limits import Limits
from desktop_agent.agent.loop import Agent
from desktop_agent.cli import macro_runs, scopes
from desktop_agent.cli.eyes_and_hands import EyesAndHands
from desktop_agent.cli.planners import Planners, key_of
from desktop_agent.cli.words import PersonsWords
from desktop_agent.core import sampling
from desktop_agent.core.chat import CallEvent, End, Message, Options, Picture, ToolCall
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.events import RunEnded, RunEvent, RunStarted, Watcher
from desktop_agent.core.geometry import View
from desktop_agent.core.images import Image
from desktop_agent.core.model_state import ModelState
from desktop_agent.core.protocols import Approver, Asker, Locator, Planner, Prefiller, Screen, Talker, Windows
from desktop_agent.core.settings import PlannerName, Settings
from desktop_agent.instant.commands import Question, Read
from desktop_agent.instant.grammar import parse
from desktop_agent.model.scripted import ScriptedPlanner
from desktop_agent.safety import audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step.desk import Desk
from desktop_agent.step.privacy import Privacy
from desktop_agent.step.private_eyes import PrivateWindows
from desktop_agent.step.step import Step
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.recorder import Recorder
from desktop_agent.store.runs import Runs
from desktop_agent.tools.aiming import SNAPPING
from desktop_agent.tools.context import Aim, Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.locate import ScreenLocator
from desktop_agent.tools.macros import Ended, Macros, holds
from desktop_agent.tools.toolbox import Toolbox, offered_tools

if TYPE_CHECKING:  # who plays no macro does not load them
    from desktop_agent.cli.playing import Look, Wanted
    from desktop_agent.macros.files import Stored
    from desktop_agent.macros.playing.outcome import Played

TITLE_LENGTH = 60
_log = logging.getLogger(__name__)


class Session:
    """Opens everything when it is first wanted. `ask`, `do` and `act` block; the rest may be called from any thread.

    Args:
        settings: what the person chose.
        approver: asked before each action.
        asker: puts a planner's questions to the person.
        include_ancestors: whether the windows of this process's ancestors count as our own (a command in a terminal).
        generation: how models generate; how they choose tokens comes from the presets, unless it is greedy.
        limits: when a run ends by itself.
        remark: more instructions for the model, appended to the system prompt.
        tools: whether `ask` offers tools, to a planner that was made to call them.
        privacy: what planners must not see; None: the applications of the settings, and what is typed in this session.
        aim: finds where a planner's point acts.
        read_key: the key of the server at an address.
        look: what finds a macro's targets; by default the ladder.
        tell_model: is called, from any thread, whenever `model` has become another one.
    """

    def __init__(
        self,
        settings: Settings,
        approver: Approver,
        asker: Asker,
        *,
        include_ancestors: bool = False,
        generation: Options = Options(),  # noqa: B008  # frozen
        limits: Limits = Limits(),  # noqa: B008  # frozen
        remark: str = "",
        tools: bool = True,
        privacy: Privacy | None = None,
        aim: Aim = SNAPPING,
        read_key: Callable[[str], str] = key_of,
        look: "Look | None" = None,
        tell_model: Callable[[], object] = lambda: None,
    ) -> None:
        self.settings = settings
        self.planner_name = ""
        """Which planner the last run used."""
        self._approver = approver
        self._asker = asker
        self._generation = generation
        self._limits = limits
        self._remark = remark
        self._tools = tools
        self._aim = aim
        self._look = look
        self._came_from = 0
        self._policy = Policy()
        self._privacy = privacy or Privacy(settings.never_captured)
        self._parts = EyesAndHands(include_ancestors, self._privacy)
        self._planners = Planners(settings, self._locator, read_key, macro_runs.names, tell_model)
        self._opening = threading.Lock()

    @property
    def desk(self) -> Desk:
        """Eyes and hands."""
        return self._parts.desk

    @property
    def screen(self) -> Screen:
        return self._parts.screen

    @property
    def windows(self) -> Windows:
        return PrivateWindows(self._parts.windows, self._privacy)

    @property
    def model(self) -> ModelState:
        """The model in use, and whether it is in memory. Never blocks; from any thread."""
        return self._planners.model()

    @property
    def conversations(self) -> Conversations:
        return Conversations(self._store())

    @property
    def runs(self) -> Runs:
        return Runs(self._store())

    def scope(self, text: str) -> Scope:
        """The scope that `--scope` names; its window is brought to the front.

        Raises:
            UsageError, Refused: see `scopes.resolve` and `scopes.activate`.
        """
        desk = self.desk
        own_pids = desk.hands.own_pids()
        scope = scopes.resolve(text, desk.screen, desk.windows, own_pids)
        active = desk.windows.active()
        self._came_from = active.id if active is not None and active.pid in own_pids else 0
        scopes.activate(scope, desk.windows)
        return scope

    def come_forward(self) -> None:
        """Give the keyboard back to the window of our own that had it before `scope` brought another to the front."""
        if self._came_from:
            self.windows.activate(self._came_from)

    def prepare(self) -> None:
        """Load now what the first run would have to wait for. Takes up to a second; call it where nobody waits."""
        import keyring  # noqa: F401 # for the audit log's head

        self._planners.prepare()

    def is_command(self, text: str) -> bool:
        """Whether `text` wants something done, rather than a question answered."""
        parsed = parse(text, macro_runs.names)
        if isinstance(parsed, tuple):
            return any(not isinstance(command, Read) for command in parsed)
        return not isinstance(parsed, Question)

    def ask(
        self,
        question: str,
        *,
        image: Image | None = None,
        scope: Scope | None = None,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | None = None,
    ) -> RunEnded:
        """Answer a question about `image` or `scope`, with tools that only look.

        Raises:
            AgentError: it could not begin. How a run that began ended is in what is returned.
        """
        mind = self._planners.choose(planner or self.settings.planner, question, is_question=True)
        return self._run(mind, question, watch, conversation, scope, image, acting=False)

    def look_ahead(self, image: Image, scope: Scope, wanted: Callable[[], bool]) -> None:
        """Let the planner look at what a question about `image` is going to show it, while the person still writes.
        Blocks until that is done, or `wanted` says no.

        Raises:
            AgentError: it could not look. The question will say so, too.
        """
        mind = self._planners.choose(self.settings.planner, "", is_question=True)
        if not isinstance(mind, Prefiller):
            return
        # Neither eyes nor hands are opened: hands change the keyboard's map, and the person is typing.
        tools = offered_tools(acting=False, sighted=True) if self._offers_tools(mind) else ()
        shown = prompts.instruction("", scope, [_attached(Gallery([]), image, scope)])
        specs = tuple(each.spec for each in tools)
        mind.prefill([self._system(acting=False), shown], specs, self._options(acting=False), wanted)

    def planner(self, name: PlannerName, instruction: str) -> Planner:
        """The planner that `do` would use for an instruction, so that it can be wrapped.

        Raises:
            PlannerError: it is not set up.
        """
        return self._planners.choose(name, instruction, is_question=False)

    def do(
        self,
        instruction: str,
        *,
        scope: Scope,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | Planner | None = None,
    ) -> RunEnded:
        """Carry an instruction out within `scope`. A planner that is given itself, instead of by its name, stays the
        caller's, who also ends it: `stop` and `close` don't reach it.

        Raises:
            AgentError: it could not begin. How a run that began ended is in what is returned.
        """
        named = planner or self.settings.planner
        mind = self.planner(named, instruction) if isinstance(named, str) else named
        with self._holding_hands(instruction):
            return self._run(mind, instruction, watch, conversation, scope, None, acting=True)

    def act(self, call: ToolCall, *, scope: Scope, watch: Watcher) -> RunEnded:
        """Make one tool call within `scope`.

        Raises:
            AgentError: it could not begin.
        """
        mind = ScriptedPlanner([[CallEvent(call), End("calls")], [End("stop")]])
        words = f"{call.name} {dict(call.arguments)}"
        with self._holding_hands(words):
            values = [str(each) for each in call.arguments.values()]
            return self._run(mind, words, watch, None, scope, None, acting=True, own=values)

    def play(
        self,
        stored: "Stored",
        values: Mapping[str, str],
        *,
        watch: Watcher,
        wanted: "Wanted | None" = None,
        held: bool = False,
    ) -> "Played":
        """Play a macro.

        Args:
            stored: the macro.
            values: for its parameters, as texts.
            watch: is told what happens.
            wanted: how; by default as `Wanted()` says.
            held: a run that holds the hands plays it.

        Raises:
            UsageError: it can't be played so; nothing was done.
            AgentError: it could not begin. How a run that began ended is in what is returned.
        """
        from desktop_agent.cli.playing import MacroRun, Wanted, ladder, prepared

        wanted = wanted or Wanted()
        program = prepared(stored, values, wanted)
        run = MacroRun(
            self._parts,
            self._privacy,
            self._policy,
            self._approver,
            self._look or ladder,
            self._planners.model_planner,
            self.conversations,
            self.runs,
            watch,
        )
        holding = contextlib.nullcontext() if held or wanted.dry else self._holding_hands(stored.macro.name)
        with holding:
            return run.play(program, values, wanted)

    def stop(self, reason: str) -> None:
        """Latch the stop and end whatever a planner is doing."""
        self._planners.cancel()
        self._parts.hands.stop(reason)

    def stopped(self) -> str | None:
        """The reason of the latched stop, or None."""
        return self._parts.hands.stopped()

    def stopped_while_acting(self) -> str | None:
        """Like `stopped`, but None without hands to stop, which are not started for it."""
        return self.stopped() if self._parts.has_hands else None

    def resume(self) -> None:
        """Release the latched stop: only for the person's own command."""
        self._parts.hands.resume()

    def close(self) -> None:
        """Give back what was opened."""
        self._planners.close()
        self._parts.close()
        if "_database" in self.__dict__:
            self._database.close()

    @contextlib.contextmanager
    def _holding_hands(self, what: str) -> Iterator[None]:
        hands = self._parts.hands
        hands.acquire(what[:TITLE_LENGTH])
        try:
            yield
        finally:
            with contextlib.suppress(Unavailable):  # With its process or our connection all is released already.
                hands.release()

    def _run(
        self,
        planner: Planner,
        text: str,
        watch: Watcher,
        conversation: str | None,
        scope: Scope | None,
        image: Image | None,
        acting: bool,
        own: Sequence[str] = (),
    ) -> RunEnded:
        self.planner_name = planner.name
        conversations, runs = self.conversations, self.runs
        conversation = conversation or conversations.create(text[:TITLE_LENGTH])
        keep = self.settings.keep_screenshots
        history = repaired(conversations.messages(conversation, lambda messages: trimmed(messages, keep)))
        run = runs.start(conversation, text, scope, planner.name)
        said = PersonsWords(self._asker, [*runs.instructions(conversation), *own])
        ends: list[RunEnded] = []

        def tell(event: RunEvent) -> None:
            if isinstance(event, RunEnded):
                ends.append(event)  # It may say more than what was given to the recorder: that it could not be kept.
            watch(event)

        recorder = Recorder(conversations, runs, conversation, run, tell)
        watch(RunStarted(run, conversation, text, scope, planner.name))
        try:
            gallery = Gallery(history)
            pictured = image is not None or any(message.pictures for message in history)
            offered = acting or self._offers_tools(planner)
            toolbox = self._toolbox(gallery, recorder, scope, run, acting, pictured, offered, said, watch)
            message = prompts.instruction(text, scope, self._pictures(toolbox, scope, image))
            recorder.message(message)
            agent = Agent(
                planner,
                toolbox,
                recorder,
                run,
                keep=recorder.message,
                options=self._options(acting),
                limits=self._limits,
                screenshots=keep,
                stopped=self.stopped if scope is not None else lambda: None,
            )
            agent.run([self._system(acting), *history, message])
        except KeyboardInterrupt:
            planner.cancel()
            self._parts.drop_hands()
            recorder(RunEnded(run, "stopped", "Stopped with Ctrl+C."))
        except AgentError as error:
            _log.warning("the run could not begin: %s (%s)", error, error.details)
            recorder(RunEnded(run, "failed", error.user_message, error.hint))
        finally:
            self._policy.forget_run(run)
        return ends[-1]

    def _recorded(self, said: PersonsWords, watch: Watcher, scope: Scope) -> Macros | None:
        """What planners may play, within the run that holds the hands and its `scope`."""
        offered = macro_runs.offered()
        if not offered:
            return None

        def tell(event: RunEvent) -> None:
            if not isinstance(event, RunStarted | RunEnded):  # The run that plays it goes on.
                watch(event)

        def play(name: str, values: Mapping[str, str]) -> Ended:
            return macro_runs.play_named(self, name, values, tell, scope)

        return Macros(offered, play, lambda text: holds(said.text, text))

    def _offers_tools(self, planner: Planner) -> bool:
        return self._tools and (not isinstance(planner, Talker) or planner.calls_tools())

    def _options(self, acting: bool) -> Options:
        return sampling.preset(self._generation, "tools" if acting else "chat", self.settings.sampling)

    def _system(self, acting: bool) -> Message:
        return prompts.system(self.settings.language or "en", acting, self._remark)

    def _toolbox(
        self,
        gallery: Gallery,
        watch: Watcher,
        scope: Scope | None,
        run: str,
        acting: bool,
        pictured: bool,
        offered: bool,
        said: PersonsWords,
        told: Watcher,
    ) -> Toolbox:
        if not offered:
            return Toolbox(gallery, watch, offered=False)
        if scope is None:
            reader = (lambda: self._parts.reader) if pictured else None
            return Toolbox(gallery, watch, asker=self._asker, reader=reader)
        desk = self.desk
        log = audit.opened()
        step = Step(desk, self._policy, self._approver, log, watch, scope, run, lambda: said.text) if acting else None
        recorded = self._recorded(said, told, scope) if acting else None
        return Toolbox(gallery, watch, Sight(desk, scope), step, said, aim=self._aim, recorded=recorded)

    def _pictures(self, toolbox: Toolbox, scope: Scope | None, image: Image | None) -> list[Picture]:
        if image is not None:
            return [_attached(toolbox.gallery, image, scope)]
        return [toolbox.look()] if scope is not None else []

    def _locator(self) -> Locator:
        desk = self.desk
        return ScreenLocator(desk.windows, desk.elements, desk.screen, desk.reader, desk.hands.own_pids)

    def _store(self) -> Database:
        with self._opening:
            return self._database

    @cached_property
    def _database(self) -> Database:
        return Database(default_path())


def _attached(gallery: Gallery, image: Image, scope: Scope | None) -> Picture:
    """The picture that belongs to a question."""
    view = View(scope.region, image.width, image.height) if scope is not None else None
    return gallery.add_part(image, view, None, "attachment" if view is None else "scope")
