"""Doubles for the command line's tests: windows that stand where a test puts them."""

from dataclasses import dataclass, field

from desktop_agent.core.desktop import Layout, Monitor, Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image


def window(number: int, title: str, application: str, pid: int, popup: bool = False, panel: bool = False) -> Window:
    region = Rect(10 * number, 10, 100, 100)
    return Window(number, title, application, pid, region, region, popup, panel=panel)


@dataclass
class FixedScreen:
    """One monitor, all black."""

    region: Rect = Rect(-100, 0, 1000, 800)

    def layout(self) -> Layout:
        return Layout("one", (Monitor("A", self.region, primary=True),))

    def grab(self, region: Rect) -> Screenshot:
        image = Image(region.width, region.height, bytes(region.width * region.height * 4))
        return Screenshot("s1", region, "one", image, 0.0)


@dataclass
class FixedWindows:
    """Windows in stacking order, topmost first."""

    stack: tuple[Window, ...]
    can_activate: bool = True
    activated: list[int] = field(default_factory=list)

    def active(self) -> Window | None:
        return self.stack[0] if self.stack else None

    def at(self, point: Point) -> Window | None:
        return next((each for each in self.stack if each.frame.contains(point)), None)

    def stacking(self) -> tuple[Window, ...]:
        return self.stack

    def get(self, window: int) -> Window | None:
        return next((each for each in self.stack if each.id == window), None)

    def activate(self, window: int) -> bool:
        self.activated.append(window)
        return self.can_activate
