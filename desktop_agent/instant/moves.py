"""What the planner does next: propose a call, or say something and end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_agent.instant.progress import Kind


@dataclass(frozen=True)
class Propose:
    """A call for step number `step`."""

    kind: Kind
    step: int
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Finish:
    """The last words. `done` is false where something went wrong or was not understood."""

    text: str
    done: bool


Move = Propose | Finish
