"""What the local model is loaded with."""

from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import paths
from desktop_agent.core.chat import Use
from desktop_agent.core.settings import KvType, Settings


@dataclass(frozen=True)
class ModelConfig:
    """A model and how to run it. What is left open, `fitting.fitted` chooses by what the machine has.

    Args:
        model: the GGUF of the text model.
        mmproj: the GGUF of its image encoder; None runs it without pictures.
        context_tokens: size of the evaluated context, in tokens; 0 leaves it open.
        kv_type: how precisely the context is kept: "f16", or "q8_0" in half the memory; "auto" leaves it open.
        gpu_layers: layers held on the GPU, the output counted as one; -1: as many as fit. Without a GPU that llama.cpp
            was built for it has no effect.
        threads: threads that compute; 0 leaves it open.
        batch_tokens: tokens given to llama.cpp at once; 0 leaves it open.
        ubatch_tokens: tokens of those that are computed at once; 0 leaves it open.
        flash_attention: computes attention in small buffers, or, False, in large ones; None leaves it open.
        image_encoder_on_cpu: keeps the image encoder off the GPU, for drivers on which it computes nonsense.
        image_max_tokens: a picture of the scope is scaled down until it takes no more tokens than this; 0 leaves it
            open. A token covers 28×28 pixels.
        zoom_max_tokens: the same of a part that was zoomed into.
        attachment_max_tokens: the same of a picture that the person attached.
        embedding_cache_bytes: memory for encoded images that may be needed again (14 MB for a 1092×616 screenshot).
        cache: a folder for encoded images and evaluated prefixes that outlive the process; None keeps none.
        embedding_disk_bytes: room there for encoded images.
        prefix_disk_bytes: room there for evaluated prefixes (57 MB for 1,400 tokens of GLM-4.6V-Flash).
    """

    model: Path
    mmproj: Path | None
    context_tokens: int = 0
    kv_type: KvType = "auto"
    gpu_layers: int = -1
    threads: int = 0
    batch_tokens: int = 0
    ubatch_tokens: int = 0
    flash_attention: bool | None = None
    image_encoder_on_cpu: bool = False
    image_max_tokens: int = 0
    zoom_max_tokens: int = 0
    attachment_max_tokens: int = 0
    embedding_cache_bytes: int = 256 * 1024 * 1024
    cache: Path | None = None
    embedding_disk_bytes: int = 1024 * 1024 * 1024
    prefix_disk_bytes: int = 512 * 1024 * 1024

    def image_tokens(self, use: Use) -> int:
        """The most tokens that a picture may take."""
        return {
            "scope": self.image_max_tokens,
            "zoom": self.zoom_max_tokens,
            "attachment": self.attachment_max_tokens,
        }[use]

    @property
    def most_image_tokens(self) -> int:
        """The most that any picture may take, in tokens."""
        return max(self.image_max_tokens, self.zoom_max_tokens, self.attachment_max_tokens)


def of_settings(settings: Settings) -> ModelConfig:
    """The person's model, as they set it; `settings.model` must name one."""
    return ModelConfig(
        Path(settings.model),
        Path(settings.mmproj) if settings.mmproj else None,
        context_tokens=settings.context_tokens,
        kv_type=settings.kv_type,
        gpu_layers=settings.gpu_layers,
        threads=settings.threads,
        batch_tokens=settings.batch_tokens,
        ubatch_tokens=settings.ubatch_tokens,
        image_encoder_on_cpu=settings.image_encoder_on_cpu,
        image_max_tokens=settings.scope_image_tokens,
        zoom_max_tokens=settings.zoom_image_tokens,
        attachment_max_tokens=settings.attachment_image_tokens,
        cache=paths.cache() / "model",
    )
