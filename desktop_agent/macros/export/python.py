"""A macro as a Python script on pyautogui, for people to read and change.

What comes from the macro stands in the script as literals that `repr` wrote, or in comments of one line without control
characters; nothing of it can become code.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files as resources

from desktop_agent.core.text import fold
from desktop_agent.desktop.keyboard.names import key_name
from desktop_agent.macros import check, values, wording
from desktop_agent.macros.check import FindMacro
from desktop_agent.macros.export import script_arguments
from desktop_agent.macros.export.exported import Exported
from desktop_agent.macros.export.literals import comment, literal
from desktop_agent.macros.export.script_pictures import Pictures
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import (
    ActivateStep,
    CaptureStep,
    ClickStep,
    Condition,
    DragStep,
    HoverStep,
    IfStep,
    MacroStep,
    OpenStep,
    PressStep,
    RepeatStep,
    ScrollStep,
    Step,
    Target,
    TypeStep,
    WaitStep,
    walk,
)

HEAD = "script_head.txt"
_ITSELF = ""
BLIND_SECONDS = 2.0
"""How long the script waits for what it can't see."""
MANY_PARTS = 20
_KEYS = {"super": "win", "altgr": "altright", "menu": "apps"}
"""What pyautogui calls otherwise."""


def export(stored: Stored, find: FindMacro) -> Exported:
    """The script and its pictures.

    Args:
        stored: the macro.
        find: opens the macros that it plays; they become functions of the script.

    Raises:
        BadMacro: it can't be played as it is.
    """
    check.require_sound(stored, find)
    pictures = Pictures()
    macros = _with_played(stored, find)
    functions = {name: f"macro_{number}" for number, name in enumerate(macros, 1)}
    lines: list[str] = []
    for name, each in macros.items():
        lines += _Writer(each, macros, functions, pictures).function(functions[name])
    lines += script_arguments.main(stored.macro, functions[_ITSELF])
    return Exported(_head() + "\n\n" + "\n".join(lines) + "\n", pictures.made)


@cache
def _head() -> str:
    """What all scripts begin with."""
    return resources("desktop_agent.macros.export").joinpath(HEAD).read_text("utf-8")


def _with_played(stored: Stored, find: FindMacro) -> dict[str, Stored]:
    """The macro, and those that it plays, by the names under which it does, folded."""
    found = {_ITSELF: stored}
    waiting = [stored.macro]
    while waiting:
        for step, _ in walk(waiting.pop().steps):
            if isinstance(step, MacroStep) and not step.skip and fold(step.macro) not in found:
                found[fold(step.macro)] = find(step.macro)
                waiting.append(found[fold(step.macro)].macro)
    return found


