"""The agent: ask the planner, carry out its calls, tell it what came of them, until one of them ends it."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop_agent.agent import progress, prompts
from desktop_agent.agent.context import KEEP, UNKNOWN, trimmed
from desktop_agent.agent.limits import Limits, Meter
from desktop_agent.agent.stopping import cancelled_when
from desktop_agent.core.actions import Answer, Outcome, StepResult
from desktop_agent.core.chat import BadCall, Message, Options, ReasoningDelta, Text, TextDelta, ToolCall, Turn
from desktop_agent.core.errors import AgentError, Refused, Stopped, StoreError
from desktop_agent.core.events import Looked, Paused, Resumed, RunEnded, RunStatus, Said, Saying, Thinking, Watcher
from desktop_agent.core.pause import Pause
from desktop_agent.core.protocols import Planner
from desktop_agent.core.text import one_line
from desktop_agent.tools.result import ToolResult
from desktop_agent.tools.toolbox import Toolbox

MAX_BAD_TURNS = 3
"""Turns in a row in which no call could be read: two are bad luck with a model that errs now and then."""
MAX_SUMMARY = 200
"""Characters of an answer that stand for it in a list."""
_log = logging.getLogger(__name__)


class _Over(Exception):
    """The run is over: the one way out of the loop."""

    def __init__(self, status: RunStatus, summary: str, hint: str = "") -> None:
        super().__init__(summary)
        self.status, self.summary, self.hint = status, summary, hint


class Agent:
    """Runs one instruction.

    Args:
        planner: the mind.
        toolbox: what it can call.
        watch: told what happens, on the caller's thread.
        run_id: the store's id of the run.
        keep: stores each message as it comes; a StoreError ends the run.
        options: how to generate.
        limits: when to pause and ask whether to go on.
        screenshots: how many of them stay in the conversation at least; see `context.trimmed`.
        stopped: the reason of a stop, or None.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        planner: Planner,
        toolbox: Toolbox,
        watch: Watcher,
        run_id: str = "",
        *,
        keep: Callable[[Message], None] = lambda message: None,
        options: Options = Options(),  # noqa: B008 - frozen
        limits: Limits = Limits(),  # noqa: B008 - frozen
        screenshots: int = KEEP,
        stopped: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._planner = planner
        self._toolbox = toolbox
        self._watch = watch
        self._run = run_id
        self._keep = keep
        self._options = options
        self._screenshots = screenshots
        self._stopped = stopped
        self._limits = limits
        self._meter = Meter(limits, clock)
        self._tried: list[progress.Tried] = []
        self._clock = clock
        self._messages: list[Message] = []
        self._steps = 0
        self._last: StepResult | None = None
        self._result: ToolResult | None = None
        self._bad_turns = 0

    def run(self, messages: Sequence[Message]) -> RunEnded:
        """Answer the conversation, whose last message is the instruction. Never raises an `AgentError`: how it ended is
        in what it returns, and was told to `watch`."""
        self._messages = list(messages)
        ended = self._end(*self._until_over())
        self._watch(ended)
        return ended

    def _until_over(self) -> tuple[RunStatus, str, str]:
        try:
            while True:
                self._take_turn()
        except _Over as over:
            return over.status, over.summary, over.hint
        except Stopped as error:
            return "stopped", error.user_message, error.hint
        except Refused as error:
            return "refused", error.user_message, error.hint
        except AgentError as error:
            _log.warning("the run failed: %s (%s)", error, error.details)
            return "failed", error.user_message, error.hint
        except Exception as error:  # noqa: BLE001 - the run must end with an event, whatever broke
            _log.exception("the run broke off")
            return "failed", f"Something in the program went wrong: {error!r}", "The log has the details."

    def _end(self, status: RunStatus, summary: str, hint: str) -> RunEnded:
        return RunEnded(self._run, status, summary, hint, self._steps)

    def _take_turn(self) -> None:
        turn = self._think()
        if turn.end == "cancelled":
            turn.calls.clear()  # Never carried out.
        if turn.end != "cancelled" or turn.text:
            self._add(_message(turn))
        if not self._is_whole(turn):
            return
        if not (turn.calls or turn.bad_calls):
            raise self._answered(turn.message.text)
        self._carry_out(turn.calls)
        if turn.bad_calls:  # Behind the results, which must follow the calls that they answer.
            self._answer_bad_calls(turn)

    def _think(self) -> Turn:
        self._require_running()
        self._messages = trimmed(self._messages, self._screenshots)
        self._watch(Thinking())
        turn = Turn()
        try:
            self._listen(turn)
        except (AgentError, KeyboardInterrupt):
            if turn.text:  # The person has read it. Calls of half a turn are never carried out.
                self._add(replace(turn.message, calls=()))
            raise
        self._watch(Said(turn.message.text, turn.usage))
        return turn

    def _listen(self, turn: Turn) -> None:
        with cancelled_when(lambda: self._stopped() or self._meter.out_of_time(), self._planner):
            for event in self._planner.stream(self._messages, self._toolbox.specs, self._options):
                turn.add(event)
                match event:
                    case ReasoningDelta(text):
                        self._watch(Thinking(text))
                    case TextDelta(text):
                        self._watch(Saying(text))

    def _is_whole(self, turn: Turn) -> bool:
        """A turn that was cut off is no answer; False where the person lets the planner think once more."""
        if turn.end == "cancelled":
            self._require_running()
            if late := self._meter.out_of_time():
                self._pause(late)
                return False
            raise Stopped("Stopped while thinking.")
        if turn.end == "length" and not turn.calls:
            cut = f"The answer was cut off after {self._options.max_tokens} tokens."
            raise _Over("limit", cut, "Allow more tokens.")
        if turn.end == "repeats" and not turn.calls:
            circles = "The model went round in circles, so its answer was ended."
            raise _Over("gave_up", circles, "Ask again in other words, or without thinking.")
        if turn.end == "gave_up":
            raise _Over("gave_up", turn.message.text)
        if turn.calls or not turn.bad_calls:
            self._bad_turns = 0
        return True

    def _answer_bad_calls(self, turn: Turn) -> None:
        self._bad_turns += not turn.calls
        if self._bad_turns >= MAX_BAD_TURNS:
            problem = turn.bad_calls[-1].problem
            raise _Over("gave_up", f"The planner's calls could not be read: {problem}", "Try again, or another model.")
        unread = "\n".join(_unread(each) for each in turn.bad_calls)
        self._add(Message("user", (Text(unread),), by_program=True))

    def _carry_out(self, calls: Sequence[ToolCall]) -> None:
        """One call after the other. After one that was not confirmed, the rest were planned on a wrong assumption: they
        are skipped, and the planner is told. One that shows that the run gets nowhere pauses it."""
        for index, call in enumerate(calls):
            try:
                result = self._call(call)
            except BaseException as error:
                self._break_off(calls[index:], error)
                raise
            self._add(Message("tool", result.parts, call_id=call.id))
            over = self._verdict(result)
            trouble = None if over else self._trouble()
            reason = "the run ended." if over else "the run was paused." if trouble else _reason_to_skip(result)
            if reason:
                self._skip(calls[index + 1 :], reason)
                if over is not None:
                    raise over
                if trouble is not None:
                    self._pause(trouble)
                return

    def _skip(self, calls: Sequence[ToolCall], reason: str) -> None:
        """Each call needs an answer, or the conversation could not be gone on with."""
        for call in calls:
            self._add(Message("tool", (Text(f"Skipped: {reason}"),), call_id=call.id))

    def _break_off(self, calls: Sequence[ToolCall], error: BaseException) -> None:
        """The first of `calls` may have been carried out; the others were not begun."""
        try:
            if self._toolbox.unfinished:
                self._add(Message("tool", (Text(UNKNOWN),), call_id=calls[0].id))
                calls = calls[1:]
            self._skip(calls, "the run was stopped." if isinstance(error, AgentError) else "the run broke off.")
        except StoreError as unkept:  # `error` says how the run ended; what is missing here is added on the next one.
            _log.warning("skipped calls were not kept: %s (%s)", unkept, unkept.details)

    def _call(self, call: ToolCall) -> ToolResult:
        self._require_running()
        started = self._clock()
        result = self._result = self._toolbox.call(call)
        if result.step is None:
            self._watch(Looked(call.name, result.summary))
            if call.name == "ask_user":
                self._meter.waited(self._clock() - started)
        else:
            self._steps += 1
            self._last = result.step
            self._meter.waited(result.step.seconds.get("ask", 0.0))
        self._meter.count()
        self._tried.append(progress.tried(call, result))
        return result

    def _verdict(self, result: ToolResult) -> _Over | None:
        """Whether that result ends the run, and how."""
        if result.step is not None and result.step.astray:
            return _Over("failed", result.step.message, "Look at what it did before you start again.")
        if result.finished == "failed":
            # A planner that gives up because it was told no did not fail.
            refused = self._last is not None and self._last.outcome is Outcome.REFUSED
            return _Over("refused" if refused else "failed", result.summary)
        if result.finished == "done":
            return self._checked(result.summary or "Done.")
        decision = result.step.decision if result.step else None
        if decision is not None and decision.answer in (Answer.TIMED_OUT, Answer.FAILED):
            return _Over("refused", result.summary, "Start again when you can answer.")
        return None

    def _trouble(self) -> str | None:
        """Why the run should not go on unasked, as a sentence."""
        return progress.trouble(self._tried, self._limits) or self._meter.exceeded()

    def _pause(self, reason: str) -> None:
        """Ask the person whether to go on, and tell the planner what they said. Not answering ends the run."""
        pause = Pause(reason, progress.told(self._tried))
        started = self._clock()
        self._watch(Paused(pause))
        reply = self._toolbox.pause(pause)
        self._meter.waited(self._clock() - started)
        self._watch(Resumed(pause, reply))
        self._require_running()
        if not reply.goes_on:
            raise self._limited(reason)
        self._meter.extend()
        self._tried.clear()
        self._add(prompts.resumed(pause, reply))

    def _answered(self, text: str) -> _Over:
        """A turn without calls is an answer; one without words leaves it to what was done before. Words after nothing
        but a call that could not be carried out don't make a run that acts a success."""
        said, result = one_line(text, MAX_SUMMARY), self._result
        nothing_done = self._last is None and any(each.name == "DONE" for each in self._toolbox.specs)
        if result is not None and result.problem and (nothing_done or not said):
            return _Over("failed", f"{said} ({result.summary})" if said else result.summary)
        if said:
            return self._checked(said)
        if result is None:
            return _Over("gave_up", "The planner gave no answer.", "Ask again in other words.")
        return self._checked(result.summary)

    def _checked(self, claim: str) -> _Over:
        """The planner's claim next to what the last check showed."""
        if self._last is None:
            return _Over("done", claim)
        outcome, message = self._last.outcome, self._last.message
        match outcome:
            case Outcome.CONFIRMED:
                return _Over("done", f"{claim} (Last check: {self._last.evidence}.)")
            case Outcome.UNVERIFIABLE:
                return _Over("done", f"{claim} (Not checked: {self._last.evidence}.)")
            case Outcome.REFUSED:
                return _Over("refused", f"{claim} (But the last action was refused: {message})")
            case _:
                return _Over("failed", f"{claim} (But the last check showed otherwise: {message})")

    def _limited(self, limit: str) -> _Over:
        tried = f"Last: {self._last.action.words}. {self._last.message}" if self._last else ""
        return _Over("limit", f"{limit} {tried}".strip(), "Say more exactly what to do.")

    def _add(self, message: Message) -> None:
        self._messages.append(message)
        self._keep(message)

    def _require_running(self) -> None:
        reason = self._stopped()
        if reason is not None:
            raise Stopped(f"Stopped: {reason}", "Start again when you are ready.")


def _reason_to_skip(result: ToolResult) -> str:
    if result.problem:
        return "the call before it could not be carried out."
    if result.step is not None and result.step.outcome is not Outcome.CONFIRMED:
        return f"the action before it ended as {result.step.outcome.value}."
    return ""


def _message(turn: Turn) -> Message:
    """The turn as a message; one that holds nothing but calls that could not be read, with what was written."""
    message = turn.message
    if message.parts or message.calls or not turn.bad_calls:
        return message
    return replace(message, parts=tuple(Text(bad.raw) for bad in turn.bad_calls))


def _unread(bad: BadCall) -> str:
    return f"Your tool call could not be read: {bad.problem} You wrote: {bad.raw[:500]}"
