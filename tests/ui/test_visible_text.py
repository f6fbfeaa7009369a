"""Foreign text is shown so that nothing in it can hide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import visible_text

HIDING = [
    "\u202e",
    "\u200b",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\x07",
    "\x1b",
    "\ufe0f",
    "\u2028",
    "\u00a0",
    "\u3164",
    "\U000e0041",
]


@pytest.mark.parametrize("character", HIDING, ids=lambda each: f"U+{ord(each):04X}")
def test_what_hides_is_shown_by_its_code(character: str) -> None:
    shown = visible_text.verbatim(f"a{character}b")
    assert shown == f"a⟨U+{ord(character):04X}⟩b"
    assert visible_text.has_hidden(f"a{character}b")


def test_line_ends_tabs_and_trailing_spaces_are_visible() -> None:
    assert visible_text.verbatim("one\n\ttwo  \nthree\r\n") == "one⏎\n⇥\ttwo··⏎\nthree⟨U+000D⟩⏎\n"
    assert not visible_text.has_hidden("one\n\ttwo  three\n")


@pytest.mark.parametrize("text", ["grüß dich, 世界", "naïve café", "Ω ≈ ж", "1 + 1 = 2", "👍", "שלום"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible_text.verbatim(text) == text
    assert visible_text.line(text) == text
    assert not visible_text.has_hidden(text)


def test_line_is_one_line() -> None:
    assert visible_text.line(" Save\n\tas\u2029PDF \u202egpj") == "Save as PDF ⟨U+202E⟩gpj"


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    assert not visible_text.has_hidden(visible_text.verbatim(text))
    line = visible_text.line(text)
    assert not visible_text.has_hidden(line)
    assert "\n" not in line
    assert "\t" not in line


@given(st.text(st.characters(exclude_characters="⟨⟩⏎⇥·")), st.text(st.characters(exclude_characters="⟨⟩⏎⇥·")))
def test_different_texts_look_different(one: str, other: str) -> None:
    assert (one == other) == (visible_text.verbatim(one) == visible_text.verbatim(other))
