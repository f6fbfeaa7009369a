"""What was called so far, read from the conversation as any planner can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import Message

_OUTCOMES = {each.value: each for each in Outcome}


@dataclass(frozen=True)
class Deed:
    """A call that could be read, whoever made it up, and how it ended; `outcome` is None for tools that don't act and
    for calls that could not be carried out. `answer` is all that the planner was told."""

    name: str
    arguments: Mapping[str, Any]
    outcome: Outcome | None
    answer: str

    @property
    def acted(self) -> bool:
        """Whether input was sent: what was refused was not done."""
        return self.outcome not in (None, Outcome.REFUSED)


def deeds(messages: Sequence[Message]) -> tuple[Deed, ...]:
    """The calls of a conversation, oldest first."""
    answers = {message.call_id: message.text for message in messages if message.role == "tool"}
    calls = ((call, answers.get(call.id, "")) for message in messages for call in message.calls)
    return tuple(Deed(call.name, call.arguments, _outcome(answer), answer) for call, answer in calls)


def _outcome(answer: str) -> Outcome | None:
    return _OUTCOMES.get(answer.partition(":")[0])
