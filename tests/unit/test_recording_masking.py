"""Which keys are kept, and which never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.events import Button, Event, Key, Masked
from desktop_agent.macros.recording.masking import FRESH_SECONDS, PATIENCE_SECONDS, Look, Mask


class Stream:
    """Drives a mask. Times are seconds."""

    def __init__(self) -> None:
        self.mask = Mask()
        self.kept: list[Event] = []
        self.number = 0

    def _add(self, kind, at: float, **fields) -> None:
        self.kept += [each.event for each in self.mask.take(kind(number=self.number, at=at, **fields))]
        self.number += 1

    def type(self, text: str, at: float) -> None:
        for char in text:
            self._add(Key, at, down=True, code=ord(char), name=char, text=char, types=True)
            self._add(Key, at + 0.001, down=False, code=ord(char))

    def press(self, name: str, at: float, *held: str) -> None:
        self._add(Key, at, down=True, code=500 + len(name), name=name, held=held)
        self._add(Key, at + 0.001, down=False, code=500 + len(name))

    def click(self, at: float) -> None:
        self._add(Button, at, down=True, button=1, point=Point(1, 1))

    def look(self, began: float, ended: float, verdict: str = "plain", label: str = "", terminal: bool = False) -> None:
        self.mask.looked(Look(began, ended, verdict, label, terminal=terminal))

    def due(self, now: float) -> None:
        self.kept += [each.event for each in self.mask.due(now)]

    @property
    def text(self) -> str:
        found = sorted(self.kept, key=lambda each: each.number)
        return "".join(
            f"<{each.name}>" if isinstance(each, Masked) else each.text
            for each in found
            if isinstance(each, Masked) or (isinstance(each, Key) and each.down)
        )

    @property
    def codes(self) -> set[int]:
        return {each.code for each in self.kept if isinstance(each, Key)}


def test_keys_wait_until_a_look_that_began_after_them_has_ended() -> None:
    stream = Stream()
    stream.type("ab", 1.0)
    stream.due(1.5)
    assert stream.text == ""
    assert stream.mask.wants_look() == 1.0
    stream.look(1.6, 1.7)
    stream.due(1.71)
    assert stream.text == ""
    stream.due(1.73)
    assert stream.text == "ab"
    assert stream.mask.wants_look() is None


def test_a_look_is_wanted_before_anything_is_typed() -> None:
    stream = Stream()
    assert stream.mask.wants_look() == float("-inf")
    stream.look(0.1, 0.2)
    assert stream.mask.wants_look() is None
    stream.click(1.0)
    assert stream.mask.wants_look() == pytest.approx(1.08)
    stream.look(1.02, 1.05)  # too early to tell
    assert stream.mask.wants_look() == pytest.approx(1.08)
    stream.look(1.1, 1.15)
    assert stream.mask.wants_look() is None


def test_a_secret_field_leaves_one_name_and_no_trace_of_its_keys() -> None:
    stream = Stream()
    stream.click(1.0)
    stream.type("hunter2", 2.0)
    stream.press("backspace", 2.1)
    stream.look(2.2, 2.3, "secret", "Password")
    stream.due(2.4)
    stream.type("more", 2.5)
    stream.due(2.6)
    assert stream.text == "<Password>"
    assert stream.codes == set()
    assert (stream.mask.masked, stream.mask.untold) == (12, 0)


def test_each_run_of_secret_typing_has_a_name_of_its_own() -> None:
    stream = Stream()
    for at in (1.0, 5.0):
        stream.click(at)
        stream.type("xy", at + 1)
        stream.look(at + 1.1, at + 1.2, "secret", "Your password:")
        stream.due(at + 2)
    assert stream.text == "<Your password><Your password 2>"


def test_a_look_does_not_count_before_the_focus_could_follow() -> None:
    stream = Stream()
    stream.press("tab", 1.0)
    stream.type("secret", 1.01)
    stream.look(1.03, 1.05)
    stream.due(1.2)
    assert stream.text == ""
    assert stream.mask.wants_look() == pytest.approx(1.08)
    stream.look(1.2, 1.25, "secret", "PIN")
    stream.due(1.3)
    assert stream.text == "<PIN>"


def test_a_look_that_ended_after_the_focus_moved_on_does_not_count() -> None:
    stream = Stream()
    stream.press("tab", 1.0)
    stream.type("pw", 2.0)
    stream.press("enter", 2.05)
    stream.look(2.01, 2.06)  # saw what Enter opened
    stream.due(3.0)
    assert stream.text == "<password>"


def test_a_fresh_look_from_before_tells_of_the_last_keys() -> None:
    stream = Stream()
    stream.press("tab", 1.0)
    stream.look(1.5, 1.55)
    stream.type("ok", 1.6)
    stream.press("enter", 1.62)
    stream.due(1.7)
    assert stream.text == "ok"


def test_a_stale_look_does_not() -> None:
    stream = Stream()
    stream.press("enter", 1.0)
    stream.look(1.1, 1.15)  # the page was still the old one
    stream.type("pw", 1.2 + FRESH_SECONDS)
    stream.press("enter", 1.21 + FRESH_SECONDS)
    stream.due(9.0)
    assert stream.text == "<password>"


def test_what_is_never_told_is_masked() -> None:
    stream = Stream()
    stream.type("who knows", 1.0)
    stream.look(1.1, 1.2, "unknown")
    stream.due(1.0 + PATIENCE_SECONDS - 0.1)
    assert stream.text == ""
    stream.due(1.0 + PATIENCE_SECONDS)
    assert stream.text == "<password>"
    assert stream.mask.untold == stream.mask.masked == 9


def test_the_end_masks_what_is_still_held_back() -> None:
    stream = Stream()
    stream.type("pw", 1.0)
    stream.kept += [each.event for each in stream.mask.flush()]
    assert stream.text == "<password>"
    assert stream.mask.held == 0


def test_keys_into_windows_of_ours_leave_nothing() -> None:
    stream = Stream()
    stream.type("hello", 1.0)
    stream.look(1.1, 1.2, "own")
    stream.due(1.3)
    assert (stream.kept, stream.mask.own, stream.mask.masked) == ([], 5, 0)


def test_keys_that_write_nothing_pass_at_once() -> None:
    stream = Stream()
    stream.press("s", 1.0, "ctrl")
    stream.press("enter", 1.1)
    assert [each.name for each in stream.kept if isinstance(each, Key) and each.down] == ["s", "enter"]


def test_tab_in_a_terminal_completes_and_moves_nothing() -> None:
    stream = Stream()
    stream.look(0.1, 0.2, terminal=True)
    stream.type("cd De", 1.0)
    stream.press("tab", 1.01)
    stream.type("x", 1.02)
    stream.look(1.03, 1.04, terminal=True)
    stream.due(1.2)
    assert stream.text == "cd Dex"


def test_the_release_of_a_masked_key_is_not_kept_either() -> None:
    stream = Stream()
    stream._add(Key, 1.0, down=True, code=7, name="q", text="q", types=True)
    stream.look(1.1, 1.2, "secret")
    stream.due(1.3)
    stream._add(Key, 2.0, down=False, code=7)
    assert stream.codes == set()


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.text("abc", min_size=1, max_size=3)),
        st.tuples(st.just("tab"), st.just("")),
        st.tuples(st.just("look"), st.sampled_from(("plain", "unknown"))),
        st.tuples(st.just("due"), st.just("")),
    ),
    max_size=25,
)


@given(_steps, _steps, st.lists(st.floats(0.001, 1.5), min_size=60, max_size=60))
def test_no_key_typed_in_a_secret_field_is_ever_kept(before: list, after: list, waits: list[float]) -> None:
    """Fields of capital letters are secret: the focus is there from the Tab on, though looks see it only later."""
    stream, now, clock = Stream(), 1.0, iter(waits)
    for kind, what in before:
        now += next(clock)
        _do(stream, kind, what, now, now + 0.01)
    now += next(clock)
    stream.press("tab", now)
    moved = now
    for kind, what in after:
        now += next(clock)
        if kind == "tab":
            continue
        seen = "secret" if kind == "look" and now >= moved + 0.08 else what  # the application follows within 80 ms
        _do(stream, kind, what.upper() if kind == "type" else seen, now, now + 0.01)
        now += 0.01
    now += next(clock)
    stream.press("enter", now)
    _do(stream, "look", "plain", now + 0.001, now + 0.02)
    stream.kept += [each.event for each in stream.mask.flush()]
    assert not any(char.isupper() for char in stream.text.replace("<password", "")), stream.text


def _do(stream: Stream, kind: str, what: str, now: float, ended: float) -> None:
    match kind:
        case "type":
            stream.type(what, now)
        case "tab":
            stream.press("tab", now)
        case "look":
            stream.look(now, ended, what)
        case "due":
            stream.due(now)
