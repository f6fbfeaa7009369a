"""Which windows a reference means, and the titles that are recorded."""

import time

import pytest

from desktop_agent.macros.finding.windows import is_vague, matches, matching, reference, title_pattern
from desktop_agent.macros.format import WindowRef
from tests.unit.painted_desktop import window


@pytest.mark.parametrize(
    ("title", "application", "pattern"),
    [
        ("note.txt - Mousepad", "Mousepad", "* - Mousepad"),
        ("*Untitled 1 - Mousepad", "Mousepad", "* - Mousepad"),
        ("Inbox (3) - Mail – Chromium", "Chromium", "* – Chromium"),
        ("GIMP — picture", "Gimp", "GIMP — *"),
        ("galculator", "Galculator", "galculator"),
        ("Save As", "Mousepad", "Save As"),
        ("Delete “report.pdf”?", "Thunar", "Delete *?"),
        ("~/texts/report.pdf", "Evince", "*"),
        ("Page 3 of 12", "Evince", "Page * of *"),
        ("report.pdf", "Evince", "*"),
        ("", "XTerm", ""),
        ("● main.py", "Editor", "*"),
        ("● Welcome", "Editor", "Welcome"),
    ],
)
def test_what_may_be_another_document_is_left_open(title: str, application: str, pattern: str) -> None:
    assert title_pattern(title, application) == pattern
    assert matches(
        reference(window(title=title, application=application)), window(title=title, application=application)
    )


@pytest.mark.parametrize(
    ("ref", "title", "application", "does"),
    [
        (WindowRef(application="Mousepad", title="* - Mousepad"), "other.txt - Mousepad", "mousepad", True),
        (WindowRef(application="Mousepad", title="* - Mousepad"), "Save As", "Mousepad", False),
        (WindowRef(application="Mousepad", title="* - Mousepad"), "a - Mousepad - Viewer", "Viewer", False),
        (WindowRef(application="Mouse"), "x", "Mousepad", False),
        (WindowRef(title="Save [x] (1)"), "save [x] (1)", "Any", True),
        (WindowRef(title="Save.As"), "Save_As", "Any", False),
        (WindowRef(title="report"), "*report", "Any", True),
        (WindowRef(title="a*b"), "a\nmany\nb", "Any", True),
        (WindowRef(application="Mousepad"), "", "Mousepad", True),
    ],
)
def test_a_reference_matches_by_application_and_title(ref: WindowRef, title: str, application: str, does: bool) -> None:
    assert matches(ref, window(title=title, application=application)) is does


def test_popups_and_panels_are_not_meant_where_windows_are() -> None:
    main, popup = window(1), window(2, popup=True)
    panel = window(3, "panel", "Panel", panel=True)
    assert matching(WindowRef(application="Former"), (popup, main, panel)) == (main,)
    assert matching(None, (popup, main, panel)) == (main,)
    assert matching(WindowRef(application="Former"), (popup, panel)) == (popup,)
    assert matching(WindowRef(application="Panel"), (popup, main, panel)) == (panel,)


def test_a_pattern_that_only_names_the_application_is_vague() -> None:
    assert is_vague(WindowRef(application="Mousepad", title="* - Mousepad"))
    assert is_vague(WindowRef(application="Evince", title="*"))
    assert not is_vague(WindowRef(application="Mousepad", title="Save As"))
    assert not is_vague(WindowRef(application="Thunar", title="Delete *?"))


@pytest.mark.parametrize(
    ("pattern", "title", "fits"),
    [
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "a-c-b", False),
        ("ab*bc", "abc", False),
        ("*", "", True),
        ("a*", "ba", False),
        ("*a", "ab", False),
        ("**a**", "xay", True),
        ("a.c", "abc", False),
    ],
)
def test_a_star_is_anything(pattern: str, title: str, fits: bool) -> None:
    assert matches(WindowRef(title=pattern), window(title=title)) is fits


def test_hundreds_of_stars_take_no_time() -> None:
    began = time.process_time()
    assert not matches(WindowRef(title="*e" * 400 + "x"), window(title="e" * 900))
    assert not matches(WindowRef(title="*" * 999 + "x"), window(title="e" * 900))
    assert time.process_time() - began < 2
