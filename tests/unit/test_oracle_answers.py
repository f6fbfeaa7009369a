"""What solvers work out, without a page."""

import pytest

from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation.oracle.moves import click, hover
from desktop_agent.evaluation.oracle.page import Box, Lost
from desktop_agent.evaluation.oracle.solvers.numbers import FIRST, HIGHEST, LOWEST, next_guess
from desktop_agent.evaluation.oracle.solvers.opening import step_into
from desktop_agent.evaluation.oracle.solvers.shapes import fits
from desktop_agent.evaluation.oracle.solvers.special_fields import clock, time_of_day
from desktop_agent.evaluation.oracle.solvers.terminal import may_go


def box(name, shown=True, tag="div", **attributes):
    at = Rect(100, 100, 40, 20)
    return Box(tag, name, "", False, False, attributes, at, at.center if shown else None)


@pytest.mark.parametrize("number", range(LOWEST, HIGHEST + 1))
def test_four_guesses_find_every_number_although_only_the_last_answer_is_known(number):
    guesses = [FIRST]
    while guesses[-1] != number and len(guesses) < 5:
        guesses.append(next_guess(guesses[-1], number > guesses[-1]))
    assert guesses[-1] == number
    assert len(guesses) <= 4


@pytest.mark.parametrize("last", [-3, 55])
def test_what_is_no_guess_of_the_search_begins_it_anew(last):
    assert next_guess(last, higher=last < 0) == FIRST


@pytest.mark.parametrize(
    ("file", "extension", "may"),
    [
        ("media.sh", ".sh", True),
        ("shark.sh", ".sh", False),
        ("page.tar.gz", ".tar.gz", True),
        ("search", ".sh", False),
        ("search", "", True),
        ("media.sh", "", False),
    ],
)
def test_a_file_is_deleted_only_where_the_page_sees_its_extension(file, extension, may):
    assert may_go(file, extension) is may


def test_a_path_is_gone_along_as_far_as_it_shows():
    outer, inner, end = box("outer"), box("inner"), box("end")
    hidden = [box(name, shown=False) for name in ("inner", "end")]
    assert step_into([outer, *hidden], hover) == hover(outer)
    assert step_into([outer, inner, hidden[1]], hover) == hover(inner)
    assert step_into([outer, hidden[0], end], hover) == click(end)
    for path in ([], hidden):
        with pytest.raises(Lost):
            step_into(path, hover)


@pytest.mark.parametrize(
    ("words", "fit"),
    [("small red circle", True), ("shape", True), ("red item", True), ("large circle", False), ("letter", False)],
)
def test_words_describe_shapes(words, fit):
    assert fits(box("", tag="circle", r="5", fill="red"), words) is fit


@pytest.mark.parametrize(
    ("said", "halves", "typed"),
    [
        ("12:05 AM", True, ["12", "05", "AM"]),
        ("1:30 AM", True, ["01", "30", "AM"]),
        ("12:59 PM", True, ["12", "59", "PM"]),
        ("11:07\u202fPM", True, ["11", "07", "PM"]),
        ("12:05 AM", False, ["00", "05"]),
        ("5:09 PM", False, ["17", "09"]),
        ("00:41", True, ["12", "41", "AM"]),
        ("17:09", False, ["17", "09"]),
    ],
)
def test_a_time_is_typed_as_the_field_has_its_parts(said, halves, typed):
    hour, minute = time_of_day(f"Enter {said} as the time and press submit.")
    assert list(clock(hour, minute, halves).values()) == typed


def test_where_no_time_is_said_none_is_made_up():
    with pytest.raises(Lost, match="noon"):
        time_of_day("Enter noon as the time and press submit.")
