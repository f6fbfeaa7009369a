"""Makes a folder of targets on screenshots of the test applications: `python -m tests.grounding.make FOLDER`.

Each picture is the screen of a display of our own with one application on it, at one scale and in one theme. Where the
targets are is read from the accessible elements, and checked: each must lie in the window and the picture, be the only
one of its name, and be what a click there would reach. What does not pass ends the making: there is no target that
nobody vouches for. Score a planner on it with `desktop-agent eval grounding FOLDER`.
"""

import argparse
import contextlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Elements, Screen, Windows
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.helpers import close_app, open_app, wait_until
from tests.grounding.applications import APPLICATIONS, SCALES, SIZE, THEMES, Application, Start, Theme, Wanted

SMALLEST = 8
"""Pixels of a target's shorter side."""
MIDDLE = 128
"""Brightness of a window, 0…255, below which it is dark."""
PATIENCE = 60.0
"""Seconds until a window shows what it is to show."""
_POINTING_AT_THE_DISPLAY = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE")


class Unfit(AssertionError):
    """What was wanted is no target."""


def make(
    folder: Path,
    applications: Sequence[Application] = APPLICATIONS,
    scales: Sequence[float] = SCALES,
    themes: Sequence[Theme] = THEMES,
) -> int:
    """Write the pictures and `targets.json`, and return how many targets there are.

    Raises:
        Unfit: what was wanted is no target, see above.
        Unavailable: a program is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for scale in scales:
        size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
        with PrivateDisplay("xvfb", size) as display, _eyes(display) as eyes:
            with Person.on(display) as person:
                person.move(0, size[1] - 1)  # Where it brings up no tooltip.
            for theme in themes:
                for application in applications:
                    entries += eyes.picture(folder, application, scale, theme)
    (folder / "targets.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    return len(entries)


@contextlib.contextmanager
def _eyes(display: PrivateDisplay) -> Iterator["_Eyes"]:
    before = {name: os.environ.get(name) for name in _POINTING_AT_THE_DISPLAY}
    os.environ.update({name: display.environment[name] for name in before})
    elements, windows, screen = open_elements(), open_windows(display.name), open_screen()
    try:
        yield _Eyes(display, elements, windows, screen)
    finally:
        for part in (screen, windows, elements):
            part.close()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


class _Eyes:
    """Looks at one display."""

    def __init__(self, display: PrivateDisplay, elements: Elements, windows: Windows, screen: Screen) -> None:
        self._display = display
        self._elements = elements
        self._windows = windows
        self._screen = screen

    def picture(self, folder: Path, application: Application, scale: float, theme: Theme) -> list[dict[str, Any]]:
        """Save the picture of an application, and return its targets as ScreenSpot writes them."""
        name = f"{application.name}-{scale:g}-{theme}"
        own = Path(self._display.environment["HOME"], name)  # It goes with the display, when nobody writes there.
        own.mkdir()
        start = application.start(scale, theme, own)
        window = self._open(application, start)
        try:
            boxes = self._boxes(window, application)
            shot = self._settled(boxes.values())
            _require_theme(shot, window, theme)
        finally:
            close_app(self._display, window)
        for wanted, box in boxes.items():
            _require(shot.region.encloses(box), wanted, f"lies outside the picture: {box}")
        (folder / f"{name}.png").write_bytes(shot.image.encode_png())
        return [
            {
                "img_filename": f"{name}.png",
                "bbox": [box.x, box.y, box.width, box.height],
                "instruction": wanted.instruction,
                "data_type": wanted.kind,
                "data_source": application.name,
                "scale": f"{scale:g}",
                "theme": theme,
            }
            for wanted, box in boxes.items()
        ]

    def _open(self, application: Application, start: Start) -> Window:
        before = dict(self._display.environment)
        self._display.environment.update(start.environment)
        try:
            window = open_app(self._display, start.command, application.title, PATIENCE)
        finally:
            self._display.environment.clear()
            self._display.environment.update(before)
        self._windows.activate(window.id)
        return window

    def _boxes(self, window: Window, application: Application) -> dict[Wanted, Rect]:
        if application.lines:
            found = {wanted: self._cells(window, application.lines, wanted) for wanted in application.wanted}
        else:
            found = self._found(window, application.wanted)
        for wanted, box in found.items():
            _require(min(box.width, box.height) >= SMALLEST, wanted, f"is too small: {box}")
            _require(window.region.encloses(box), wanted, f"lies outside its window: {box}, {window.region}")
            for point in (box.center, Point(box.x + 1, box.y + 1), Point(box.right - 2, box.bottom - 2)):
                top = self._windows.at(point)
                _require(top is not None and top.id == window.id, wanted, f"is covered at {point}")
        return found

    def _found(self, window: Window, wanted: Sequence[Wanted]) -> dict[Wanted, Rect]:
        """Where the elements are, once they are all there and stay where they are."""
        last: dict[Wanted, Rect] = {}
        problem = ""

        def look() -> bool:
            nonlocal last, problem
            try:
                tree = self._elements.tree(window).elements
                found = {each: _box(tree, each) for each in wanted}
            except (Unavailable, Unfit) as error:
                problem = str(error)
                return False
            same, last = found == last, found
            problem = "" if same else "it moves"
            return same

        try:
            wait_until(look, PATIENCE)
        except AssertionError as error:
            raise Unfit(f"{window.title}: {problem}") from error
        return last

    def _cells(self, window: Window, lines: Sequence[str], wanted: Wanted) -> Rect:
        """Where a text stands in a terminal, whose window says how large a cell and its margin are."""
        places = [(row, line.find(wanted.name)) for row, line in enumerate(lines) if wanted.name in line]
        _require(len(places) == 1, wanted, f"is there {len(places)} times")
        ((row, column),) = places
        from desktop_agent.desktop import x11

        connection = x11.open_display(self._display.name)
        try:
            hints = connection.create_resource_object("window", window.id).get_wm_normal_hints()
        finally:
            connection.close()
        width, height = hints.width_inc, hints.height_inc
        x, y = window.region.x + hints.base_width // 2, window.region.y + hints.base_height // 2
        return Rect(x + column * width, y + row * height, len(wanted.name.rstrip()) * width, height)

    def _settled(self, boxes: Collection[Rect]) -> Screenshot:
        """The screen, when something is drawn in all `boxes` and two looks in a row are the same."""
        whole = self._screen.layout().bounds
        shots = [self._screen.grab(whole)]

        def still() -> bool:
            shots.append(self._screen.grab(whole))
            last, image = shots[-2:], shots[-1].image
            return last[0].image.digest == image.digest and all(_drawn(image, box) for box in boxes)

        wait_until(still, PATIENCE, "a screen that stays as it is")
        return shots[-1]


def _drawn(image: Image, box: Rect) -> bool:
    part = image.crop(box).bgra
    return part != part[:4] * (len(part) // 4)


def _box(tree: Sequence[Element], wanted: Wanted) -> Rect:
    alike = [each for each in tree if (each.role, each.name) == (wanted.role, wanted.name)]
    _require(len(alike) == 1, wanted, f"is there {len(alike)} times")
    region = alike[0].region
    there = [each for each in tree if each.region.contains(region.center)]
    innermost = min(there, key=lambda each: each.region.area)
    _require(region.encloses(innermost.region), wanted, f"has something else in its middle: {innermost}")
    return region


def _require_theme(shot: Screenshot, window: Window, theme: Theme) -> None:
    """A program that knows nothing of the theme it was started with would make half the figures mean nothing."""
    seen = shot.image.crop(window.region.intersection(shot.region)).to_pillow().convert("L")
    brightness = sum(level * count for level, count in enumerate(seen.histogram())) / (seen.width * seen.height)
    if (brightness < MIDDLE) != (theme == "dark"):
        raise Unfit(f"{window.title} is not {theme}: its mean brightness is {brightness:.0f}")


def _require(holds: bool, wanted: Wanted, problem: str) -> None:
    if not holds:
        raise Unfit(f"{wanted.role} {wanted.name!r} {problem}")


def main() -> None:
    """Make the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="APPLICATION,…", default=",".join(each.name for each in APPLICATIONS))
    parser.add_argument("--scales", metavar="N,…", default=",".join(f"{each:g}" for each in SCALES))
    parser.add_argument("--themes", metavar="NAME,…", default=",".join(THEMES))
    arguments = parser.parse_args()
    names, themes = arguments.only.split(","), arguments.themes.split(",")
    applications = [each for each in APPLICATIONS if each.name in names]
    scales = [float(each) for each in arguments.scales.split(",")]
    count = make(arguments.folder, applications, scales, [each for each in THEMES if each in themes])
    print(f"{count} targets in {arguments.folder}.")


if __name__ == "__main__":
    main()
