"""Telling whether our pixels are still there, on made-up screens."""

import pytest

from desktop_agent.core.desktop import Layout, Monitor, Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from ui.exposure import Cover, wait_until_gone

AREA = Rect(20, 10, 30, 20)


class PaintedScreen:
    """A screen of 100×80 grey pixels on which rectangles are painted."""

    def __init__(self) -> None:
        self.pixels = bytearray(b"\x40" * (100 * 80 * 4))

    def paint(self, rect: Rect, value: int) -> None:
        for y in range(rect.y, rect.bottom):
            self.pixels[(y * 100 + rect.x) * 4 : (y * 100 + rect.right) * 4] = bytes([value]) * (rect.width * 4)

    def layout(self) -> Layout:
        return Layout("one", (Monitor("m", Rect(0, 0, 100, 80)),))

    def grab(self, region: Rect) -> Screenshot:
        whole = Image(100, 80, bytes(self.pixels))
        return Screenshot("s", region, "one", whole.crop(region), 0.0)


@pytest.fixture
def painted() -> PaintedScreen:
    return PaintedScreen()


OURS = Image(30, 20, b"\xff" * (30 * 20 * 4))


def test_our_pixels_remain_until_they_are_painted_over(painted: PaintedScreen) -> None:
    (cover,) = Cover.of(painted, [AREA])
    painted.paint(AREA, 255)
    assert cover.remains(painted, OURS, AREA)
    painted.paint(Rect(20, 10, 30, 10), 0x40)
    assert cover.remains(painted, OURS, AREA), "half of it is still there"
    painted.paint(AREA, 0x40)
    assert not cover.remains(painted, OURS, AREA)


def test_what_is_beneath_may_have_changed_meanwhile(painted: PaintedScreen) -> None:
    (cover,) = Cover.of(painted, [AREA])
    painted.paint(AREA, 0x80)
    assert not cover.remains(painted, OURS, AREA)


def test_same_pixels_as_before_tell_nothing(painted: PaintedScreen) -> None:
    painted.paint(AREA, 255)
    (cover,) = Cover.of(painted, [AREA])
    assert not cover.remains(painted, OURS, AREA)


def test_areas_off_the_screen_are_left_out(painted: PaintedScreen) -> None:
    covers = Cover.of(painted, [Rect(-50, -50, 20, 20), Rect(90, 70, 40, 40)])
    assert [cover.before.region for cover in covers] == [Rect(90, 70, 10, 10)]
    painted.paint(Rect(90, 70, 10, 10), 255)
    assert covers[0].remains(painted, Image(40, 40, b"\xff" * 6400), Rect(90, 70, 40, 40))


def test_waiting_ends_when_it_is_gone_or_patience_is() -> None:
    left = [True, True, False]
    assert wait_until_gone(lambda: left.pop(0))
    assert not wait_until_gone(lambda: True, patience=0.02)
