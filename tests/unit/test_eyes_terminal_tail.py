"""The end of a terminal's text: what Return would run stands there, however much is shown above it."""

from collections.abc import Sequence
from typing import Any

import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.elements import content
from desktop_agent.desktop.elements.bus import Call
from desktop_agent.desktop.elements.walk import Node

SCREEN = "a line of a log that goes on and on\n" * 1000 + "anna@box:~$ rm -rf /"


class Application:
    """A `Reader` that has one text, and notes how much of it was asked for. `silent`: members it doesn't answer."""

    def __init__(self, text: str, silent: str = "", count: object = None) -> None:
        self._text = text
        self._silent = silent
        self._count = len(text) if count is None else count
        self.characters = 0

    def ask(self, calls: Sequence[Call]) -> list[tuple[Any, ...] | None]:
        return [self._answer(call) for call in calls]

    def _answer(self, call: Call) -> tuple[Any, ...] | None:
        if call.member == self._silent or self._silent in call.body:
            return None
        if call.member == "GetText":
            start, end = call.body
            part = self._text[start : len(self._text) if end < 0 else end]
            self.characters += len(part)
            return (part,)
        assert call.body[1] == "CharacterCount"
        return (("i", self._count),)


def read(application: Application, role: str = "terminal") -> tuple[str, str]:
    nodes = [Node((":1.1", "/it"), role, "", frozenset({"editable"}), Rect(0, 0, 9, 9))]
    return content.texts(application, nodes)[0]  # type: ignore[arg-type]


def test_the_end_is_read_and_not_the_whole() -> None:
    application = Application(SCREEN)
    text, tail = read(application)
    assert text == SCREEN[:200] + "…"
    assert tail == SCREEN[-2000:]
    assert application.characters < 2500


def test_a_text_that_is_whole_already_has_no_end_of_its_own() -> None:
    for screen in ("", "anna@box:~$ ls", "x" * 200):
        assert read(Application(screen)) == (screen, "")
    assert read(Application(SCREEN), "text")[1] == ""


@pytest.mark.parametrize("count", [-1, 0, 5, 2**40, "many"])
def test_an_application_that_counts_nonsense_hides_no_end(count: object) -> None:
    tail = read(Application(SCREEN, count=count))[1]
    assert tail in (SCREEN[-2000:], "")
    assert (tail == "") is (count == 2**40)


def test_what_does_not_answer_is_left_out() -> None:
    assert read(Application(SCREEN, silent="CharacterCount"))[1] == SCREEN[-2000:]
    assert read(Application(SCREEN, silent="GetText")) == ("", "")
