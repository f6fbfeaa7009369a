"""Pixels: exact through PNG, cropping, scaling, and files that mean harm."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as pillow

from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


@st.composite
def pixels(draw: st.DrawFn) -> Image:
    width, height = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    return Image(width, height, draw(st.binary(min_size=width * height * 4, max_size=width * height * 4)))


def colours(image: Image) -> list[tuple[int, ...]]:
    """Blue, green, red of each pixel."""
    return [tuple(image.bgra[start : start + 3]) for start in range(0, len(image.bgra), 4)]


def encoded(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    pillow.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()


@given(pixels())
def test_png_keeps_every_colour(image: Image) -> None:
    back = Image.decode(image.encode_png())
    assert (back.width, back.height) == (image.width, image.height)
    assert colours(back) == colours(image)


def test_blue_comes_first() -> None:
    assert Image.from_pillow(pillow.new("RGB", (1, 1), (255, 128, 1))).bgra[:3] == bytes((1, 128, 255))
    assert Image(1, 1, bytes((1, 128, 255, 0))).to_pillow().getpixel((0, 0)) == (255, 128, 1)


@given(pixels(), st.builds(Rect, *[st.integers(-5, 25)] * 2, *[st.integers(0, 25)] * 2))
def test_a_crop_is_the_part_that_lies_inside(image: Image, rect: Rect) -> None:
    part = rect.intersection(Rect(0, 0, image.width, image.height))
    if part.empty:
        with pytest.raises(ValueError, match="outside"):
            image.crop(rect)
        return
    crop = image.crop(rect)
    expected = image.to_pillow().crop((part.x, part.y, part.right, part.bottom))
    assert crop.to_pillow().tobytes() == expected.tobytes()


@pytest.mark.parametrize(("width", "height", "data"), [(0, 1, b""), (1, 0, b""), (-1, -1, bytes(4)), (2, 2, bytes(15))])
def test_sizes_that_do_not_fit_are_refused(width: int, height: int, data: bytes) -> None:
    with pytest.raises(ValueError, match="do not make"):
        Image(width, height, data)


def test_scaling() -> None:
    image = Image(4, 2, bytes((10, 20, 30, 0)) * 8)
    assert image.scaled(4, 2) is image
    assert colours(image.scaled(2, 1)) == [(10, 20, 30)] * 2


def test_the_digest_names_size_and_pixels() -> None:
    assert Image(2, 1, bytes(8)).digest != Image(1, 2, bytes(8)).digest
    assert Image(2, 1, bytes(8)).digest == Image(2, 1, b"\0" * 8).digest
    assert Image(2, 1, bytes(8)).digest != Image(2, 1, bytes(7) + b"x").digest


@pytest.mark.parametrize("kind", FORMATS)
def test_these_formats_are_read(kind: str) -> None:
    assert (Image.decode(encoded(kind)).width, Image.decode(encoded(kind)).height) == (60, 40)


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "PCX", "ICO", "TGA"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(UsageError, match="not an image that can be read"):
        Image.decode(encoded(kind))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_other_modes_of_png_are_read(mode: str) -> None:
    out = io.BytesIO()
    pillow.new(mode, (3, 2)).save(out, "PNG")
    assert Image.decode(out.getvalue()).width == 3


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe", b"GIF89a", b"\xff\xd8\xff"])
def test_what_is_no_image_is_said(data: bytes) -> None:
    with pytest.raises(UsageError) as raised:
        Image.decode(data, "cat.png")
    assert "cat.png" in raised.value.user_message
    assert raised.value.hint


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_an_image_with_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UsageError, match="more than 100 million pixels"):
        Image.decode(bomb(10_001, 10_000))


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1)])
def test_an_image_that_would_unpack_to_gigabytes_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError):
        Image.decode(bomb(*size))


def test_sizes_up_to_the_limit_are_tried() -> None:
    """Pillow's own limit is lower, and warns; warnings are errors here."""
    with pytest.raises(UsageError, match="damaged"):  # Only a million of its pixels are there.
        Image.decode(bomb(9_500, 10_000))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FORMATS), st.data())
def test_damaged_files_are_an_image_or_an_error(kind: str, data: st.DataObject) -> None:
    file = bytearray(encoded(kind, (16, 9)))
    for _ in range(data.draw(st.integers(1, 6))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    cut = file[: data.draw(st.integers(1, len(file)))]
    try:
        image = Image.decode(bytes(cut))
    except UsageError:
        return
    assert len(image.bgra) == image.width * image.height * 4
