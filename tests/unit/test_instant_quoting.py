"""Quoted text arrives exactly, in every style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.instant.quoting import CLOSERS, UnclosedQuote, find_quotes
from tests.unit.quotes import quote


@given(st.text(), st.sampled_from(sorted(CLOSERS)))
def test_any_text_in_any_style_comes_back_exactly(text: str, opener: str) -> None:
    quoted = find_quotes(f"type {quote(text, opener)} into x")
    assert quoted.texts == (text,)
    assert quoted.restore(quoted.plain) == f"type {text} into x"


@given(st.text(alphabet="\\\"'“”‘’`«»a ", max_size=12), st.sampled_from(sorted(CLOSERS)))
def test_marks_and_backslashes_come_back_exactly(text: str, opener: str) -> None:
    assert find_quotes(quote(text, opener)).texts == (text,)


@given(st.text(max_size=40))
def test_whatever_it_reads_it_only_ever_says_that_a_quotation_never_ends(text: str) -> None:
    try:
        quoted = find_quotes(text)
    except UnclosedQuote:
        return
    assert len(quoted.restore(quoted.plain)) <= len(text)


@pytest.mark.parametrize(
    ("instruction", "texts"),
    [
        (r'"C:\temp\new" "a\nb"', (r"C:\temp\new", r"a\nb")),
        (r'"\\server\share"', (r"\\server\share",)),
        (r'"say \"hi\""', ('say "hi"',)),
        (r'"ends in a backslash\\"', ("ends in a backslash\\",)),
        ("“he said “hi” twice”", ("he said “hi” twice",)),
        ("„deutsch“ «français» »dänisch«", ("deutsch", "français", "dänisch")),
        ("「日本」『語』", ("日本", "語")),
        ("'it's' ‘it’s’", ("it's", "it’s")),
        ("输入‘你好’到文本框", ("你好",)),
        ("don't, won’t and o'clock", ()),
        ("File » Edit › Save", ()),
        ('""', ("",)),
        ("", ()),
    ],
)
def test_styles(instruction: str, texts: tuple[str, ...]) -> None:
    assert find_quotes(instruction).texts == texts


def test_a_quotation_that_never_ends_is_named() -> None:
    with pytest.raises(UnclosedQuote, match=r"^“and so on$"):
        find_quotes("type “and so on")


def test_private_characters_in_an_instruction_are_not_taken_for_quotations() -> None:
    quoted = find_quotes('click \U000f0000 then type "x"')
    assert quoted.restore(quoted.plain) == "click \N{REPLACEMENT CHARACTER} then type x"


def test_many_apostrophes_that_end_nothing_take_no_time() -> None:
    text = " 'x" * 100_000
    assert find_quotes(text).plain == text
