"""How models choose their next token, by what is asked of them.

`chat` is what GLM-4.6V's publisher gives for it, `tools` the temperature of their example of operating a computer. That
has no repetition penalty: coordinates repeat digits, and a penalty would move a click.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from desktop_agent.core.chat import Options

Preset = Literal["chat", "tools"]

PRESETS: Mapping[str, Mapping[str, float]] = {
    "chat": {"temperature": 0.8, "top_p": 0.6, "top_k": 2, "repeat_penalty": 1.1},
    "tools": {"temperature": 0.001, "top_p": 0.6, "top_k": 2, "repeat_penalty": 1.0},
}
LIMITS: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),  # 0: always the likeliest token
    "top_p": (0, 1),
    "top_k": (0, 1000),  # 0: all
    "repeat_penalty": (0.5, 2),
}


def preset(options: Options, name: Preset, changes: Mapping[str, Mapping[str, float]]) -> Options:
    """`options` with that preset, and what the person changed in it. What is greedy stays so."""
    if options.greedy:
        return options
    return replace(options, **{**PRESETS[name], **changes.get(name, {})})  # type: ignore[arg-type]  # see `LIMITS`


def checked(value: object) -> dict[str, dict[str, float]]:
    """Changes of presets as they stand in the settings: `{"chat": {"temperature": 0.7, "top_k": 20}}`.

    Raises:
        ValueError: it is something else, or out of `LIMITS`.
    """
    return {name: _changes(name, changes) for name, changes in _mapping(value).items()}


def _changes(name: str, changes: object) -> dict[str, float]:
    if name not in PRESETS:
        raise ValueError(f"sampling: {name!r} is none of {', '.join(PRESETS)}")
    for key, number in (given := _mapping(changes)).items():
        low, high = LIMITS.get(key, (1, 0))
        fits = isinstance(number, int) if key == "top_k" else isinstance(number, int | float)
        if not fits or isinstance(number, bool) or not low <= number <= high:
            raise ValueError(f"sampling: {key} = {number!r}")
    return given


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"sampling: {value!r} is not an object")
    return value
