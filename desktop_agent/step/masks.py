"""Painting over what a picture may not show."""

from collections.abc import Iterable
from dataclasses import replace

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

GREY = b"\x80\x80\x80\xff"
"""One pixel of a masked part (BGRA)."""


def masked(shot: Screenshot, parts: Iterable[Rect]) -> Screenshot:
    """`shot` with `parts` of the desktop, as far as they lie in it, painted grey and listed in `masked`."""
    within = tuple(part for each in parts if not (part := each.intersection(shot.region)).empty)
    if not within:
        return shot
    image = painted(shot.image, [shot.view.image_rect(each) for each in within])
    return replace(shot, image=image, masked=(*shot.masked, *within))


def painted(image: Image, parts: list[Rect]) -> Image:
    """`image` with `parts`, in image pixels, painted grey."""
    pixels = bytearray(image.bgra)
    stride = image.width * 4
    for part in parts:
        row = GREY * part.width
        for y in range(part.y, part.bottom):
            start = y * stride + part.x * 4
            pixels[start : start + len(row)] = row
    return Image(image.width, image.height, bytes(pixels))
