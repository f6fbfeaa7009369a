"""Greedy answers as token ids, and how clearly each token won."""

from collections.abc import Sequence
from dataclasses import dataclass
from unittest import mock

from desktop_agent.core.chat import Message, ToolSpec, Usage
from desktop_agent.model.engine import Engine
from desktop_agent.model.sampling import Sampler
from tests.model.conversations import GREEDY, turn_of

CLEAR = 1e-3
"""F32 scores differ by less than this between batch shapes."""
DIFFERENT = 8


@dataclass(frozen=True)
class Answer:
    """The token ids of an answer; `margin` is the least by which one won. `usage` is what the engine says of it."""

    tokens: tuple[int, ...]
    margin: float
    usage: Usage

    @property
    def telling(self) -> bool:
        """Whether an equal answer says something: it is no loop, and no token won by rounding."""
        return len(set(self.tokens)) >= DIFFERENT and self.margin > CLEAR


def answer(engine: Engine, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> Answer:
    """What `engine` answers."""
    tokens: list[int] = []
    margins: list[float] = []
    sample = Sampler.sample

    def record(sampler: Sampler, llama: object, reasoning: bool) -> int:
        second, first = sorted(engine.last_logits)[-2:]
        tokens.append(sample(sampler, llama, reasoning))
        margins.append(first - second)
        return tokens[-1]

    with mock.patch.object(Sampler, "sample", record):
        usage = turn_of(engine.stream(messages, tools, GREEDY)).usage
    return Answer(tuple(tokens), min(margins), usage)
