"""Choosing the next token, and noticing when the model goes round in circles."""

import ctypes
from typing import Any

from desktop_agent.core.chat import Options

PENALTY_WINDOW = 256
"""Tokens that the repetition penalty looks back on. It counts the answer only, not the prompt, which is full of
coordinates that may well come again."""
RANDOM_SEED = 0xFFFFFFFF
"""llama.cpp takes it to mean: a new one each time."""


class Sampler:
    """Samples from a context's last prediction.

    Args:
        vocabulary: the model's `llama_vocab`.
        size: the number of its tokens.
        options: temperature and the like.
        grammar: GBNF for calls; empty for none.
        trigger: the token that puts the grammar in force; None where the vocabulary spells the tag out.
        tag: the text that does so then.
    """

    def __init__(
        self, vocabulary: Any, size: int, options: Options, grammar: str, trigger: int | None, tag: str
    ) -> None:
        from llama_cpp import llama_cpp

        self._lib = lib = llama_cpp
        self._free = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        for stage in _stages(lib, size, options):
            lib.llama_sampler_chain_add(self._free, stage)
        self._constrained, self._rules = self._free, None
        if grammar:
            patterns = (ctypes.c_char_p * 1)(tag.encode())
            tokens = (lib.llama_token * 1)(trigger or 0)
            spelled = trigger is None
            self._rules = lib.llama_sampler_init_grammar_lazy_patterns(
                vocabulary, grammar.encode(), b"root", patterns, int(spelled), tokens, int(not spelled)
            )
            if not self._rules:
                raise ValueError("llama.cpp does not accept the grammar")
            self._constrained = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
            lib.llama_sampler_chain_add(self._constrained, self._rules)
            lib.llama_sampler_chain_add(self._constrained, self._free)

    def sample(self, llama: Any, reasoning: bool) -> int:
        """The next token after the last one evaluated in `llama`. The grammar doesn't apply to reasoning, which may
        well mention calls."""
        lib = self._lib
        token = int(lib.llama_sampler_sample(self._free, llama, -1))
        if reasoning or self._rules is None:
            return token
        # Checking one token is cheap, the whole vocabulary takes tens of milliseconds. (A refused token stays in the
        # penalty's window; it is refused anyway.)
        if self._allows(token):
            lib.llama_sampler_accept(self._rules, token)
            return token
        return int(lib.llama_sampler_sample(self._constrained, llama, -1))

    def _allows(self, token: int) -> bool:
        lib = self._lib
        candidate = lib.llama_token_data(token, 0.0, 0.0)
        candidates = lib.llama_token_data_array(ctypes.pointer(candidate), 1, -1, False)
        lib.llama_sampler_apply(self._rules, ctypes.byref(candidates))
        return bool(candidate.logit == 0.0)

    def close(self) -> None:
        self._lib.llama_sampler_free(self._constrained)


def _stages(lib: Any, size: int, options: Options) -> list[Any]:
    if options.greedy or options.temperature <= 0:
        return [lib.llama_sampler_init_greedy()]
    return [
        lib.llama_sampler_init_penalties(size, PENALTY_WINDOW, options.repeat_penalty, 0.0, 0.0),
        lib.llama_sampler_init_top_k(options.top_k),
        lib.llama_sampler_init_top_p(options.top_p, 1),
        lib.llama_sampler_init_temp(options.temperature),
        lib.llama_sampler_init_dist(RANDOM_SEED),
    ]


class RepetitionGuard:
    """Notices when tokens repeat with a period of up to `longest`: at least `times` times and `least` tokens long."""

    def __init__(self, longest: int = 64, times: int = 6, least: int = 96) -> None:
        self._longest, self._times, self._least = longest, times, least
        self._tokens: list[int] = []

    def add(self, token: int) -> bool:
        """Take the next token; whether the last ones go in circles."""
        self._tokens.append(token)
        tail = self._tokens = self._tokens[-max(self._longest * self._times, self._least) * 2 :]
        return any(self._repeats(tail, period) for period in range(1, self._longest + 1))

    def clear(self) -> None:
        """Begin anew."""
        self._tokens = []

    def _repeats(self, tail: list[int], period: int) -> bool:
        length = max(period * self._times, self._least)
        if len(tail) < length:
            return False
        return all(tail[-index] == tail[-index - period] for index in range(1, length - period + 1))
