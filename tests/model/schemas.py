"""JSON schemas made by Hypothesis, values that they take, and what of JSON Schema the tests need to check a value."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
KEYS = st.text('abcdefgh_-.é世"\\', min_size=1, max_size=4)
_CONSTANTS = st.one_of(TEXTS, st.integers(-50, 50), st.booleans(), st.none(), st.sampled_from(["5", "null", "[1]"]))


def is_valid(schema: Any, value: Any) -> bool:
    """Whether `value` is valid; of JSON Schema it knows what `schemas` makes."""
    if schema is True or schema == {}:
        return True
    constants = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if constants is not None and not any(_same(value, each) for each in constants):
        return False
    if "anyOf" in schema:
        return any(is_valid(branch, value) for branch in schema["anyOf"])
    if "oneOf" in schema:
        return sum(is_valid(branch, value) for branch in schema["oneOf"]) == 1
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_of(kind, value) for kind in kinds):
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)) and all(
            is_valid(schema.get("items", True), each) for each in value
        )
    if isinstance(value, Mapping):
        return _is_valid_object(schema, value)
    return True


def _is_valid_object(schema: Schema, value: Mapping[str, Any]) -> bool:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    if not set(schema.get("required", ())) <= value.keys():
        return False
    if others is False and not value.keys() <= properties.keys():
        return False
    return all(is_valid(properties.get(key, others), each) for key, each in value.items())


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)  # 1 is not True here


def _is_of(kind: str, value: Any) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value % 1 == 0)
            )
    return isinstance(value, int | float) and not isinstance(value, bool)


@st.composite
def _numbers(draw: st.DrawFn) -> Schema:
    schema: Schema = {"type": draw(st.sampled_from(["integer", "number"]))}
    low, high = sorted(draw(st.lists(st.integers(-1200, 1200), min_size=2, max_size=2)))
    if draw(st.booleans()):
        schema["minimum"] = low
    if draw(st.booleans()):
        schema["maximum"] = high
    return schema


@st.composite
def _arrays(draw: st.DrawFn, items: st.SearchStrategy[Schema]) -> Schema:
    schema: Schema = {"type": "array"}
    if draw(st.booleans()):
        schema["items"] = draw(items)
    least, more = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    if draw(st.booleans()):
        schema["minItems"] = least
    if draw(st.booleans()):
        schema["maxItems"] = least + more
    return schema


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[Schema]) -> Schema:
    """Schemas of objects; the keys are good for tags too."""
    schema: Schema = {"type": "object"}
    properties = draw(st.dictionaries(KEYS, values, max_size=4))
    if properties or draw(st.booleans()):
        schema["properties"] = properties
    if properties and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(st.one_of(st.booleans(), values))
    return schema


_LEAVES = st.one_of(
    st.sampled_from([{"type": kind} for kind in ("string", "boolean", "null", "integer", "number", "array", "object")]),
    st.just({}),
    _numbers(),
    st.builds(lambda values: {"enum": values}, st.lists(_CONSTANTS, min_size=1, max_size=4)),
    st.builds(lambda value: {"const": value}, _CONSTANTS),
    st.just({"type": ["string", "integer"], "description": "either"}),
    st.just({"type": ["integer", "null"], "minimum": 3}),
    st.just({"oneOf": [{"type": "boolean"}, {"type": "integer", "minimum": 2, "maximum": 31}]}),
)
SCHEMAS: st.SearchStrategy[Schema] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        _arrays(inner), objects(inner), st.builds(lambda each: {"anyOf": each}, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=6,
)
PARAMETERS = objects(SCHEMAS)


@st.composite
def values_of(draw: st.DrawFn, schema: Any) -> Any:
    """Values that a schema takes, with their keys in its order."""
    if schema is True or schema == {}:
        schema = {"type": draw(st.sampled_from(["string", "integer", "null"]))}
    if "enum" in schema or "const" in schema:
        return draw(st.sampled_from(schema.get("enum") or [schema["const"]]))
    if branches := schema.get("anyOf", schema.get("oneOf")):
        return draw(values_of(draw(st.sampled_from(branches))))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    match draw(st.sampled_from(kinds)):
        case "string":
            return draw(TEXTS)
        case "boolean":
            return draw(st.booleans())
        case "null":
            return None
        case "array":
            least = schema.get("minItems", 0)
            items = values_of(schema.get("items", True))
            return draw(st.lists(items, min_size=least, max_size=schema.get("maxItems", least + 2)))
        case "object":
            return draw(_objects_of(schema))
        case kind:
            low, high = schema.get("minimum", -(10**9)), schema.get("maximum", 10**9)
            whole = draw(st.integers(min(low, high), max(low, high)))
            return whole + 0.25 if kind == "number" and whole < high and draw(st.booleans()) else whole


@st.composite
def _objects_of(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    properties, required = schema.get("properties", {}), schema.get("required", ())
    others = schema.get("additionalProperties", True)
    if not properties:
        return draw(st.dictionaries(KEYS, values_of(others), max_size=2)) if others is not False else {}
    chosen = [key for key in properties if key in required or draw(st.booleans())]
    return {key: draw(values_of(properties[key])) for key in chosen}
