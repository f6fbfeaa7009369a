"""Reads what is typed at a prompt in the terminal, no longer than it is waited for."""

import os
import select
import time
from collections.abc import Callable
from typing import TextIO

POLL_SECONDS = 0.2
"""How soon a stop is noticed."""
PIECE = 4096
"""Bytes read at once; a terminal gives at most one line."""


def discard_typed_ahead(source: TextIO) -> None:
    """Throw away what was typed so far: text that was typed before a question was seen is no answer to it."""
    import termios

    termios.tcflush(source.fileno(), termios.TCIFLUSH)


def read_line(source: TextIO, deadline: float, stopped: Callable[[], str | None]) -> str | None:
    """The next line that is typed; None where none is complete in time, or the run is stopped before. An end of input
    completes it.

    Args:
        source: the terminal. It is read past its buffer, which could not be waited for.
        deadline: in `time.monotonic` seconds.
        stopped: the reason of a stop, or None; asked again and again.
    """
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or stopped() is not None:
            return None
        if select.select([source], [], [], min(left, POLL_SECONDS))[0]:
            piece = os.read(source.fileno(), PIECE)
            if not piece:
                break
            line += piece
    return line.decode("utf-8", "replace")
