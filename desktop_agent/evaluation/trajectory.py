"""Cuts a stored run into the planner's turns: what it was given at each, and what it answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_agent.agent import prompts
from desktop_agent.agent.context import repaired, trimmed
from desktop_agent.core.actions import ActionKind, Outcome
from desktop_agent.core.chat import Message, Picture, Text, ToolSpec
from desktop_agent.core.geometry import Rect
from desktop_agent.core.text import encodable
from desktop_agent.store.conversations import LOST_PICTURE, Conversations
from desktop_agent.store.records import RunRecord, StoredStep
from desktop_agent.store.runs import Runs
from desktop_agent.tools.toolbox import offered_tools

_ACTING = frozenset({*ActionKind, "type_secret", "WAIT", "DONE", "FAIL"})
"""Tools that only runs have that may act."""
_OUTCOMES = tuple(f"{outcome}:" for outcome in Outcome)


class NothingToReplay(Exception):
    """A run can't be replayed; the message says why."""


@dataclass(frozen=True)
class StoredTurn:
    """One answer of the planner, and the conversation that it answers, as the agent gave it. `targets`: for each call
    of the answer, the rectangle of the desktop that its action aimed at. `lost`: the latest picture of that
    conversation is gone from the store, so the answer says nothing."""

    number: int
    prompt: tuple[Message, ...]
    answer: Message
    targets: tuple[Rect | None, ...]
    lost: bool


@dataclass(frozen=True)
class Trajectory:
    """A run and its turns. `acting`: whether its planner could do more than look, as far as its calls show."""

    record: RunRecord
    acting: bool
    turns: tuple[StoredTurn, ...]

    @property
    def tools(self) -> tuple[ToolSpec, ...]:
        """The tools that this version gives such a run. Which ones a run had is not stored."""
        return tuple(tool.spec for tool in offered_tools(acting=self.acting, sighted=self.record.scope is not None))


def trajectory_of(run: str, runs: Runs, conversations: Conversations, language: str) -> Trajectory:
    """The run's turns. The system prompt is not stored: it is this version's.

    Args:
        run: its id.
        runs: the store's.
        conversations: the store's.
        language: the person's, which the system prompt names.

    Raises:
        NothingToReplay: it is under way, or no answer of its planner is stored.
        StoreError: it can't be read.
    """
    record = runs.get(run)
    if record.run.status == "running":
        raise NothingToReplay("it is still under way.")
    conversation = record.run.conversation
    messages = conversations.messages(conversation)
    siblings = runs.of_conversation(conversation)
    index = [each.id for each in siblings].index(run)
    start, end = _part(index, [encodable(each.instruction) for each in siblings], messages)
    answers = [number for number in range(start, end) if messages[number].role == "assistant"]
    if not answers:
        raise NothingToReplay("its planner never answered.")
    acting = any(call.name in _ACTING for number in answers for call in messages[number].calls)
    system = prompts.system(language, acting)
    steps = iter(record.steps)
    turns = []
    for count, (number, following) in enumerate(pairwise([*answers, end]), 1):
        prompt = (system, *trimmed(repaired(messages[:number])))
        answer, results = messages[number], messages[number + 1 : following]
        turns.append(StoredTurn(count, prompt, answer, _targets(answer, results, steps), _picture_lost(prompt)))
    return Trajectory(record, acting, tuple(turns))


def _targets(answer: Message, results: Sequence[Message], steps: Iterator[StoredStep]) -> tuple[Rect | None, ...]:
    """What each call aimed at. Those that were carried out are the run's steps, in order; their results begin with the
    outcome."""
    said = {message.call_id: message.text for message in results if message.role == "tool"}
    targets: list[Rect | None] = []
    for call in answer.calls:
        step = next(steps, None) if said.get(call.id, "").startswith(_OUTCOMES) else None
        targets.append(step.target if step is not None and step.kind == call.name.casefold() else None)
    return tuple(targets)


def _picture_lost(prompt: Sequence[Message]) -> bool:
    shown = [part for message in prompt for part in message.parts if isinstance(part, Picture) or _is_lost(part)]
    return bool(shown) and _is_lost(shown[-1])


def _is_lost(part: object) -> bool:
    return isinstance(part, Text) and part.text == LOST_PICTURE


def _part(index: int, instructions: Sequence[str], messages: Sequence[Message]) -> tuple[int, int]:
    """Where the messages of run number `index` begin and end. The store keeps one conversation for its runs and not
    which message belongs to which, so they are told by the instructions that begin them, in their order. A run that
    could not begin left no message; which one that was is not always certain, and then none is taken for it."""
    starts = list(_starts(set(instructions), messages))
    texts = [messages[start].parts[-1] for start in starts]
    said = [encodable(part.text) if isinstance(part, Text) else "" for part in texts]
    first = _matched(said, instructions)
    last = [len(instructions) - 1 - each for each in reversed(_matched(said[::-1], instructions[::-1]))]
    if index not in first and index not in last:
        raise NothingToReplay("none of its messages are stored.")
    if index not in first or index not in last or first.index(index) != last.index(index):
        raise NothingToReplay("its messages can't be told from those of another run with the same instruction.")
    number = first.index(index)
    return starts[number], [*starts, len(messages)][number + 1]


def _starts(instructions: set[str], messages: Sequence[Message]) -> Iterator[int]:
    for number, message in enumerate(messages):
        if message.role == "user" and not message.by_program and message.parts:
            last = message.parts[-1]
            if isinstance(last, Text) and encodable(last.text) in instructions:
                yield number


def _matched(said: Sequence[str], instructions: Sequence[str]) -> list[int]:
    """For each of `said`, in order, the earliest instruction that it can be; shorter where one can't be any."""
    found: list[int] = []
    position = 0
    for text in said:
        if text not in instructions[position:]:
            return found
        position = instructions.index(text, position) + 1
        found.append(position - 1)
    return found
