"""Tasks in which something is dragged."""

import re
from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag, press
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT


@solves("drag-box")
def drag_box(page: Page, _: Sequence[Deed]) -> Move:
    """The small box into the middle of the large one. Where it lies over it, the large one's corner is what shows."""
    small, large = page.box("#draggableSmall"), page.box("#draggableLarge")
    inside = large.region.grown(-8).encloses(small.region)
    return click(page.box(SUBMIT)) if inside else drag(small, large.region.center)


@solves("use-slider")
def use_slider(page: Page, _: Sequence[Deed]) -> Move:
    """The handle to the value."""
    return slide(page, "#slider", _number(page.utterance)) or click(page.box(SUBMIT))


def slide(page: Page, css: str, wanted: int) -> Move | None:
    """What brings a slider closer to a value: its handle to where that lies, then a key at a time, since a pixel may be
    several values. None where it is set."""
    value, low, high, across = page.evaluate(
        "const s = $(arguments[0]); return [s.slider('value'), s.slider('option', 'min'), s.slider('option', 'max'),"
        " s.slider('option', 'orientation') === 'horizontal']",
        css,
    )
    if value == wanted:
        return None
    handle = page.box(f"{css} .ui-slider-handle")
    if handle.focused and abs(value - wanted) <= NUDGES:
        return press("right" if value < wanted else "left")
    bar, share = page.box(css).region, (wanted - low) / (high - low)
    place = round(share * (bar.width if across else bar.height))
    end = Point(bar.x + place, bar.center.y) if across else Point(bar.center.x, bar.bottom - place)
    return drag(handle, end)


NUDGES = 3
"""Values that are made up for with a key instead of another drag."""


def _number(utterance: str) -> int:
    return int(re.findall(r"-?\d+", utterance)[0])
