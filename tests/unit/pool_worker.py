"""A worker for the pool's tests: what it does stands in the job's task."""

import contextlib
import os
import time
from pathlib import Path

from desktop_agent.core import wire
from desktop_agent.core.child import inherited_socket
from desktop_agent.evaluation.scores import Score


def main() -> None:
    connection = inherited_socket()
    with contextlib.suppress(wire.ConnectionEnded, KeyboardInterrupt):
        setup, _ = wire.receive(connection)
        Path(setup["folder"], str(os.getpid())).touch()
        while True:
            job, _ = wire.receive(connection)
            if job["task"] == "dies":
                os._exit(1)
            if job["task"] == "hangs":
                time.sleep(1000)
            score = Score(job["task"], job["seed"], success=True, summary=str(os.getpid()))
            wire.send(connection, score.to_json(), [b"picture"])


if __name__ == "__main__":
    main()
