"""A client of the hands process."""

import contextlib
import itertools
import logging
import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from typing import Any, Self

from desktop_agent.core import wire
from desktop_agent.core.actions import Expectation, Input, InputReport
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.peer import peer_of
from desktop_agent.desktop.hands import codec
from desktop_agent.desktop.hands.address import Address
from desktop_agent.desktop.hands.session import PROTOCOL
from desktop_agent.desktop.hands.start import reach
from desktop_agent.desktop.hands.status import HandsStatus, Role

ANSWER_SECONDS = 30.0
SEND_SECONDS = 5
LOOK_SECONDS = 1.0
SILENT_LOOKS = 5
"""While the hands act they are looked at every `LOOK_SECONDS`. This many looks in a row without an answer, and they are
given up. Looks are counted instead of seconds, so that a client that was itself asleep gives up nobody."""

log = logging.getLogger(__name__)

Watcher = Callable[[HandsStatus], None]


class HandsClient:
    """Implements `core.protocols.Hands`. Safe to use from several threads: `stop` and `status` are answered while
    `perform` is under way.

    However long the hands act, they must go on answering: a process that falls silent meanwhile is ended. When the
    hands process dies, this client starts it again at once, so that what it held down is released, and closes
    the input gate again where it had a prompt open; the lock is lost, and the run that had it must end.
    """

    def __init__(self, address: Address, role: Role, pids: frozenset[int], linger: float) -> None:
        self._address = address
        self._hello: dict[str, object] = {"role": role, "pids": sorted(pids), "protocol": PROTOCOL}
        self._linger = linger
        self._numbers = itertools.count(1)
        self._sending = threading.Lock()
        self._state = threading.Lock()
        self._waiting: dict[int, Future[Any]] = {}
        self._prompts = 0
        self._watchers: list[Watcher] = []
        self._closed = False
        self._lost = False
        self._connection = self._reach()
        self._reader = threading.Thread(target=self._read, name="hands", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def acquire(self, run: str) -> None:
        self._ask("acquire", run=run)
        self._lost = False

    def release(self) -> None:
        self._ask("release")

    def perform(self, inputs: Sequence[Input], expectation: Expectation) -> InputReport:
        if self._lost:
            raise _ended("the lock was lost with the process")
        header, blobs = codec.pack_expectation(expectation)
        fields = {"inputs": codec.pack_inputs(inputs), "expectation": header}
        with self._request("perform", blobs, fields) as answer:
            try:
                return codec.unpack_report(self._await_performed(answer))
            except _ProcessEnded as error:
                raise _unknown("The hands process ended while it acted", error.details) from error

    @contextlib.contextmanager
    def prompt(self) -> Iterator[None]:
        """Keep the input gate closed meanwhile; on entering, no input is under way any more."""
        self._ask("open_prompt")
        with self._state:
            self._prompts += 1
        try:
            yield
        finally:
            with self._state:
                self._prompts -= 1
            with contextlib.suppress(Unavailable):  # with the process the gate is gone as well
                self._ask("close_prompt")

    def stop(self, reason: str) -> None:
        self._ask("stop", reason=reason)

    def stopped(self) -> str | None:
        return self.status().stopped

    def resume(self) -> None:
        self._ask("resume")

    def own_pids(self) -> frozenset[int]:
        return frozenset(self._ask("own_pids"))

    def status(self) -> HandsStatus:
        """The hands as they are now.

        Raises:
            Unavailable: the process is gone and could not be started again.
        """
        return HandsStatus.from_wire(self._ask("status"))

    def subscribe(self, watcher: Watcher) -> None:
        """Have `watcher` called, from a thread of this client, whenever the stop is latched or released."""
        self._watchers.append(watcher)
        self._ask("subscribe")

    def close(self) -> None:
        with self._state:
            self._closed = True
            connection = self._connection
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        if self._reader is not threading.current_thread():
            self._reader.join()
        self._connection.close()

    def _ask(self, operation: str, **fields: Any) -> Any:
        with self._request(operation, (), fields) as answer:
            try:
                return answer.result(ANSWER_SECONDS)
            except TimeoutError as error:
                raise Unavailable("The hands don't answer.", "Try again in a moment.", operation) from error

    @contextlib.contextmanager
    def _request(
        self, operation: str, blobs: Sequence[bytes | bytearray], fields: dict[str, Any]
    ) -> Iterator[Future[Any]]:
        """Send a request; its answer is waited for within."""
        answer: Future[Any] = Future()
        number = next(self._numbers)
        with self._state:
            self._waiting[number] = answer
        try:
            with self._sending:
                self._send({"id": number, "op": operation, **fields}, blobs)
            yield answer
        finally:
            with self._state:
                self._waiting.pop(number, None)

    def _send(self, header: dict[str, Any], blobs: Sequence[bytes | bytearray]) -> None:
        """What was sent in part only would garble all that follows: then the connection is given up."""
        try:
            wire.send(self._connection, header, blobs)
        except (wire.ConnectionEnded, OSError) as error:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            raise _ended(str(error)) from error

    def _await_performed(self, performed: Future[Any]) -> Any:
        """What came of it, as long as that takes, unless the process falls silent.

        Raises:
            Unavailable: it did, and was ended; or it died.
        """
        silent = 0
        wait((performed,), LOOK_SECONDS)
        while not performed.done():
            with self._request("status", (), {}) as alive:
                wait((performed,), LOOK_SECONDS)
                silent = 0 if alive.done() else silent + 1
            if silent >= SILENT_LOOKS:
                self._end_process()
                raise _unknown("The hands fell silent while they acted, and were ended", f"{silent} looks")
        return performed.result()

    def _end_process(self) -> None:
        """Kill it, stopped or not; its sweeper then releases what it held, and the reader starts another one."""
        pid, _ = peer_of(self._connection)
        log.error("the hands process %s fell silent while it acted; ending it", pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _reach(self) -> socket.socket:
        connection, _ = reach(self._address, self._hello, self._linger)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        return connection

    def _read(self) -> None:
        while True:
            try:
                header, _ = wire.receive(self._connection)
            except (wire.WireError, OSError) as error:
                self._fail(_ended(str(error)))
                if self._closed or not self._again():
                    return
            else:
                self._take(header)

    def _take(self, header: dict[str, Any]) -> None:
        if "event" in header:
            status = HandsStatus.from_wire(header["status"])
            for watcher in tuple(self._watchers):
                watcher(status)
            return
        with self._state:
            answer = self._waiting.pop(header["id"], None)
        if answer is None:
            return  # whoever asked gave up waiting
        if "error" in header:
            answer.set_exception(codec.unpack_error(header["error"]))
        else:
            answer.set_result(header["answer"])

    def _fail(self, error: AgentError) -> None:
        with self._state:
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.set_exception(error)

    def _again(self) -> bool:
        """Start the process again after it died, as this client had it; False when that failed."""
        log.warning("the hands process ended unexpectedly; starting it again")
        self._lost = True
        with self._sending:
            self._connection.close()
            try:
                connection = self._reach()
                with self._state:
                    self._connection = connection
                    if self._closed:  # `close` has shut down the connection before, and waits for this thread
                        return False
                    requests = ["open_prompt"] * self._prompts + ["subscribe"] * bool(self._watchers)
                for operation in requests:
                    wire.send(connection, {"id": 0, "op": operation})
            except (AgentError, wire.WireError, OSError) as error:
                log.warning("that failed: %s", error)
                self._connection.close()  # nobody reads answers from it
                return False
        return True


class _ProcessEnded(Unavailable):
    """The connection to it ended."""


def _ended(details: str) -> _ProcessEnded:
    return _ProcessEnded(
        "The hands process ended unexpectedly; what was held down is released.", "Start the run again.", details
    )


def _unknown(what: str, details: str) -> Unavailable:
    return Unavailable(
        f"{what}: it is unknown how much of the action was done. What was held down is released.",
        "Look at the screen before you start the run again.",
        details,
    )
