"""What pressed keys write."""

import pytest

from desktop_agent.desktop.keyboard import x11_names
from desktop_agent.desktop.keyboard.x11_map import KeyMap
from desktop_agent.desktop.keyboard.x11_written import Writing

A, E, DIGIT, SPACE, ENTER, ACUTE, KEYPAD, TAB = 38, 26, 11, 65, 36, 34, 88, 23
SHIFT, CTRL, ALTGR, NUM, CAPS = 50, 37, 108, 77, 66
CYRILLIC_EF = 0x6C6
SYMBOLS = {
    A: (0x61, 0x41, CYRILLIC_EF, 0x6E6, 0xE6, 0xC6),
    E: (0x65, 0x45, 0x65, 0x45, 0x20AC, 0),
    DIGIT: (0x32, 0x22, 0x32, 0x22, 0xB2, 0),
    SPACE: (0x20, 0x20),
    ENTER: (0xFF0D,),
    TAB: (0xFF09, 0xFE20),
    ACUTE: (0xFE51, 0xFE50),
    KEYPAD: (0xFF99, 0xFFB2),
    SHIFT: (0xFFE1,),
    CTRL: (0xFFE3,),
    ALTGR: (0xFE03,),
    NUM: (0xFF7F,),
    CAPS: (0xFFE5,),
}
MODIFIERS = [(SHIFT,), (CAPS,), (CTRL,), (), (NUM,), (), (), (ALTGR,)]
LOCK, NUM_LOCK, SECOND_GROUP = 2, 1 << 4, 1 << 13


@pytest.fixture
def writing() -> Writing:
    return Writing(KeyMap(SYMBOLS, MODIFIERS))


@pytest.mark.parametrize(
    ("code", "down", "state", "text"),
    [
        (A, (), 0, "a"),
        (A, (SHIFT,), 0, "A"),
        (A, (), LOCK, "A"),
        (A, (SHIFT,), LOCK, "a"),
        (A, (ALTGR,), 0, "æ"),
        (A, (), SECOND_GROUP, "ф"),
        (A, (SHIFT,), SECOND_GROUP, "Ф"),
        (E, (ALTGR,), 0, "€"),
        (DIGIT, (), LOCK, "2"),
        (DIGIT, (SHIFT,), 0, '"'),
        (SPACE, (SHIFT,), 0, " "),
        (KEYPAD, (), NUM_LOCK, "2"),
        (KEYPAD, (SHIFT,), 0, "2"),
    ],
)
def test_a_key_writes_what_layout_level_and_locks_say(
    writing: Writing, code: int, down: tuple[int, ...], state: int, text: str
) -> None:
    written = writing.press(code, {*down, code}, state)
    assert (written.text, written.types, written.held) == (text, True, ())


def test_keys_that_write_nothing_have_names(writing: Writing) -> None:
    assert writing.press(ENTER, {ENTER}, 0).name == "enter"
    assert writing.press(KEYPAD, {KEYPAD}, 0).name == "down"
    back = writing.press(TAB, {SHIFT, TAB}, 0)
    assert (back.name, back.held, back.types) == ("tab", ("shift",), False)


def test_combinations_are_named_by_the_plain_key(writing: Writing) -> None:
    for state in (0, SECOND_GROUP, LOCK):
        written = writing.press(A, {CTRL, SHIFT, A}, state)
        assert (written.name, written.held, written.types, written.text) == ("a", ("ctrl", "shift"), False, "")


def test_dead_keys_join_with_what_follows(writing: Writing) -> None:
    first = writing.press(ACUTE, {ACUTE}, 0)
    assert (first.text, first.types) == ("", True)
    assert writing.press(E, {E}, 0).text == "é"
    assert writing.press(E, {E}, 0).text == "e"


def test_shift_between_does_not_lose_the_accent(writing: Writing) -> None:
    writing.press(ACUTE, {ACUTE}, 0)
    writing.press(SHIFT, {SHIFT}, 0)
    assert writing.press(E, {SHIFT, E}, 0).text == "É"


def test_a_dead_key_twice_or_before_a_space_writes_its_accent(writing: Writing) -> None:
    writing.press(ACUTE, {ACUTE}, 0)
    assert writing.press(SPACE, {SPACE}, 0).text == "´"
    writing.press(ACUTE, {ACUTE}, 0)
    assert writing.press(ACUTE, {ACUTE}, 0).text == "´"
    assert writing.press(A, {A}, 0).text == "a"


def test_another_key_forgets_the_accent(writing: Writing) -> None:
    writing.press(ACUTE, {ACUTE}, 0)
    writing.press(ENTER, {ENTER}, 0)
    assert writing.press(E, {E}, 0).text == "e"


def test_a_key_without_meaning_still_counts_as_typing(writing: Writing) -> None:
    unknown = writing.press(200, {200}, 0)
    assert (unknown.text, unknown.name) == ("", "")


@pytest.mark.parametrize(
    ("keysym", "character"),
    [
        (0x1EA, "ę"),
        (0x6C1, "а"),
        (0x6A3, "ё"),
        (0x7E1, "α"),
        (0xCE0, "א"),
        (0x13BD, "œ"),
        (0x10020AC, "€"),
        (0xFF0D, ""),
    ],
)
def test_older_keysyms_are_characters_too(keysym: int, character: str) -> None:
    assert x11_names.character_of(keysym) == character
