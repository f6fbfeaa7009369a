"""How a recording stands."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ready", "recording", "paused", "over", "stopped"]
"""`over`: the time is up; what comes is not recorded any more, and `stop` gives what was."""


@dataclass(frozen=True)
class Status:
    """How a recording stands. `events` were kept, `masked` keys were not, since they are secret; `behind` events could
    not be looked after in time. `problem` says for people what is wrong."""

    state: State
    seconds: float = 0.0
    events: int = 0
    masked: int = 0
    behind: int = 0
    problem: str = ""
