"""Events become gestures."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.events import Button, Event, Key, Masked, Motion, Paused, Repeat
from desktop_agent.macros.recording.gestures import (
    Chord,
    Click,
    Drag,
    Gesture,
    Hidden,
    Scroll,
    Typing,
    gestures,
    text_of,
    without_nothing,
)

HERE = Point(100, 100)


class Hands:
    """Makes events, one each tenth of a second."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.at = 0.0

    def __iter__(self):
        return iter(self.events)

    def add(self, kind, **fields) -> "Hands":
        self.at += 0.1
        self.events.append(kind(number=len(self.events), at=self.at, **fields))
        return self

    def wait(self, seconds: float) -> "Hands":
        self.at += seconds
        return self

    def click(self, point: Point = HERE, button: int = 1, end: Point | None = None, held=()) -> "Hands":
        self.add(Button, down=True, button=button, point=point, held=held)
        return self.add(Button, down=False, button=button, point=end or point, held=held)

    def key(self, name: str, *held: str, text: str = "", code: int = 0, seconds: float = 0.0) -> "Hands":
        code = code or (ord(name[0]) + len(name))
        types = bool(text)
        self.add(Key, down=True, code=code, name=name, text=text, types=types, held=held)
        self.wait(seconds)
        return self.add(Key, down=False, code=code)

    def type(self, text: str) -> "Hands":
        for char in text:
            self.key(char.lower(), text=char, code=ord(char))
        return self


def found(hands: Hands, breaks=frozenset(), repeat: Repeat | None = None) -> tuple[Gesture, ...]:
    return gestures(hands.events, breaks, repeat)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_quick_clicks_are_one_gesture(count: int) -> None:
    hands = Hands()
    for _ in range(count):
        hands.click()
    (only,) = found(hands)
    assert isinstance(only, Click)
    assert (only.count, only.number, only.button) == (count, 0, "left")


def test_four_quick_clicks_are_three_and_one() -> None:
    hands = Hands().click().click().click().click()
    assert [each.count for each in found(hands) if isinstance(each, Click)] == [3, 1]


@pytest.mark.parametrize(
    "between",
    [
        lambda hands: hands.wait(0.4).click(),
        lambda hands: hands.click(Point(106, 100)),
        lambda hands: hands.click(button=3),
        lambda hands: hands.click(held=("ctrl",)),
        lambda hands: hands.add(Paused).click(),
    ],
)
def test_slow_distant_and_different_clicks_are_two(between) -> None:
    assert len(found(between(Hands().click()))) == 2


def test_held_modifiers_stay_on_a_click() -> None:
    assert found(Hands().click(held=("ctrl", "shift")))[0].held == ("ctrl", "shift")


@pytest.mark.parametrize(("distance", "kind"), [(7, Click), (8, Drag)])
def test_a_drag_is_eight_pixels_long(distance: int, kind: type) -> None:
    hands = Hands()
    hands.add(Button, down=True, button=1, point=HERE).add(Motion, point=Point(103, 100))
    hands.add(Button, down=False, button=1, point=Point(100 + distance, 100))
    (only,) = found(hands)
    assert isinstance(only, kind)
    if isinstance(only, Drag):
        assert (only.point, only.end, only.end_number) == (HERE, Point(108, 100), 2)


def test_turns_of_the_wheel_are_joined() -> None:
    hands = Hands().click(button=5).click(button=5).click(button=5).click(button=4)
    assert [(each.direction, each.clicks) for each in found(hands) if isinstance(each, Scroll)] == [
        ("down", 3),
        ("up", 1),
    ]
    assert len(found(Hands().click(button=5).wait(2).click(button=5))) == 2


def test_typing_is_joined_across_pauses_and_corrections_are_made() -> None:
    hands = Hands().type("Helo").key("backspace").wait(30).type("lo")
    (only,) = found(hands)
    assert isinstance(only, Typing)
    assert only.parts == ("Hello",)


def test_typing_that_goes_elsewhere_is_another_gesture() -> None:
    hands = Hands().type("ab")
    assert [text_of(each) for each in found(hands, frozenset({2})) if isinstance(each, Typing)] == ["a", "b"]


def test_other_keys_end_typing() -> None:
    hands = Hands().type("a").key("enter").type("b").key("s", "ctrl").key("tab").key("tab")
    assert [type(each).__name__ for each in found(hands)] == ["Typing", "Chord", "Typing", "Chord", "Chord"]
    chords = [each for each in found(hands) if isinstance(each, Chord)]
    assert [(each.keys, each.times) for each in chords] == [(("enter",), 1), (("ctrl", "s"), 1), (("tab",), 2)]


def test_backspace_takes_back_no_secret() -> None:
    hands = Hands().add(Masked, name="pin").key("backspace")
    assert [type(each).__name__ for each in found(hands)] == ["Typing", "Chord"]


