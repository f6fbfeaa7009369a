"""Writes a call as GLM does, in the pieces in which a model's tokens come."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from desktop_agent.model.calls import CALL_CLOSE, CALL_OPEN

PIECE = 5
"""Characters of a piece: about what a token holds."""


def written(name: str, arguments: Mapping[str, Any]) -> str:
    """The call in GLM's own form: strings raw, all else as JSON."""
    pairs = (
        f"<arg_key>{key}</arg_key>\n<arg_value>{value if isinstance(value, str) else json.dumps(value)}</arg_value>\n"
        for key, value in arguments.items()
    )
    return f"{CALL_OPEN}{name}\n{''.join(pairs)}{CALL_CLOSE}"


def pieces(text: str) -> Iterator[str]:
    """`text`, a few characters at a time."""
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]
