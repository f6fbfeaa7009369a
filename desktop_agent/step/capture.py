"""Screenshots of a scope, without our own windows in them."""

from collections.abc import Iterable
from dataclasses import replace

from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import CaptureFailed, Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.step.desk import Desk
from desktop_agent.step.regions import covered_by, scope_region

GREY = b"\x80\x80\x80\xff"
"""One pixel of a masked part (BGRA)."""


def capture(desk: Desk, scope: Scope) -> Screenshot:
    """The pixels of `scope` as it is now. Where a window of our own is on top, they are painted grey and listed in
    `masked`: X11 can't leave a window out of a capture.

    Raises:
        ScopeGone: the scope's window is gone.
        CaptureFailed: the screen can't be read.
        UsageError: the scope lies off the screen.
    """
    try:
        return _captured(desk, scope)
    except CaptureFailed:
        raise
    except Unavailable as error:  # Not even asked could it be: the display or the hands are gone.
        raise CaptureFailed(error.user_message, error.hint, error.details) from error


def _captured(desk: Desk, scope: Scope) -> Screenshot:
    region = scope_region(desk.windows, scope)
    own = desk.hands.own_pids()
    # Before and after: a window of ours that comes or goes in between must not stay in the picture.
    earlier = covered_by(own, desk.windows.stacking(), region)
    shot = desk.screen.grab(region)
    later = covered_by(own, desk.windows.stacking(), region)
    return masked(shot, dict.fromkeys((*earlier, *later)))


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
