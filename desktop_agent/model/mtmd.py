"""llama.cpp's multimodal library: segments to entries of the context, and pictures to embeddings.

What the calls below rely on (mtmd.h, mtmd-helper.h): `mtmd_tokenize_from_parts` parses control tokens part by part; a
bitmap without pixels is tokenised to the right counts; an embedding can be decoded again without encoding again.
"""

import contextlib
import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_agent.core.chat import Picture
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.images import fit
from desktop_agent.model.llama_log import install_log
from desktop_agent.model.prompt import Content, Markup


@dataclass(frozen=True)
class ImageEntry:
    """An image, or one tile of it, in the context. `tokens` are its cells, `positions` what it moves the position on
    by. `digest` names the original's pixels, `width` and `height` are the size in which it is encoded, `index` is the
    tile.
    """

    digest: str
    width: int
    height: int
    index: int
    tokens: int
    positions: int


Entry = int | ImageEntry
"""What a context holds: a text token, one cell and one position, or an image."""


class ImageEncoder:
    """A loaded mmproj.

    Args:
        path: the mmproj.
        model: the `llama_model` that it belongs to.
        config: sizes and where to compute; nothing in it may be left open.
        unit: pixels that a token covers, each way.

    Raises:
        PlannerError: it does not load or does not fit the model.
    """

    def __init__(self, path: Path, model: Any, config: ModelConfig, unit: int) -> None:
        from llama_cpp import llama_cpp, mtmd_cpp

        self._lib, self._helper = mtmd_cpp, llama_cpp
        self._unit, self._config = unit, config
        params = mtmd_cpp.mtmd_context_params_default()
        params.use_gpu = not config.image_encoder_on_cpu
        params.n_threads = config.threads
        params.print_timings = False
        params.warmup = False
        params.image_max_tokens = config.most_image_tokens
        self._context = mtmd_cpp.mtmd_init_from_file(str(path).encode(), model, params)
        if not self._context:
            raise PlannerError(
                f"The image encoder {path.name} could not be loaded. llama.cpp says: "
                f"{install_log().reason() or 'nothing'}.",
                "Choose the mmproj file that belongs to the model, or download it again.",
            )
        if not mtmd_cpp.mtmd_support_vision(self._context):
            self.close()
            raise PlannerError(f"{path.name} can't encode images.", "Choose the mmproj file that belongs to the model.")
        self._width = int(llama_cpp.llama_model_n_embd_inp(model))

    def close(self) -> None:
        """Free it; it must go before its model does."""
        if self._context:
            self._lib.mtmd_free(self._context)
            self._context = None

    def entries(self, parts: Sequence[Markup | Content | Picture]) -> list[Entry]:
        """The entries that `parts` take in the context. Pictures need no pixels here."""
        with self._chunks(parts) as (chunks, pictures):
            result: list[Entry] = []
            owners = iter(pictures)
            owner: tuple[Picture, int] | None = None
            index = 0
            for chunk in chunks:
                if self._lib.mtmd_input_chunk_get_type(chunk) == self._lib.MTMD_INPUT_CHUNK_TYPE_TEXT:
                    count = ctypes.c_size_t()
                    tokens = self._lib.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
                    result.extend(tokens[: count.value])
                    continue
                name = self._lib.mtmd_input_chunk_get_id(chunk).decode()
                if owner is None or name != _name(owner[0], owner[1]):
                    owner, index = next(owners), 0
                result.append(self._entry(owner[0], index, chunk))
                index += 1
            return result

    def encode(self, image: Image, entry: ImageEntry) -> bytes:
        """The embedding of `entry`, 32-bit floats. Nothing can interrupt it."""
        with self._chunks([Picture("", image)], entry, image) as (chunks, _):
            chunk = self._images(chunks)[entry.index]
            if self._lib.mtmd_encode_chunk(self._context, chunk) != 0:
                raise PlannerError("The image could not be encoded.", "Try a smaller picture, or restart the program.")
            return ctypes.string_at(self._lib.mtmd_get_output_embd(self._context), self.size_of(entry))

    def size_of(self, entry: ImageEntry) -> int:
        """Bytes of its embedding."""
        return entry.tokens * self._width * 4

    def decode(self, llama: Any, entry: ImageEntry, embedding: bytes, position: int, batch: int) -> int:
        """Put an embedding into the context `llama` at `position`; llama.cpp's status, 0 when it went well."""
        stub = Picture("", AbsentImage(entry.width, entry.height, b"", entry.digest))
        with self._chunks([stub], entry) as (chunks, _):
            after = self._helper.llama_pos(0)
            buffer = ctypes.cast(ctypes.c_char_p(embedding), ctypes.POINTER(ctypes.c_float))
            status = self._lib.mtmd_helper_decode_image_chunk(
                self._context,
                llama,
                self._images(chunks)[entry.index],
                buffer,
                position,
                0,
                batch,
                ctypes.byref(after),
                self._lib.mtmd_helper_post_decode_callback(),  # none
                None,
            )
            return int(status)

    def _entry(self, picture: Picture, index: int, chunk: Any) -> ImageEntry:
        return ImageEntry(
            picture.image.digest,
            *self._size(picture),
            index,
            int(self._lib.mtmd_input_chunk_get_n_tokens(chunk)),
            int(self._lib.mtmd_input_chunk_get_n_pos(chunk)),
        )

    def _images(self, chunks: Sequence[Any]) -> list[Any]:
        image = self._lib.MTMD_INPUT_CHUNK_TYPE_IMAGE
        return [chunk for chunk in chunks if self._lib.mtmd_input_chunk_get_type(chunk) == image]

    @contextlib.contextmanager
    def _chunks(
        self,
        parts: Sequence[Markup | Content | Picture],
        entry: ImageEntry | None = None,
        pixels: Image | None = None,
    ) -> Iterator[tuple[list[Any], list[tuple[Picture, int]]]]:
        """Tokenise `parts`. A picture gets the size of `entry`, or the one that it is to have; without `pixels` its
        bitmap is a placeholder."""
        lib = self._lib
        pictures: list[tuple[Picture, int]] = []
        keep: list[Any] = []  # what C points to
        with contextlib.ExitStack() as stack:
            inputs = (ctypes.POINTER(lib.mtmd_input_part) * len(parts))()
            for number, part in enumerate(parts):
                given = lib.mtmd_input_part()
                if isinstance(part, Picture):
                    size = (entry.width, entry.height) if entry else self._size(part)
                    given.bitmap = self._bitmap(_name(part, len(pictures)), size, pixels)
                    stack.callback(lib.mtmd_bitmap_free, given.bitmap)
                    pictures.append((part, len(pictures)))
                else:
                    data = part.text.encode("utf-8", "replace")
                    text = lib.mtmd_input_text(data, len(data), False, isinstance(part, Markup))
                    given.text = ctypes.pointer(text)
                    keep.append((data, text))
                keep.append(given)
                inputs[number] = ctypes.pointer(given)
            output = lib.mtmd_input_chunks_init()
            stack.callback(lib.mtmd_input_chunks_free, output)
            status = lib.mtmd_tokenize_from_parts(self._context, output, inputs, len(parts), False)
            if status != 0:
                raise PlannerError("The conversation could not be turned into tokens.", "", f"mtmd_tokenize: {status}")
            count = lib.mtmd_input_chunks_size(output)
            yield [lib.mtmd_input_chunks_get(output, index) for index in range(count)], pictures

    def _size(self, picture: Picture) -> tuple[int, int]:
        """The size, in pixels, in which a picture is encoded: as large as its use is worth."""
        return fit(picture.image.width, picture.image.height, self._unit, self._config.image_tokens(picture.use))

    def _bitmap(self, name: str, size: tuple[int, int], pixels: Image | None) -> Any:
        data = None
        if pixels is not None:
            rgb = pixels.scaled(*size).rgb()
            data = ctypes.cast(ctypes.c_char_p(rgb), ctypes.POINTER(ctypes.c_uint8))  # is copied
        bitmap = self._lib.mtmd_bitmap_init(*size, data)
        self._lib.mtmd_bitmap_set_id(bitmap, name.encode())
        return bitmap


@dataclass(frozen=True)
class AbsentImage(Image):
    """An image whose pixels are elsewhere: enough to count its tokens and to ask for it by name."""

    name: str

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"{self.width}×{self.height} pixels")

    @property
    def digest(self) -> str:
        return self.name


def _name(picture: Picture, number: int) -> str:
    """Tells the tiles of one picture from those of the next, even where both show the same."""
    return f"{number}:{picture.image.digest}"
