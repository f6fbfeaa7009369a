"""What the grammar understands: commands as plain data. Places are named by what they are called on the screen."""

from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.actions import Button

Direction = Literal["up", "down", "left", "right"]


@dataclass(frozen=True)
class Click:
    """Click the place called `target`, `count` times in quick succession."""

    target: str
    button: Button = "left"
    count: Literal[1, 2] = 1


@dataclass(frozen=True)
class Hover:
    """Move the pointer over the place called `target`."""

    target: str


@dataclass(frozen=True)
class Type:
    """Type `text` exactly, into the place called `target`, or where the focus is."""

    text: str
    target: str | None = None


@dataclass(frozen=True)
class Press:
    """Press one key or combination, modifiers first: ("ctrl", "s")."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Scroll:
    """Turn the wheel `clicks` notches, over the place called `target`, or in the middle of what is seen."""

    direction: Direction
    clicks: int
    target: str | None = None


@dataclass(frozen=True)
class Wait:
    """Do nothing for `seconds`."""

    seconds: float


@dataclass(frozen=True)
class WaitFor:
    """Wait until a place called `target` is on the screen."""

    target: str


@dataclass(frozen=True)
class Open:
    """Start the application called `name`."""

    name: str


@dataclass(frozen=True)
class Choose:
    """Walk through a menu: click each part of `path` in turn."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class Drag:
    """Drag the place called `start` onto the one called `end`."""

    start: str
    end: str


@dataclass(frozen=True)
class Read:
    """Read the text in the place called `target`, or in all that is seen."""

    target: str | None = None


@dataclass(frozen=True)
class Play:
    """Play the macro called `name`, with values for its parameters."""

    name: str
    values: tuple[tuple[str, str], ...] = ()


Command = Click | Hover | Type | Press | Scroll | Wait | WaitFor | Open | Choose | Drag | Read | Play


@dataclass(frozen=True)
class Question:
    """A question that is no command: without a model only the text on the screen can be given."""

    text: str


@dataclass(frozen=True)
class NotUnderstood:
    """`part` of the instruction is no command; `why` says so to the person in one sentence."""

    part: str
    why: str


Parsed = tuple[Command, ...] | Question | NotUnderstood
