"""Choosing the next token."""

import ctypes
import logging
from typing import Any

from desktop_agent.core.chat import Options
from desktop_agent.model.loading import LoadedModel

PENALTY_WINDOW = 256
"""Tokens that the repetition penalty looks back on. It counts the answer only, not the prompt, which is full of
coordinates that may well come again."""
_log = logging.getLogger(__name__)
RANDOM_SEED = 0xFFFFFFFF
"""llama.cpp takes it to mean: a new one each time."""


class Sampler:
    """Samples from a context's last prediction.

    Args:
        loaded: the model.
        options: temperature and the like.
        grammar: GBNF for calls; empty for none.
        tag: what puts the grammar in force: a token of its own, or, where the vocabulary has none, this text.
    """

    def __init__(self, loaded: LoadedModel, options: Options, grammar: str, tag: str) -> None:
        self._lib = lib = loaded.lib
        self._free = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        for stage in _stages(lib, loaded.vocabulary_size, options):
            lib.llama_sampler_chain_add(self._free, stage)
        self._constrained, self._rules = self._free, None
        if grammar:
            self._rules = _rules(loaded, grammar, tag)
        if self._rules:
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


def _rules(loaded: LoadedModel, grammar: str, tag: str) -> Any:
    """llama.cpp's sampler of the grammar; None where it doesn't take it, and then calls are only checked afterwards."""
    trigger, lib = loaded.special(tag), loaded.lib
    patterns = (ctypes.c_char_p * 1)(tag.encode())
    tokens = (lib.llama_token * 1)(trigger or 0)
    spelled = trigger is None
    rules = lib.llama_sampler_init_grammar_lazy_patterns(
        loaded.vocabulary, grammar.encode(), b"root", patterns, int(spelled), tokens, int(not spelled)
    )
    if not rules:
        _log.warning("llama.cpp does not accept the grammar of calls:\n%s", grammar)
        return None
    return rules


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
