"""Who may act, and when: the stop latch, the input gate and the lock. Nothing here touches the display."""

import os
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.errors import GateClosed, HandsBusy, Stopped

STOP_HINT = "It stays stopped until you release it, in the tray or with desktop-agent stop --release."


@dataclass(frozen=True)
class Holder:
    """The client that has the lock, the run it acts for, and its process."""

    client: Hashable
    run: str
    pid: int


class Guard:
    """Safe to use from several threads.

    Args:
        latch: the file that keeps a stop over the end of the process.
        changed: called after the stop was latched or released, from the thread that did it.
    """

    def __init__(self, latch: Path, changed: Callable[[], None]) -> None:
        self._latch = latch
        self._changed = changed
        self._lock = threading.Lock()
        self._stopped = _read(latch)
        self._prompts: dict[Hashable, int] = {}
        self._holder: Holder | None = None

    @property
    def stopped(self) -> str | None:
        return self._stopped

    @property
    def prompts(self) -> int:
        with self._lock:
            return sum(self._prompts.values())

    @property
    def holder(self) -> Holder | None:
        return self._holder

    def stop(self, reason: str) -> None:
        """Latch the stop. The first reason stays. The run that was acting loses the lock: releasing the stop doesn't
        let it go on."""
        with self._lock:
            self._holder = None
            if self._stopped is not None:
                return
            self._stopped = reason or "stopped"
            _write(self._latch, self._stopped)
        self._changed()

    def resume(self) -> None:
        """Release the latch."""
        with self._lock:
            if self._stopped is None:
                return
            self._latch.unlink(missing_ok=True)
            self._stopped = None
        self._changed()

    def open_prompt(self, client: Hashable) -> None:
        """Close the gate for as long as this prompt is open."""
        with self._lock:
            self._prompts[client] = self._prompts.get(client, 0) + 1

    def close_prompt(self, client: Hashable) -> None:
        """One prompt of `client` is answered; the gate opens with the last of all clients'."""
        with self._lock:
            left = self._prompts.get(client, 0) - 1
            if left > 0:
                self._prompts[client] = left
            else:
                self._prompts.pop(client, None)

    def acquire(self, holder: Holder) -> None:
        """Take the lock; the same client may take it again under another run.

        Raises:
            Stopped: the stop is latched.
            HandsBusy: another client holds it.
        """
        with self._lock:
            if self._stopped is not None:
                raise _stopped(self._stopped)
            if self._holder is not None and self._holder.client != holder.client:
                raise HandsBusy(
                    f"Another run is acting already: {self._holder.run} (process {self._holder.pid}).",
                    "Wait until it ends, or stop it.",
                )
            self._holder = holder

    def release(self, client: Hashable) -> None:
        """Give the lock back, where `client` has it."""
        with self._lock:
            if self._holder is not None and self._holder.client == client:
                self._holder = None

    def forget(self, client: Hashable) -> None:
        """`client` is gone: its prompts and its lock go with it."""
        self.release(client)
        with self._lock:
            self._prompts.pop(client, None)

    def check(self, client: Hashable) -> None:
        """Whether `client` may send input at this moment.

        Raises:
            Stopped: the stop is latched.
            GateClosed: a prompt is open.
            HandsBusy: it does not hold the lock.
        """
        reason, prompts, holder = self._stopped, self._prompts, self._holder
        if reason is not None:
            raise _stopped(reason)
        if prompts:
            raise GateClosed("A question is open on the screen; until it is answered nothing is done.", "Answer it.")
        if holder is None or holder.client != client:
            raise HandsBusy("This run does not hold the hands.", "Take them before acting.")


def _stopped(reason: str) -> Stopped:
    return Stopped(f"Stopped: {reason}.", STOP_HINT)


def _read(latch: Path) -> str | None:
    """The stored reason. A latch that can't be read still stops."""
    try:
        return latch.read_text("utf-8", "replace") or "stopped"
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"the stop's file can't be read ({error.strerror})"


def _write(latch: Path, reason: str) -> None:
    """Store the reason. The latch in memory holds even where the file can't be written."""
    try:
        latch.write_text(reason, "utf-8", "replace")
        os.chmod(latch, 0o600)
    except OSError:
        import logging

        logging.getLogger(__name__).exception("the stop latch could not be stored in %s", latch)
