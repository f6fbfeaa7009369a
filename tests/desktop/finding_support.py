"""Recording targets of real applications, and finding them again."""

import subprocess
from dataclasses import dataclass

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.finding.describe import Moment, describe
from desktop_agent.macros.finding.ladder import Ladder
from desktop_agent.macros.format import Target
from desktop_agent.macros.found import Found
from desktop_agent.step.desk import Desk
from tests.desktop.helpers import wait_until


@dataclass(frozen=True)
class Recorded:
    """A target and its picture."""

    target: Target
    picture: Image

    def by(self, *names: str) -> "Recorded":
        """Only with these ways to find it, and its window."""
        kept = {"words", "window", *names}
        gone = dict.fromkeys(set(Target.model_fields) - kept - {"comment"})
        return Recorded(
            self.target.model_copy(update={**gone, "near": self.target.near if "near" in kept else ()}), self.picture
        )


def record(desk: Desk, window: Window, point: Point) -> Recorded:
    """What a recorder would keep of a click at `point` in `window` or in its menu."""
    surface = desk.windows.at(point)
    assert surface is not None
    assert surface.pid == window.pid
    elements = desk.elements.tree(window).elements
    layout = desk.screen.layout()
    shot = desk.screen.grab(layout.bounds)
    described = describe(Moment(point, surface, window, elements, shot, layout.monitors[0]))
    (data,) = described.pictures.values()
    return Recorded(described.target, Image.decode(data))


def find(desk: Desk, recorded: Recorded) -> Found:
    return Ladder(desk).find(recorded.target, recorded.picture)


def elements(desk: Desk, window: Window) -> tuple[Element, ...]:
    try:
        return desk.elements.tree(window).elements
    except Unavailable:
        return ()


def named(desk: Desk, window: Window, name: str, role: str = "") -> Element:
    """The element of that name, once it is there."""

    def look() -> Element | None:
        return next((it for it in elements(desk, window) if it.name == name and role in ("", it.role)), None)

    return wait_until(look, 20, f"{name} in {window.title}")


def place(display: PrivateDisplay, desk: Desk, window: Window, region: Rect) -> Window:
    """Move it and make it that large, and wait until it stays there."""
    subprocess.run(
        ["xdotool", "windowsize", str(window.id), str(region.width), str(region.height)],
        env=display.environment,
        check=True,
    )
    subprocess.run(
        ["xdotool", "windowmove", str(window.id), str(region.x), str(region.y)], env=display.environment, check=True
    )

    def settled() -> Window | None:
        now = desk.windows.get(window.id)
        near = now is not None and abs(now.region.x - region.x) + abs(now.region.y - region.y) < 60
        inside = (
            near
            and now is not None
            and any(now.region.encloses(it.region) and it.region.y > now.region.y for it in elements(desk, now))
        )
        return now if inside else None

    return wait_until(settled, 10, f"{window.title} at {region}")


def click(display: PrivateDisplay, point: Point) -> None:
    """As a person would."""
    command = ["xdotool", "mousemove", str(point.x), str(point.y), "click", "1"]
    subprocess.run(command, env=display.environment, check=True)
