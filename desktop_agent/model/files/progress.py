"""How far something long has come, and the person's wish to stop it."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from desktop_agent.core.errors import AgentError, ExitCode

Doing = Literal["connect", "download", "check"]


@dataclass(frozen=True)
class Stage:
    """What is being done to which file, and how far: bytes of bytes."""

    doing: Doing
    name: str
    done: int
    total: int


class Interrupted(AgentError):
    """The person stopped it; what was fetched is kept."""

    exit_code = ExitCode.STOPPED


def interrupted() -> Interrupted:
    """The error to raise."""
    return Interrupted("Stopped.", "What was fetched is kept: the same download goes on from there.")


class Progress:
    """Told of every stage by who works, asked and stopped by whoever watches, from any thread.

    Args:
        show: called with each stage on the worker's thread; must be quick.
    """

    def __init__(self, show: Callable[[Stage], None] = lambda _: None) -> None:
        self.stage: Stage | None = None
        self._show = show
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._cut: Callable[[], None] | None = None

    def tell(self, doing: Doing, name: str, done: int, total: int) -> None:
        """Say how far it is.

        Raises:
            Interrupted: the person wants it stopped.
        """
        self.require_wanted()
        self.stage = Stage(doing, name, done, total)
        self._show(self.stage)

    def require_wanted(self) -> None:
        """Raises `Interrupted` where the person wants it stopped."""
        if self._stopped.is_set():
            raise interrupted()

    def wait(self, seconds: float) -> None:
        """Do nothing for a while; raises `Interrupted` at once when stopped."""
        self._stopped.wait(seconds)
        self.require_wanted()

    def stop(self) -> None:
        """Have it stopped, also while it waits for a server."""
        self._stopped.set()
        with self._lock:
            if self._cut is not None:
                self._cut()

    @contextlib.contextmanager
    def cutting(self, cut: Callable[[], None]) -> Iterator[None]:
        """Within, stopping also calls `cut`, from the thread that stops."""
        with self._lock:
            self._cut = cut
        try:
            self.require_wanted()
            yield
        finally:
            with self._lock:
                self._cut = None
