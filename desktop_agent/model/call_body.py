"""Reads what stands between `<tool_call>` and `</tool_call>`: a name and arguments, as tags or as JSON.

`name\\n<arg_key>k</arg_key>\\n<arg_value>v</arg_value>…` is GLM's form, string values raw and others as JSON. The
family sometimes writes `{"name": …, "arguments": {…}}` instead (llama.cpp#15186, #15904), other vision models always
do, and older models of the family write the name with a JSON object below: all are read.

Mended is only what can have one meaning: brackets that are missing or too many, trailing commas, box markers, tags left
out between two others. What was cut off is never completed, for half a text or half a number is a different action.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from desktop_agent.core.chat import ToolSpec
from desktop_agent.model import arguments
from desktop_agent.model.schema_kinds import constants_of, fits, kinds_of

BOX_MARKERS = ("<|begin_of_box|>", "<|end_of_box|>")
KEY_OPEN, KEY_CLOSE = "<arg_key>", "</arg_key>"
VALUE_OPEN, VALUE_CLOSE = "<arg_value>", "</arg_value>"

_NAME = re.compile(r"[^\s<{]*")
_PAIR = re.compile(r"\s*<arg_key>(.*?)(?:</arg_key>\s*|\s?)<arg_value>(.*?)</arg_value>", re.DOTALL)
_LAST_PAIR = re.compile(r"\s*<arg_key>(.*?)</arg_key>\s*<arg_value>(.*)\Z", re.DOTALL)
_CERTAINLY_WHOLE = ("]", "}", "true", "false", "null")
"""How JSON ends that can't go on. A number can, and so can text."""


class BadBody(ValueError):
    """It can't be read. The message is told to the model."""


def read_body(raw: str, tools: Mapping[str, ToolSpec]) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of the call that `raw` is.

    Args:
        raw: what stands between the tags.
        tools: by name; their schemas say which arguments are strings.

    Raises:
        BadBody: it is no call, or broken in a way whose meaning would be a guess.
    """
    try:
        return _from_json(raw) if raw.lstrip().startswith("{") else _from_tags(raw, tools, open_ended=False)
    except arguments.BadArguments as error:
        raise BadBody(f"The call is not valid JSON: {error}.") from error


def read_unclosed(raw: str, tools: Mapping[str, ToolSpec]) -> tuple[str, dict[str, Any]]:
    """Like `read_body`, where the model ended its turn without `</tool_call>`: taken only where nothing can be missing
    but closing tags.

    Raises:
        BadBody: something may be missing.
    """
    text = raw.strip()
    if text.startswith("{") and not _is_json(text):
        raise BadBody("The call is cut off: its JSON and </tool_call> are not complete.")
    try:
        if text.startswith("{"):
            return _from_json(text)
        return _from_tags(text, tools, open_ended=True)
    except (BadBody, arguments.BadArguments) as error:
        raise BadBody(f"The call is cut off: </tool_call> is missing. {error}") from error


def read_value(raw: str, schema: Any) -> Any:
    """The value of an argument: as written where the schema takes strings only, else as JSON where it is JSON of a type
    that the schema takes.

    What is neither stays a string, for the tool to refuse with its own words.
    """
    kinds = kinds_of(schema)
    if kinds == {"string"} or raw in constants_of(schema):
        return _unboxed(raw)
    text = raw.strip()
    for marker in BOX_MARKERS:
        text = text.replace(marker, "")
    try:
        value = _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return raw
    if isinstance(value, float) and not math.isfinite(value):
        return raw
    if isinstance(value, str):
        return value if kinds else raw
    return raw if "string" in kinds and not fits(value, kinds) else value


def _from_json(raw: str) -> tuple[str, dict[str, Any]]:
    call = arguments.parse(raw)
    name = call.get("name")
    given = call.get("arguments", call.get("parameters", {}))
    if isinstance(given, str):
        try:
            given = arguments.parse(given)
        except arguments.BadArguments as error:
            raise BadBody(f"The call's arguments are not valid JSON: {error}.") from error
    if not isinstance(name, str) or not name:
        raise BadBody("The call has no name.")
    if not isinstance(given, dict):
        raise BadBody("The call's arguments are no JSON object.")
    return name, given


def _from_tags(raw: str, tools: Mapping[str, ToolSpec], open_ended: bool) -> tuple[str, dict[str, Any]]:
    raw = raw.strip()
    name = _NAME.match(raw)[0]  # type: ignore[index]  # it matches the empty text too
    if not name:
        raise BadBody("The call has no name.")
    rest = raw[len(name) :].lstrip()
    if rest.startswith("{"):
        if open_ended and not _is_json(rest):
            raise BadBody("Its arguments are not complete.")
        return name, arguments.parse(rest)
    return name, _pairs(raw, len(name), _properties(tools.get(name)), open_ended)


def _pairs(raw: str, position: int, properties: Mapping[str, Any], open_ended: bool) -> dict[str, Any]:
    given: dict[str, Any] = {}
    while position < len(raw):
        match = _PAIR.match(raw, position) or (_LAST_PAIR.match(raw, position) if open_ended else None)
        if match is None:
            raise BadBody(
                f"Arguments must be <arg_key>…</arg_key><arg_value>…</arg_value>, not {raw[position:].strip()[:60]!r}."
            )
        key, value = match[1].strip(), match[2]
        if key in given:
            raise BadBody(f"The argument {key} is given twice.")
        schema = properties.get(key)
        if match.re is _LAST_PAIR and not _surely_whole(value, schema):
            raise BadBody(f"The value of {key} is not closed with </arg_value>.")
        given[key] = read_value(value, schema)
        position = match.end()
    return given


def _surely_whole(value: str, schema: Any) -> bool:
    """Whether an unclosed value can have lost nothing: JSON that can't go on, and no text."""
    kinds, text = kinds_of(schema), value.strip()
    return bool(kinds) and "string" not in kinds and text.endswith(_CERTAINLY_WHOLE) and _is_json(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _unboxed(raw: str) -> str:
    """A text without the markers that GLM puts around an answer; those within it stay."""
    begin, end = BOX_MARKERS
    text = raw.strip()
    return text[len(begin) : -len(end)] if text.startswith(begin) and text.endswith(end) else raw


def _properties(tool: ToolSpec | None) -> Mapping[str, Any]:
    properties = tool.parameters.get("properties", {}) if tool else {}
    return properties if isinstance(properties, Mapping) else {}


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)
