"""A run goes on without accessibility and without OCR; whoever asks for them is told why they are missing."""

import pytest

from desktop_agent.cli.eyes_and_hands import EyesAndHands
from desktop_agent.cli.planners import LateLocator
from desktop_agent.core.desktop import Element
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.desktop import elements, ocr
from desktop_agent.step.privacy import Privacy
from tests.unit.cli_doubles import window

WHY = Unavailable("It is missing.", "Install it.", "details")


def absent(*_):
    raise WHY


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.setattr(elements, "open_elements", absent)
    monkeypatch.setattr(ocr, "open_reader", absent)
    opened = EyesAndHands(include_ancestors=False, privacy=Privacy())
    yield opened
    opened.close()


def test_missing_elements_say_so_when_they_are_asked(parts):
    notes, button = window(1, "Notes", "Mousepad", 20), Element("ref", "push button", "OK", Rect(0, 0, 1, 1))
    asked = parts.elements
    for question in (
        lambda: asked.tree(notes),
        lambda: asked.at(notes, Point(1, 1)),
        lambda: asked.focused(notes),
        lambda: asked.refresh(button),
        lambda: asked.text(button),
    ):
        with pytest.raises(Unavailable) as raised:
            question()
        assert (raised.value.user_message, raised.value.hint) == ("It is missing.", "Install it.")
        assert raised.value is not WHY


def test_a_missing_reader_says_so_when_it_is_to_read(parts):
    with pytest.raises(Unavailable, match="It is missing"):
        parts.reader.read(Image(1, 1, bytes(4)))


def test_a_locator_is_made_only_when_something_is_looked_for():
    locator = LateLocator(absent)
    for look in (
        locator.focusable_text,
        lambda view: locator.find("Save", view),
        lambda view: locator.similar("S", view),
    ):
        with pytest.raises(Unavailable, match="It is missing"):
            look(View(Rect(0, 0, 10, 10), 10, 10))
