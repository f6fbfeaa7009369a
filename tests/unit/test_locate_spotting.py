"""Phrases among words that OCR read."""

import pytest

from desktop_agent.core.desktop import Word
from desktop_agent.core.geometry import Rect
from desktop_agent.tools.spotting import spot


def lines(*texts: str) -> list[Word]:
    """Words of 10 pixels a character, 20 a line."""
    words = []
    for number, text in enumerate(texts):
        x = 0
        for word in text.split(" "):
            words.append(Word(word, Rect(x, 20 * number, 10 * len(word), 15), number, 0.9))
            x += 10 * (len(word) + 1)
    return words


def test_a_phrase_of_several_words_is_found_on_one_line_only() -> None:
    (found,) = spot("Save As", lines("File Save As Close", "Save", "As"))
    assert found.text == "Save As"
    assert found.region == Rect(50, 0, 70, 15)


@pytest.mark.parametrize("text", ["Save.", "“Save”", "(Save)", "Save…", "Save:"])
def test_punctuation_at_a_words_edge_does_not_matter(text: str) -> None:
    assert len(spot("Save", lines(text))) == 1


@pytest.mark.parametrize("text", ["Autosave", "Saved", "Sa ve5"])
def test_parts_of_words_are_not_found(text: str) -> None:
    assert spot("Save", lines(text)) == ()


def test_the_exact_case_comes_first_then_any_case() -> None:
    assert [found.region.y for found in spot("Save", lines("SAVE", "Save"))] == [20]
    assert [found.region.y for found in spot("save", lines("SAVE", "Save"))] == [0, 20]


def test_confused_characters_count_only_where_that_is_a_single_place() -> None:
    assert [found.text for found in spot("Illinois 10", lines("lllin0is 1O"))] == ["lllin0is 1O"]
    assert spot("OK", lines("0K", "0K")) == ()


def test_words_that_ocr_joined_or_divided_are_found() -> None:
    assert spot("Save As", lines("SaveAs"))[0].region == Rect(0, 0, 60, 15)
    assert spot("Save", lines("Sa ve"))[0].region == Rect(0, 0, 50, 15)


def test_ideographs_are_found_within_a_word() -> None:
    (found,) = spot("保存", lines("文件保存退出"))
    assert found.text == "保存"
    assert found.region == Rect(20, 0, 20, 15)


def test_every_place_is_found() -> None:
    assert len(spot("OK", lines("OK OK", "OK"))) == 3


@pytest.mark.parametrize("phrase", ["", " ", "…"])
def test_nothing_is_found_for_nothing(phrase: str) -> None:
    assert spot(phrase, lines("Save")) == ()
