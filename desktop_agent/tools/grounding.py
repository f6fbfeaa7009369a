"""From what a planner writes as a place to a point of the desktop.

GLM-4.6V writes points [x, y] and boxes [x1, y1, x2, y2] in thousandths of the image, with any nesting of brackets, and
sometimes between `<|begin_of_box|>` and `<|end_of_box|>`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from desktop_agent.core.geometry import THOUSAND, Point, Rect, View
from desktop_agent.tools.result import ToolProblem

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_MARKERS = ("<|begin_of_box|>", "<|end_of_box|>")
FAR = 1e9
"""Numbers beyond are no place on any picture, and some of them no float."""
MAX_TEXT = 500
"""Characters of a place written as text that are looked at."""


def point_in(value: Any, view: View) -> Point:
    """The desktop pixel that `value` names: a point, or the centre of a box.

    Raises:
        ToolProblem: it is neither, or lies outside the image.
    """
    numbers = _thousandths(value, "a point [x, y] or a box [x1, y1, x2, y2]", (2, 4))
    x, y = numbers if len(numbers) == 2 else ((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2)
    return view.to_screen(x, y)


def box_in(value: Any, view: View) -> Rect:
    """The rectangle of the desktop that `value` names.

    Raises:
        ToolProblem: it is no box, or lies outside the image.
    """
    x1, y1, x2, y2 = _thousandths(value, "a box [x1, y1, x2, y2]", (4,))
    start, end = view.to_screen(min(x1, x2), min(y1, y2)), view.to_screen(max(x1, x2), max(y1, y2))
    return Rect(start.x, start.y, end.x - start.x + 1, end.y - start.y + 1)


def _thousandths(value: Any, wanted: str, counts: tuple[int, ...]) -> tuple[float, ...]:
    numbers = tuple(_numbers(value))
    if len(numbers) not in counts:
        raise ToolProblem(f"{str(value)[:80]!r} is not {wanted} in thousandths of the image.")
    if not all(0 <= each <= THOUSAND for each in numbers):
        raise ToolProblem(
            f"{str(value)[:80]!r} is outside the image: coordinates are thousandths of its width and height, from 0 to "
            f"{THOUSAND}, not pixels."
        )
    return numbers


def _numbers(value: Any) -> Iterator[float]:
    match value:
        case int() | float() if not isinstance(value, bool) and -FAR <= value <= FAR:
            yield float(value)
        case str():
            text = value[:MAX_TEXT]
            for marker in _MARKERS:
                text = text.replace(marker, " ")
            yield from (float(each) for each in _NUMBER.findall(text))
        case list() | tuple():
            for each in value[:MAX_TEXT]:
                yield from _numbers(each)
        case Mapping():
            yield from _numbers([value[key] for key in ("x", "y", "x1", "y1", "x2", "y2") if key in value])
