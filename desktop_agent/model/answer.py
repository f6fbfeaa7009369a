"""One answer of the model, token by token."""

import codecs
import threading
from collections.abc import Iterator, Sequence

from desktop_agent.core.chat import EndReason, Event, Options, ToolSpec
from desktop_agent.model.calls import CALL_OPEN, THINK_CLOSE, CallParser
from desktop_agent.model.context import Aborted, EvaluatedContext
from desktop_agent.model.grammar import call_grammar
from desktop_agent.model.loading import LoadedModel
from desktop_agent.model.sampling import RepetitionGuard, Sampler

REASONING_SHARE = 0.75
"""Of all new tokens, when thinking is on without a budget: what is left is for the answer."""


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
        cancelled: threading.Event,
    ) -> None:
        self._loaded, self._context, self._cancelled = loaded, context, cancelled
        self._parser = CallParser(tools, reasoning)
        self._options = options
        self._grammar = call_grammar(tools) if tools else ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._guard = RepetitionGuard()
        self._reasoned = 0
        self._forced: list[int] = []
        self.generated = 0
        self.reason: EndReason = "length"

    def events(self, limit: int) -> Iterator[Event]:
        """At most `limit` tokens of it. `reason` says afterwards how it ended."""
        loaded = self._loaded
        sampler = Sampler(
            loaded.vocabulary,
            loaded.vocabulary_size,
            self._options,
            self._grammar,
            loaded.special(CALL_OPEN),
            CALL_OPEN,
        )
        try:
            while self.generated < limit:
                if self._cancelled.is_set():
                    raise Aborted
                token = (
                    self._forced.pop(0) if self._forced else sampler.sample(self._context.llama, self._parser.reasoning)
                )
                if loaded.ends(token):
                    self.reason = "calls" if self._parser.calls else "stop"
                    break
                self.generated += 1
                yield from self._feed(token)
                if not self._go_on(token, limit):
                    break
                self._context.add_tokens([token])
            yield from self._parser.feed(self._decoder.decode(b"", final=True))
            yield from self._parser.end()
        except Aborted:
            self.reason = "cancelled"
        finally:
            sampler.close()

    def _feed(self, token: int) -> Iterator[Event]:
        # Where the vocabulary has the tag as a token of its own, the same letters in ordinary tokens are a quotation.
        markup = self._loaded.special(CALL_OPEN) is None or self._loaded.is_special(token)
        text = self._decoder.decode(self._loaded.piece(token))
        if text:
            yield from self._parser.feed(text, markup)

    def _go_on(self, token: int, limit: int) -> bool:
        """Whether to go on after `token`: reasoning has its budget, and going in circles ends."""
        circles = not self._parser.in_call and self._guard.add(token)
        if not self._parser.reasoning:
            return not circles
        self._reasoned += 1
        thinking = self._options.thinking
        budget = int(limit * REASONING_SHARE) if isinstance(thinking, bool) else thinking
        if (circles or self._reasoned >= budget) and not self._forced:
            self._guard.clear()
            self._forced = self._loaded.tokenize(THINK_CLOSE)
        return True
