"""A child process for the tests: `python -m tests.unit.core_child MODE`."""

import sys
import threading
import time

from desktop_agent.core import wire
from desktop_agent.core.child import Child, inherited_socket


def main() -> None:
    connection = inherited_socket()
    match sys.argv[1]:
        case "echo":
            echo(connection)
        case "deaf":  # It never looks at its connection.
            wire.send(connection, {"ready": True})
            threading.Event().wait()
        case "busy":  # Nothing but the watch can end it.
            wire.send(connection, {"ready": True})
            while True:
                time.sleep(0)
        case "parent":  # It starts a busy child, says its process id, and stays.
            child = Child("tests.unit.core_child", "busy")
            wire.receive(child.socket)
            wire.send(connection, {"child": child.process.pid})
            threading.Event().wait()
        case "complain":
            print("complaint", file=sys.stderr, flush=True)


def echo(connection: object) -> None:
    while True:
        try:
            header, blobs = wire.receive(connection)  # type: ignore[arg-type]
        except wire.ConnectionEnded:
            return
        wire.send(connection, header, blobs)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
