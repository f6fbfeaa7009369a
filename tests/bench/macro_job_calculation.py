"""A calculation in galculator, by its buttons."""

from collections.abc import Sequence
from dataclasses import astuple

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import Deed, Dress, Press, Sight, Thing, run_xdotool
from tests.bench.macro_themes import gtk
from tests.waiting import wait_until

SHOWN = ("0", "7", "7", "8", "56")
"""What the display shows after each press."""
BEFORE = "1"
"""What it shows before the first."""


def _button(name: str) -> Thing:
    return Thing("Galculator", "toggle button", name)


class Calculation:
    """7 × 8. A wrong press shows in the display, since nothing else takes it from each number to the next."""

    name = "a calculation in galculator"
    title = "galculator"
    deeds: Sequence[Deed] = tuple(Press(_button(name), Point(5, -3)) for name in ("AC", "7", "*", "8", "="))
    home = Rect(300, 250, 331, 343)
    keeps = True

    def command(self, display: PrivateDisplay, dress: Dress) -> tuple[Sequence[str], dict[str, str]]:
        return ["galculator"], gtk(dress)

    def reset(self, display: PrivateDisplay, sight: Sight, window: Window) -> None:
        sight.windows.activate(window.id)
        for name in ("AC", BEFORE):
            there = wait_until(lambda name=name: sight.place_of(_button(name)), 5, f"galculator's {name}")  # type: ignore[misc]
            run_xdotool(display, ["mousemove", *map(str, astuple(there.region.center)), "click", "1"])
        wait_until(lambda: sight.text(window, "text") == BEFORE, 5, "galculator showing another number")

    def is_done(self, display: PrivateDisplay, sight: Sight, window: Window) -> bool:
        return sight.text(window, "text") == SHOWN[-1]

    def astray(self, display: PrivateDisplay, sight: Sight, window: Window) -> str:
        shown = sight.text(window, "text")
        return "" if shown in (BEFORE, *SHOWN) else f"galculator shows {shown}"

    def close(self) -> None:
        """Nothing is left."""
