"""Keys as people write them."""

import pytest

from desktop_agent.instant.keys import parse_keys


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("ctrl+s", ("ctrl", "s")),
        ("Ctrl + Shift + P", ("ctrl", "shift", "p")),
        ("shift-ctrl-p", ("ctrl", "shift", "p")),
        ("ctrl shift p", ("ctrl", "shift", "p")),
        ("control and s", ("ctrl", "s")),
        ("ctrl++", ("ctrl", "+")),
        ("ctrl + -", ("ctrl", "-")),
        ("ctrl plus", ("ctrl", "+")),
        ("Enter", ("enter",)),
        ("Return", ("enter",)),
        ("Esc", ("escape",)),
        ("page down", ("pagedown",)),
        ("Down Arrow", ("down",)),
        ("F12", ("f12",)),
        ("shift", ("shift",)),
        ("+", ("+",)),
        ("7", ("7",)),
        ("S", ("s",)),
        ("×", ("×",)),
        ("回车", ("enter",)),
        ("ctrl加c", ("ctrl", "c")),
        ("⌘ s", ("super", "s")),
    ],
)
def test_keys(words: str, keys: tuple[str, ...]) -> None:
    assert parse_keys(words) == keys


@pytest.mark.parametrize(
    "words", ["", " ", "Save", "OK", "a b", "enter tab", "F99", "ctrl+ctrl+s", "ctrl+save", "确定"]
)
def test_no_keys(words: str) -> None:
    assert parse_keys(words) is None
