"""Names of keys, keyboard mappings, and how a text is to be written."""

import importlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.errors import UsageError
from desktop_agent.desktop.keyboard import text, x11_names
from desktop_agent.desktop.keyboard.names import MODIFIERS, NAMED, combination_text, key_name, parse_combination
from desktop_agent.desktop.keyboard.x11_map import KeyMap, Stroke


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("ctrl+c", ("ctrl", "c")),
        ("Alt + Control + A", ("ctrl", "alt", "a")),
        ("shift+ctrl+Esc", ("ctrl", "shift", "escape")),
        ("win", ("super",)),
        ("cmd+space", ("super", "space")),
        ("Return", ("enter",)),
        ("page_down", ("pagedown",)),
        ("F12", ("f12",)),
        ("ctrl++", ("ctrl", "+")),
        ("+", ("+",)),
        ("ctrl+plus", ("ctrl", "+")),
        ("ctrl+-", ("ctrl", "-")),
        ("é", ("é",)),
        ("ctrl+alt+escape", ("ctrl", "alt", "escape")),
    ],
)
def test_combinations_are_read(written: str, keys: tuple[str, ...]) -> None:
    assert parse_combination(written) == keys
    assert parse_combination(combination_text(keys)) == keys


@pytest.mark.parametrize(
    "written", ["", " ", "ctrl+", "+a", "ctrl+ctrl", "nokey", "f25", "ctrl+\x07", "a++b", "enter+return"]
)
def test_combinations_that_make_no_sense_are_refused(written: str) -> None:
    with pytest.raises(UsageError):
        parse_combination(written)


@given(st.lists(st.sampled_from(sorted(NAMED) + list("aäß9+-,世")), min_size=1, max_size=4, unique=True))
def test_every_combination_can_be_written_and_read(keys: list[str]) -> None:
    parsed = parse_combination(combination_text(tuple(keys)))
    assert sorted(parsed) == sorted(keys)
    modifiers = [key for key in parsed if key in MODIFIERS]
    assert parsed[: len(modifiers)] == tuple(modifiers)


def test_every_named_key_has_its_own_keysym_and_back() -> None:
    keysyms = {name: x11_names.keysym_of(name) for name in NAMED}
    assert len(set(keysyms.values())) == len(keysyms)
    assert all(x11_names.name_of(keysym) == ("space" if name == "space" else name) for name, keysym in keysyms.items())


def test_keysyms_of_characters() -> None:
    assert x11_names.keysyms_of("ä")[0] == 0xE4
    assert x11_names.keysyms_of("世")[0] == 0x01004E16
    assert x11_names.keysyms_of("🎉")[0] == 0x0101F389
    assert key_name("A") == "a"


ROWS = {
    8: [],
    10: [0x31, 0x21, 0x31, 0x21],  # 1 !
    24: [0x71, 0x51, 0x6CA, 0x6EA, 0x40],  # q Q, Cyrillic, @ with AltGr
    36: [0xFF0D],
    37: [0xFFE3],
    50: [0xFFE1],
    62: [0xFFE2],
    66: [0xFFE5],
    77: [0xFF7F],
    87: [0xFF9C, 0xFFB1, 0x31],  # keypad 1
    90: [0xFF9E, 0xFFB0, 0xFF9E, 0xFFB0],
    108: [0xFE03],
    200: [0, 0],
    201: [0, 0],
    203: [],
}
MODIFIER_ROWS = [[50, 62], [66], [37], [203], [77], [], [], [108]]


def test_strokes_follow_levels_and_groups() -> None:
    first = KeyMap(ROWS, MODIFIER_ROWS, 0)
    assert first.stroke("q") == Stroke(24)
    assert first.stroke("Q") == Stroke(24, shift=True)
    assert first.stroke("!") == Stroke(10, shift=True)
    assert first.stroke("@") == Stroke(24, level3=True)
    assert first.stroke("1") == Stroke(10)
    assert first.stroke("\n") == Stroke(36)
    assert first.stroke("世") is None
    second = KeyMap(ROWS, MODIFIER_ROWS, 1)
    assert second.stroke("q") is None
    assert second.key(ord("q")) == Stroke(24)
    assert second.stroke("1") == Stroke(10)
    assert KeyMap(ROWS, MODIFIER_ROWS, 3).stroke("q") is None


def test_spare_keys_have_no_symbol_and_are_no_modifier() -> None:
    keymap = KeyMap(ROWS, MODIFIER_ROWS)
    assert keymap.spare == (8, 200, 201)
    assert keymap.momentary == {37, 50, 62, 108, 203}
    assert keymap.caps_lock_code == 66


@pytest.mark.parametrize(
    ("written", "way"),
    [
        ("hello", "keys"),
        ("héllo", "remap"),
        ("a" * 1000, "keys"),
        ("a" * 1001, "paste"),
        ("天地玄黄宇宙洪荒", "paste"),
        ("one\ntwo", "keys"),
        ("one\ttwo", "paste"),
        ("", "keys"),
    ],
)
def test_the_way_depends_on_what_is_missing(written: str, way: str) -> None:
    assert text.plan(written, str.isascii, 19).way == way


def test_what_programs_may_change_is_told() -> None:
    assert text.changed_by_programs("plain – ascii, é, 你好") == ""
    assert "line breaks and tabs" in text.changed_by_programs("a\n\tb")
    assert "no-break spaces" in text.changed_by_programs("«\u00a0oui\u00a0»")


def test_without_spare_keys_missing_characters_are_pasted() -> None:
    assert text.plan("é", str.isascii, 0).way == "paste"
    with pytest.raises(UsageError):
        text.plan("é", str.isascii, 0, can_paste=False)


def test_line_ends_become_one_kind_and_control_characters_are_refused() -> None:
    assert text.plan("a\r\nb\rc\n", str.isascii, 0).text == "a\nb\nc\n"
    for bad in ("\x00", "\x1b", "\x7f", "\x85", "\ud83d"):
        with pytest.raises(UsageError):
            text.plan(f"a{bad}", lambda _: True, 19)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_a_plan_loses_nothing(written: str) -> None:
    plan = text.plan(written, str.isascii, 19)
    assert plan.text == written
    assert "".join(text.chunks(plan.text)) == written
    assert set(plan.missing) == {each for each in written if not each.isascii()}


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_say_what_is_missing(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_agent.core.errors import Unavailable
    from desktop_agent.desktop import hands

    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(Unavailable, match="not supported yet"):
        hands.connect()


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    import subprocess

    modules = (
        "hands",
        "hotkeys",
        "pointer",
        "keyboard",
        "clipboard",
        "devices",
        "hotkeys.listener",
        "pointer.automation",
    )
    lines = [f"import desktop_agent.desktop.{name}" for name in modules]
    lines += [
        "import desktop_agent.evaluation.person, sys",
        "print(sorted({'Xlib', 'numpy', 'PIL', 'pynput', 'pyautogui', 'mss'} & set(sys.modules)))",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert importlib.import_module("desktop_agent.desktop.hands").connect
