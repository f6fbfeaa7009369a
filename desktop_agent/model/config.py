"""What the local model is loaded with."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ModelConfig:
    """A model and how to run it.

    Args:
        model: the GGUF of the text model.
        mmproj: the GGUF of its image encoder; None runs it without pictures.
        context_tokens: size of the evaluated context, in tokens; 40 KiB of memory each for GLM-4.6V-Flash.
        gpu_layers: layers held on the GPU; -1 means all. Without a GPU build of llama.cpp it has no effect.
        threads: threads that compute; 0 means one for each physical core.
        image_encoder_on_cpu: keeps the image encoder off the GPU, for drivers on which it computes nonsense.
        image_max_tokens: an image is scaled down until it takes no more tokens than this. A token covers 28×28 pixels.
        embedding_cache_bytes: memory for encoded images that may be needed again (14 MB for a 1092×616 screenshot).
        cache: a folder for encoded images and evaluated prefixes that outlive the process; None keeps none.
        embedding_disk_bytes: room there for encoded images.
        prefix_disk_bytes: room there for evaluated prefixes (57 MB for 1,400 tokens of GLM-4.6V-Flash).
    """

    model: Path
    mmproj: Path | None
    context_tokens: int = 32768
    gpu_layers: int = -1
    threads: int = 0
    image_encoder_on_cpu: bool = False
    image_max_tokens: int = 1280
    embedding_cache_bytes: int = 256 * 1024 * 1024
    cache: Path | None = None
    embedding_disk_bytes: int = 1024 * 1024 * 1024
    prefix_disk_bytes: int = 512 * 1024 * 1024
