"""Dataclasses from JSON that somebody hostile may have written: a model's file may have taken its process over."""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def unpack(kind: type[T], fields: object) -> T:
    """A `kind` of `fields`, each of the type that it must have; dataclasses in it are unpacked as well.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(fields, dict):
        raise ValueError(f"{kind.__name__} of {type(fields).__name__}")
    hints = get_type_hints(kind)
    try:
        return kind(**{name: _value(hints[name], value) for name, value in fields.items()})
    except (KeyError, TypeError) as error:  # a field that it hasn't, or one that is missing
        raise ValueError(f"{kind.__name__}: {error}") from error


def _value(hint: Any, value: object) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return unpack(hint, value)
    if not _fits(hint, value):
        raise ValueError(f"{value!r:.80} is no {hint}")
    return value


def _fits(hint: Any, value: object) -> bool:
    origin = get_origin(hint) or hint
    if origin is Literal:
        return value in get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(each, value) for each in get_args(hint))
    if origin is Mapping:
        return isinstance(value, dict)
    if origin is float:
        return type(value) in (int, float)
    return type(value) is origin
