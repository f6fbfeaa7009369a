"""What the hands were to do, as JSON. Of a secret only its name."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from desktop_agent.core.actions import Click, Drag, Input, Move, Press, Scroll, TypeSecret, TypeText
from desktop_agent.core.geometry import Point

_KINDS: dict[str, type[Input]] = {
    "move": Move,
    "click": Click,
    "drag": Drag,
    "scroll": Scroll,
    "press": Press,
    "type": TypeText,
    "secret": TypeSecret,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_POINTS = frozenset({"point", "start", "end"})


def input_body(each: Input) -> dict[str, Any]:
    """`each` as JSON."""
    fields = {field.name: getattr(each, field.name) for field in dataclasses.fields(each)}
    plain = {name: [value.x, value.y] if isinstance(value, Point) else value for name, value in fields.items()}
    return {"is": _NAMES[type(each)], **plain}


def input_of(body: Mapping[str, Any]) -> Input:
    """The input that `input_body` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is damaged.
    """
    fields: dict[str, Any] = {
        name: Point(*value) if name in _POINTS else value for name, value in body.items() if name != "is"
    }
    if "keys" in fields:
        fields["keys"] = tuple(fields["keys"])
    return _KINDS[body["is"]](**fields)
