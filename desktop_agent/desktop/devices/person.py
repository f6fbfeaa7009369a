"""What the person does with mouse and keyboard, as told by a device watch."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Literal

Device = Literal["mouse", "keyboard", "touch"]
Ours = Callable[[Device, bool, int], bool]
"""Whether an event was sent by the hands: its device, whether it was a press, its keycode or button."""


@dataclass(frozen=True)
class PersonInput:
    """One event from a device of the person's. `pressed`: a key, a button or a finger went down (a mouse that moves
    and a key that is let go did not). `keys` are the names of all keys that the person holds, several for one key
    where the layout has several groups. `at` is `time.monotonic` seconds."""

    device: Device
    pressed: bool
    at: float
    keys: tuple[Set[str], ...] = ()
    code: int = 0
    """The keycode or button."""

    def holds(self, combination: tuple[str, ...]) -> bool:
        """Whether a key of `combination` has just gone down and all of them are down."""
        return (
            self.device == "keyboard"
            and self.pressed
            and all(any(key in names for names in self.keys) for key in combination)
        )
