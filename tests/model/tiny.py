"""Writes tiny model pairs of GLM-4.6V's architecture: a few megabytes that load in a tenth of a second.

Two kinds. The **random** pair shows mechanics: batches, positions, images, reuse. The **chain** pair answers what its
writer wants: attention and FFN are zero, so the next token depends on the current one alone, and the output matrix
makes each token lead to the next of a chain. Hence every place in the chain needs a token of its own, and the text is
cut into pieces of which no two are equal; the vocabulary gets those pieces. Detokenised they give exactly the text,
which need not be what the tokenizer would make of it, as with a real model.

After a tool's result the prompt of a real GLM ends with the same `<|assistant|>` as before it, and a chain would call
again for ever. The chain pair's own chat template therefore ends the prompt with one more line feed where the last
message is a tool's, and the line feed leads into the closing text. Nothing else tells the two apart.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

CONTROL = (
    "<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>",
    "<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|image|>",
)  # fmt: skip
USER_DEFINED = (
    "<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<arg_key>",
    "</arg_key>", "<arg_value>", "</arg_value>", "/nothink", "<|begin_of_box|>", "<|end_of_box|>",
)  # fmt: skip
MERGES = (
    "Ċ Ċ", "Ġ Ġ", "ĠĠ ĠĠ", "Ġ t", "Ġt h", "Ġth e", "h e", "i n", "r e", "o n", "e r", "Ġ a", "Ġ c", "Ġc l", "l i",
    "li c", "lic k", "Ġ [", "0 0", "1 2", ". Ċ", ".Ċ Ċ", "! !",
)  # fmt: skip

CHAT_TEMPLATE = """[gMASK]<sop>
{%- if tools %}
<|system|>
# Tools
<tools>
{% for tool in tools %}
{{ tool | tojson(ensure_ascii=False) }}
{% endfor %}
</tools>
{%- endif %}
{%- macro shown(content) %}
{%- if content is string %}{{ content }}{% else %}{% for item in content %}{{ item.text }}{% endfor %}{% endif %}
{%- endmacro %}
{%- set seen = namespace(user=-1) %}
{%- for m in messages %}{% if m.role == 'user' %}{% set seen.user = loop.index0 %}{% endif %}{% endfor %}
{%- for m in messages %}
{%- if m.role == 'user' %}<|user|>
{{ shown(m.content) }}{{ '/nothink' if enable_thinking is defined and not enable_thinking else '' }}
{%- elif m.role == 'system' %}<|system|>
{{ shown(m.content) }}
{%- elif m.role == 'assistant' %}<|assistant|>
{%- if loop.index0 > seen.user and m.reasoning_content %}{{ '\n<think>' + m.reasoning_content.strip() + '</think>' }}
{%- else %}{{ '\n<think></think>' }}{% endif %}
{%- if shown(m.content).strip() %}{{ '\n' + shown(m.content).strip() }}{% endif %}
{%- for call in m.tool_calls or [] %}{{ '\n<tool_call>' + call.function.name + '\n' }}
{%- for k, v in call.function.arguments.items() %}
<arg_key>{{ k }}</arg_key>
<arg_value>{{ v | tojson(ensure_ascii=False) if v is not string else v }}</arg_value>
{% endfor %}</tool_call>{% endfor %}
{%- elif m.role == 'tool' %}
{%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{ '<|observation|>' }}{% endif %}
{{- '\n<tool_response>\n' + shown(m.content) + '\n</tool_response>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>
{{- '\n<think></think>' if enable_thinking is defined and not enable_thinking else '' }}
{%- endif %}"""
CHAIN_TEMPLATE = (
    CHAT_TEMPLATE.removesuffix("{%- endif %}") + "{{- '\n' if messages[-1].role == 'tool' else '' }}{%- endif %}"
)

HEAD = 128
CHAIN_WIDTH = 512
ENDS = ("<|observation|>", "<|user|>")


@dataclass(frozen=True)
class Shape:
    """How large a pair is: `width` is the text's embedding length, a multiple of 128; `inner`, `vit_inner` and `merger`
    are the widths of the feed-forward networks. `quantized` writes the text's matrices as Q8_0 instead of F32."""

    width: int = 256
    layers: int = 2
    inner: int = 256
    key_heads: int = 1
    vit_width: int = 64
    vit_layers: int = 2
    vit_heads: int = 2
    vit_inner: int = 96
    merger: int = 96
    quantized: bool = False


TINY = Shape()


def write_random_pair(
    folder: Path,
    seed: int = 0,
    shape: Shape = TINY,
    template: str = CHAT_TEMPLATE,
    sections: bool = True,
    says: Collection[str] = (),
) -> tuple[Path, Path]:
    """Write `random.gguf` and `random-mmproj.gguf` into `folder`.

    Args:
        seed: of the weights.
        shape: how large the pair is.
        template: the chat template; empty for none.
        sections: whether the model knows M-RoPE; without them it is like a file of an old converter.
        says: the tokens of which all answers consist, so that none ends early; empty for whatever comes.
    """
    vocabulary = _vocabulary([])
    random = np.random.default_rng(seed)
    count = len(vocabulary)

    def normal(deviation: float, *sizes: int) -> Any:
        return random.standard_normal(sizes, dtype=np.float32) * np.float32(deviation)

    weights = _blocks(shape, lambda *sizes: normal(1.5 / np.sqrt(sizes[-1]), *sizes))
    weights["token_embd.weight"] = normal(1, count, shape.width)
    weights["output.weight"] = normal(3 / np.sqrt(shape.width), count, shape.width)
    if says:  # what is never said has the score 0, and some of many random scores are above that
        weights["output.weight"][[text not in says for text, _ in vocabulary]] = 0
    model = _write_model(folder / "random.gguf", vocabulary, weights, shape, template, sections)
    return model, _write_mmproj(folder / "random-mmproj.gguf", shape, seed)


def write_chain_pair(
    folder: Path,
    call_text: str,
    then: str = "Done.",
    thoughts: str = "",
    endless: bool = False,
    template: str = CHAIN_TEMPLATE,
    without: Sequence[str] = (),
    size: int = 4,
) -> tuple[Path, Path]:
    """Write `chain.gguf` and `chain-mmproj.gguf` into `folder`.

    Args:
        call_text: what the model answers, whatever the conversation is; several calls may stand in it.
        then: what it answers where the last message is a tool's result.
        thoughts: with thinking on it thinks this, again and again, until something puts `</think>` in.
        endless: it says `call_text` again and again instead of ending.
        template: the chat template.
        size: bytes of a token. With 1, and no byte twice, texts are what the tokenizer would make of them.
        without: `<think>` and `</think>`, or nothing: special tokens that the vocabulary doesn't have.
    """
    vocabulary, embedding, output = chain(call_text, then, thoughts, endless, without, size)
    shape = Shape(CHAIN_WIDTH)
    weights = _blocks(shape, lambda *sizes: np.zeros(sizes))
    weights |= {"token_embd.weight": embedding, "output.weight": output}
    model = _write_model(folder / "chain.gguf", vocabulary, weights, shape, template, sections=True)
    return model, _write_mmproj(folder / "chain-mmproj.gguf", shape, seed=1)


def chain(
    call_text: str,
    then: str,
    thoughts: str = "",
    endless: bool = False,
    without: Sequence[str] = (),
    size: int = 4,
) -> tuple[list[tuple[str, gguf.TokenType]], Any, Any]:
    """A chain's vocabulary, embeddings and output matrix; the arguments are those of `write_chain_pair`."""
    random = np.random.default_rng(1)
    used: set[bytes] = {b"\n", b">"}
    answer, closing, reasoning = (_pieces(text, used, size) for text in (call_text, then, thoughts))
    think, thought = (b"<think>", b">") if without else ("<think>", "</think>")
    vocabulary = _vocabulary([*answer, *closing, *reasoning, think], without)
    ids = {(_shown(text) if kind == gguf.TokenType.NORMAL else text): i for i, (text, kind) in enumerate(vocabulary)}

    links = [(thought, answer[0]), ("<|assistant|>", think if reasoning else answer[0]), (b"\n", closing[0])]
    links += [(answer[-1], answer[0] if endless else ENDS["<tool_call>" not in call_text]), (closing[-1], "<|user|>")]
    if reasoning:
        links += [(think, reasoning[0]), (reasoning[-1], reasoning[0])]
    for pieces in (answer, closing, reasoning):
        links += itertools.pairwise(pieces)
    embedding = random.choice([-1.0, 1.0], (len(vocabulary), CHAIN_WIDTH))
    output = np.zeros((len(vocabulary), CHAIN_WIDTH))
    for current, following in links:
        output[ids[following]] += embedding[ids[current]] * 0.1
    return vocabulary, embedding, output


def _pieces(text: str, used: set[bytes], size: int) -> list[bytes | str]:
    """`text` in pieces that are not in `used`, which they then are: str for special tokens, bytes for ordinary ones.

    Pieces are about `size` bytes long, so they may end within a character; surrogates stand for broken bytes.
    `<tool_call>` must be a special token wherever it stands, or it is a mere quotation: the first one is the real
    token, later ones are user-defined tokens that reach on into what follows.
    """
    data, opening = text.encode("utf-8", "surrogateescape"), b"<tool_call>"
    pieces: list[bytes | str] = []
    start = 0
    while start < len(data):
        if data.startswith(opening, start):
            end = start + len(opening)
            while data[start:end] in used or not _whole(data[start:end]):
                end += 1
            used.add(data[start:end])
            pieces.append(data[start:end].decode())
            start = end
            continue
        limit = data.find(opening, start)
        limit = len(data) if limit < 0 else limit
        end = min(start + size, limit)
        while data[start:end] in used and end < limit:
            end += 1
        if data[start:end] in used:  # nothing left to make it longer with: take the piece before it along
            last = pieces.pop()
            assert isinstance(last, bytes), f"{text!r} can't be cut into different pieces"
            used.discard(last)
            start -= len(last)
            end = limit
            while data[start:end] in used:
                start -= 1
        used.add(data[start:end])
        pieces.append(data[start:end])
        start = end
    return pieces


def _whole(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


def _byte_letters() -> dict[int, str]:
    """The letter that stands for each byte in a byte-level vocabulary (GPT-2's scheme)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (byte for byte in range(256) if byte not in plain)
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + number) for number, byte in enumerate(others)}


LETTERS = _byte_letters()
BYTES = {letter: byte for byte, letter in LETTERS.items()}


WORDS = (
    *(letter for letter in LETTERS.values() if letter.isascii() and letter.isprintable()),
    *(merge.replace(" ", "") for merge in MERGES),
)
"""The tokens of a random pair that are readable text, each of them whole characters."""


def _shown(token: str) -> bytes:
    return bytes(BYTES[letter] for letter in token)


def _vocabulary(extra: Sequence[bytes | str], without: Sequence[str] = ()) -> list[tuple[str, gguf.TokenType]]:
    normal = [
        *LETTERS.values(),
        *WORDS,
        *("".join(LETTERS[byte] for byte in piece) for piece in extra if isinstance(piece, bytes)),
    ]
    special = [*(tag for tag in USER_DEFINED if tag not in without), *(each for each in extra if isinstance(each, str))]
    tokens = dict.fromkeys(normal, gguf.TokenType.NORMAL)
    tokens |= dict.fromkeys(CONTROL, gguf.TokenType.CONTROL) | dict.fromkeys(special, gguf.TokenType.USER_DEFINED)
    return list(tokens.items())


def _blocks(shape: Shape, weight: Any) -> dict[str, Any]:
    width, inner = shape.width, shape.inner
    heads, key_heads = width // HEAD, shape.key_heads
    tensors: dict[str, Any] = {"output_norm.weight": np.ones(width)}
    for number in range(shape.layers):
        block = f"blk.{number}"
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            tensors[f"{block}.{norm}.weight"] = np.ones(width)
        for name, count in (("attn_q", heads), ("attn_k", key_heads), ("attn_v", key_heads)):
            tensors[f"{block}.{name}.weight"] = weight(count * HEAD, width)
            tensors[f"{block}.{name}.bias"] = weight(count * HEAD)
        tensors[f"{block}.attn_output.weight"] = weight(width, heads * HEAD)
        tensors[f"{block}.ffn_up.weight"] = weight(2 * inner, width)
        tensors[f"{block}.ffn_down.weight"] = weight(width, inner)
    return tensors


def _write_model(
    path: Path, vocabulary: Any, weights: dict[str, Any], shape: Shape, template: str, sections: bool
) -> Path:
    writer = gguf.GGUFWriter(path, "glm4")
    texts = [text for text, _ in vocabulary]
    writer.add_name(path.stem)
    writer.add_context_length(32768)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.width // HEAD)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HEAD // 2)
    if sections:
        writer.add_rope_dimension_sections([8, 12, 12, 0])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("glm4")
    writer.add_token_list(texts)
    writer.add_token_types([kind for _, kind in vocabulary])
    writer.add_token_merges(list(MERGES))
    writer.add_eos_token_id(texts.index("<|endoftext|>"))
    writer.add_eot_token_id(texts.index("<|user|>"))
    writer.add_unk_token_id(texts.index("<|endoftext|>"))
    writer.add_bos_token_id(texts.index("[gMASK]"))
    writer.add_add_bos_token(False)
    if template:
        writer.add_chat_template(template)
    return _finish(writer, path, weights, shape.quantized)


def _write_mmproj(path: Path, shape: Shape, seed: int) -> Path:
    random = np.random.default_rng(seed + 100)
    width, vit, inner, merger, layers = shape.width, shape.vit_width, shape.vit_inner, shape.merger, shape.vit_layers
    patch, size = 14, 336
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("glm4v")
    writer.add_bool("clip.use_silu", True)
    writer.add_vision_projection_dim(width)
    writer.add_vision_image_size(size)
    writer.add_vision_patch_size(patch)
    writer.add_vision_embedding_length(vit)
    writer.add_vision_feed_forward_length(inner)
    writer.add_vision_block_count(layers)
    writer.add_vision_head_count(shape.vit_heads)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.48, 0.46, 0.41])
    writer.add_vision_image_std([0.27, 0.26, 0.28])

    def weight(*shape: int) -> Any:
        return random.normal(0, 1 / np.sqrt(np.prod(shape[1:]) or 1), shape)

    tensors: dict[str, Any] = {
        "v.patch_embd.weight": weight(vit, 3, patch, patch),
        "v.patch_embd.weight.1": weight(vit, 3, patch, patch),
        "v.patch_embd.bias": weight(vit),
        "v.norm_embd.weight": np.ones(vit),
        "v.post_ln.weight": np.ones(vit),
        "v.position_embd.weight": weight((size // patch) ** 2, vit),
        "mm.patch_merger.weight": weight(width, vit, 2, 2),
        "mm.patch_merger.bias": np.zeros(width),
        "mm.model.fc.weight": weight(width, width),
        "mm.post_norm.weight": np.ones(width),
        "mm.post_norm.bias": np.zeros(width),
        "mm.gate.weight": weight(merger, width),
        "mm.up.weight": weight(merger, width),
        "mm.down.weight": weight(width, merger),
    }
    for number in range(layers):
        block = f"v.blk.{number}"
        tensors |= {
            f"{block}.ln1.weight": np.ones(vit),
            f"{block}.ln2.weight": np.ones(vit),
            f"{block}.attn_qkv.weight": weight(3 * vit, vit),
            f"{block}.attn_out.weight": weight(vit, vit),
            f"{block}.ffn_gate.weight": weight(inner, vit),
            f"{block}.ffn_up.weight": weight(inner, vit),
            f"{block}.ffn_down.weight": weight(vit, inner),
        }
    return _finish(writer, path, tensors)


def _finish(writer: gguf.GGUFWriter, path: Path, tensors: dict[str, Any], quantized: bool = False) -> Path:
    for name, values in tensors.items():
        # llama.cpp's CPU convolution takes 16-bit kernels only.
        kind = np.float16 if values.ndim == 4 else np.float32
        written = np.ascontiguousarray(values, dtype=kind)
        if quantized and values.ndim == 2:
            q8 = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(written, q8), raw_dtype=q8)
        else:
            writer.add_tensor(name, written)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
