"""A macro in words for a terminal: its parameters, every step with all that it types, its problems."""

from collections.abc import Iterable, Iterator

from desktop_agent.core.text import one_line
from desktop_agent.macros import check, wording
from desktop_agent.macros.check import Problem
from desktop_agent.macros.format import IfStep, Macro, MacroStep, OpenStep, Parameter, RepeatStep, Step, TypeStep

INDENT = "    "


def preview(macro: Macro, problems: Iterable[Problem]) -> Iterator[str]:
    """All that someone should have read before the macro is taken in or approved."""
    yield f"{macro.name}{f' ({macro.recorded})' if macro.recorded else ''}"
    yield from comment(macro.comment, "")
    for each in macro.parameters:
        yield f"  parameter {parameter(each)}"
    yield from steps(macro.steps)
    for problem in problems:
        yield f"  {'!' if problem.grave else '·'} {check.sentence(problem)}"


def steps(all_steps: tuple[Step, ...], indent: str = "") -> Iterator[str]:
    """Each step with its id. Typed texts are shown in full: what is read here is what will be typed."""
    for number, step in enumerate(all_steps, 1):
        left_out = " (left out)" if step.skip else ""
        yield f"{indent}{number:>3}. {wording.step(step)}{left_out}  [{step.id}]"
        inner = indent + INDENT
        yield from comment(step.comment, inner)
        yield from _in_full(step, inner)
        if isinstance(step, RepeatStep):
            yield from steps(step.steps, inner)
        elif isinstance(step, IfStep):
            yield from steps(step.then, inner)
            if step.otherwise:
                yield f"{inner} otherwise:"
                yield from steps(step.otherwise, inner)


def parameter(each: Parameter) -> str:
    """Its name, type, default and choices."""
    usual = f", usually {one_line(each.default, 60)!r}" if each.default is not None else ", must be given"
    choices = f", one of {', '.join(one_line(one, 40) for one in each.choices[:12])}" if each.choices else ""
    label = f" ({one_line(each.label, 60)})" if each.label else ""
    return f"{each.name}{label}: {each.type}{usual}{choices}"


def comment(text: str, indent: str) -> Iterator[str]:
    """The lines of a comment."""
    for line in text.splitlines():
        yield f"{indent}  # {line}"


def _in_full(step: Step, indent: str) -> Iterator[str]:
    """What the line above shortened or left out."""
    if isinstance(step, TypeStep) and one_line(step.text, wording.SHOWN) != step.text:
        for line in step.text.split("\n"):
            yield f"{indent} │ {line}"
    if isinstance(step, OpenStep) and one_line(step.application, wording.SHOWN) != step.application:
        yield f"{indent} │ {step.application}"
    if isinstance(step, MacroStep):
        for name, text in step.values.items():
            yield f"{indent} │ {name} = {text}"