class _Writer:
    """Writes the function of one macro."""

    def __init__(
        self, stored: Stored, macros: Mapping[str, Stored], functions: Mapping[str, str], pictures: Pictures
    ) -> None:
        self._stored = stored
        self._macros = macros
        self._functions = functions
        self._pictures = pictures

    def function(self, name: str) -> Iterator[str]:
        macro = self._stored.macro
        yield f"def {name}(values):"
        yield from comment(macro.name, "    ")
        yield from comment(macro.comment, "    ")
        yield from self._block(macro.steps, "    ")
        kept = "".join(f"{name!r}, " for name in sorted(check.kept_names(macro, lambda name: self._macros[fold(name)])))
        yield f"    return {{name: values[name] for name in ({kept}) if name in values}}"
        yield from ("", "")

    def _block(self, steps: tuple[Step, ...], indent: str) -> Iterator[str]:
        if not any(not step.skip for step in steps):
            yield f"{indent}pass"
        for step in steps:
            words = wording.step(step)
            yield from comment(f"Left out: {words}" if step.skip else f"{words}.", indent)
            yield from comment(step.comment, indent)
            if not step.skip:
                for line in self._step(step):
                    yield indent + line

    def _step(self, step: Step) -> Iterator[str]:
        yield from self._pointing(step)
        yield from self._keys(step)
        yield from self._flow(step)
        expect = getattr(step, "expect", None)
        if expect is not None:
            yield self._wait(expect, getattr(step, "limit", 0.0))

    def _pointing(self, step: Step) -> Iterator[str]:
        match step:
            case ClickStep(target=target, button=button, count=count, keys=keys):
                held = _held(keys)
                yield f"click({self._found(target, step.limit)}, button={button!r}, count={count}, keys=({held}))"
            case DragStep(target=target, end=end, button=button):
                start, rest = self._target(target), self._found(end, step.limit)
                yield f"drag({start}, {rest}, button={button!r}, keys=({_held(step.keys)}))"
            case ScrollStep(target=target, direction=direction, clicks=clicks):
                found, held = self._found(target, step.limit), _held(step.keys)
                yield f"scroll({found}, direction={direction!r}, clicks={clicks}, keys=({held}))"
            case HoverStep(target=target):
                yield f"hover({self._found(target, step.limit)})"

    def _keys(self, step: Step) -> Iterator[str]:
        match step:
            case TypeStep(text=text, target=target, replace=replace):
                if target is not None:
                    yield f"click({self._found(target, step.limit)})"
                if replace:
                    yield 'press("ctrl", "a")'
                yield f"type_text({self._typed(text)})"
            case PressStep(keys=keys, times=times):
                yield f"press({', '.join(literal(_key(key)) for key in keys)}, times={times})"

    def _flow(self, step: Step) -> Iterator[str]:
        match step:
            case OpenStep(application=application):
                yield f"open_application({self._text(application)})"
            case ActivateStep(window=window):
                yield f"bring_to_front({self._text(window.application)}, {self._text(window.title)})"
            case WaitStep(until=until, limit=limit):
                yield self._wait(until, limit)
            case CaptureStep(name=name):
                yield f"values[{name!r}] = {self._read(step)}"
            case IfStep(condition=condition, then=then, otherwise=otherwise, limit=limit):
                yield f"if {self._holds(condition, limit)}:"
                yield from self._block(then, "    ")
                if otherwise:
                    yield "else:"
                    yield from self._block(otherwise, "    ")
            case RepeatStep():
                yield from self._repeat(step)
            case MacroStep():
                yield self._play(step)

    def _repeat(self, step: RepeatStep) -> Iterator[str]:
        yield f"for _ in range({step.most}):"
        yield from self._block(step.steps, "    ")
        if step.until is not None:
            yield f"    if {self._holds(step.until, 0.0)}:"
            yield "        break"
            yield "else:"
            yield f"    cannot({literal(f'{wording.step(step)}: still not so after {step.most} times')})"

    def _play(self, step: MacroStep) -> str:
        other = self._macros[fold(step.macro)].macro
        given = {name: self._text(text) for name, text in step.values.items()}
        usual = {each.name: literal(each.default) for each in other.parameters if each.default is not None}
        return f"values.update({self._functions[fold(step.macro)]}({_dict({**usual, **given})}))"

    def _read(self, step: CaptureStep) -> str:
        if step.target is None:
            return "clipboard()"
        if step.source == "region":
            return f"cannot({literal(wording.step(step) + ': a script can’t read text from pixels')})"
        return f"text_of({self._found(step.target, step.limit)})"

    def _wait(self, until: Condition, limit: float) -> str:
        said = literal(wording.condition(until))
        if until.target is None:
            return f"time.sleep({BLIND_SECONDS})  # This script can't see whether it is so."
        return f"require({self._target(until.target)}, {limit}, {said}, gone={until.gone})"

    def _holds(self, condition: Condition, limit: float) -> str:
        if condition.target is None:
            return f"cannot({literal(wording.condition(condition) + ': a script can’t see that')})"
        return f"there({self._target(condition.target)}, {limit}, gone={condition.gone})"

    def _found(self, target: Target, limit: float) -> str:
        """The arguments with which targets are found: what, how long, and words for people."""
        return f"{self._target(target)}, {limit}, {literal(wording.of_target(target))}"

    def _target(self, target: Target) -> str:
        if target.picture is not None:
            return self._pictures.target(self._stored, target.picture)
        if target.place is not None:
            place = target.place
            return f"Target(place=({place.window.x + place.point.x}, {place.window.y + place.point.y}))"
        return f"cannot({literal(wording.of_target(target) + ': the macro has no picture of it')})"

    def _text(self, text: str) -> str:
        """An expression for a text that is not typed. Python compiles no sum of thousands."""
        parts = tuple(_parts(text))
        return " + ".join(parts) or "''" if len(parts) <= MANY_PARTS else f"''.join(({', '.join(parts)}))"

    def _typed(self, text: str) -> str:
        """Arguments for what is typed."""
        secret = {each.name for each in self._stored.macro.parameters if each.type == "secret"}
        return ", ".join(_parts(text, secret)) or "''"


def _parts(text: str, secret: set[str] | frozenset[str] = frozenset()) -> Iterator[str]:
    for part in values.parse(text):
        match part:
            case str():
                yield literal(part)
            case values.Secret(name):
                yield f"secret({literal(name)})"
            case values.Value(name):
                yield f"secret(values[{name!r}])" if name in secret else f"values[{name!r}]"


def _dict(items: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {expression}" for name, expression in items.items()) + "}"


def _held(keys: tuple[str, ...]) -> str:
    """The inside of a tuple."""
    return "".join(f"{literal(_key(key))}, " for key in keys)


def _key(key: str) -> str:
    name = key_name(key)
    return _KEYS.get(name, name)
