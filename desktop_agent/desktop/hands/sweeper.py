"""The side process of the hands: when they die, whatever kills them, it releases what they held down.

It is forked before the hands have any thread or connection, waits for the end of a pipe, and inherits the lock of the
display: until it has swept, no other hands can begin, whose keys it would release.
"""

import contextlib
import logging
import os
import signal
from typing import Self

from desktop_agent.core import log as logs
from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands.address import Address
from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.x11_input import X11Input

_IN_ORDER = b"."
_IGNORED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What asks a whole session to end must not end the sweeper before the hands."""

log = logging.getLogger(__name__)


class Sweeper:
    """The hands' view of their side process."""

    def __init__(self, pid: int, pipe: int) -> None:
        self._pid = pid
        self._pipe = pipe

    @classmethod
    def start(cls, address: Address, close: tuple[int, ...]) -> Self:
        """Fork it. Call it while this process has one thread.

        Args:
            address: the display, and the journal of what is held down.
            close: descriptors that the side process must not keep open.
        """
        reader, writer = os.pipe()
        pid = os.fork()
        if pid:
            os.close(reader)
            return cls(pid, writer)
        try:
            for each in (writer, *close):
                os.close(each)
            _wait_and_sweep(address, reader)
        except Exception:
            log.exception("sweeping failed")
        finally:
            os._exit(0)

    @property
    def alive(self) -> bool:
        """Whether it is still there to sweep. Once it isn't, it never is again."""
        if self._pid and os.waitpid(self._pid, os.WNOHANG)[0]:
            self._pid = 0
        return bool(self._pid)

    def dismiss(self) -> None:
        """Everything was released: it has nothing to do. Waits for its end."""
        if self.alive:
            with contextlib.suppress(BrokenPipeError):  # it was killed just now
                os.write(self._pipe, _IN_ORDER)
            os.waitpid(self._pid, 0)
            self._pid = 0
        os.close(self._pipe)


def detach() -> None:
    """The terminal and pipes of whoever started this process are not ours."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _wait_and_sweep(address: Address, reader: int) -> None:
    os.setsid()
    detach()
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if os.read(reader, 1) == _IN_ORDER:
        return
    logs.start("hands")
    _sweep(address)


def _sweep(address: Address) -> None:
    """Release what the hands of that display left down."""
    try:
        display = x11.open_display(address.display)
    except Unavailable as gone:
        log.info("the hands ended with their display: %s", gone.details)
        return
    with Journal(address.journal) as journal:
        X11Input(display, journal).sweep()
    display.close()
    log.warning("the hands ended unexpectedly; what they held down is released")
