"""A macro and all macros that it plays, looked up and checked before anything is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros import values
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import CaptureStep, Macro, MacroStep, Part, Step, walk
from desktop_agent.macros.library import Entry, fold
from desktop_agent.safety import named_secrets

MAX_DEPTH = 8
"""How deep macros may play one another."""
MAX_MACROS = 200
NOTHING = "Nothing was played."
_UNFILLED = frozenset({"comment", "id", "do"})


class Shelf(Protocol):
    """Where macros are found by name: the library."""

    def find(self, name: str) -> Entry: ...

    def open(self, entry: Entry) -> Stored: ...


@dataclass(frozen=True)
class Program:
    """`main` and, by their folded names, `parts`: the macros that it plays, directly or through one another."""

    main: Stored
    parts: Mapping[str, Stored] = field(default_factory=dict)

    def part(self, name: str) -> Stored:
        """The macro that a step names."""
        return self.parts[fold(name)]

    @property
    def all(self) -> tuple[Stored, ...]:
        """The main one first."""
        return (self.main, *self.parts.values())


def gather(main: Stored, shelf: Shelf) -> Program:
    """`main` with all that it plays.

    Raises:
        UsageError: a macro is missing, plays itself in the end, or they play one another too deep; or a step refers to
            a value, a parameter or a secret that there is not.
        BadMacro: one can't be read.
    """
    gathering = _Gathering(shelf)
    gathering.enter(main.macro, ())
    program = Program(main, gathering.parts)
    for stored in program.all:
        _check(stored.macro, program, gathering.captures[fold(stored.macro.name)])
    return program


class _Gathering:
    """Looks all macros up, each once: `captures` holds the names under which each keeps what it reads, itself or
    through the macros that it plays."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._heights: dict[str, int] = {}
        self.parts: dict[str, Stored] = {}
        self.captures: dict[str, frozenset[str]] = {}

    def enter(self, macro: Macro, way: tuple[str, ...]) -> int:
        """Gather what `macro` plays, which macros play on the `way` to it. How deep they play one another below it."""
        name, way = fold(macro.name), (*way, macro.name)
        captures = {each.name for each in _steps(macro) if isinstance(each, CaptureStep)}
        height = 0
        for step in _played(macro):
            part = fold(step.macro)
            is_open = part in self.parts and part not in self._heights  # it is gathered right now, under another name
            if part in map(fold, way) or is_open:
                raise UsageError(
                    f"A macro would play itself without end: {_chain((*way, step.macro))}.",
                    f"Take the step “{step.id}” out of “{macro.name}”.",
                )
            # It may have been gathered under its name with its folder before it, and count as known under that alone.
            below = self._heights[part] if part in self.parts else self._new(macro, step, way)
            height = max(height, below + 1)
            captures |= self.captures[part]
        if len(way) + height > MAX_DEPTH:
            raise UsageError(f"Macros play one another more than {MAX_DEPTH} deep: {_chain(way)} and on.", NOTHING)
        self._heights[name], self.captures[name] = height, frozenset(captures)
        return height

    def _new(self, macro: Macro, step: MacroStep, way: tuple[str, ...]) -> int:
        if len(self.parts) >= MAX_MACROS or len(way) >= MAX_DEPTH:
            raise UsageError(f"It plays more than {MAX_MACROS} other macros, or {MAX_DEPTH} deep.", NOTHING)
        try:
            found = self._shelf.open(self._shelf.find(step.macro))
        except UsageError as error:
            raise type(error)(
                f"The step “{step.id}” of “{macro.name}” can't be played: {error.user_message}",
                error.hint,
                error.details,
            ) from error
        part = fold(step.macro)
        self.parts[part] = found
        height = self.enter(found.macro, way)
        # A step may name it by its folder, too.
        self._heights[part], self.captures[part] = height, self.captures[fold(found.macro.name)]
        return height


def _check(macro: Macro, program: Program, captured: frozenset[str]) -> None:
    """Everything that steps refer to must be there."""
    known = {each.name for each in macro.parameters} | captured
    stored = frozenset(named_secrets.names())
    for step in _steps(macro):
        where = f"The step “{step.id}” of “{macro.name}”"
        for text in _texts(step):
            unknown = sorted(values.references(text) - known)
            if unknown:
                raise UsageError(
                    f"{where} uses the value “{unknown[0]}”, which is no parameter and never captured.",
                    "Make it a parameter of the macro, or capture it in a step before this one.",
                )
            missing = sorted(values.secret_names(text) - stored)
            if missing:
                error = named_secrets.missing(missing[0])
                raise UsageError(f"{where} can't be played: {error.user_message}", error.hint)
        if isinstance(step, MacroStep):
            _check_call(where, step, program.part(step.macro).macro)


def _check_call(where: str, step: MacroStep, played: Macro) -> None:
    known = {each.name for each in played.parameters}
    unknown = sorted(step.values.keys() - known)
    missing = [each.name for each in played.parameters if each.default is None and each.name not in step.values]
    if unknown:
        raise UsageError(f"{where} gives “{played.name}” a value for “{unknown[0]}”, which is no parameter of it.")
    if missing:
        raise UsageError(f"{where} gives “{played.name}” no value for {', '.join(missing)}.")


def _steps(macro: Macro) -> Iterator[Step]:
    """Those that may be played. What is skipped needs nothing; nor does what stands in it, but that does no harm."""
    return (step for step, _ in walk(macro.steps) if not step.skip)


def _played(macro: Macro) -> Iterator[MacroStep]:
    return (each for each in _steps(macro) if isinstance(each, MacroStep))


def _texts(part: Any) -> Iterator[str]:
    """The texts of a step in which references are replaced, those of steps within it left out: `walk` gives them."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, tuple):
        for each in part:
            if not isinstance(each, Part) or not hasattr(each, "do"):
                yield from _texts(each)
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            if name not in _UNFILLED:
                yield from _texts(getattr(part, name))


def _chain(way: tuple[str, ...]) -> str:
    return " → ".join(f"“{one_line(each, 40)}”" for each in way)
