"""What the tests of recording share: a describer, a recorder with everything, and a person who pauses like one."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording.convert import Draft, convert
from desktop_agent.macros.recording.eyes import Eyes, open_eyes
from desktop_agent.macros.recording.observation import Described, place_of
from desktop_agent.macros.recording.pictures import cut
from desktop_agent.macros.recording.recorder import Recorder

REST = 0.25
"""Seconds that a person's mouse rests on something before it is pressed, and hands rest between two things."""


class PlainDescriber:
    """Implements `observation.Describer` with what can be told without asking anybody."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    def window(self, window: Window) -> WindowRef:
        return WindowRef(application=window.application, title=window.title)

    def target(self, window: Window, element: Element | None, point: Point, shot: Screenshot | None) -> Described:
        box = element.region if element is not None else Rect.around(point, 24)
        found = cut(shot, box, point) if shot is not None else None
        target = Target(
            window=self.window(window),
            element=ElementRef(role=element.role, name=element.name) if element is not None else None,
            picture=found[0] if found else None,
            place=place_of(window, point, self._eyes.screen.layout()),
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


def files_below(folder: Path) -> list[Path]:
    return [each for each in sorted(folder.rglob("*")) if each.is_file()]
