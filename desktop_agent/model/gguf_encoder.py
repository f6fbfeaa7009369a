"""What in an image encoder's file makes llama.cpp abort, or read beyond a tensor, instead of saying what is wrong.

Its reader of metadata asserts each value's type, and shapes of weights are not compared with what the metadata say
(clip.cpp, gguf.cpp in llama.cpp). Shapes are checked here for GLM-4V's kind of encoder; of others, only types.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from desktop_agent.model.gguf_reader import Contents, Tensor

MAX_SIDE = 65_536
"""Pixels, numbers in a row, layers: more than any known encoder has."""
_PREFIX = "clip.vision."
_SIZES = ("embedding_length", "feed_forward_length", "block_count", "attention.head_count", "image_size", "patch_size")
_DIVISORS = ("attention.head_count", "patch_size")
_UNSIGNED = {
    *(_PREFIX + name for name in _SIZES),
    *(_PREFIX + name for name in ("projection_dim", "spatial_merge_size", "projector.scale_factor", "n_wa_pattern")),
    *(
        _PREFIX + name
        for name in ("attention.head_count_kv", "attention.head_dim", "window_size", "preproc_image_size")
    ),
    *(_PREFIX + name for name in ("image_min_pixels", "image_max_pixels", "preproc_min_tiles", "preproc_max_tiles")),
}
_TYPES = {
    **dict.fromkeys(_UNSIGNED, "u32"),
    **dict.fromkeys((_PREFIX + "attention.layer_norm_epsilon", _PREFIX + "swiglu_clamp"), "f32"),
    **dict.fromkeys(("clip.has_vision_encoder", "clip.has_audio_encoder", "clip.use_gelu", "clip.use_silu"), "bool"),
    **dict.fromkeys(
        ("clip.projector_type", _PREFIX + "projector_type", "general.name", "general.description"), "string"
    ),
    **dict.fromkeys((_PREFIX + "image_mean", _PREFIX + "image_std"), "[f32]"),
}


def faults(contents: Contents) -> Iterator[str]:
    """What is wrong, in words; nothing where nothing was found."""
    for key, wanted in _TYPES.items():
        given = contents.types.get(key, wanted)
        if given != wanted:
            yield f"{key} has the type {given} instead of {wanted}"
            return
    glm = _projector(contents.values) == "glm4v"
    unreasonable = [*_unreasonable(contents.values, glm)]
    yield from unreasonable
    if glm and not unreasonable:  # what follows calculates with them
        yield from _misshapen(contents)


def _projector(values: dict[str, Any]) -> str:
    return str(values.get("clip.projector_type", values.get(_PREFIX + "projector_type", "")))


def _unreasonable(values: dict[str, Any], glm: bool) -> Iterator[str]:
    for name in _SIZES:
        value = values.get(_PREFIX + name, 1)
        if not (name in _DIVISORS or glm) <= value <= MAX_SIDE:
            yield f"{_PREFIX}{name} is {value}"
    epsilon = values.get(_PREFIX + "attention.layer_norm_epsilon", 0.0)
    if not 0 <= epsilon < 1:
        yield f"{_PREFIX}attention.layer_norm_epsilon is {epsilon}"
    for name in ("image_mean", "image_std"):
        numbers = values.get(_PREFIX + name, [0.5] * 3)
        if len(numbers) != 3 or not all(math.isfinite(each) for each in numbers):
            yield f"{_PREFIX}{name} is no three numbers"
    if 0 in values.get(_PREFIX + "image_std", ()):
        yield f"{_PREFIX}image_std is zero"


def _misshapen(contents: Contents) -> Iterator[str]:
    """What GLM-4V's graph (models/glm4v.cpp) would trip over."""
    values, tensors = contents.values, {tensor.name: tensor for tensor in contents.tensors}
    width, heads = values.get(_PREFIX + "embedding_length", 0), values.get(_PREFIX + "attention.head_count", 1)
    patch, side = values.get(_PREFIX + "patch_size", 1), values.get(_PREFIX + "image_size", 0)
    if width % heads or (width // heads) % 4:
        yield f"{width} numbers can't be shared among {heads} heads"
    if side % patch:
        yield f"patches of {patch} pixels don't fill {side}"
    merge = values.get(_PREFIX + "spatial_merge_size", 2)
    if not 1 <= merge <= MAX_SIDE:
        yield f"{_PREFIX}spatial_merge_size is {merge}"
    shapes = _shapes(
        width=width,
        inner=values.get(_PREFIX + "feed_forward_length", 0),
        out=values.get(_PREFIX + "projection_dim", 0),
        merger=_row_count(tensors.get("mm.gate.weight")),
        patch=patch,
        places=(side // patch) ** 2,
        merge=merge,
    )
    for name, tensor in tensors.items():
        wanted = shapes.get(re.sub(r"^v\.blk\.[0-9]+\.", "v.blk.", name))
        if wanted and _without_ones(tensor.shape) != _without_ones(wanted):
            yield f"tensor {name} has the shape {tensor.shape} instead of {wanted}"
    needed = ["v.patch_embd.weight", "v.patch_embd.weight.1", "v.patch_embd.bias", "mm.patch_merger.bias"]
    layers = range(values.get(_PREFIX + "block_count", 0))
    needed += (f"v.blk.{layer}.attn_qkv.weight" for layer in layers if f"v.blk.{layer}.attn_q.weight" not in tensors)
    yield from (f"tensor {name} is missing" for name in needed if name not in tensors)


def _shapes(
    width: int, inner: int, out: int, merger: int, patch: int, places: int, merge: int
) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor, rows first as in the file; those of layers without their number."""
    pixels = (patch, patch, 3, width)
    return {
        "v.patch_embd.weight": pixels,
        "v.patch_embd.weight.1": pixels,
        "v.patch_embd.bias": (width,),
        "v.position_embd.weight": (width, places),
        "v.norm_embd.weight": (width,),
        "v.post_ln.weight": (width,),
        "v.blk.ln1.weight": (width,),
        "v.blk.ln2.weight": (width,),
        "v.blk.attn_qkv.weight": (width, 3 * width),
        "v.blk.attn_qkv.bias": (3 * width,),
        "v.blk.attn_out.weight": (width, width),
        "v.blk.attn_out.bias": (width,),
        "v.blk.ffn_gate.weight": (width, inner),
        "v.blk.ffn_up.weight": (width, inner),
        "v.blk.ffn_down.weight": (inner, width),
        "mm.patch_merger.weight": (merge, merge, width, out),
        "mm.patch_merger.bias": (out,),
        "mm.model.fc.weight": (out, out),
        "mm.post_norm.weight": (out,),
        "mm.post_norm.bias": (out,),
        "mm.gate.weight": (out, merger),
        "mm.up.weight": (out, merger),
        "mm.down.weight": (merger, out),
    }


def _row_count(tensor: Tensor | None) -> int:
    return tensor.shape[1] if tensor and len(tensor.shape) > 1 else 0


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Ones at the end say nothing."""
    while shape and shape[-1] == 1:
        shape = shape[:-1]
    return shape
