"""Conversations and events as the JSON that goes between the model's worker process and its client."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Event,
    Message,
    Options,
    Part,
    Picture,
    ReasoningDelta,
    Text,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.mtmd import AbsentImage
from desktop_agent.model.unpacking import unpack

MAX_WORDS = 20_000
"""Characters of an error."""

_EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (ReasoningDelta, TextDelta, BadCall, Usage, End, CallEvent)
}


def pack_config(config: ModelConfig) -> dict[str, Any]:
    """The configuration as JSON."""
    return dataclasses.asdict(config) | {
        "model": str(config.model),
        "mmproj": str(config.mmproj) if config.mmproj else None,
        "cache": str(config.cache) if config.cache else None,
    }


def unpack_config(packed: Mapping[str, Any]) -> ModelConfig:
    """The inverse of `pack_config`."""
    paths = {name: Path(packed[name]) if packed[name] else None for name in ("model", "mmproj", "cache")}
    return ModelConfig(**{**packed, **paths})


def pack_request(messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> dict[str, Any]:
    """A conversation as JSON. Of pictures it has size and digest only: pixels go when the worker asks for them."""
    return {
        "messages": [_pack_message(message) for message in messages],
        "tools": [[tool.name, tool.description, dict(tool.parameters)] for tool in tools],
        "options": dataclasses.asdict(options),
    }


def unpack_request(packed: Mapping[str, Any]) -> tuple[list[Message], list[ToolSpec], Options]:
    """The inverse of `pack_request`; the pictures' images are `AbsentImage`s."""
    messages = [_unpack_message(row) for row in packed["messages"]]
    return messages, [ToolSpec(*tool) for tool in packed["tools"]], Options(**packed["options"])


def pack_event(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    return {"kind": type(event).__name__, **dataclasses.asdict(event)}


def unpack_event(packed: Mapping[str, Any]) -> Event:
    """The inverse of `pack_event`.

    Raises:
        ValueError: it is no event.
    """
    kind = packed.get("kind")
    if not isinstance(kind, str) or kind not in _EVENTS:
        raise ValueError(f"event {kind!r:.80}")
    event: Event = unpack(_EVENTS[kind], {name: value for name, value in packed.items() if name != "kind"})
    return event


def pack_error(error: PlannerError) -> dict[str, Any]:
    """An error as JSON."""
    return {"message": error.user_message, "hint": error.hint, "details": error.details}


def unpack_error(packed: Mapping[str, Any]) -> PlannerError:
    """The inverse of `pack_error`."""
    return PlannerError(*(str(packed.get(name, ""))[:MAX_WORDS] for name in ("message", "hint", "details")))


def _pack_message(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "parts": [_pack_part(part) for part in message.parts],
        "reasoning": message.reasoning,
        "calls": [[call.id, call.name, dict(call.arguments)] for call in message.calls],
        "call_id": message.call_id,
        "by_program": message.by_program,
    }


def _pack_part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"text": part.text}
    return {
        "id": part.id,
        "width": part.image.width,
        "height": part.image.height,
        "digest": part.image.digest,
        "use": part.use,
    }


def _unpack_message(row: Mapping[str, Any]) -> Message:
    parts: list[Part] = []
    for part in row["parts"]:
        if "text" in part:
            parts.append(Text(part["text"]))
        else:
            image = AbsentImage(part["width"], part["height"], b"", part["digest"])
            parts.append(Picture(part["id"], image, use=part["use"]))
    calls = tuple(ToolCall(*call) for call in row["calls"])
    return Message(row["role"], tuple(parts), row["reasoning"], calls, row["call_id"], row["by_program"])
