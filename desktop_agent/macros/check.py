"""What is wrong with a macro that can be read: found before it is played, and said in words.

A macro that passes may still halt when it is played, since the screen is not looked at here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import fold, one_line
from desktop_agent.desktop.keyboard.names import key_name
from desktop_agent.macros import values
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import (
    CaptureStep,
    ClickStep,
    DragStep,
    IfStep,
    Macro,
    MacroStep,
    Parameter,
    PressStep,
    RepeatStep,
    ScrollStep,
    Step,
    TypeStep,
    targets,
    walk,
)
from desktop_agent.macros.playing.program import MAX_DEPTH

MANY_STEPS = 10_000
"""A macro that may play more steps than this is pointed out: its repeats multiply."""
FindMacro = Callable[[str], Stored]
"""Opens a macro of the library by its name. Raises AgentError where there is none."""


@dataclass(frozen=True)
class Problem:
    """`message` says what is wrong, in the step called `step` ("": in the macro as a whole). What is `grave` keeps the
    macro from being played."""

    step: str
    message: str
    grave: bool = True


def check(stored: Stored, find: FindMacro) -> tuple[Problem, ...]:
    """What is wrong with a macro, in the order of its steps.

    Args:
        stored: the macro.
        find: opens the macros that it plays.
    """
    macro, find = stored.macro, _once(find)
    known = {each.name for each in macro.parameters} | kept_names(macro, find)
    secret = {each.name for each in macro.parameters if each.type == "secret"}
    area = cache(lambda name: _area(stored, name))
    found = list(_of_parameters(macro))
    for step in _played_steps(macro):
        texts = tuple(_texts(step))
        said = (
            *_missing_values(texts, known),
            *_shown_secrets(step, texts, secret),
            *_unknown_keys(step),
            *_bad_pictures(step, area),
            *(_call(step, find) if isinstance(step, MacroStep) else ()),
        )
        found += [Problem(step.id, message) for message in said]
    found += [Problem("", message) for message in _circles(stored, find)]
    most = most_steps(macro.steps)
    if most > MANY_STEPS:
        found.append(Problem("", f"Its repeats multiply: it may play up to {most:,} steps.", grave=False))
    return tuple(found)


def _once(find: FindMacro) -> FindMacro:
    """`find`, that reads no macro twice: five thousand steps may play the same one."""
    known: dict[str, Stored | AgentError] = {}

    def found(name: str) -> Stored:
        key = fold(name)
        if key not in known:
            try:
                known[key] = find(name)
            except AgentError as error:
                known[key] = error
        there = known[key]
        if isinstance(there, AgentError):
            raise there
        return there

    return found


def require_sound(stored: Stored, find: FindMacro) -> None:
    """Nothing; or what is wrong with the macro, where that keeps it from being played.

    Raises:
        BadMacro: the first problems, each with its step.
    """
    grave = [each for each in check(stored, find) if each.grave]
    if grave:
        more = f" And {len(grave) - 1} more." if len(grave) > 1 else ""
        raise BadMacro(
            f"The macro “{one_line(stored.macro.name, 80)}” can't be played. {sentence(grave[0])}{more}",
            "desktop-agent macro show NAME lists them; mend them in the editor or with desktop-agent macro edit NAME.",
        )


def sentence(problem: Problem) -> str:
    """The problem with its step."""
    return f"Step {problem.step}: {problem.message}" if problem.step else problem.message


def most_steps(steps: tuple[Step, ...]) -> int:
    """How many steps are played at most, those of other macros not counted. `steps` are nested no deeper than the
    format allows."""
    total = 0
    for step in steps:
        total += 1
        if isinstance(step, IfStep):
            total += max(most_steps(step.then), most_steps(step.otherwise))
        elif isinstance(step, RepeatStep):
            total += step.most * most_steps(step.steps)
    return total


def kept_names(macro: Macro, find: FindMacro) -> set[str]:
    """The names under which values are kept while it is played, by it and by the macros that it plays."""
    names: set[str] = set()
    seen: set[str] = set()
    waiting = [macro]
    while waiting:
        for step in _played_steps(waiting.pop()):
            if isinstance(step, CaptureStep):
                names.add(step.name)
            elif isinstance(step, MacroStep) and fold(step.macro) not in seen:
                seen.add(fold(step.macro))
                try:
                    waiting.append(find(step.macro).macro)
                except AgentError:
                    continue  # said where the step is checked
    return names


def missing_parameters(parameters: tuple[Parameter, ...], given: Mapping[str, str]) -> tuple[str, ...]:
    """The names of those that must be given and aren't."""
    return tuple(each.name for each in parameters if each.default is None and each.name not in given)


