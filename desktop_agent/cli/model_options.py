"""Options that say which local model runs, and how; `doctor` says what was chosen where they leave it open."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from desktop_agent.core.errors import UsageError
from desktop_agent.core.settings import BOUNDS, KvType

_NUMBERS = {
    "context_tokens": ("--context", "TOKENS", "room for the conversation; 0: as memory allows"),
    "gpu_layers": ("--gpu-layers", "N", "layers of the model on the GPU; -1: as many as fit"),
    "threads": ("--threads", "N", "threads that compute; 0: one for each physical core"),
    "batch_tokens": ("--batch", "N", "tokens given to llama.cpp at once; 0: chosen"),
    "ubatch_tokens": ("--ubatch", "N", "tokens computed at once; 0: chosen"),
    "scope_image_tokens": ("--scope-tokens", "N", "the most that a picture of the scope takes, in tokens; 0: chosen"),
    "zoom_image_tokens": ("--zoom-tokens", "N", "the same for what is zoomed into"),
    "attachment_image_tokens": ("--attachment-tokens", "N", "the same for pictures that you attach"),
    "keep_screenshots": ("--keep-screenshots", "N", "how many screenshots the model still sees at least"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare them. Each is named after the setting that it overrides."""
    group = parser.add_argument_group("the local model", "What is not given, the settings say.")
    group.add_argument("--model", type=Path, metavar="FILE", help="the local model's GGUF")
    group.add_argument("--mmproj", type=Path, metavar="FILE", help="the GGUF of its image encoder")
    for name, (flag, metavar, help_) in _NUMBERS.items():
        group.add_argument(flag, dest=name, type=_number(*BOUNDS[name]), metavar=metavar, help=help_)
    group.add_argument(
        "--kv-type",
        choices=get_args(KvType),
        help="how precisely the context is kept; q8_0 takes half the memory of f16 and needs flash attention",
    )
    group.add_argument(
        "--image-encoder-on-cpu",
        action=argparse.BooleanOptionalAction,
        help="keep the image encoder off the GPU, for drivers on which pictures come out as nonsense",
    )


def changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that the command line overrides, with its values.

    Raises:
        UsageError: a file that was named does not exist.
    """
    for file in (arguments.model, arguments.mmproj):
        if file is not None and not file.is_file():
            raise UsageError(f"There is no file {file}.", "Check the path.")
    named = (*_NUMBERS, "kv_type", "image_encoder_on_cpu")
    given = {name: getattr(arguments, name) for name in named if getattr(arguments, name) is not None}
    if arguments.model:
        # An mmproj belongs to its model: the setting's must not be paired with another one.
        given |= {"model": str(arguments.model.absolute()), "mmproj": ""}
    if arguments.mmproj:
        given["mmproj"] = str(arguments.mmproj.absolute())
    return given


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"“{text}” is no number from {low} to {high}")
        return value

    return parse
