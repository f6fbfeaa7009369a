"""Whether a model fits into this machine's memory, and how many threads to compute with."""

from dataclasses import dataclass

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.gguf_check import Header

COMPUTE_BYTES = 400 * 1024 * 1024
"""llama.cpp's working buffers for a 9B model at batches of 512, and the process itself; smaller models need less."""
IMAGE_BYTES_A_TOKEN = 768 * 1024
"""The image encoder's working buffers for each image token: four patches of a 1536-wide ViT."""
F16 = 2
_GPU = 1  # enum ggml_backend_dev_type; integrated ones share the main memory and are not counted
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
    """An estimate from the files' sizes and the model's shape.

    The context holds, at 16 bits each, `layers · KV heads · (key + value length)` numbers a token: 40 KiB for
    GLM-4.6V-Flash.
    """
    heads = max(1, model.integer("attention.head_count", 1))
    length = model.integer("embedding_length") // heads
    key, value = model.integer("attention.key_length", length), model.integer("attention.value_length", length)
    kv_heads = model.integer("attention.head_count_kv", heads)
    context = model.integer("block_count") * kv_heads * (key + value) * F16 * config.context_tokens
    # Buffers grow with the model; a fifth of the weights covers small ones.
    working = min(COMPUTE_BYTES, model.size // 5)
    if mmproj:
        working += min(config.image_max_tokens * IMAGE_BYTES_A_TOKEN, mmproj.size) + config.embedding_cache_bytes
    return Memory(model.size + (mmproj.size if mmproj else 0), context, working)


def available() -> int:
    """Bytes of main memory that can be had without swapping."""
    import psutil

    return int(psutil.virtual_memory().available)


def check_memory(memory: Memory, free: int, name: str) -> None:
    """Refuse a model that doesn't fit.

    Raises:
        PlannerError: `memory` is more than the `free` bytes.
    """
    if memory.total <= free:
        return
    raise PlannerError(
        f"{name} needs about {_gib(memory.total)} of memory, and {_gib(free)} are free.",
        "Close other programs, choose a smaller quantization, or make the context smaller "
        f"(it takes {_gib(memory.context)}).",
        f"weights {memory.weights}, context {memory.context}, working {memory.working}, free {free}",
    )


def threads(config: ModelConfig) -> int:
    """How many threads compute: as configured, else one for each physical core."""
    import psutil

    return config.threads or psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GB"


def gpu_available() -> int:
    """Free bytes on all GPUs that this build of llama.cpp can use; 0 for a CPU build."""
    import ctypes

    from llama_cpp import _ggml, llama_cpp

    if not llama_cpp.llama_supports_gpu_offload():
        return 0
    ggml = _ggml.libggml
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    pointer = ctypes.POINTER(ctypes.c_size_t)
    ggml.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, pointer, pointer]
    total_free = 0
    for index in range(ggml.ggml_backend_dev_count()):
        device = ggml.ggml_backend_dev_get(index)
        if ggml.ggml_backend_dev_type(device) == _GPU:
            free, total = ctypes.c_size_t(), ctypes.c_size_t()
            ggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
            total_free += free.value
    return total_free
