"""Says in words what is wrong with a GGUF file, and whether a model and its image encoder fit together, before
llama.cpp, which aborts the process on some bad files, sees them.
"""

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_agent.core.errors import PlannerError
from desktop_agent.model import gguf_encoder, gguf_model, gguf_reader
from desktop_agent.model.gguf_reader import Contents, Damaged, NoGguf

DOWNLOAD_HINT = "Download the file again, or choose another one."
_TOOLS = re.compile(r"\btools\b")


@dataclass(frozen=True)
class Header:
    """A GGUF file's metadata, arrays as lists. `contents` is all that the header says."""

    path: Path
    size: int
    values: dict[str, Any]
    contents: Contents = field(default_factory=Contents)

    @property
    def architecture(self) -> str:
        return str(self.values.get("general.architecture", ""))

    def integer(self, key: str, default: int = 0) -> int:
        """The value of `key` with the architecture in front. Of a list, one for each layer, the largest."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        if isinstance(value, list):
            value = max((each for each in value if isinstance(each, int)), default=default)
        return value if isinstance(value, int) else default

    @property
    def chat_template(self) -> str:
        """The model's own Jinja template; empty where it has none."""
        value = self.values.get("tokenizer.chat_template", "")
        return value if isinstance(value, str) else ""

    @property
    def calls_tools(self) -> bool:
        """Whether its chat template has a place for tools, as far as reading it tells: rendering it is the worker's
        business, since it is a program from the file. Without a template ours is used, which has one."""
        return not self.chat_template or bool(_TOOLS.search(self.chat_template))

    @property
    def tokens(self) -> list[str]:
        """The vocabulary."""
        value = self.values.get("tokenizer.ggml.tokens", [])
        return value if isinstance(value, list) else []

    def token_text(self, key: str) -> str:
        """The text of the token that the metadata name by id, such as "bos_token_id"; empty where there is none."""
        index, tokens = self.values.get(f"tokenizer.ggml.{key}"), self.tokens
        return str(tokens[index]) if isinstance(index, int) and 0 <= index < len(tokens) else ""


def read_header(path: Path) -> Header:
    """Read the header of the GGUF at `path`.

    Raises:
        PlannerError: no such file, not readable, or no whole GGUF.
    """
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise PlannerError(f"{path} can't be read as a model: it is no file.", "Choose the model's file.")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            contents = gguf_reader.read(file, size)
    except FileNotFoundError as error:
        raise PlannerError(
            f"The model file {path} does not exist.", "Choose the file again in the settings.", str(error)
        ) from error
    except OSError as error:
        raise PlannerError(
            f"The model file {path} can't be read: {error.strerror}.", "Check its permissions.", str(error)
        ) from error
    except NoGguf as error:
        raise PlannerError(
            f"{path.name} {error}.", "Choose a model in the GGUF format (the name ends with .gguf)."
        ) from error
    except Damaged as error:
        raise PlannerError(f"The model file {path.name} is damaged or incomplete: {error}.", DOWNLOAD_HINT) from error
    return Header(path, size, contents.values, contents)


def check_pair(model: Header, mmproj: Header | None) -> None:
    """Check that `model` is a text model and `mmproj` an image encoder made for it.

    Raises:
        PlannerError: they can't work together, with what to do.
    """
    if model.architecture == "clip":
        raise PlannerError(
            f"{model.path.name} is an image encoder (mmproj), not a model.",
            "Choose the model's own file; the encoder goes into the field for the image encoder.",
        )
    if not model.architecture or not model.integer("block_count"):
        raise PlannerError(
            f"{model.path.name} holds no language model.", "Choose another file.", str([*model.values])[:500]
        )
    _refuse_faulty(model, gguf_model.faults(model.contents))
    if mmproj is None:
        return
    if mmproj.architecture != "clip":
        raise PlannerError(
            f"{mmproj.path.name} is no image encoder.", "Choose the mmproj file that belongs to the model."
        )
    wanted, given = model.integer("embedding_length"), mmproj.values.get("clip.vision.projection_dim")
    if isinstance(given, int) and given != wanted:
        raise PlannerError(
            f"The image encoder {mmproj.path.name} belongs to another model.",
            f"Choose the mmproj file that was made for {model.path.name}.",
            f"n_embd {wanted}, projection_dim {given}",
        )
    _refuse_faulty(
        mmproj, itertools.chain(gguf_model.uncountable(mmproj.contents), gguf_encoder.faults(mmproj.contents))
    )
    # llama.cpp aborts the process on the first image when the text model lacks the sections (ggml-org/llama.cpp#18042).
    if model.architecture.startswith("glm4") and not _knows_pictures(model):
        raise PlannerError(
            f"{model.path.name} was made by an old converter and can't see images.",
            "Reconvert it with a current llama.cpp, or download a file made after December 2025.",
            "no rope.dimension_sections",
        )


def _knows_pictures(model: Header) -> bool:
    """Whether positions have two dimensions (M-RoPE): the first two sections are what llama.cpp goes by."""
    sections = model.values.get(f"{model.architecture}.rope.dimension_sections")
    return (
        isinstance(sections, list)
        and len(sections) > 1
        and all(isinstance(each, int) and each > 0 for each in sections[:2])
    )


def _refuse_faulty(header: Header, faults: Iterator[str]) -> None:
    fault = next(faults, "")
    if fault:
        raise PlannerError(f"The model file {header.path.name} is damaged or was made wrongly: {fault}.", DOWNLOAD_HINT)
