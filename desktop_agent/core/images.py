"""Pixels in memory. Pillow is imported only when an image is encoded, decoded or scaled."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_PIXELS = 100_000_000
"""Images larger than this are refused: a small file can unpack to gigabytes."""


@dataclass(frozen=True)
class Image:
    """`width` × `height` pixels; `bgra` holds four bytes a pixel, rows without padding, the fourth byte unused.

    That is the order in which X11 and Windows hand out the screen, so a capture costs no conversion, and no copy either
    where they come as a bytearray. Nobody may change them.
    """

    width: int
    height: int
    bgra: bytes | bytearray

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0 or len(self.bgra) != self.width * self.height * 4:
            raise ValueError(f"{len(self.bgra)} bytes do not make {self.width}×{self.height} pixels")

    @classmethod
    def decode(cls, data: bytes, name: str = "the image", most: int = MAX_PIXELS) -> "Image":
        """Read PNG, JPEG, WebP, BMP or GIF.

        Args:
            data: the file.
            name: of it, for people.
            most: pixels that are taken; a file that says that it has more is not unpacked.

        Raises:
            UsageError: not such an image, damaged, or larger than `most`.
        """
        with _opened(data, name, most) as opened:
            return cls.from_pillow(opened)

    @staticmethod
    def size_of(data: bytes, name: str = "the image", most: int = MAX_PIXELS) -> tuple[int, int]:
        """The width and height of a file that `decode` would read, without its pixels being unpacked. Raises what
        `decode` raises, as far as that shows from outside."""
        with _opened(data, name, most) as opened:
            size = opened.width, opened.height
            opened.verify()
            return size

    @classmethod
    def from_pillow(cls, image: "PillowImage") -> "Image":
        return cls(image.width, image.height, image.convert("RGB").tobytes("raw", "BGRX"))

    def to_pillow(self) -> "PillowImage":
        """An RGB Pillow image."""
        from PIL import Image as pillow

        return pillow.frombuffer("RGB", (self.width, self.height), self.bgra, "raw", "BGRX", 0, 1)

    def rgb(self) -> bytes:
        """Three bytes a pixel, rows without padding."""
        rgb = bytearray(self.width * self.height * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = self.bgra[2::4], self.bgra[1::4], self.bgra[0::4]
        return bytes(rgb)

    def encode_png(self) -> bytes:
        """PNG at level 1: about 20 ms for 1920×1080."""
        out = io.BytesIO()
        self.to_pillow().save(out, "PNG", compress_level=1)
        return out.getvalue()

    def crop(self, rect: Rect) -> "Image":
        """The part of `rect` (image pixels) that lies in the image.

        Raises:
            ValueError: none of it does.
        """
        part = rect.intersection(Rect(0, 0, self.width, self.height))
        if part.empty:
            raise ValueError(f"{rect} lies outside {self.width}×{self.height}")
        stride, left, length = self.width * 4, part.x * 4, part.width * 4
        view = memoryview(self.bgra)
        rows = (view[y * stride + left : y * stride + left + length] for y in range(part.y, part.bottom))
        return Image(part.width, part.height, b"".join(rows))

    def scaled(self, width: int, height: int) -> "Image":
        """Resampled to `width` × `height` (Lanczos)."""
        if (width, height) == (self.width, self.height):
            return self
        return Image.from_pillow(self.to_pillow().resize((width, height), resample=1))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of size and pixels, in hex: the image's name in the store and in the engine's cache."""
        size = self.width.to_bytes(4, "big") + self.height.to_bytes(4, "big")
        return hashlib.sha256(size + self.bgra).hexdigest()


@contextmanager
def _opened(data: bytes, name: str, most: int) -> Iterator["PillowImage"]:
    """The file `data`, whatever is wrong with it told as `Image.decode` says."""
    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    pillow.MAX_IMAGE_PIXELS = MAX_PIXELS  # Its own limit is a little lower, and only a warning.
    hint = "Use a PNG, JPEG, WebP, BMP or GIF file."
    too_large = UsageError(f"{name} has more than {most // 1_000_000} million pixels.", hint)
    try:
        with pillow.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "BMP", "GIF")) as opened:
            if opened.width * opened.height > most:
                raise too_large
            yield opened
    except UnidentifiedImageError as error:
        raise UsageError(f"{name} is not an image that can be read.", hint, str(error)) from error
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning) as error:
        raise too_large from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(f"{name} is damaged and could not be read.", hint, str(error)) from error
