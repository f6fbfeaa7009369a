"""Tries out, in a process limited as the model's is, what that one can still do on this machine; for `doctor`.

As a program, `python -m desktop_agent.model.worker_trial`, it is that process.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.model import worker_limits
from desktop_agent.model.config import ModelConfig

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Trial:
    """What was refused and what was not, in words that go on "it can …", and what the process says about its limits."""

    refused: tuple[str, ...]
    allowed: tuple[str, ...]
    limits: str


def trial() -> Trial:
    """Try it.

    Raises:
        OSError, subprocess.SubprocessError, ValueError: the process could not be started, or failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "desktop_agent.model.worker_trial"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    found = json.loads(done.stdout)
    return Trial(tuple(found["refused"]), tuple(found["allowed"]), found["limits"])


def _connect() -> None:
    socket.socket(socket.AF_UNIX).close()
    socket.socket(socket.AF_INET).close()


def _start() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True, capture_output=True)


def _read() -> None:
    os.listdir(Path.home())


def _write() -> None:
    with tempfile.TemporaryFile(dir=tempfile.gettempdir()):
        pass


ATTEMPTS: dict[str, Callable[[], None]] = {
    "open connections": _connect,
    "start programs": _start,
    "read your files": _read,
    "write files": _write,
}


def main() -> None:
    """Be limited, try everything, and print what came of it."""
    # A build for graphics is limited after loading; there is nothing to load here.
    limits = worker_limits.apply(ModelConfig(Path(sys.executable), None))
    limits = limits.later() if limits.later else limits
    refused: list[str] = []
    allowed: list[str] = []
    for what, attempt in ATTEMPTS.items():
        try:
            attempt()
            allowed.append(what)
        except OSError:
            refused.append(what)
    print(json.dumps({"refused": refused, "allowed": allowed, "limits": str(limits)}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
