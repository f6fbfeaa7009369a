"""How much memory a model needs, by its files and its shape."""

from dataclasses import dataclass

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.settings import KvType
from desktop_agent.core.sizes import human
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.gguf_check import Header

PROCESS_BYTES = 100 * 1024 * 1024
"""The worker's process beside the model."""
IMAGE_BYTES_A_TOKEN = 768 * 1024
"""The image encoder's working buffers for each image token: four patches of a 1536-wide ViT."""
Q8_BLOCK = 32
"""Numbers that q8_0 keeps together: a byte each, and 16 bits for their scale."""
GIB = 1024**3


@dataclass(frozen=True)
class Memory:
    """Bytes that a model needs: for its weights, for the context, for working buffers."""

    weights: int
    context: int
    working: int

    @property
    def total(self) -> int:
        return self.weights + self.context + self.working


def needed(config: ModelConfig, model: Header, mmproj: Header | None) -> Memory:
    """An estimate from the files' sizes and the model's shape, for a `config` in which nothing is left open."""
    ubatch, context = config.ubatch_tokens, config.context_tokens
    working = working_bytes(model, ubatch, context)
    if config.flash_attention is False:
        working += plain_attention_bytes(model, ubatch, context) - attention_bytes(ubatch, context)
    if mmproj:
        working += encoder_working(config, mmproj) + cache_bytes(config)
    weights = model.size + (mmproj.size if mmproj else 0)
    return Memory(weights, context_bytes(model, config.kv_type, config.context_tokens), working)


def context_bytes(model: Header, kv_type: KvType, tokens: int) -> int:
    """What a context of `tokens` takes: `layers · KV heads · (key + value length)` numbers a token. At 16 bits each
    that is 40 KiB for GLM-4.6V-Flash."""
    key, value = _lengths(model)
    kv_heads = model.integer("attention.head_count_kv", model.integer("attention.head_count", 1))
    numbers = model.integer("block_count") * kv_heads * (key + value) * tokens
    return numbers * (Q8_BLOCK + 2) // Q8_BLOCK if kv_type == "q8_0" else numbers * 2


def quantizable(model: Header) -> bool:
    """Whether its context can be kept in q8_0."""
    return all(length > 0 and length % Q8_BLOCK == 0 for length in _lengths(model))


def working_bytes(model: Header, ubatch: int, context: int) -> int:
    """llama.cpp's buffers for `ubatch` tokens computed at once, and the process itself: predictions and activations at
    32 bits, and what attention needs."""
    wide, inner = model.integer("embedding_length"), model.integer("feed_forward_length")
    buffers = 4 * ubatch * (len(model.tokens) + 2 * inner + 6 * wide)
    return PROCESS_BYTES + buffers + attention_bytes(ubatch, context)


def attention_bytes(ubatch: int, context: int) -> int:
    """With flash attention, which llama.cpp turns on where it can: 16 bits for each pair of a token and a place in the
    context."""
    return 2 * ubatch * context


def plain_attention_bytes(model: Header, ubatch: int, context: int) -> int:
    """The same without flash attention: 32 bits for each pair in each head, and 16 more where the processor's backend
    converts them, in a buffer that llama.cpp does not log."""
    return 6 * ubatch * context * max(1, model.integer("attention.head_count", 1))


def encoder_working(config: ModelConfig, mmproj: Header) -> int:
    """The image encoder's buffers; never more than its weights, by which those of small ones shrink."""
    return min(config.most_image_tokens * IMAGE_BYTES_A_TOKEN, mmproj.size)


def cache_bytes(config: ModelConfig) -> int:
    """Main memory for images that were encoded."""
    return config.embedding_cache_bytes if config.mmproj else 0


def check_memory(memory: Memory, free: int, name: str) -> None:
    """Refuse a model that doesn't fit.

    Raises:
        PlannerError: `memory` is more than the `free` bytes.
    """
    if memory.total <= free:
        return
    raise PlannerError(
        f"{name} needs about {human(memory.total)} of memory, and {human(free)} are free.",
        "Close other programs, choose a smaller quantization, or make the context smaller "
        f"(it takes {human(memory.context)}).",
        f"weights {memory.weights}, context {memory.context}, working {memory.working}, free {free}",
    )


def _lengths(model: Header) -> tuple[int, int]:
    length = model.integer("embedding_length") // max(1, model.integer("attention.head_count", 1))
    return model.integer("attention.key_length", length), model.integer("attention.value_length", length)
