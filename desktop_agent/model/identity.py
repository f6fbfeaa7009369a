"""Tells one model from another without reading it whole."""

import hashlib
import importlib.metadata
from pathlib import Path

from desktop_agent.model.config import ModelConfig

_PART = 1 << 20
"""Bytes at the beginning and the end of a file that are looked at: names, sizes, some words and weights."""


def of_model(config: ModelConfig) -> str:
    """Changes with whatever changes an evaluated context: the model's file, llama.cpp, where it computes, and how it
    keeps what it computed. Nothing in `config` may be left open."""
    return _digest(config.model, config.gpu_layers, config.kv_type, config.flash_attention)


def of_encoder(config: ModelConfig) -> str:
    """Changes with whatever changes an encoded image of one size."""
    return _digest(config.mmproj, config.image_encoder_on_cpu) if config.mmproj else ""


def _digest(path: Path, *settings: object) -> str:
    status = path.stat()
    said = (importlib.metadata.version("llama-cpp-python"), status.st_size, status.st_mtime_ns, *settings)
    digest = hashlib.sha256(repr(said).encode())
    with path.open("rb") as file:
        digest.update(file.read(_PART))
        file.seek(max(0, status.st_size - _PART))
        digest.update(file.read(_PART))
    return digest.hexdigest()
