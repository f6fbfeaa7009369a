"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

DEADLINE = 20.0


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for it; fail when it does not happen."""
    deadline = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.01)
