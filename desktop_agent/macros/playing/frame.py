"""One macro while it plays: what its names stand for, and what was mended of it."""

from dataclasses import dataclass, field

from desktop_agent.core.images import Image
from desktop_agent.core.text import one_line
from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import MacroStep, Step, Target, walk
from desktop_agent.macros.library import fold
from desktop_agent.macros.playing import parameters
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.mending import Repairs
from desktop_agent.macros.playing.program import Program


@dataclass
class Frame:
    """One macro that plays. `called` is how the step that plays it names it; empty: it is the one that was asked
    for."""

    stored: Stored
    bindings: Bindings
    called: str = ""
    repairs: Repairs = field(default_factory=Repairs)
    """What was mended of it in this run."""
    places: dict[str, int] = field(init=False)
    """The number of each step, from 1, as people count them."""

    def __post_init__(self) -> None:
        self.places = {step.id: number for number, (step, _) in enumerate(walk(self.stored.macro.steps), 1)}

    @property
    def main(self) -> bool:
        """Whether it is the macro that was asked for."""
        return not self.called

    def inner(self, step: MacroStep, program: Program) -> "Frame":
        """The macro that `step` plays.

        Raises:
            UsageError: a value that it is given can't be its parameter's.
        """
        stored = program.part(step.macro)
        given = {name: self.bindings.argument(text) for name, text in step.values.items()}
        return Frame(stored, Bindings.of(stored.macro, parameters.checked(stored.macro, given)), fold(step.macro))

    def label(self, step: Step) -> str:
        """Names `step` for people."""
        whose = "" if self.main else f" of “{one_line(self.stored.macro.name, 60)}”"
        return f"Step {self.places[step.id]}{whose}"

    def owns(self, step: Step) -> bool:
        """Whether it is a step of this macro, and not of one that this one plays."""
        return any(each is step for each, _ in walk(self.stored.macro.steps))

    def picture_of(self, target: Target) -> Image | None:
        """How `target` looked.

        Raises:
            BadMacro: its picture is missing, or none.
        """
        if target.picture is None:
            return None
        name = target.picture.file
        fresh = self.repairs.pictures.get(name)
        return files.decode(fresh, name) if fresh is not None else self.stored.picture(name)
