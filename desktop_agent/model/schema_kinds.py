"""Which JSON types a schema takes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any


def kinds_of(schema: Any) -> frozenset[str]:
    """The JSON types that a schema names; none where it may be any."""
    if not isinstance(schema, Mapping):
        return frozenset()
    kind = schema.get("type")
    if isinstance(kind, str):
        return frozenset({kind})
    if isinstance(kind, Sequence):
        return frozenset(map(str, kind))
    if values := constants_of(schema):
        return frozenset().union(*map(_own_kinds, values))
    branches = [kinds_of(branch) for branch in schema.get("anyOf") or schema.get("oneOf") or ()]
    return frozenset().union(*branches) if all(branches) else frozenset()


def constants_of(schema: Any) -> tuple[Any, ...]:
    """The values that `enum` or `const` allow; empty where neither is there."""
    if not isinstance(schema, Mapping):
        return ()
    values = schema.get("enum", (schema["const"],) if "const" in schema else ())
    return tuple(values) if isinstance(values, list | tuple) else ()


def fits(value: Any, kinds: Collection[str]) -> bool:
    """Whether `value` is of one of the JSON types `kinds`; no types mean any."""
    return not kinds or bool(_own_kinds(value).intersection(kinds))


def _own_kinds(value: Any) -> frozenset[str]:
    match value:
        case bool():
            return frozenset({"boolean"})
        case int():
            return frozenset({"integer", "number"})
        case float():
            return frozenset({"integer", "number"} if value.is_integer() else {"number"})
        case str():
            return frozenset({"string"})
        case None:
            return frozenset({"null"})
        case Mapping():
            return frozenset({"object"})
    return frozenset({"array"})
