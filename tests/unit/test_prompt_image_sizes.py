"""The sizes in which pictures go to the encoder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
