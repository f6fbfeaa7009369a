"""The evaluated context of a model: what it holds, and how little must be evaluated to hold something else."""

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.cancellation import Cancellation
from desktop_agent.model.mtmd import Entry, ImageEncoder, ImageEntry

ABORTED = 2
"""What `llama_decode` returns when the abort callback said so."""
LEAST_BATCH = 16
"""Tokens that are evaluated at once even where the buffers for them grow larger than they should."""


class Aborted(Exception):
    """An evaluation was cancelled. The context holds what it held before it."""


def cells(entries: Sequence[Entry]) -> int:
    """The room that `entries` take in a context, in tokens."""
    return sum(1 if isinstance(entry, int) else entry.tokens for entry in entries)


def positions(entries: Sequence[Entry]) -> int:
    """By how much `entries` move the position on: an image by less than its cells, for its rows share positions
    (M-RoPE)."""
    return sum(1 if isinstance(entry, int) else entry.positions for entry in entries)


def common(one: Sequence[Entry], other: Sequence[Entry]) -> int:
    """How many entries they have in common at their beginnings."""
    pairs = zip(one, other, strict=False)
    return next((count for count, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(one), len(other)))


class EvaluatedContext:
    """Wraps a `llama_context` and remembers what it holds.

    Args:
        llama: the `llama_context`; freed by `close`.
        batch: the largest number of tokens evaluated at once.
        pairs: about how many pairs of one of them and one of the tokens before them there may be; None for any number.
            Plain attention has a buffer that grows with them.
    """

    def __init__(self, llama: Any, batch: int, pairs: int | None = None) -> None:
        from llama_cpp import llama_cpp

        self._lib, self.llama, self._batch_size = llama_cpp, llama, batch
        self._memory = llama_cpp.llama_get_memory(llama)
        self._batch = llama_cpp.llama_batch_init(batch, 0, 1)
        self._pairs = pairs
        self._entries: list[Entry] = []
        self._position = 0
        self._abort: Cancellation | None = None

    @property
    def size(self) -> int:
        """How many tokens it can hold."""
        return int(self._lib.llama_n_ctx(self.llama))

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def close(self) -> None:
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self.llama)

    def clear(self) -> None:
        """Forget everything."""
        self._lib.llama_memory_clear(self._memory, True)
        self._entries, self._position = [], 0

    def keep(self, wanted: Sequence[Entry], evaluate_last: bool) -> int:
        """Drop what isn't the beginning of `wanted`, and say how many entries of `wanted` are left in place.

        An image stays whole or goes. With `evaluate_last` the last entry is never kept, since the next token is
        predicted only where an entry is evaluated.
        """
        limit = len(wanted) - 1 if evaluate_last else len(wanted)
        self._cut(common(self._entries, wanted[:limit]))
        return len(self._entries)

    def add_tokens(self, tokens: Sequence[int], progress: Callable[[], None] = lambda: None) -> None:
        """Evaluate text tokens; the last one's prediction can be sampled afterwards. `progress` is called before each
        batch.

        Raises:
            Aborted: the abort callback ended it.
            PlannerError: llama.cpp could not evaluate it.
        """
        start = 0
        while start < len(tokens):
            progress()
            part = tokens[start : start + self._at_once(len(tokens) - start)]
            batch = self._batch
            batch.n_tokens = len(part)
            for index, token in enumerate(part):
                batch.token[index] = token
                batch.pos[index] = self._position + index
                batch.n_seq_id[index] = 1
                batch.seq_id[index][0] = 0
                batch.logits[index] = start + index == len(tokens) - 1
            self._check(self._lib.llama_decode(self.llama, batch))
            self._entries.extend(part)
            self._position += len(part)
            start += len(part)

    def add_image(self, encoder: ImageEncoder, entry: ImageEntry, embedding: bytes) -> None:
        """Evaluate an encoded image; raises like `add_tokens`."""
        self._check(encoder.decode(self.llama, entry, embedding, self._position, self._at_once(entry.tokens)))
        self._entries.append(entry)
        self._position += entry.positions

    def state(self) -> bytearray:
        """What it holds, for `restore` of a context of the same model."""
        state = bytearray(self._lib.llama_state_seq_get_size(self.llama, 0))
        buffer = (ctypes.c_uint8 * len(state)).from_buffer(state)
        written = self._lib.llama_state_seq_get_data(self.llama, buffer, len(state), 0)
        del buffer  # it forbids to shorten what it looks at
        del state[written:]
        return state

    def restore(self, entries: Sequence[Entry], state: bytes) -> bool:
        """Hold `entries` instead, whose `state` that is; False where it isn't one, and then it holds nothing."""
        self.clear()
        buffer = ctypes.cast(ctypes.c_char_p(state), ctypes.POINTER(ctypes.c_uint8))
        if self._lib.llama_state_seq_set_data(self.llama, buffer, len(state), 0) != len(state):
            self.clear()
            return False
        self._entries, self._position = list(entries), positions(entries)
        return True

    def abort_on(self, cancellation: Cancellation) -> None:
        """Let `cancellation` end evaluations, between two nodes of the graph. Only CPU and Metal ask."""
        self._abort = cancellation  # kept: C reads it
        self._lib.llama_set_abort_callback(self.llama, *cancellation.callback(self._lib.ggml_abort_callback))

    def _at_once(self, count: int) -> int:
        """How many of the next `count` tokens are evaluated at once."""
        if self._pairs is None or count <= LEAST_BATCH:
            return self._batch_size
        fit = self._pairs // (cells(self._entries) + count) // LEAST_BATCH * LEAST_BATCH
        return min(self._batch_size, max(LEAST_BATCH, fit))

    def _check(self, status: int) -> None:
        if status == 0:
            return
        self._cut(len(self._entries))
        if status == ABORTED:
            raise Aborted
        raise PlannerError(
            "The model could not evaluate the conversation.",
            "Start a new conversation, or make the context smaller.",
            f"llama_decode returned {status} at position {self._position}",
        )

    def _cut(self, count: int) -> None:
        """Keep the first `count` entries, and nothing that an evaluation left behind."""
        kept = self._entries[:count]
        position = positions(kept)
        if count and self._lib.llama_memory_seq_rm(self._memory, 0, position, -1):
            self._entries, self._position = kept, position
        else:
            self.clear()
