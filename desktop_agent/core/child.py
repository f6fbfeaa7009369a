"""Child processes of our own: `python -m module`, joined to us by a socket pair, ended with us."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

SOCKET_VARIABLE = "DESKTOP_AGENT_SOCKET"
ORPHAN_CHECK_SECONDS = 1.0


class Child:
    """A running child. `socket` is our end of the pair; the child calls `inherited_socket` for its own.

    Args:
        module: what `python -m` runs.
        arguments: for its command line.
        log: a file that takes its standard error, appended to.
        environment: variables to add.
    """

    def __init__(
        self, module: str, *arguments: str, log: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as stack:
            errors = stack.enter_context(log.open("ab")) if log else subprocess.DEVNULL
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **(environment or {}), SOCKET_VARIABLE: str(theirs.fileno())},
                start_new_session=True,
            )
        self.socket = ours

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End it at once, and forget it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.socket.close()

    def close(self, patience: float = 1.0) -> None:
        """Close the connection, which asks it to end; kill it after `patience` seconds."""
        self.socket.close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()


def inherited_socket() -> socket.socket:
    """In a child: the connection to the parent. From now on the child also ends when its parent does, even while it
    is busy. (PR_SET_PDEATHSIG would fire when the parent's *thread* ends, and runs have threads of their own.)"""
    parent = os.getppid()
    threading.Thread(target=_end_with, args=(parent,), name="orphan-watch", daemon=True).start()
    return socket.socket(fileno=int(os.environ.pop(SOCKET_VARIABLE)))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK_SECONDS)
    os._exit(0)
