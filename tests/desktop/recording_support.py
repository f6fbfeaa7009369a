"""What the tests of recording share: a describer, a recorder with everything, and a person who pauses like one."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.elements import open_elements
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.convert import Draft, convert
from desktop_agent.macros.recording.eyes import Eyes, open_eyes
from desktop_agent.macros.recording.observation import Described, Sight, place_of
from desktop_agent.macros.recording.pictures import cut
from desktop_agent.macros.recording.recorder import Recorder
from tests.desktop.helpers import wait_until

REST = 0.25
"""Seconds that a person's mouse rests on something before it is pressed, and hands rest between two things."""


class PlainDescriber:
    """Implements `observation.Describer` with what can be told without asking anybody."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    def window(self, window: Window) -> WindowRef:
        return WindowRef(application=window.application, title=window.title)

    def target(self, sight: Sight) -> Described:
        element, point = sight.element, sight.point
        box = element.region if element is not None else Rect.around(point, 24)
        found = cut(sight.shot, box, point) if sight.shot is not None else None
        target = Target(
            window=self.window(sight.window),
            element=ElementRef(role=element.role, name=element.name) if element is not None else None,
            picture=found[0] if found else None,
            place=place_of(sight.surface, point, self._eyes.screen.layout()),
        )
        return Described(target, {found[1]: found[2]} if found else {})


def own_pids() -> frozenset[int]:
    return frozenset({os.getpid()})


@contextlib.contextmanager
def recording(display: PrivateDisplay, **options: object) -> Iterator[Recorder]:
    """A recorder that records."""
    eyes = open_eyes(display.name)
    settings = options.pop("settings", Settings())
    recorder = Recorder(eyes, PlainDescriber(eyes), options.pop("own_pids", own_pids), settings, **options)  # type: ignore[arg-type]
    try:
        recorder.start()
        yield recorder
    finally:
        if recorder.status.state != "stopped":
            recorder.stop()
        eyes.close()


def drafted(recorder: Recorder) -> Draft:
    """What was recorded, as a macro."""
    return convert(recorder.stop())


class Slowly:
    """A person who rests between two things."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def __getattr__(self, name: str) -> Callable[..., None]:
        def then_rest(*arguments: object) -> None:
            getattr(self.person, name)(*arguments)
            time.sleep(REST)

        return then_rest

    def click(self, x: int, y: int, button: int = 1) -> None:
        self.person.move(x, y)
        time.sleep(REST)
        self.person.press_button(button)
        self.person.release_button(button)
        time.sleep(REST)


def place_of_role(display: PrivateDisplay, window: Window, role: str, name: str = "") -> Point:
    """The middle of the element with that role, and that name if one is given, once the application tells of it."""
    elements = open_elements(display.name)

    def found() -> Point | None:
        with contextlib.suppress(Unavailable):  # it may not be on the bus yet
            fitting = (each for each in elements.tree(window).elements if each.role == role)
            return next((each.region.center for each in fitting if not name or each.name == name), None)
        return None

    try:
        return wait_until(found, 15, f"{role} {name}")  # type: ignore[return-value]
    finally:
        elements.close()
