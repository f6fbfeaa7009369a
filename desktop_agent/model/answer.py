"""One answer of the model, token by token."""

import codecs
import time
from collections.abc import Iterator, Sequence

from desktop_agent.core.chat import EndReason, Event, Options, ToolSpec
from desktop_agent.model.calls import CALL_OPEN, TAGS, THINK_CLOSE, CallParser
from desktop_agent.model.cancellation import Cancellation
from desktop_agent.model.context import Aborted, EvaluatedContext
from desktop_agent.model.grammar import call_grammar
from desktop_agent.model.loading import LoadedModel
from desktop_agent.model.repetition import RepetitionGuard
from desktop_agent.model.sampling import Sampler

REASONING_SHARE = 0.75
"""Of all new tokens, the most that reasoning gets: what is left is for the answer."""
CIRCLE_IN_REASONING, SLIP_IN_REASONING = 192, 8
"""Tokens, see `RepetitionGuard`. Ending the reasoning too early costs little: the answer goes on."""
CIRCLE_IN_ANSWER = 512
MOST_REASONING_ENDED = 2
"""How often reasoning is ended by force; a model that begins once more is going in circles."""


class Answer:
    """One answer being generated.

    Args:
        loaded: the model.
        context: evaluated up to where the answer begins.
        tools: what may be called; without any, no grammar applies.
        options: sampling and the budget for reasoning.
        reasoning: the answer begins inside `<think>`.
        cancelled: ends it, between two tokens.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        context: EvaluatedContext,
        tools: Sequence[ToolSpec],
        options: Options,
        reasoning: bool,
        cancelled: Cancellation,
    ) -> None:
        self._loaded, self._context, self._cancelled = loaded, context, cancelled
        self._parser = CallParser(tools, reasoning, {tag for tag in TAGS if loaded.special(tag) is None})
        self._options = options
        self._grammar = call_grammar(tools).text if tools else ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reasoning_guard = _reasoning_guard()
        self._answer_guard = RepetitionGuard(CIRCLE_IN_ANSWER)
        self._circles = False
        self._reasoned = self._reasoning_ended = 0
        self._forced: list[int] = []
        self.generated = 0
        self.begun: float | None = None
        """When the first token was there, on the monotonic clock."""
        self.reason: EndReason = "length"

    def events(self, limit: int) -> Iterator[Event]:
        """At most `limit` tokens of it. `reason` says afterwards how it ended."""
        sampler = Sampler(self._loaded, self._options, self._grammar, CALL_OPEN)
        budget = reasoning_budget(self._options.thinking, limit)
        try:
            while self.generated < limit:
                if self._cancelled.is_set():
                    raise Aborted
                if not self._goes_on(budget):
                    self.reason = "repeats"
                    break
                token = self._next(sampler)
                self.begun = self.begun or time.monotonic()
                if self._loaded.ends(token):
                    self.reason = "stop"
                    break
                self.generated += 1
                yield from self._feed(token)
                if self.generated < limit:  # else nobody asks what comes next, and a later turn evaluates it in a batch
                    self._context.add_tokens([token])
            yield from self._parser.end(whole=self.reason == "stop")
            if self.reason == "stop" and self._parser.calls:
                self.reason = "calls"
        except Aborted:
            self.reason = "cancelled"
        finally:
            sampler.close()

    def _goes_on(self, budget: int) -> bool:
        """Whether there is more to come. Reasoning that is too long or goes in circles is ended, and the answer goes
        on."""
        if self._forced:
            return True
        if not self._parser.reasoning:
            return not self._circles
        if self._circles or self._reasoned >= budget:
            self._forced = self._loaded.tokenize(THINK_CLOSE)
            self._decoder.reset()  # a character may be half there
            self._circles, self._reasoning_guard = False, _reasoning_guard()
            self._reasoning_ended += 1
        return self._reasoning_ended <= MOST_REASONING_ENDED

    def _next(self, sampler: Sampler) -> int:
        if self._forced:
            return self._forced.pop(0)
        return sampler.sample(self._context.llama, self._parser.reasoning)

    def _feed(self, token: int) -> Iterator[Event]:
        # Half a character at the very end is never given out.
        text = self._decoder.decode(self._loaded.piece(token))
        if text:
            yield from self._parser.feed(text, markup=self._loaded.is_special(token))
        if self._parser.reasoning:
            self._reasoned += 1
            self._circles = self._reasoning_guard.add(token)
        else:
            self._circles = self._answer_guard.add(token)


def reasoning_budget(thinking: bool | int, limit: int) -> int:
    """How many of at most `limit` new tokens may be reasoning."""
    share = int(limit * REASONING_SHARE)
    return share if thinking is True else min(int(thinking), share)


def _reasoning_guard() -> RepetitionGuard:
    return RepetitionGuard(CIRCLE_IN_REASONING, SLIP_IN_REASONING)
