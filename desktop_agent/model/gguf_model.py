"""What in a text model's file makes llama.cpp abort or compute for ever instead of saying what is wrong.

It refuses most bad files by itself, with a reason in its log; here stands only what it asserts (llama-vocab.cpp,
ggml-cpu/ops.cpp) or divides by.
"""

from collections.abc import Iterator
from typing import Any

from desktop_agent.model.gguf_reader import ALIGNMENT_KEY, Contents

MAX_LAYERS = 512
"""LLAMA_MAX_LAYERS in llama.cpp."""
MIN_ALIGNMENT = 32
"""Bytes; TENSOR_ALIGNMENT in ggml."""
_INTEGERS = range(24, 29)
"""enum ggml_type: 8 to 64 bits, and 64-bit floats, none of which is calculated with."""
_TABLES = ("tid2eid", "d2t")
"""Names of tensors that do hold integers: which expert a token goes to, what a draft's token is."""
_TOKENS = "tokenizer.ggml.tokens"
_BROKEN = "\N{REPLACEMENT CHARACTER}"


def uncountable(contents: Contents) -> Iterator[str]:
    """Weights that llama.cpp can't calculate with; in image encoders, too."""
    alignment = contents.values.get(ALIGNMENT_KEY, MIN_ALIGNMENT)
    if alignment < MIN_ALIGNMENT:
        yield f"{ALIGNMENT_KEY} is {alignment}, less than {MIN_ALIGNMENT}"
    for tensor in contents.tensors:
        if tensor.kind in _INTEGERS and not any(table in tensor.name for table in _TABLES):
            yield f"tensor {tensor.name!r} holds numbers of the type {tensor.kind}, which no model is made of"


def faults(contents: Contents) -> Iterator[str]:
    """What is wrong, in words; nothing where nothing was found."""
    yield from uncountable(contents)
    values, architecture = contents.values, str(contents.values.get("general.architecture", ""))
    layers = values.get(f"{architecture}.block_count")
    if isinstance(layers, int) and not 0 < layers <= MAX_LAYERS:
        yield f"{architecture}.block_count is {layers}"
    yield from _rotation(values, architecture)
    for name in ("layer_norm_rms_epsilon", "layer_norm_epsilon", "group_norm_epsilon"):
        epsilon = values.get(f"{architecture}.attention.{name}", 0.0)
        if isinstance(epsilon, float) and not 0 <= epsilon < 1:
            yield f"{architecture}.attention.{name} is {epsilon}"
    if contents.types.get(_TOKENS) == "[string]":
        tokens = [token for token in values[_TOKENS] if token and _BROKEN not in token]
        if len(set(tokens)) != len(tokens):  # empty ones get names of their own
            yield "a token is there twice"


def _rotation(values: dict[str, Any], architecture: str) -> Iterator[str]:
    """How much of each head rotary embeddings turn: pairs of numbers, no more than there are."""
    heads, width = (values.get(f"{architecture}.{key}") for key in ("attention.head_count", "embedding_length"))
    length = values.get(f"{architecture}.attention.key_length")
    if length is None and isinstance(heads, int) and isinstance(width, int) and heads > 0:
        length = width // heads
    turned = values.get(f"{architecture}.rope.dimension_count")
    if isinstance(turned, int) and isinstance(length, int) and not (0 < turned <= length and turned % 2 == 0):
        yield f"{architecture}.rope.dimension_count is {turned}, and heads have {length} numbers"
    sections = values.get(f"{architecture}.rope.dimension_sections")
    if isinstance(sections, list) and isinstance(length, int):
        numbers = [each for each in sections if isinstance(each, int) and each >= 0]
        if len(numbers) != len(sections) or sum(numbers) > length:
            yield f"{architecture}.rope.dimension_sections is {sections[:8]!r:.80}, and heads have {length} numbers"
