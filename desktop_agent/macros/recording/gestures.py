"""Events become gestures: clicks, drags, scrolling, typing, keys that are pressed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from desktop_agent.core.geometry import Point
from desktop_agent.desktop.keyboard.names import DEAD, MODIFIERS
from desktop_agent.macros.recording.events import Button, Event, Key, Masked, Motion, Paused, Repeat

DOUBLE_SECONDS = 0.4
"""From press to press, as GTK and Qt have it."""
DOUBLE_PIXELS = 5
DRAG_PIXELS = 8
SCROLL_SECONDS = 1.0
"""Turns of the wheel that follow one another within this are one gesture."""
SCROLL_PIXELS = 20
MOST_TURNS = 500
AGAIN_SECONDS = 1.5
"""A key that is pressed again within this is one gesture."""
MOST_PRESSES = 1000
MOST_CLICKS = 3
_BUTTONS: dict[int, Literal["left", "middle", "right"]] = {1: "left", 2: "middle", 3: "right"}
_WHEEL: dict[int, Literal["up", "down", "left", "right"]] = {4: "up", 5: "down", 6: "left", 7: "right"}
_TAPPED = frozenset({"super", "alt"})
"""Modifiers that do something when they are pressed alone."""
_LOCKS = frozenset({"capslock", "numlock", "scrolllock"})


@dataclass(frozen=True)
class Click:
    """`number` is that of the first press, here and below."""

    number: int
    at: float
    point: Point
    button: Literal["left", "middle", "right"] = "left"
    count: int = 1
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drag:
    """`end_number` is that of the release."""

    number: int
    at: float
    point: Point
    end: Point
    end_number: int
    button: Literal["left", "middle", "right"] = "left"
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scroll:
    """Turns of the wheel."""

    number: int
    at: float
    point: Point
    direction: Literal["up", "down", "left", "right"]
    clicks: int = 1
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hidden:
    """Typing that was masked: the secret called `name`."""

    name: str


@dataclass(frozen=True)
class Typing:
    """Text, corrections made, in parts: what was typed and what was masked. `unknown` keys wrote something that
    nobody can tell."""

    number: int
    at: float
    parts: tuple[str | Hidden, ...] = ()
    unknown: int = 0


@dataclass(frozen=True)
class Chord:
    """Keys pressed together, `times` times. `guessed`: how often is worked out from how long they were held."""

    number: int
    at: float
    keys: tuple[str, ...]
    times: int = 1
    guessed: bool = False


Gesture = Click | Drag | Scroll | Typing | Chord


def gestures(
    events: Iterable[Event],
    breaks: frozenset[int] = frozenset(),
    repeat: Repeat | None = None,
) -> tuple[Gesture, ...]:
    """What `events`, in the order of their numbers, were.

    Args:
        events: what was kept.
        breaks: numbers of typed keys that went elsewhere than the one before.
        repeat: how held keys repeat; None for the usual.
    """
    reader = _Reader(breaks, repeat or Repeat())
    for event in events:
        reader.take(event)
    return tuple(reader.found)


def text_of(typing: Typing) -> str:
    """What of it was not masked."""
    return "".join(part for part in typing.parts if isinstance(part, str))


class _Reader:
    """Takes events one by one; `found` grows, and its last gesture may still change."""

    def __init__(self, breaks: frozenset[int], repeat: Repeat) -> None:
        self.found: list[Gesture] = []
        self._breaks = breaks
        self._repeat = repeat
        self._buttons: dict[int, Button] = {}
        self._last_key: Key | None = None
        """The key that went down last, and is still down."""
        self._seen_again = False
        """Whether the server told of its repetition."""
        self._tapped: Key | None = None
        self._joins = True
        """Whether what comes may go on with the last gesture."""
        self._latest = float("-inf")
        """When the last gesture went on last."""

    def take(self, event: Event) -> None:
        match event:
            case Key() if event.down:
                self._key(event)
            case Key():
                self._release(event)
            case Button() if event.button in _WHEEL:
                if event.down:
                    self._turn(event)
            case Button():
                self._button(event)
            case Masked():
                self._last_key = None  # other keys were pressed, which ends its repetition
                self._hidden(event)
            case Paused():
                self._joins, self._last_key, self._tapped = False, None, None
                self._buttons.clear()
        if isinstance(event, (Button, Motion, Masked)):
            self._tapped = None

    # The mouse

    def _button(self, event: Button) -> None:
        if event.button not in _BUTTONS:
            return
        if event.down:
            self._buttons[event.button] = event
            return
        press = self._buttons.pop(event.button, None)
        if press is None:
            return
        button = _BUTTONS[press.button]
        if apart(press.point, event.point) >= DRAG_PIXELS:
            self._add(
                Drag(press.number, press.at, press.point, event.point, event.number, button, press.held), event.at
            )
        elif not self._clicked_again(press, button):
            self._add(Click(press.number, press.at, press.point, button, 1, press.held), press.at)

    def _clicked_again(self, press: Button, button: str) -> bool:
        last = self._last()
        if not isinstance(last, Click) or (last.button, last.held) != (button, press.held):
            return False
        soon = press.at - self._latest <= DOUBLE_SECONDS and apart(last.point, press.point) <= DOUBLE_PIXELS
        if not soon or last.count >= MOST_CLICKS:
            return False
        self._change(replace(last, count=last.count + 1), press.at)
        return True

    def _turn(self, event: Button) -> None:
        direction, last = _WHEEL[event.button], self._last()
        if (
            isinstance(last, Scroll)
            and (last.direction, last.held) == (direction, event.held)
            and event.at - self._latest <= SCROLL_SECONDS
            and apart(last.point, event.point) <= SCROLL_PIXELS
            and last.clicks < MOST_TURNS
        ):
            self._change(replace(last, clicks=last.clicks + 1), event.at)
            return
        self._add(Scroll(event.number, event.at, event.point, direction, 1, event.held), event.at)

    # Keys

    def _key(self, key: Key) -> None:
        self._tapped = None
        if key.name in MODIFIERS:
            self._tapped = key if key.name in _TAPPED and not key.held else None
            return
        if key.name in _LOCKS:
            return
        again = self._last_key is not None and self._last_key.code == key.code
        self._seen_again = again
        if not again:
            self._last_key = key
        self._do(key, 1, key.number in self._breaks)

    def _release(self, key: Key) -> None:
        if self._tapped is not None and self._tapped.code == key.code:
            self._add(Chord(self._tapped.number, self._tapped.at, (self._tapped.name,)), key.at)
        self._tapped = None
        pressed = self._last_key
        if pressed is None or pressed.code != key.code:
            return
        self._last_key = None
        times = 0 if self._seen_again else self._repeat.times(key.at - pressed.at)
        if times:
            self._do(replace(pressed, at=key.at), times, False, guessed=True)

    def _do(self, key: Key, times: int, breaks: bool, guessed: bool = False) -> None:
        """What the key does, so many times."""
        if key.types:
            self._type(key, times, breaks)
        elif not (key.name == "backspace" and not key.held and self._take_back(key, times)) and key.name:
            self._press(key, times, guessed)

    def _type(self, key: Key, times: int, breaks: bool) -> None:
        last = self._last()
        if not isinstance(last, Typing) or breaks:
            last = Typing(key.number, key.at)
            self._add(last, key.at)
        if not key.text:
            self._change(replace(last, unknown=last.unknown + (0 if key.name == DEAD else times)), key.at)
            return
        *before, end = last.parts or ("",)
        parts = (*before, end + key.text * times) if isinstance(end, str) else (*before, end, key.text * times)
        self._change(replace(last, parts=parts), key.at)

    def _take_back(self, key: Key, times: int) -> bool:
        """Whether Backspace took back what was just typed."""
        last = self._last()
        if not isinstance(last, Typing) or not last.parts or not isinstance(last.parts[-1], str):
            return False
        *before, end = last.parts
        if len(str(end)) < times:
            return False
        rest = str(end)[: len(str(end)) - times]
        self._change(replace(last, parts=(*before, rest) if rest else tuple(before)), key.at)
        return True

    def _press(self, key: Key, times: int, guessed: bool) -> None:
        keys = (*(each for each in MODIFIERS if each in key.held and each != key.name), key.name)
        last = self._last()
        soon = key.at - self._latest <= AGAIN_SECONDS or guessed
        if isinstance(last, Chord) and last.keys == keys and soon and last.times + times <= MOST_PRESSES:
            self._change(replace(last, times=last.times + times, guessed=last.guessed or guessed), key.at)
            return
        self._add(Chord(key.number, key.at, keys, min(times, MOST_PRESSES), guessed), key.at)

    def _hidden(self, masked: Masked) -> None:
        last = self._last()
        if isinstance(last, Typing) and masked.number not in self._breaks:
            self._change(replace(last, parts=(*last.parts, Hidden(masked.name))), masked.at)
            return
        self._add(Typing(masked.number, masked.at, (Hidden(masked.name),)), masked.at)

    # The list

    def _last(self) -> Gesture | None:
        return self.found[-1] if self.found and self._joins else None

    def _add(self, gesture: Gesture, at: float) -> None:
        self.found.append(gesture)
        self._joins, self._latest = True, at

    def _change(self, gesture: Gesture, at: float) -> None:
        self.found[-1] = gesture
        self._latest = at


def apart(one: Point, other: Point) -> int:
    """Pixels between them, sideways or up and down."""
    return max(abs(one.x - other.x), abs(one.y - other.y))


def without_nothing(found: Sequence[Gesture]) -> tuple[Gesture, ...]:
    """`found` without typing of which nothing is left, since it was taken back."""
    return tuple(each for each in found if not (isinstance(each, Typing) and not each.parts and not each.unknown))
