"""Checks a call's arguments against its tool's JSON schema: the part of JSON Schema that our tools use."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from desktop_agent.tools.result import ToolProblem

IGNORED = frozenset({"element_info"})
"""Arguments that models give out of habit, to tools that don't take them too."""


def checked(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, with harmless differences mended: numbers written as text, whole numbers written as 5.0, text
    around lists. Arguments that are null are left out.

    Raises:
        ToolProblem: what is wrong, for each wrong argument.
    """
    properties: Mapping[str, Any] = parameters.get("properties", {})
    given = {name: value for name, value in arguments.items() if value is not None}
    problems = [f'"{name}" is missing.' for name in parameters.get("required", ()) if name not in given]
    result: dict[str, Any] = {}
    for name, value in given.items():
        if name in properties:
            try:
                result[name] = _value(properties[name], value)
            except ValueError as error:
                problems.append(f'"{name}" {error}')
        elif name not in IGNORED:
            problems.append(f'There is no argument "{name}".')
    if problems:
        known = ", ".join(properties) or "none"
        raise ToolProblem(f"{' '.join(problems)} The arguments are: {known}.")
    return result


def _value(schema: Mapping[str, Any], value: Any) -> Any:
    kind = schema.get("type")
    if kind == "string":
        value = _string(value)
    elif kind in ("integer", "number"):
        value = _number(value, kind == "integer")
    elif kind == "array" and not isinstance(value, list | str | Mapping):
        raise ValueError(f"must be a list, not {_shown(value)}.")
    if "enum" in schema and value not in schema["enum"]:
        raise ValueError(f"must be one of {', '.join(map(str, schema['enum']))}, not {_shown(value)}.")
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"must be from {low} to {high}, not {_shown(value)}.")
    return value


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # Models write numbers bare, where text is meant.
    raise ValueError(f"must be text, not {_shown(value)}.")


def _number(value: Any, whole: bool) -> int | float:
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            number = None
    if number is None or not abs(number) <= sys.float_info.max or (whole and number != int(number)):
        raise ValueError(f"must be a {'whole ' if whole else ''}number, not {_shown(value)}.")
    return int(number) if whole else number


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
