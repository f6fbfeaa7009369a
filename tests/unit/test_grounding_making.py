"""What is no target when the folder is made."""

from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.desktop import Element, ElementTree, Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from tests.grounding import make
from tests.grounding.applications import APPLICATIONS, SCALES, THEMES, Application, Start, Wanted
from tests.unit.cli_doubles import FixedWindows, window

SAVE = Wanted("push button", "Save", "save it")
WINDOW = window(1, "Form", "form", 7)
"""At 10, 10; 100 × 100 pixels."""


def element(name: str, region: Rect, role: str = "push button") -> Element:
    return Element(name, role, name, region)


class FixedElements:
    """One tree for every window."""

    def __init__(self, *elements: Element) -> None:
        self.elements = elements

    def tree(self, _: object) -> ElementTree:
        return ElementTree(self.elements)


def boxes(windows: FixedWindows, *elements: Element) -> dict[Wanted, Rect]:
    display: Any = None
    screen: Any = None
    found: Any = FixedElements(*elements)
    seen: Any = windows
    eyes = make._Eyes(display, found, seen, screen)
    application = Application("form", "Form", lambda *_: Start((), {}), (SAVE,))
    return eyes._boxes(WINDOW, application)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "PATIENCE", 0.1)


def test_a_target_is_where_its_element_is_in_pixels() -> None:
    assert boxes(FixedWindows((WINDOW,)), element("Save", Rect(20, 20, 40, 20))) == {SAVE: Rect(20, 20, 40, 20)}


@pytest.mark.parametrize(
    ("elements", "problem"),
    [
        ([element("Open", Rect(20, 20, 40, 20))], "is there 0 times"),
        ([element("Save", Rect(20, 20, 40, 20)), element("Save", Rect(20, 60, 40, 20))], "is there 2 times"),
        ([element("Save", Rect(20, 20, 40, 20)), element("Open", Rect(35, 25, 30, 9))], "something else in its middle"),
        ([element("Save", Rect(20, 20, 40, 7))], "is too small"),
        ([element("Save", Rect(90, 20, 40, 20))], "lies outside its window"),
    ],
)
def test_what_can_t_be_vouched_for_is_no_target(elements: list[Element], problem: str) -> None:
    with pytest.raises(make.Unfit, match=problem):
        boxes(FixedWindows((WINDOW,)), *elements)


def test_what_another_window_covers_is_no_target() -> None:
    above = window(4, "Above", "other", 8)  # At 40, 10: over the right half.
    with pytest.raises(make.Unfit, match="is covered"):
        boxes(FixedWindows((above, WINDOW)), element("Save", Rect(20, 20, 40, 20)))


def test_a_window_that_ignores_the_theme_is_not_taken() -> None:
    white = Image(200, 200, b"\xff" * 200 * 200 * 4)
    shot = Screenshot("s", Rect(0, 0, 200, 200), "one", white, 0.0)
    make._require_theme(shot, WINDOW, "light")
    with pytest.raises(make.Unfit, match="Form is not dark"):
        make._require_theme(shot, WINDOW, "dark")


def test_nothing_drawn_is_no_target() -> None:
    pixels = bytearray(200 * 200 * 4)
    pixels[4 * (50 * 200 + 50)] = 9
    assert make._drawn(Image(200, 200, bytes(pixels)), Rect(40, 40, 20, 20))
    assert not make._drawn(Image(200, 200, bytes(pixels)), Rect(60, 40, 20, 20))


def test_instructions_are_told_apart_and_there_are_enough() -> None:
    for application in APPLICATIONS:
        said = [each.instruction for each in application.wanted]
        assert len(set(said)) == len(said)
    assert sum(len(each.wanted) for each in APPLICATIONS) * len(SCALES) * len(THEMES) >= 60
    assert (len(SCALES), len(THEMES)) == (3, 2)
    assert (Path(make.__file__).parent / "page.html").is_file()
