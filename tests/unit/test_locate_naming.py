"""Names on the screen and what people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.naming import BUTTONS, MENUS, TEXTS, Fit, Wanted, fit, normal, readings


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Save As...      ", "save as"),
        ("Save As…", "save as"),
        ("_File", "file"),
        ("&Open…", "open"),
        ("文件(&F)", "文件"),
        ("文件(F)", "文件"),
        ("ＯＫ", "ok"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Name:", "name"),
        ("...", "..."),
        ("_", "_"),
        ("", ""),
    ],
)
def test_differences_that_people_do_not_make(name: str, plain: str) -> None:
    assert normal(name) == plain


@given(st.text())
def test_normalising_never_raises_and_keeps_something(name: str) -> None:
    assert bool(normal(name)) == bool("".join(name.split()).strip())


@pytest.mark.parametrize(
    ("wanted", "name", "expected"),
    [
        ("save", "_Save", Fit.EXACT),
        ("save", "Save As…", Fit.WORDS),
        ("as", "Save As…", Fit.WORDS),
        ("sav", "Save As…", Fit.PREFIX),
        ("save", "Autosave", Fit.SUBSTRING),
        ("save", "Open", None),
        ("保存", "另保存为", Fit.SUBSTRING),
        ("7", "7", Fit.EXACT),
        ("7", "F7 key", None),
        ("7", "17", None),
        ("c", "Clear", None),
        ("12", "123", None),
        ("×", "*", Fit.ALIAS),
        ("x", "×", Fit.ALIAS),
        ("multiply", "*", Fit.ALIAS),
        ("÷", "/", Fit.ALIAS),
        ("-", "−", Fit.ALIAS),
        ("equals", "=", Fit.ALIAS),
        ("+", "+/-", None),
        ("", "x", None),
        ("x", "", None),
    ],
)
def test_fits(wanted: str, name: str, expected: Fit | None) -> None:
    assert fit(wanted, name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("the save button", Wanted("the save", BUTTONS)),
        ("File menu", Wanted("file", MENUS)),
        ("text area", Wanted("", TEXTS, "many")),
        ("Name field", Wanted("name", TEXTS, "one")),
        ("保存按钮", Wanted("保存", BUTTONS)),
        ("“保存”的按钮", Wanted("“保存”", BUTTONS)),
        ("Save按钮", Wanted("save", BUTTONS)),
        ("文本框", Wanted("", TEXTS)),
        ("File 菜单", Wanted("file", MENUS)),
    ],
)
def test_a_role_word_is_read_as_one(name: str, expected: Wanted) -> None:
    assert readings(name) == (Wanted(normal(name)), expected)


@pytest.mark.parametrize("name", ["Save", "Menus", "textual", "按"])
def test_a_name_without_a_role_word_has_one_reading(name: str) -> None:
    assert readings(name) == (Wanted(normal(name)),)
