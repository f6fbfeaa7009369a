"""Reaching the hands process of a display, and starting it where it isn't running."""

import contextlib
import json
import socket
import subprocess
import sys
import time

from desktop_agent.core import wire
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.desktop.hands.address import Address
from desktop_agent.desktop.hands.codec import unpack_error

START_SECONDS = 15.0
_POLL_SECONDS = 0.02


def reach(address: Address, hello: dict[str, object], linger: float) -> tuple[socket.socket, dict[str, object]]:
    """A connection to the hands process, and its answer to `hello`. Two programs that start it at once get the same
    one: the process itself holds a lock and gives way to one that is there.

    Raises:
        Unavailable: it can't be started, or the display can't be used.
        AgentError: it refuses us.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError, wire.WireError):
            return _greet(address, hello)
        if time.monotonic() > deadline:
            raise Unavailable("The hands process does not answer.", "See the log hands.log.", str(address.socket))
        _start(address, linger)
        time.sleep(_POLL_SECONDS)


def _greet(address: Address, hello: dict[str, object]) -> tuple[socket.socket, dict[str, object]]:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(START_SECONDS)
        connection.connect(str(address.socket))
        wire.send(connection, {"id": 0, "op": "hello", **hello})
        header, _ = wire.receive(connection)
        connection.settimeout(None)
    except BaseException:
        connection.close()
        raise
    if "error" in header:
        connection.close()
        raise unpack_error(header["error"])
    return connection, header["answer"]


def _start(address: Address, linger: float) -> None:
    """Run the module, which goes into the background when it is ready, so that it survives us and is nobody's
    zombie."""
    command = [
        sys.executable,
        "-m",
        "desktop_agent.desktop.hands",
        "--display",
        address.display,
        "--linger",
        str(linger),
    ]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=START_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("The hands process did not start in time.", "See the log hands.log.", str(error)) from error
    if done.returncode:
        raise _problem(done.stderr.decode("utf-8", "replace"))


def _problem(output: str) -> AgentError:
    try:
        return unpack_error(json.loads(output.splitlines()[-1]))  # warnings of libraries may stand before it
    except (ValueError, KeyError, TypeError, IndexError):
        return Unavailable("The hands process could not be started.", "See the details in the log.", output[-2000:])
