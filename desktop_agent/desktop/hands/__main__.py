"""`python -m desktop_agent.desktop.hands --display :N [--linger SECONDS]`: becomes the hands process of a display.

It goes into the background and returns when it answers, or when another one does already. It ends some seconds after
its last client, or with the display.
"""

import argparse
import fcntl
import json
import logging
import os
import socket
import sys

from desktop_agent.core import dumps
from desktop_agent.core import log as logs
from desktop_agent.core.errors import AgentError, ExitCode, StoreError, Unavailable
from desktop_agent.desktop.hands.address import Address, address_of
from desktop_agent.desktop.hands.codec import pack_error
from desktop_agent.desktop.hands.server import LINGER_SECONDS, HandsHang, HandsServer
from desktop_agent.desktop.hands.sweeper import Sweeper, detach

BACKLOG = 16


def main() -> int:
    """The exit code; a problem is written to standard error as JSON."""
    parser = argparse.ArgumentParser(prog="desktop_agent.desktop.hands")
    parser.add_argument("--display", required=True)
    parser.add_argument("--linger", type=float, default=LINGER_SECONDS)
    arguments = parser.parse_args()
    try:
        address = address_of(arguments.display)
    except AgentError as error:
        sys.stderr.write(json.dumps(pack_error(error)))
        return error.exit_code
    lock = os.open(address.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return ExitCode.DONE  # another one serves this display
    return _in_background(address, arguments.linger)


def _in_background(address: Address, linger: float) -> int:
    """Fork; the child serves, and the parent returns when the child is ready or could not begin."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as outcome:
            problem = outcome.read()
        sys.stderr.write(problem)
        return ExitCode.FAILED if problem else ExitCode.DONE
    os.close(reader)
    os.setsid()
    sweeper = Sweeper.start(address, close=(writer,))
    logs.start("hands")
    dumps.forbid()  # what is typed may be a secret
    with os.fdopen(writer, "w") as outcome:
        try:
            server = HandsServer(address, _listen(address), linger, lambda: sweeper.alive)
        except AgentError as error:
            logging.getLogger(__name__).warning("could not start: %s (%s)", error, error.details)
            json.dump(pack_error(error), outcome)
            sweeper.dismiss()
            return ExitCode.FAILED
        except Exception as error:
            logging.getLogger(__name__).exception("could not start")
            hint = "See the log hands.log. Is the disk full?"
            json.dump(pack_error(Unavailable(f"The hands process can't start: {error}.", hint, repr(error))), outcome)
            sweeper.dismiss()
            return ExitCode.FAILED
        detach()
    try:
        server.serve()
    except HandsHang:
        logging.getLogger(__name__).error("acting hangs; ending, so that what is held down is released")
        os._exit(ExitCode.FAILED)  # the sweeper sees the end of its pipe
    sweeper.dismiss()
    return ExitCode.DONE


def _listen(address: Address) -> socket.socket:
    address.socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listener.bind(str(address.socket))
    except OSError as error:
        raise StoreError(
            f"The socket {address.socket} could not be made: {error}.", "Set DESKTOP_AGENT_HOME to a shorter path."
        ) from error
    finally:
        os.umask(mask)
    listener.listen(BACKLOG)
    return listener


if __name__ == "__main__":
    sys.exit(main())
