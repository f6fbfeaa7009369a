"""Writing a letter in mousepad, and saving it by its file dialog."""

from collections.abc import Sequence
from pathlib import Path

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import Deed, Dress, Press, Sight, Thing, Write
from tests.bench.macro_themes import gtk

TEXT = "Dear Ada,\nthe engine works: 7 times 8 is 56.\nCharles"
FILE = "letter to ada.txt"


def _of_mousepad(role: str, name: str) -> Thing:
    return Thing("Mousepad", role, name)


class Letter:
    """A text, Save As, its name, Save. The disk tells whether it is done."""

    name = "a letter in mousepad"
    title = "Mousepad"
    deeds: Sequence[Deed] = (
        Press(_of_mousepad("text", ""), Point(-40, -60)),
        Write(TEXT),
        Press(_of_mousepad("menu", "File")),
        Press(_of_mousepad("menu item", "Save As...")),
        Write(FILE),
        Press(_of_mousepad("push button", "Save"), Point(6, 4)),
    )
    home = Rect(240, 180, 640, 480)
    keeps = False

    def command(self, display: PrivateDisplay, dress: Dress) -> tuple[Sequence[str], dict[str, str]]:
        return ["mousepad", "--disable-server"], gtk(dress)

    def reset(self, display: PrivateDisplay, sight: Sight, window: Window) -> None:
        for each in _written(display):
            each.unlink()

    def is_done(self, display: PrivateDisplay, sight: Sight, window: Window) -> bool:
        return [_content(each) for each in _written(display)] == [(FILE, TEXT)]

    def astray(self, display: PrivateDisplay, sight: Sight, window: Window) -> str:
        others = [each for each in map(_content, _written(display)) if each != (FILE, TEXT)]
        return f"there is a file {others[0]}" if others else ""

    def close(self) -> None:
        """Nothing is left."""


def _written(display: PrivateDisplay) -> list[Path]:
    """All texts in the person's home."""
    return [each for each in Path(display.environment["HOME"]).rglob("*") if each.is_file()]


def _content(file: Path) -> tuple[str, str]:
    return file.name, file.read_text("utf-8", "replace").rstrip("\n")