def test_typing_that_was_taken_back_is_nothing() -> None:
    assert without_nothing(found(Hands().type("a").key("backspace"))) == ()


def test_masked_typing_stands_where_it_was() -> None:
    hands = Hands().type("a").add(Masked, name="pin").type("b")
    (only,) = found(hands)
    assert isinstance(only, Typing)
    assert only.parts == ("a", Hidden("pin"), "b")


def test_held_keys_repeat_as_the_server_says() -> None:
    repeat = Repeat(0.5, 0.1)
    (down,) = found(Hands().key("down", seconds=0.65), repeat=repeat)
    assert (down.times, down.guessed) == (1 + 3, True)
    (typed,) = found(Hands().key("a", text="a", seconds=0.45), repeat=repeat)
    assert text_of(typed) == "a" * 2
    (taken,) = found(Hands().type("abcdef").key("backspace", seconds=0.65), repeat=repeat)
    assert text_of(taken) == "ab"


def test_repetitions_that_were_told_are_not_counted_twice() -> None:
    hands = Hands()
    for _ in range(4):
        hands.add(Key, down=True, code=116, name="down")
    hands.wait(5).add(Key, down=False, code=116)
    (only,) = found(hands)
    assert (only.times, only.guessed) == (4, False)


def test_another_key_ends_the_repetition_of_a_held_one() -> None:
    hands = Hands().add(Key, down=True, code=1, name="a", text="a", types=True)
    hands.key("b", text="b", code=2).wait(5).add(Key, down=False, code=1)
    assert text_of(found(hands)[0]) == "ab"


def test_a_modifier_alone_is_a_tap_and_with_others_nothing() -> None:
    assert [each.keys for each in found(Hands().key("super"))] == [("super",)]
    hands = Hands().add(Key, down=True, code=64, name="alt").click().add(Key, down=False, code=64)
    assert [type(each).__name__ for each in found(hands)] == ["Click"]
    assert found(Hands().key("shift").key("capslock")) == ()


def test_keys_that_write_something_unknown_are_counted() -> None:
    hands = Hands().add(Key, down=True, code=9, name="x", types=True)
    assert found(hands)[0].unknown == 1


_held = st.sampled_from(((), ("ctrl",)))
_points = st.builds(Point, st.integers(0, 40), st.integers(0, 40))
_events = st.one_of(
    st.tuples(st.just("button"), st.booleans(), st.integers(1, 9), _points, _held),
    st.tuples(st.just("key"), st.booleans(), st.sampled_from("ab"), st.booleans()),
    st.tuples(st.just("named"), st.booleans(), st.sampled_from(("enter", "backspace", "shift", "super", "down"))),
    st.tuples(st.just("motion"), _points),
    st.tuples(st.just("masked")),
    st.tuples(st.just("paused")),
)


def _event(number: int, at: float, made: tuple) -> Event:
    match made:
        case ("button", down, button, point, held):
            return Button(number, at, down, button, point, held)
        case ("key", down, char, types):
            return Key(number, at, down, ord(char), char, char if types and down else "", types and down)
        case ("named", down, name):
            return Key(number, at, down, len(name), name if down else "")
        case ("motion", point):
            return Motion(number, at, point)
        case ("masked",):
            return Masked(number, at, f"secret {number}")
    return Paused(number, at)


@given(st.lists(st.tuples(_events, st.floats(0, 0.6))))
def test_whatever_comes_becomes_gestures_and_nothing_is_made_up(made: list) -> None:
    ats = itertools.accumulate(seconds for _, seconds in made)
    events = [_event(number, at, each) for number, ((each, _), at) in enumerate(zip(made, ats, strict=True))]
    result = gestures(events)
    assert {each.number for each in result} <= {each.number for each in events}
    presses = sum(isinstance(each, Button) and each.down and each.button <= 3 for each in events)
    assert (
        sum(each.count for each in result if isinstance(each, Click)) + sum(isinstance(each, Drag) for each in result)
        <= presses
    )
    turns = sum(isinstance(each, Button) and each.down and 4 <= each.button <= 7 for each in events)
    assert sum(each.clicks for each in result if isinstance(each, Scroll)) == turns
    hidden = {
        part.name for each in result if isinstance(each, Typing) for part in each.parts if isinstance(part, Hidden)
    }
    assert hidden == {each.name for each in events if isinstance(each, Masked)}


@given(st.text("abc \n", min_size=1, max_size=30).map(lambda text: text.replace("\n", "")), st.integers(0, 3))
def test_what_was_typed_is_what_was_written(text: str, rests: int) -> None:
    hands = Hands()
    for index, char in enumerate(text):
        hands.type(char).wait(0.7 * (index % (rests + 1) == 0))
    assert "".join(text_of(each) for each in found(hands) if isinstance(each, Typing)) == text
