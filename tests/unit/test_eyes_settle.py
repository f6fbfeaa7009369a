import itertools
from collections.abc import Callable, Iterator

import numpy
import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.settle import alike, difference, settle


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


def test_a_still_screen_settles_at_the_second_look() -> None:
    seen: list[Image] = []

    def grab() -> Image:
        seen.append(picture())
        return seen[-1]

    result = settle(grab, interval=0.001)
    assert result.settled
    assert len(seen) == 2
    assert result.image is seen[1]


def test_it_waits_until_the_change_is_over_and_hands_out_the_last_look() -> None:
    changing = [picture(640, 400, Rect(0, 0, 10 * step, 400)) for step in range(1, 6)]
    result = settle(grabs(itertools.chain(changing, itertools.repeat(changing[-1]))), interval=0.001)
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
