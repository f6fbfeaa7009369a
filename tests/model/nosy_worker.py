"""The model's worker with an engine that tries what it must not: `python -m tests.model.nosy_worker`.

It is started, limited and asked as the real one. What it could do comes back as the text of an error.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_agent.core.errors import PlannerError
from desktop_agent.model import worker, worker_limits
from desktop_agent.model.engine import Engine
from desktop_agent.model.worker_limits import Limits


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def attempts(secret: str) -> dict[str, Callable[[], Any]]:
    """What must not go, and what must."""
    return {
        "socket": lambda: socket.socket(socket.AF_INET),
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "fork": _fork,
        "signal": lambda: os.kill(os.getppid(), 0),
        "read": lambda: Path(secret).read_text(),
        "list": lambda: os.listdir(Path(secret).parent),
        "write": lambda: Path(secret).with_name("written").write_text("x"),
        "remove": lambda: Path(secret).unlink(),
    }


class NosyEngine(Engine):
    """Tries it all when it is to look ahead, in this thread and in a new one."""

    def prefill(self, messages: Any, tools: Any, options: Any) -> Any:
        done: list[str] = []

        def try_all(where: str) -> None:
            for name, attempt in attempts(messages[0].text).items():
                try:
                    attempt()
                    done.append(f"{name} in the {where}")
                except OSError:
                    pass

        try_all("main thread")
        thread = threading.Thread(target=try_all, args=("other thread",))
        thread.start()
        thread.join()
        raise PlannerError(json.dumps(done))


if __name__ == "__main__":
    worker.Engine = NosyEngine  # type: ignore[misc]
    if "NOSY_WITHOUT_LIMITS" in os.environ:
        worker_limits.apply = lambda config: Limits("", "")
    worker.main()
