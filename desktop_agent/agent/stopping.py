"""Ending a planner's thinking when the person stops the run, from wherever they do it."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from desktop_agent.core.protocols import Planner

POLL = 0.1


@contextlib.contextmanager
def cancelled_when(stopped: Callable[[], str | None], planner: Planner) -> Iterator[None]:
    """While inside, cancel the planner as soon as `stopped` gives a reason. A planner may be silent for a minute while
    it looks at a picture, so its own thread can't ask."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(POLL):
            if stopped() is not None:
                planner.cancel()
                return

    thread = threading.Thread(target=watch, name="stop-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