def _played_steps(macro: Macro) -> Iterator[Step]:
    return (step for step, _ in walk(macro.steps) if not step.skip)


def _of_parameters(macro: Macro) -> Iterator[Problem]:
    for each in macro.parameters:
        if each.choices and each.default is not None and each.default not in each.choices:
            yield Problem("", f"The default of the parameter “{each.name}” is none of its choices.")
    captured = {step.name for step in _played_steps(macro) if isinstance(step, CaptureStep)}
    for name in sorted(captured & {each.name for each in macro.parameters}):
        yield Problem("", f"“{name}” is a parameter, and a step keeps a value under the same name.", grave=False)


def _texts(part: object) -> Iterator[str]:
    """The texts in a step in which references count: all but comments, and not those of steps within it."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, Mapping):
        yield from _texts(tuple(part.values()))
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in ("comment", "then", "otherwise", "steps"):
                yield from _texts(getattr(part, name))


def _missing_values(texts: tuple[str, ...], known: set[str]) -> Iterator[str]:
    for name in sorted({name for text in texts for name in values.references(text)} - known):
        yield f"There is no parameter and no kept value called “{name}”."


def _shown_secrets(step: Step, texts: tuple[str, ...], secret: set[str]) -> Iterator[str]:
    """Secrets that stand where they would be shown. A type step's own text is typed; another macro gets the name of a
    secret for a parameter of that type."""
    if isinstance(step, TypeStep):
        texts = tuple(_texts(step.model_copy(update={"text": ""})))
    for name in sorted({name for text in texts for name in values.secret_names(text)}):
        yield f"The secret “{one_line(name, 60)}” stands where it would be shown; secrets can only be typed."
    if isinstance(step, MacroStep):
        return
    for name in sorted({name for text in texts for name in values.references(text)} & secret):
        yield f"“{name}” is a secret, and secrets can only be typed."


def _unknown_keys(step: Step) -> Iterator[str]:
    keys = step.keys if isinstance(step, ClickStep | DragStep | ScrollStep | PressStep) else ()
    for key in keys:
        try:
            key_name(key)
        except UsageError:
            yield f"There is no key called “{one_line(key)}”."


def _bad_pictures(step: Step, area: Callable[[str], Rect | str]) -> Iterator[str]:
    """Args:
    step: whose targets' pictures are looked at.
    area: that of a picture, or why it can't be read.
    """
    for picture in (target.picture for target in targets(step)):
        if picture is None:
            continue
        whole = area(picture.file)
        if isinstance(whole, str):
            yield whole
            continue
        box = Rect(picture.box.x, picture.box.y, picture.box.width, picture.box.height)
        if box.intersection(whole).empty:  # a large target may stick out
            yield f"The target's box lies outside its picture {picture.file}."
        if not whole.contains(Point(picture.point.x, picture.point.y)):
            yield f"The target's point lies outside its picture {picture.file}."


def _area(stored: Stored, name: str) -> Rect | str:
    try:
        return Rect(0, 0, *stored.picture_size(name))
    except BadMacro as error:
        return error.user_message


def _call(step: MacroStep, find: FindMacro) -> Iterator[str]:
    """What is wrong with the macro that a step plays, and with what it is given."""
    try:
        other = find(step.macro).macro
    except AgentError as error:
        yield error.user_message
        return
    names = {each.name for each in other.parameters}
    for name in sorted(set(step.values) - names):
        yield f"The macro “{one_line(other.name, 60)}” has no parameter “{name}”."
    for name in missing_parameters(other.parameters, step.values):
        yield f"The macro “{one_line(other.name, 60)}” needs a value for “{name}”."


def _circles(stored: Stored, find: FindMacro) -> Iterator[str]:
    """Macros that play themselves, over others or not, and chains of macros that are too long."""
    seen: set[str] = set()
    waiting: list[tuple[Macro, tuple[str, ...]]] = [(stored.macro, (stored.macro.name,))]
    while waiting:
        macro, way = waiting.pop()
        for name in dict.fromkeys(step.macro for step in _played_steps(macro) if isinstance(step, MacroStep)):
            try:
                other = find(name).macro
            except AgentError:
                continue  # said with its step, where it is this macro's own
            chain = (*way, other.name)
            if fold(other.name) in map(fold, way):
                yield f"Macros play each other in a circle: {' → '.join(one_line(each, 40) for each in chain)}."
            elif len(chain) > MAX_DEPTH:
                yield f"Macros play each other more than {MAX_DEPTH} deep."
            elif fold(other.name) not in seen:
                seen.add(fold(other.name))
                waiting.append((other, chain))
