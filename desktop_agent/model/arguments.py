"""Arguments of a tool call as models write them: JSON, sometimes broken.

A repair is made only where it cannot change what was meant. Text that was cut off is never completed: half a file name
or half a coordinate is a different action.
"""

import ast
import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

MAX_CHARACTERS = 1_000_000
MAX_PYTHON_CHARACTERS = 20_000
"""Python's own parser is not made for hostile input, so it gets less of it."""
MAX_DEPTH = 32
_FENCE = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)
_COMPLETE = ('"', "]", "}", "true", "false", "null")
"""What a text may end with and still be whole but for its closing brackets; a number may have been cut."""


class BadArguments(ValueError):
    """The text can't be read as arguments. The message is told to the model."""


def parse(text: str) -> dict[str, Any]:
    """The arguments that `text` holds; empty text means none.

    Beyond strict JSON it reads: a code fence around it, line breaks inside strings, trailing commas, closing brackets
    that are missing or too many, JSON within a JSON string, and Python's literals.

    Raises:
        BadArguments: not an object, cut off, or broken in a way whose meaning would be a guess.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadArguments(f"the arguments have more than {MAX_CHARACTERS} characters")
    text = text.strip()
    if fenced := _FENCE.match(text):
        text = fenced[1]
    if not text:
        return {}
    try:
        value = _decode(text)
        if isinstance(value, str):
            value = _decode(value.strip())
    except RecursionError as error:
        raise BadArguments("the arguments are nested too deeply") from error
    return checked(value)


def checked(value: object) -> dict[str, Any]:
    """`value` as the arguments that it holds.

    Raises:
        BadArguments: not an object, or something in it is not JSON.
    """
    if not isinstance(value, Mapping):
        raise BadArguments("the arguments are not a JSON object")
    return {_key(key): _plain(item, 1) for key, item in value.items()}


def _decode(text: str) -> Any:
    problem = ""
    for candidate in (text, *_repaired(text)):
        try:
            value, end = _DECODER.raw_decode(candidate)
        except ValueError as error:
            problem = problem or str(error)
            continue
        if not candidate[end:].strip("]} \t\r\n"):
            return value
        problem = problem or f"something follows the object: {candidate[end : end + 40]!r}"
    if text.startswith("{") and len(text) <= MAX_PYTHON_CHARACTERS:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError):
            pass  # Not Python either; the JSON problem is the one to report.
    raise BadArguments(f"the arguments are not valid JSON: {problem}")


def _repaired(text: str) -> list[str]:
    """`text` with trailing commas dropped and its brackets closed; nothing where it ends inside a string."""
    out: list[str] = []
    closers: list[str] = []
    in_string = escaped = False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{[":
            closers.append("}" if char == "{" else "]")
        elif char in "}]":
            _drop_trailing_comma(out)
            if closers and closers[-1] == char:
                closers.pop()
        out.append(char)
    if in_string:
        return []
    _drop_trailing_comma(out)
    whole = "".join(out).rstrip()
    return [whole + "".join(reversed(closers))] if whole.endswith(_COMPLETE) else []


def _drop_trailing_comma(out: list[str]) -> None:
    """Remove a comma that nothing but white space follows."""
    index = len(out) - 1
    while index >= 0 and out[index].isspace():
        index -= 1
    if index >= 0 and out[index] == ",":
        del out[index]


def _plain(value: Any, depth: int) -> Any:
    """`value` as JSON knows it."""
    if depth > MAX_DEPTH:
        raise BadArguments("the arguments are nested too deeply")
    if isinstance(value, dict):
        return {_key(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise BadArguments("a number is too large")
    if value is None or isinstance(value, str | int | float):
        return value
    raise BadArguments(f"a {type(value).__name__} is no JSON value")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise BadArguments(f"the key {key!r} is not a string")
    return key


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_number)
