"""What the hands tell about themselves."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Role = Literal["run", "prompt", "stop", "watch"]
"""What a client is for: acting, asking the person, stopping, or only looking. Only "run" may take the lock."""


@dataclass(frozen=True)
class HandsStatus:
    """A moment of the hands process.

    `stopped` is the latched stop's reason, or None. `prompts` counts open prompts: the gate is closed while there are
    any. `holder` names the run that has the lock, and `holder_pid` its process; "" and 0 when nobody has it. `held`
    lists what the hands hold down ("key 37", "button 1"). `person` is the person's last input ("mouse", "keyboard",
    "touch"; "" when none was seen) and `person_seconds` how long ago it was. `watching` is false where the person's
    devices can't be told from ours, with the reason in `problem`.
    """

    stopped: str | None = None
    prompts: int = 0
    holder: str = ""
    holder_pid: int = 0
    performing: bool = False
    held: tuple[str, ...] = ()
    person: str = ""
    person_seconds: float = 0.0
    watching: bool = True
    problem: str = ""
    pid: int = 0

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_wire(cls, data: dict[str, Any]) -> "HandsStatus":
        return cls(**{**data, "held": tuple(data["held"])})
