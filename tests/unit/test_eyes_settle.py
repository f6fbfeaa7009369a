import itertools
from collections.abc import Callable, Iterator

import numpy
import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop import settle as settle_module
from desktop_agent.desktop.settle import INTERVAL, QUIET, alike, difference, settle


def picture(width: int = 640, height: int = 400, *boxes: Rect) -> Image:
    """White, with black boxes."""
    pixels = numpy.full((height, width, 4), 255, numpy.uint8)
    for box in boxes:
        pixels[box.y : box.bottom, box.x : box.right] = 0
    return Image(width, height, pixels.tobytes())


def grabs(images: Iterator[Image]) -> Callable[[], Image]:
    return lambda: next(images)


CARET = Rect(100, 50, 2, 20)
WORD = Rect(100, 50, 60, 14)


class Clock:
    """Stands for `time`: passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(settle_module, "time", clock)
    return clock


def test_a_still_screen_has_settled_when_it_was_still_long_enough(clock: Clock) -> None:
    seen: list[Image] = []

    def grab() -> Image:
        seen.append(picture())
        return seen[-1]

    result = settle(grab)
    assert result.settled
    assert result.seconds == pytest.approx(QUIET)
    assert result.image is seen[-1]


@pytest.mark.parametrize("changed_at", [0.01, 0.05, 0.09])
def test_each_change_begins_the_wait_anew(clock: Clock, changed_at: float) -> None:
    def grab() -> Image:
        return picture(640, 400, WORD) if clock.now >= changed_at else picture()

    result = settle(grab)
    assert result.settled
    assert changed_at + QUIET <= result.seconds <= changed_at + QUIET + 2 * INTERVAL
    assert result.image == picture(640, 400, WORD)


def test_what_changes_a_little_at_every_look_is_not_still(clock: Clock) -> None:
    """Each look is like the one before it, but not like the one that the wait began with."""

    def grab() -> Image:
        shade = 100 + round(clock.now / INTERVAL)
        return Image(64, 64, bytes([shade, shade, shade, 255]) * 64 * 64)

    assert not settle(grab, limit=1.0).settled


def test_looks_that_take_long_are_no_rest(clock: Clock) -> None:
    taken: list[float] = []

    def grab() -> Image:
        taken.append(clock.now)
        clock.now += 3 * QUIET
        return picture()

    assert settle(grab).settled
    assert taken[-1] - taken[0] >= 4 * QUIET - 0.001


def test_it_waits_until_the_change_is_over_and_hands_out_the_last_look(clock: Clock) -> None:
    changing = [picture(640, 400, Rect(0, 0, 10 * step, 400)) for step in range(1, 6)]
    result = settle(grabs(itertools.chain(changing, itertools.repeat(changing[-1]))))
    assert result.settled
    assert result.image is changing[-1]


def test_what_never_rests_is_reported_as_unsettled() -> None:
    looks = itertools.cycle([picture(), picture(640, 400, Rect(0, 0, 320, 400))])
    result = settle(grabs(looks), limit=0.05, interval=0.001)
    assert not result.settled
    assert result.seconds >= 0.05


def test_an_interruption_ends_the_wait() -> None:
    looks = itertools.cycle([picture(), picture(640, 400, Rect(0, 0, 320, 400))])
    assert not settle(grabs(looks), limit=60, interval=0.001, interrupted=lambda: True).settled


@pytest.mark.parametrize("size", [(1920, 1080), (640, 400), (300, 120), (200, 90)])
def test_a_blinking_caret_is_no_change(size: tuple[int, int]) -> None:
    assert alike(picture(*size), picture(*size, CARET))


@pytest.mark.parametrize("size", [(1920, 1080), (640, 400), (300, 120)])
def test_a_new_word_is_a_change(size: tuple[int, int]) -> None:
    assert not alike(picture(*size), picture(*size, WORD))


def test_a_resized_area_is_a_change() -> None:
    assert not alike(picture(640, 400), picture(641, 400))


def test_a_window_smaller_than_the_grid_works() -> None:
    assert alike(picture(5, 3), picture(5, 3))
    assert not alike(picture(20, 3), picture(20, 3, Rect(0, 0, 20, 3)))


def test_difference_is_the_box_around_all_that_changed() -> None:
    assert difference(picture(), picture(640, 400, Rect(3, 4, 5, 6), Rect(100, 200, 1, 1))) == Rect(3, 4, 98, 197)
    assert difference(picture(), picture()).empty
