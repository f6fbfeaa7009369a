"""Writes the chain of `tests.model.tiny` as a folder of transformers' Glm4v model, for its server.

Runs in the environment of `requirements/servers.txt`: python -m tests.servers.tiny_glm4v FOLDER JSON, where JSON holds
the arguments of `chain` for each model by its name.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from gguf import TokenType
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    Glm4vConfig,
    Glm4vForConditionalGeneration,
    Glm4vImageProcessor,
    Glm4vProcessor,
    Glm4vVideoProcessor,
    PreTrainedTokenizerFast,
)

from tests.model.tiny import CHAIN_TEMPLATE, CHAIN_WIDTH, CONTROL, ENDS, HEAD, MERGES, chain

IMAGE = "<|begin_of_image|><|image|><|end_of_image|>"
TEMPLATE = CHAIN_TEMPLATE.replace("{{ item.text }}", "{{ '" + IMAGE + "' if item.type == 'image' else item.text }}")
VISION = 64


def write(folder: Path, said: dict[str, Any]) -> None:
    """Write the model, its processor and its tokenizer."""
    vocabulary, embedding, output = chain(**said)
    tokenizer = _tokenizer(vocabulary)
    config = _config(tokenizer)
    model = Glm4vForConditionalGeneration(config)
    with torch.no_grad():
        for layer in model.model.language_model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.language_model.embed_tokens.weight.copy_(torch.from_numpy(embedding))
        model.lm_head.weight.copy_(torch.from_numpy(output))
    model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids(["<|endoftext|>", *ENDS])
    model.generation_config.pad_token_id = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    model.save_pretrained(folder)
    Glm4vProcessor(Glm4vImageProcessor(), tokenizer, Glm4vVideoProcessor(), chat_template=TEMPLATE).save_pretrained(
        folder
    )


def _tokenizer(vocabulary: list[tuple[str, TokenType]]) -> PreTrainedTokenizerFast:
    """GLM's kind of tokenizer: byte-level pieces, control tokens that a decoder may skip, and tags that it keeps."""
    normal = {text: number for number, (text, kind) in enumerate(vocabulary) if kind == TokenType.NORMAL}
    merges = [tuple(merge.split(" ")) for merge in MERGES]
    tokenizer = Tokenizer(models.BPE(normal, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    added = [text for text, kind in vocabulary if kind != TokenType.NORMAL]
    tokenizer.add_tokens([AddedToken(text, special=text in CONTROL, normalized=False) for text in added])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )


def _config(tokenizer: PreTrainedTokenizerFast) -> Glm4vConfig:
    def number(token: str) -> int:
        return int(tokenizer.convert_tokens_to_ids(token))

    text: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": CHAIN_WIDTH,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": CHAIN_WIDTH // HEAD,
        "num_key_value_heads": 1,
        "max_position_embeddings": 32768,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10000.0,
            "partial_rotary_factor": 0.5,
            "mrope_section": [8, 12, 12],
        },
        "pad_token_id": number("<|endoftext|>"),
    }
    vision = {
        "depth": 2,
        "hidden_size": VISION,
        "num_heads": 2,
        "intermediate_size": 96,
        "out_hidden_size": CHAIN_WIDTH,
    }
    return Glm4vConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=number("<|image|>"),
        image_start_token_id=number("<|begin_of_image|>"),
        image_end_token_id=number("<|end_of_image|>"),
        video_token_id=number("[MASK]"),  # it has none
        video_start_token_id=number("[MASK]"),
        video_end_token_id=number("[MASK]"),
        architectures=["Glm4vForConditionalGeneration"],
    )


if __name__ == "__main__":
    for name, said in json.loads(sys.argv[2]).items():
        write(Path(sys.argv[1]) / name, said)
