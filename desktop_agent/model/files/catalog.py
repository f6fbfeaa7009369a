"""The models that are known to suit this program, for lists that are shown without asking a hub."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A repository, and what it has in words."""

    repository: str
    description: str


_MANY = "GLM-4.6V-Flash, 9B: many quantizations, such as Q4_K_M 6.2 GB and Q8_0 10 GB; mmproj F16 1.8 GB"
KNOWN = (
    # The default: it has a quantization for every machine, and the image encoder in F16, which gave least trouble.
    Known("unsloth/GLM-4.6V-Flash-GGUF", _MANY),
    Known("bartowski/zai-org_GLM-4.6V-Flash-GGUF", _MANY),
    Known("ggml-org/GLM-4.6V-Flash-GGUF", "GLM-4.6V-Flash, 9B: Q4_K_M 6.2 GB; mmproj Q8_0"),
)
"""Sizes as published in December 2025; a repository's own listing has the exact ones."""
DEFAULT = KNOWN[0].repository
