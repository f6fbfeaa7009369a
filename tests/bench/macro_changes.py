"""What is different from when a macro was recorded."""

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import App, Dress
from tests.desktop.helpers import close_app, open_app, qt_command

RECORDED_ON, OTHER = (1920, 1080), (1600, 900)
"""Resolutions. On less than 900 lines GTK 3's file dialog has its buttons below the screen."""
AWAY = 500
"""How far a window is moved at most, and how much larger it becomes."""
IN_FRONT = "A reminder"


@dataclass(frozen=True)
class Change:
    """`place` says where a job's window is put before each run, from where it was recorded; None leaves it where the
    window manager put it. With `fresh` the application is started anew before each run, with `covered` another
    program's dialog comes up over it."""

    name: str
    place: Callable[[random.Random, Rect], Rect | None]
    dress: Dress = field(default_factory=Dress)
    size: tuple[int, int] = RECORDED_ON
    fresh: bool = False
    covered: bool = False


def _same(_: random.Random, home: Rect) -> Rect:
    return home


def _moved(chance: random.Random, home: Rect) -> Rect:
    return home.moved(chance.randint(-home.x + 20, AWAY), chance.randint(-home.y + 60, AWAY // 2))


def _resized(chance: random.Random, home: Rect) -> Rect:
    width, height = chance.randint(home.width * 9 // 10, home.width + AWAY), home.height
    return Rect(home.x, home.y, width, chance.randint(height * 9 // 10, height + AWAY // 2))


def _anywhere(_: random.Random, home: Rect) -> None:
    return None


UNCHANGED = Change("unchanged screen", _same)
MOVED = Change("window moved", _moved)
CHANGES = (
    MOVED,
    Change("window resized", _resized),
    Change("application restarted", _anywhere, fresh=True),
    Change("dark theme", _same, Dress(dark=True)),
    Change("text at 125 %", _same, Dress(large=True)),
    Change("another resolution", _anywhere, size=OTHER),
    Change("a dialog in front", _same, covered=True),
)


@contextlib.contextmanager
def made(change: Change, app: App, display: PrivateDisplay, number: int) -> Iterator[None]:
    """`app`, ready for a run, and the screen as `change` has it for the run with that number."""
    app.renew(change.fresh)
    place = change.place(random.Random(f"{app.job.name} {change.name} {number}"), app.job.home)
    if place is not None:
        app.put(place)
    if not change.covered:
        yield
        return
    over = app.window.frame.grown(-20)
    geometry = f"{over.x},{over.y},{over.width},{over.height}"
    dialog = open_app(display, qt_command(IN_FRONT, geometry), IN_FRONT)
    try:
        yield
    finally:
        close_app(display, dialog)
