"""A job that a person does with a real application: what is done, on what, and what shows that it was done."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.naming import IN_POPUPS
from desktop_agent.core.protocols import Elements, Windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.helpers import close_app, open_app
from tests.waiting import wait_until

REST_SECONDS = 0.5
"""How long a person's mouse rests on something before it is pressed. On a busy machine it takes the recorder a quarter
of a second to learn what the mouse is on; what an open list's entry was can't be found out after the press."""
AFTER_SECONDS = 0.15
"""How long a person's hands rest after a press, and after keys."""
ANSWER_SECONDS = 3.0
"""How long an application may take to show that the job is done, once the last input was sent."""


@dataclass(frozen=True)
class Thing:
    """What a press is meant for: an element of an application."""

    application: str
    role: str
    name: str

    def __str__(self) -> str:
        return f"{self.role} {self.name!r} of {self.application}"


@dataclass(frozen=True)
class Press:
    """Click `thing`, `aside` pixels from its middle."""

    thing: Thing
    aside: Point = Point(0, 0)


@dataclass(frozen=True)
class Write:
    text: str


@dataclass(frozen=True)
class ClickAt:
    """Click at a pixel: what a recorder keeps that knows nothing but coordinates."""

    point: Point


Deed = Press | Write
Raw = ClickAt | Write


@dataclass(frozen=True)
class Dress:
    """How an application is started."""

    dark: bool = False
    large: bool = False
    """Texts at 125 %."""


class Job(Protocol):
    """A job. What it needs lies in the display's home."""

    name: str
    title: str
    """A part of the window's title when the application has started."""
    deeds: Sequence[Deed]
    home: Rect
    """Where its window is while it is recorded."""
    keeps: bool
    """Whether the application can be made ready for another run without starting it anew."""

    def command(self, display: PrivateDisplay, dress: Dress) -> tuple[Sequence[str], dict[str, str]]:
        """What starts the application, and what is added to its environment."""

    def reset(self, display: PrivateDisplay, sight: "Sight", window: Window) -> None:
        """Take back whatever an earlier run did, and wait until nothing of it is left."""

    def is_done(self, display: PrivateDisplay, sight: "Sight", window: Window) -> bool:
        """Whether the application or the disk shows that the job is done."""

    def astray(self, display: PrivateDisplay, sight: "Sight", window: Window) -> str:
        """What the application itself shows that no part of the job can have brought about; empty where nothing."""

    def close(self) -> None: ...


class Sight:
    """The bench's own eyes, which know nothing of macros."""

    def __init__(self, windows: Windows, elements: Elements) -> None:
        self.windows = windows
        self._elements = elements

    def close(self) -> None:
        self._elements.close()
        self.windows.close()

    def elements(self, window: Window) -> tuple[Element, ...]:
        """Those that its application tells; none where it doesn't."""
        try:
            return self._elements.tree(window).elements
        except Unavailable:
            return ()

    def text(self, window: Window, role: str) -> str:
        """What stands in its first field of that role."""
        return next((each.text for each in self.elements(window) if each.role == role), "")

    def place_of(self, thing: Thing) -> Element | None:
        """Where `thing` is; of several the topmost."""
        for window in self.windows.stacking():
            if window.application == thing.application and not window.popup:
                for each in self.elements(window):
                    if (each.role, each.name) == (thing.role, thing.name):
                        return each
        return None

    def thing_at(self, point: Point) -> Thing:
        """What a press at `point` would land on now."""
        window = self.windows.at(point)
        if window is None:
            return Thing("nothing", "", "")
        owner = self._owner(window)
        found = self._in_popup(owner, point) if window.popup else self._at(window, point)
        return Thing(owner.application or owner.title, found.role if found else "", found.name if found else "")

    def _at(self, window: Window, point: Point) -> Element | None:
        try:
            return self._elements.at(window, point)
        except Unavailable:
            return None

    def _in_popup(self, owner: Window, point: Point) -> Element | None:
        """The entry of an open menu or list, which its window tells."""
        hits = (each for each in self.elements(owner) if each.role in IN_POPUPS and each.region.contains(point))
        return min(hits, key=lambda each: each.region.area, default=None)

    def _owner(self, window: Window) -> Window:
        """The window that a popup belongs to."""
        of_process = (each for each in self.windows.stacking() if each.pid == window.pid and not each.popup)
        return next(of_process, window) if window.popup else window


