import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.text import one_line


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Save", "Save"),
        ("two\nlines\tand  more", "two lines and more"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x1b[31mred\x00", "a[31mred"),
        ("grüß dich 世界", "grüß dich 世界"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_control_and_direction_characters_go_and_text_stays(given_text: str, expected: str) -> None:
    assert one_line(given_text) == expected


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 1000, 10) == "x" * 9 + "…"


@given(st.text())
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    line = one_line(text, 50)
    assert len(line) <= 50
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in line)
    assert not any(char in line for char in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
