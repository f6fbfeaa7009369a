"""Sizes in which pictures go to the image encoder."""

import math

MIN_TOKENS = 8
"""llama.cpp enlarges a GLM image that would take fewer."""


def fit(width: int, height: int, unit: int, max_tokens: int) -> tuple[int, int]:
    """The size, in pixels, to which an image is stretched before it is encoded.

    Each side is a multiple of `unit` (28 for GLM-4.6V: patches of 14 merged two by two), so that llama.cpp neither
    scales nor pads it and thousandths of the image stay exact; `(width / unit) · (height / unit)` tokens lie between
    `MIN_TOKENS` and `max_tokens`. The shape is kept as far as that allows, and nothing is enlarged beyond rounding
    unless it is too small.
    """
    area, most = width * height / unit**2, max(max_tokens, MIN_TOKENS)
    scale = 1.0
    if area > most:
        scale = math.sqrt(most / area)
    elif area < MIN_TOKENS:
        scale = math.sqrt(MIN_TOKENS / area)
    columns = min(max(1, round(width * scale / unit)), most)
    rows = min(max(1, round(height * scale / unit)), most)
    while columns * rows > most:
        if columns > rows:
            columns -= 1
        else:
            rows -= 1
    while columns * rows < MIN_TOKENS:
        if columns >= rows:
            columns += 1
        else:
            rows += 1
    return columns * unit, rows * unit
