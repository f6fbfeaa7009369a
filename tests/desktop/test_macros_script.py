"""An exported script plays the macro that it was made of, by its pictures alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.screen import open_screen
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.export import python
from desktop_agent.macros.export.exported import save
from desktop_agent.macros.files import InMemory, Stored, picture_name
from desktop_agent.macros.format import Macro
from tests.desktop.command_line import (
    Application,
    galculator_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import wait_until

AROUND = 40


@pytest.fixture
def shot(galculator: Application, on_desktop: PrivateDisplay) -> Iterator[Screenshot]:
    """The screen with the calculator on it."""
    wait_until(lambda: galculator.text == "0")
    screen = open_screen(on_desktop.name)
    yield screen.grab(screen.layout().bounds)
    screen.close()


def nothing(name: str) -> Stored:
    raise UsageError("There is none.")


def button(application: Application, shot: Screenshot, name: str, pictures: dict[str, bytes]) -> dict[str, Any]:
    """A target with its picture alone."""
    region = next(each.region for each in application.elements("toggle button") if each.name == name)
    part = region.grown(AROUND).intersection(shot.region)
    png = shot.image.crop(shot.view.image_rect(part)).encode_png()
    pictures[picture_name(png)] = png
    return {
        "words": f"the button “{name}”",
        "picture": {
            "file": picture_name(png),
            "box": {
                "x": region.x - part.x,
                "y": region.y - part.y,
                "width": region.width,
                "height": region.height,
            },
            "point": {"x": region.center.x - part.x, "y": region.center.y - part.y},
        },
    }


def script(application: Application, shot: Screenshot, folder: Path) -> Path:
    pictures: dict[str, bytes] = {}
    click = [button(application, shot, name, pictures) for name in ("7", "*", "=")]
    steps = [
        {"id": "a", "do": "click", "target": click[0]},
        {"id": "b", "do": "click", "target": click[1]},
        {"id": "c", "do": "type", "text": "{{factor}}"},
        {"id": "d", "do": "click", "target": click[2]},
    ]
    body = {"name": "Seven times", "steps": steps, "parameters": [{"name": "factor", "type": "integer"}]}
    save(python.export(Stored(Macro.model_validate(body), InMemory(pictures)), nothing), folder / "seven.py")
    return folder / "seven.py"


def play(path: Path, display: PrivateDisplay, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(path), *options]
    return subprocess.run(command, env=dict(display.environment), capture_output=True, text=True, timeout=60)


def test_an_exported_script_computes(
    galculator: Application, shot: Screenshot, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    path = script(galculator, shot, tmp_path)
    ended = play(path, on_desktop, "--factor", "8")
    assert ended.returncode == 0, ended.stderr
    assert wait_until(lambda: galculator.text if galculator.text == "56" else "") == "56"


def test_an_exported_script_stops_where_a_target_is_not_there(
    galculator: Application, shot: Screenshot, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    path = script(galculator, shot, tmp_path)
    path.write_text(path.read_text().replace(", 10.0, ", ", 0.5, "))
    for picture in path.with_name("seven_pictures").glob("target-*"):  # another target than what is there
        picture.write_bytes(shot.image.crop(Rect(0, 0, 50, 20)).encode_png())
    ended = play(path, on_desktop, "--factor", "8")
    assert ended.returncode == 1
    assert "Stopped: " in ended.stderr
    assert galculator.text == "0"
