"""What one look at the machine found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "missing", "limited"]
Look = Callable[[Mapping[str, str]], tuple[Status, str, str]]
"""Looks at one thing, given the environment variables, and says how it stands: status, message, hint."""

INSTALL_HINT = "Run: sh installer/run.sh, which installs what is missing."


@dataclass(frozen=True)
class Check:
    """One thing looked at. `message` says for people how it stands, `hint` what to do about it."""

    name: str
    status: Status
    message: str
    hint: str = ""
