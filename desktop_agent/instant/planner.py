"""The planner without a model: parses the instruction and proposes one call after the other."""

import threading
from collections.abc import Iterator, Sequence

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import (
    CallEvent,
    End,
    EndReason,
    Event,
    Message,
    Options,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from desktop_agent.core.errors import PlannerError, Unavailable
from desktop_agent.core.protocols import Locator
from desktop_agent.instant import wording
from desktop_agent.instant.commands import Command, NotUnderstood, Question, Read
from desktop_agent.instant.grammar import no_macros, parse
from desktop_agent.instant.macros import Names
from desktop_agent.instant.moves import Finish, Move, Propose
from desktop_agent.instant.progress import Past, Progress, progress
from desktop_agent.instant.proposals import Step, expand, may_have_no_effect, propose
from desktop_agent.instant.targets import Targets

OFFER = "A model could understand more: choose one, or connect a server."


class InstantPlanner:
    """Implements `core.protocols.Planner` without a model.

    It keeps nothing between two calls: each `stream` parses the last instruction again, reads from the conversation how
    far its steps have come, and proposes the next call. It goes on only after what a step must have done: an action
    that was refused, failed or had no effect ends the run, and is reported as that. Where an effect need not be seen
    (hovering, scrolling, keys such as ctrl+c, a click before typing, which the typing itself verifies), or can't be
    checked, it goes on and says so at the end.

    Args:
        locator: finds what the instruction names.
        offer: a sentence that tells the person how to get a model.
        macros: the names of the macros that can be played; may raise AgentError.
    """

    def __init__(self, locator: Locator, offer: str = OFFER, macros: Names = no_macros) -> None:
        self._locator = locator
        self._offer = offer
        self._macros = macros
        self._cancelled = threading.Event()

    @property
    def name(self) -> str:
        return "instant"

    def sure(self, instruction: str) -> bool:
        """Whether all of `instruction` is understood as commands."""
        return isinstance(parse(instruction, self._macros), tuple)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """The next call, or the last words. `options` don't matter to it.

        Raises:
            PlannerError: the screen can't be searched.
        """
        self._cancelled = cancelled = threading.Event()
        return self._stream(messages, {tool.name for tool in tools}, cancelled)

    def _stream(self, messages: Sequence[Message], offered: set[str], cancelled: threading.Event) -> Iterator[Event]:
        state = progress(messages)
        try:
            events = _events(self._next(state), state, offered)
        except Unavailable as error:
            raise PlannerError(error.user_message, error.hint, error.details) from error
        for event in events:
            if cancelled.is_set():
                yield End("cancelled")
                return
            yield event

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        """Holds nothing."""

    def _next(self, state: Progress) -> Move:
        parsed = parse(state.instruction, self._macros)
        if isinstance(parsed, NotUnderstood):
            return Finish(wording.not_understood(parsed, self._offer), done=False)
        commands = (Read(),) if isinstance(parsed, Question) else parsed
        steps = expand(commands)
        last = state.last
        if last is not None and last.kind == "act":
            problem = _problem(last, steps)
            if problem:
                return Finish(problem, done=False)
        start = 0 if last is None else last.step + (last.kind == "act")
        is_first = not any(past.kind == "act" for past in state.past)
        for number in range(start, len(steps)):
            move = propose(steps[number], Targets(self._locator, state, number), is_first)
            if move is not None:
                return move
        return Finish(self._last_words(commands, steps, state, isinstance(parsed, Question)), done=True)

    def _last_words(
        self, commands: Sequence[Command], steps: Sequence[Step], state: Progress, is_question: bool
    ) -> str:
        done = [wording.done_in_words(command) for command in commands if not isinstance(command, Read)]
        words = [wording.sentence(wording.joined(done))] if done else []
        words += _doubts(steps, state)
        words += [_reading(past) for past in state.past if past.call.name == "read_text"]
        if is_question:
            words.append(f"Without a model I can only read the text, not answer questions about it. {self._offer}")
        return " ".join(words).strip()


def _problem(past: Past, steps: Sequence[Step]) -> str:
    """Why the run can't go on after `past`; empty where it can."""
    step = steps[past.step]
    following = steps[past.step + 1] if past.step + 1 < len(steps) else None
    order = wording.in_words(step.command)
    match past.outcome:
        case _ if past.problem:
            problem = f"I stopped, because this could not be done: {order}. {past.problem}"
        case Outcome.REFUSED:
            problem = f"I stopped, because this was refused: {order}. {past.explanation}"
        case Outcome.FAILED:
            problem = f"I stopped, because this failed: {order}. {past.explanation}"
        case Outcome.NO_EFFECT_SEEN if not may_have_no_effect(step, following):
            problem = f"I stopped, because no effect was seen of this: {order}."
        case _:
            return ""
    left = len(steps) - past.step - 1
    return problem.strip() + (f" {left} more {'step was' if left == 1 else 'steps were'} not done." if left else "")


def _doubts(steps: Sequence[Step], state: Progress) -> list[str]:
    """What was done without a visible effect, or can't be checked."""
    doubts = []
    for outcome, words in (
        (Outcome.NO_EFFECT_SEEN, "No effect was seen of this"),
        (Outcome.UNVERIFIABLE, "This could not be checked"),
    ):
        said = [wording.in_words(steps[p.step].command) for p in state.past if p.kind == "act" and p.outcome is outcome]
        if said:
            doubts.append(f"{words}: {wording.joined(said)}.")
    return doubts


def _reading(past: Past) -> str:
    return f"The text reads:\n{past.text_read.strip()}\n" if past.text_read.strip() else "I found no text there."


def _events(move: Move, state: Progress, offered: set[str]) -> Iterator[Event]:
    if isinstance(move, Propose) and move.tool not in offered:
        move = _not_offered(move)
    if isinstance(move, Finish) and not move.done and "FAIL" in offered:
        move = Propose("end", 0, "FAIL", {"reason": move.text})
    if isinstance(move, Propose):
        yield CallEvent(ToolCall(state.call_id(move.step, move.kind), move.tool, move.arguments))
        reason: EndReason = "calls"
    else:
        yield TextDelta(move.text)
        reason = "stop" if move.done else "gave_up"
    yield Usage()
    yield End(reason)


def _not_offered(move: Propose) -> Finish:
    if move.tool == "ask_user":
        choices = "; ".join(move.arguments["choices"])
        return Finish(f"{move.arguments['question']} I can't ask here, so name it more exactly: {choices}.", done=False)
    if move.tool == "read_text":
        return Finish("There is nothing to read here: choose a region, a window or a picture.", done=False)
    return Finish(f"I can't do that here: what this run may do does not include “{move.tool}”.", done=False)
