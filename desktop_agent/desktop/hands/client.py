"""A client of the hands process."""

import contextlib
import itertools
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Self

from desktop_agent.core import wire
from desktop_agent.core.actions import Expectation, Input, InputReport
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.desktop.hands import codec
from desktop_agent.desktop.hands.address import Address
from desktop_agent.desktop.hands.session import PROTOCOL
from desktop_agent.desktop.hands.start import reach
from desktop_agent.desktop.hands.status import HandsStatus, Role

ANSWER_SECONDS = 30.0

log = logging.getLogger(__name__)

Watcher = Callable[[HandsStatus], None]


class HandsClient:
    """Implements `core.protocols.Hands`. Safe to use from several threads: `stop` and `status` are answered while
    `perform` is under way.

    When the hands process dies, this client starts it again at once, so that what it held down is released, and closes
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
        self._connection, _ = reach(address, self._hello, linger)
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
        return codec.unpack_report(self._ask("perform", blobs, None, **fields))

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

    def _ask(
        self,
        operation: str,
        blobs: Sequence[bytes | bytearray] = (),
        seconds: float | None = ANSWER_SECONDS,
        **fields: Any,
    ) -> Any:
        answer: Future[Any] = Future()
        number = next(self._numbers)
        with self._state:
            self._waiting[number] = answer
        try:
            with self._sending:
                wire.send(self._connection, {"id": number, "op": operation, **fields}, blobs)
            return answer.result(seconds)
        except (wire.ConnectionEnded, OSError) as error:
            raise _ended(str(error)) from error
        finally:
            with self._state:
                self._waiting.pop(number, None)

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
                connection, _ = reach(self._address, self._hello, self._linger)
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


def _ended(details: str) -> Unavailable:
    return Unavailable(
        "The hands process ended unexpectedly; what was held down is released.", "Start the run again.", details
    )
