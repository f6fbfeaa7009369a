import pytest

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.page import Box
from desktop_agent.evaluation.oracle.seen import FEW, called


def box(tag, text="", value="", label="", **attributes):
    return Box(tag, text, value, False, False, attributes, Rect(0, 0, 9, 9), Point(4, 4), label)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (box("button", " Sub\nmit "), '"Sub mit" button'),
        (box("a", "Tab #2", role="tab"), '"Tab #2" tab'),
        (box("span", "lorem"), '"lorem"'),
        (box("input", value="on", label="Apples", type="checkbox"), '"Apples" checkbox'),
        (box("input", value="Go", type="submit"), '"Go" button'),
        (box("input", value="what it holds", label="Name:"), '"Name:" text field'),
        (box("input", value="secret", type="password"), "text field"),
        (box("select", "Red\nBlue", value="Red", label="Colour"), '"Colour" dropdown'),
        (box("circle", fill="red"), "red circle"),
        (box("rect", fill="#f00"), "rectangle"),
        (box("text", "B", fill="blue"), '"B"'),
        (box("div", "w" * (FEW + 1), id="subbtn"), ""),
        (box("span", id="heart"), ""),
    ],
)
def test_an_element_is_called_by_what_is_seen_of_it(seen, words):
    assert called(seen) == words
