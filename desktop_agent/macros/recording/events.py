"""What a recording is made of. Times are `time.monotonic` seconds; `number` counts what the source read, so that a gap
tells of a loss."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_agent.core.geometry import Point


@dataclass(frozen=True, slots=True)
class Key:
    """A key went down or up. `name` is its canonical name, `text` what it writes; `types` says that it belongs to
    typing, even where what it writes isn't known; `held` are the modifiers that change its meaning."""

    number: int
    at: float
    down: bool
    code: int
    name: str = ""
    text: str = ""
    types: bool = False
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the mouse went down or up; 4 to 7 are the wheel: up, down, left, right."""

    number: int
    at: float
    down: bool
    button: int
    point: Point
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Motion:
    """The mouse moved while a button was down."""

    number: int
    at: float
    point: Point


@dataclass(frozen=True, slots=True)
class Masked:
    """A run of typing whose keys were not kept: `name` is that of the secret that stands for it. `number` is that of
    its first key."""

    number: int
    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The person paused the recording: what follows is not joined to what was before."""

    number: int
    at: float


@dataclass(frozen=True, slots=True)
class WindowChange:
    """A window of an application came or went, as far as the eyes saw it. `application` and `title` are those of a
    reference to it: the title may hold `*`."""

    at: float
    appeared: bool
    window: int
    application: str
    title: str
    parent: int = 0
    number: int = -1
    """Of the last event before it."""


@dataclass(frozen=True, slots=True)
class Focused:
    """The window `window` has the keyboard from here on, as the window manager says; 0: none has. It is told in order
    with what the person does, so that a key that comes after it went there, however late that is read."""

    at: float
    window: int


Event = Key | Button | Motion | Masked | Paused | WindowChange
"""What a recording keeps."""
Raw = Key | Button | Motion
"""What a source tells."""

_KINDS: dict[str, type[Event]] = {
    "key": Key,
    "button": Button,
    "motion": Motion,
    "masked": Masked,
    "paused": Paused,
    "window": WindowChange,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


Take = Callable[[Raw | Focused], None]
"""Takes what a source read. Called from the source's thread, and returns at once."""


@dataclass
class Read:
    """What a source has read: `events` were handed on, `wander` are moves of the mouse without a button down, which
    nobody needs, and `others` came from devices of programs."""

    events: int = 0
    wander: int = 0
    others: int = 0

    @property
    def all(self) -> int:
        return self.events + self.wander + self.others


@dataclass(frozen=True)
class Repeat:
    """How a key repeats that is held down: seconds until it begins, and from one to the next."""

    delay: float = 0.66
    interval: float = 0.04

    def times(self, held: float) -> int:
        """How often a key came again that was held for so many seconds."""
        return max(0, int((held - self.delay) / self.interval) + 1) if held >= self.delay else 0


class Source(Protocol):
    """The person's input."""

    @property
    def read(self) -> Read:
        """How much was read so far."""

    @property
    def problem(self) -> str:
        """Why nothing more comes; empty while all is well."""

    @property
    def repeat(self) -> Repeat:
        """How this keyboard repeats keys."""

    def start(self, take: Take) -> None:
        """Hand on what the person does from now on.

        Raises:
            Unavailable: it can't be seen here.
        """

    def pointer(self) -> Point:
        """Where the mouse is.

        Raises:
            Unavailable: nobody can tell.
        """

    def focus(self) -> int:
        """A number of what has the keyboard now, which is another one as soon as a window has it that is not the same;
        0 where nobody can tell, as after the end.
        """

    def close(self) -> None:
        """End it. What was read until now has been handed on."""


def body(event: Event) -> dict[str, Any]:
    """`event` as JSON."""
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    plain = {name: [value.x, value.y] if isinstance(value, Point) else value for name, value in fields.items()}
    return {"is": _NAMES[type(event)], **plain}


def event_of(content: Mapping[str, Any]) -> Event:
    """The event that `body` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is damaged.
    """
    fields = dict(content)
    kind = _KINDS[fields.pop("is")]
    if "point" in fields:
        x, y = fields["point"]
        fields["point"] = Point(int(x), int(y))
    if "held" in fields:
        fields["held"] = tuple(map(str, fields["held"]))
    return kind(**fields)