class App:
    """A job's application, running."""

    def __init__(self, job: Job, display: PrivateDisplay, sight: Sight, dress: Dress) -> None:
        self.job, self.display, self.sight, self.dress = job, display, sight, dress
        self._start()

    @property
    def window(self) -> Window:
        """Its window as it is now; as it was at first where it is gone."""
        return self.sight.windows.get(self._window.id) or self._window

    def renew(self, fresh: bool = False) -> None:
        """Make it ready for another run."""
        if fresh or not self.job.keeps:
            self.close()
            self._start()
        self.job.reset(self.display, self.sight, self.window)

    def put(self, place: Rect) -> None:
        """Move its window's contents there and make them that large, as far as it lets that be done."""
        if self.window.region == place:
            return
        number = str(self.window.id)
        for command in (["windowsize", number, place.width, place.height], ["windowmove", number, place.x, place.y]):
            run_xdotool(self.display, [str(each) for each in command])
        seen: list[Rect] = []

        def still() -> bool:
            seen.append(self.window.region)
            return len(seen) > 3 and len(set(seen[-4:])) == 1 and self._tells(self.window)

        wait_until(still, 10, f"{self.job.name} staying at {place}")

    def is_done(self) -> bool:
        return self.job.is_done(self.display, self.sight, self.window)

    def close(self) -> None:
        close_app(self.display, self.window)

    def _start(self) -> None:
        command, more = self.job.command(self.display, self.dress)
        before = dict(self.display.environment)
        self.display.environment.update(more)
        try:
            self._window = open_app(self.display, command, self.job.title, 60)
        finally:
            self.display.environment.clear()
            self.display.environment.update(before)
        wait_until(lambda: self._tells(self.window), 30, f"the elements of {self.job.name}")
        self.sight.windows.activate(self.window.id)

    def _tells(self, window: Window) -> bool:
        """Whether what is pressed first is there, in the window."""
        first = next(each.thing for each in self.job.deeds if isinstance(each, Press))
        return any(
            (each.role, each.name) == (first.role, first.name) and window.region.encloses(each.region)
            for each in self.sight.elements(window)
        )


def perform(app: App, person: Person) -> list[Raw]:
    """Do the job as a person would, who looks and rests. What was done, in coordinates.

    Raises:
        AssertionError: it did not come to what it should.
    """
    done: list[Raw] = []
    for deed in app.job.deeds:
        if isinstance(deed, Press):
            spot = wait_until(lambda deed=deed: _still_at(app.sight, deed), 10, f"{deed.thing}")  # type: ignore[misc]
            person.move(spot.x, spot.y)
            time.sleep(REST_SECONDS)
            person.press_button()
            person.release_button()
            done.append(ClickAt(spot))
        else:
            person.type(deed.text)
            done.append(deed)
        time.sleep(AFTER_SECONDS)
    wait_until(app.is_done, ANSWER_SECONDS, f"{app.job.name} being done by a person")
    return done


def _still_at(sight: Sight, press: Press) -> Point | None:
    """Where to press, once it stays there."""
    first = sight.place_of(press.thing)
    time.sleep(0.1)
    second = sight.place_of(press.thing)
    if first is None or second is None or first.region != second.region:
        return None
    centre = second.region.center
    return Point(centre.x + press.aside.x, centre.y + press.aside.y)


def things(job: Job) -> Iterator[Thing]:
    """What is pressed, in order."""
    return (each.thing for each in job.deeds if isinstance(each, Press))


def run_xdotool(display: PrivateDisplay, arguments: Sequence[str]) -> None:
    """Run xdotool on `display`, and wait for its end."""
    subprocess.run(["xdotool", *arguments], env=display.environment, check=True)
