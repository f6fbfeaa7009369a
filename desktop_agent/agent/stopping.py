"""Ending a planner's thinking when the run must not go on, from wherever that comes."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from desktop_agent.core.errors import AgentError
from desktop_agent.core.protocols import Planner

POLL = 0.1
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def cancelled_when(ended: Callable[[], str | None], planner: Planner) -> Iterator[None]:
    """While inside, cancel the planner as soon as `ended` gives a reason, or can't tell. A planner may be silent for a
    minute while it looks at a picture, so its own thread can't ask."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(POLL):
            if _must_end(ended):
                planner.cancel()
                return

    thread = threading.Thread(target=watch, name="stop-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _must_end(ended: Callable[[], str | None]) -> bool:
    try:
        return ended() is not None
    except AgentError as error:  # With nobody to ask, a stop could no longer be noticed.
        _log.warning("whether the run is stopped can't be asked: %s (%s)", error, error.details)
        return True
