"""What a tool gives back to the planner."""

from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.actions import StepResult
from desktop_agent.core.chat import Part, Picture, Text

Finished = Literal["done", "failed"]


class ToolProblem(Exception):
    """A call that can't be done as it is. The message is for the planner: what is wrong, and what would be right."""


@dataclass(frozen=True)
class ToolResult:
    """`parts` are told to the planner. `finished` ends the run, with `summary`; for a tool that looked, `summary` is a
    line about the result. `step` is set by tools that act. `problem`: the call was not carried out."""

    parts: tuple[Part, ...]
    finished: Finished | None = None
    summary: str = ""
    step: StepResult | None = None
    problem: bool = False

    @property
    def text(self) -> str:
        """All text parts, joined by newlines."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(part for part in self.parts if isinstance(part, Picture))


def problem(message: str) -> ToolResult:
    """The result of a call that could not be carried out."""
    return ToolResult((Text(message),), summary=message, problem=True)
