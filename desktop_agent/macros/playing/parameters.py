"""The values that whoever plays a macro gives: parsed from text, as on a command line or in a table, and checked."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros.format import Macro, Parameter
from desktop_agent.safety import named_secrets

MAX_TEXT = 100_000
"""Characters of a value."""
SHOWN = 40
SHOWN_CHOICES = 8
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:[eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "0"), "false"),
}


def checked(macro: Macro, given: Mapping[str, str]) -> dict[str, str]:
    """The value of each of the macro's parameters, in the form in which it is typed.

    Args:
        macro: whose parameters.
        given: values as texts, by the parameters' names.

    Raises:
        UsageError: some are missing, unknown or of the wrong type; all of them are named.
    """
    known = {each.name for each in macro.parameters}
    unknown = [one_line(name, SHOWN) for name in given if name not in known]
    missing = [each.name for each in macro.parameters if each.name not in given and each.default is None]
    values: dict[str, str] = {}
    wrong: list[str] = []
    for each in macro.parameters:
        text = given.get(each.name, each.default)
        if text is None:
            continue
        try:
            values[each.name] = parsed(each, text)
        except UsageError as error:
            wrong.append(error.user_message)
    problems = wrong
    if unknown:
        names = ", ".join(sorted(known)) or "none"
        problems = [f"“{macro.name}” has no parameter {_listed(unknown)}: it has {names}.", *problems]
    if missing:
        problems = [f"“{macro.name}” needs a value for {_listed(missing)}.", *problems]
    if problems:
        how = "Give it by --set NAME=VALUE, in the form, or in a table's column. " if missing else ""
        raise UsageError(" ".join(problems), f"{how}Nothing was played.")
    return values


def parsed(parameter: Parameter, text: str) -> str:
    """The value of one parameter that `text` stands for.

    Raises:
        UsageError: it is none that it takes; the message names the parameter.
    """
    if len(text) > MAX_TEXT:
        raise UsageError(f"{parameter.name} has more than {MAX_TEXT:,} characters.")
    if parameter.choices and text not in parameter.choices:
        raise UsageError(f"{parameter.name} must be one of {_choices(parameter)}, not “{one_line(text, SHOWN)}”.")
    value, wanted = _PARSERS[parameter.type](text), _WANTED[parameter.type]
    if value is None:
        raise UsageError(f"{parameter.name} must be {wanted}, not “{one_line(text, SHOWN)}”.")
    return value


def _integer(text: str) -> str | None:
    return text.strip() if _INTEGER.fullmatch(text.strip()) else None


def _number(text: str) -> str | None:
    stripped = text.strip()
    return stripped if _NUMBER.fullmatch(stripped) and math.isfinite(float(stripped)) else None


def _boolean(text: str) -> str | None:
    return _BOOLEANS.get(text.strip().casefold())


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None


def _file(text: str) -> str | None:
    """Absolute: the applications that the macro uses have working folders of their own."""
    if not text.strip() or "\0" in text:
        return None
    try:
        path = Path(text).expanduser().absolute()
        return str(path) if path.exists() or path.parent.is_dir() else None
    except (OSError, RuntimeError):  # Too long a name; a home that nobody has.
        return None


def _secret(text: str) -> str | None:
    return text.strip() if text.strip() in named_secrets.names() else None


_PARSERS: Mapping[str, Callable[[str], str | None]] = {
    "text": lambda text: text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "file": _file,
    "secret": _secret,
}
_WANTED: Mapping[str, str] = {
    "text": "a text",
    "number": "a number like 12.5",
    "integer": "a whole number",
    "boolean": "yes or no",
    "date": "a date like 2026-11-27",
    "file": "a file, or a name for one in a folder that there is",
    "secret": "the name of a secret that is stored",
}


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _choices(parameter: Parameter) -> str:
    shown = [one_line(each, SHOWN) for each in parameter.choices[:SHOWN_CHOICES]]
    return ", ".join(shown) + (", …" if len(parameter.choices) > SHOWN_CHOICES else "")
