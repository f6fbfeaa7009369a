"""Inputs, expectations, reports and errors as frames of `core.wire`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from desktop_agent.core import errors
from desktop_agent.core.actions import Click, Drag, Expectation, Input, InputReport, Move, Press, Scroll, TypeText
from desktop_agent.core.errors import AgentError, Refused
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image

_KINDS: dict[str, type[Input]] = {each.__name__: each for each in (Move, Click, Drag, Scroll, Press, TypeText)}
_POINTS = ("point", "start", "end")

_ERRORS: dict[str, type[AgentError]] = {
    each.__name__: each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, AgentError)
}


def pack_inputs(inputs: Sequence[Input]) -> list[dict[str, Any]]:
    """Inputs as JSON objects."""
    return [{"kind": type(each).__name__, **asdict(each)} for each in inputs]


def unpack_inputs(data: Sequence[dict[str, Any]]) -> tuple[Input, ...]:
    """The inputs that `pack_inputs` was given.

    Raises:
        KeyError, TypeError: not what it makes.
    """
    return tuple(_unpack_input(dict(each)) for each in data)


def _unpack_input(fields: dict[str, Any]) -> Input:
    kind = _KINDS[fields.pop("kind")]
    for name in _POINTS:
        if name in fields:
            fields[name] = Point(**fields[name])
    if "keys" in fields:
        fields["keys"] = tuple(fields["keys"])
    return kind(**fields)


def pack_expectation(expectation: Expectation) -> tuple[dict[str, Any], list[bytes | bytearray]]:
    """The header, and the pixels of the patch as a blob."""
    patch = expectation.patch
    header = {
        "window": expectation.window,
        "pid": expectation.pid,
        "frame": asdict(expectation.frame),
        "end_window": expectation.end_window,
        "patch_region": asdict(expectation.patch_region) if expectation.patch_region else None,
        "patch_size": [patch.width, patch.height] if patch else None,
        "patch_tolerance": expectation.patch_tolerance,
    }
    return header, [patch.bgra] if patch else []


def unpack_expectation(header: dict[str, Any], blobs: Sequence[bytes]) -> Expectation:
    """The expectation that `pack_expectation` was given.

    Raises:
        KeyError, TypeError, ValueError, IndexError: not what it makes.
    """
    size, region = header["patch_size"], header["patch_region"]
    return Expectation(
        window=header["window"],
        pid=header["pid"],
        frame=Rect(**header["frame"]),
        end_window=header["end_window"],
        patch_region=Rect(**region) if region else None,
        patch=Image(int(size[0]), int(size[1]), blobs[0]) if size else None,
        patch_tolerance=header["patch_tolerance"],
    )


def pack_report(report: InputReport) -> dict[str, Any]:
    """A report as a JSON object."""
    return asdict(report)


def unpack_report(data: dict[str, Any]) -> InputReport:
    """The report that `pack_report` was given."""
    return InputReport(data["astray"], data["mismatch"], tuple(data["notes"]))


def pack_error(error: AgentError) -> dict[str, Any]:
    """An error as a JSON object."""
    return {
        "kind": type(error).__name__,
        "message": error.user_message,
        "hint": error.hint,
        "details": error.details,
        "begun": isinstance(error, Refused) and error.begun,
    }


def unpack_error(data: dict[str, Any]) -> AgentError:
    """The error as it was raised on the other side; kinds that are unknown here become plain `AgentError`s."""
    error = _ERRORS.get(data["kind"], AgentError)(data["message"], data["hint"], data["details"])
    if isinstance(error, Refused):
        error.begun = bool(data["begun"])
    return error
