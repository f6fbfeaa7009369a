"""One client of the hands process: its requests, answered in order, but for acting, which has a thread of its own."""

import contextlib
import logging
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from desktop_agent.core import wire
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.desktop.hands import codec
from desktop_agent.desktop.hands.guard import Holder

if TYPE_CHECKING:
    from desktop_agent.desktop.hands.server import HandsServer

PROTOCOL = 1
SEND_SECONDS = 2
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError)

log = logging.getLogger(__name__)


class Session:
    """Reads frames `{"id", "op", …}` and answers each with `{"id", "answer"}` or `{"id", "error"}`. A client that
    watches also gets `{"event", "status"}`."""

    def __init__(self, server: "HandsServer", connection: socket.socket, pid: int) -> None:
        self._server = server
        self._connection = connection
        self._sending = threading.Lock()
        self._pid = pid
        self._role = ""
        self._watching = False
        self.pids: frozenset[int] = frozenset({pid})
        self.gone = False

    def start(self) -> None:
        """Begin to answer, from a thread of its own."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        threading.Thread(target=self._read, name=f"client-{self._pid}", daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def announce(self) -> None:
        """Tell a watching client that the stop was latched or released."""
        if self._watching:
            status = self._server.status()
            self._send({"event": "stopped" if status.stopped is not None else "resumed", "status": status.to_wire()})

    def _read(self) -> None:
        try:
            while True:
                header, blobs = wire.receive(self._connection)
                if header.get("op") == "perform":
                    threading.Thread(target=self._answer, args=(header, blobs), name="perform", daemon=True).start()
                else:
                    self._answer(header, blobs)
        except wire.ConnectionEnded:
            pass
        except (wire.WireError, OSError) as error:
            log.warning("client %s dropped: %s", self._pid, error)
        finally:
            self.gone = True
            self._server.ended(self)
            self._connection.close()

    def _answer(self, header: dict[str, Any], blobs: list[bytes]) -> None:
        try:
            answer = self._do(header, blobs)
        except AgentError as error:
            self._send({"id": header.get("id"), "error": codec.pack_error(error)})
        except _MALFORMED as error:
            log.warning("client %s sent a request that makes no sense: %r", self._pid, error)
            problem = UsageError("The hands did not understand the request.", details=repr(error))
            self._send({"id": header.get("id"), "error": codec.pack_error(problem)})
        except Exception as error:
            log.exception("a request failed")
            failure = AgentError("The hands failed.", "Try again; the log has the details.", repr(error))
            self._send({"id": header.get("id"), "error": codec.pack_error(failure)})
        else:
            self._send({"id": header.get("id"), "answer": answer})

    def _do(self, header: dict[str, Any], blobs: list[bytes]) -> Any:
        operation = header["op"]
        if operation == "hello":
            return self._hello(header)
        if not self._role:
            raise UsageError("The client did not introduce itself.")
        return getattr(self, f"_op_{operation}")(header, blobs)

    def _hello(self, header: dict[str, Any]) -> Any:
        if header["protocol"] != PROTOCOL:
            raise UsageError(
                "Another version of Desktop Agent is running on this display.", "End it, and start again in a moment."
            )
        self._role = str(header["role"])
        self.pids = frozenset({self._pid, *(int(pid) for pid in header["pids"])})
        return self._server.status().to_wire()

    def _op_status(self, *_: object) -> Any:
        return self._server.status().to_wire()

    def _op_own_pids(self, *_: object) -> Any:
        return sorted(self._server.own_pids())

    def _op_acquire(self, header: dict[str, Any], _: list[bytes]) -> None:
        if self._role != "run":
            raise UsageError(f"A client that connected as {self._role!r} can't act.")
        self._server.reload_settings()
        self._server.guard.acquire(Holder(self, str(header["run"]), self._pid))

    def _op_release(self, *_: object) -> None:
        self._server.release(self)

    def _op_perform(self, header: dict[str, Any], blobs: list[bytes]) -> Any:
        inputs = codec.unpack_inputs(header["inputs"])
        expectation = codec.unpack_expectation(header["expectation"], blobs)
        return codec.pack_report(self._server.perform(self, inputs, expectation))

    def _op_open_prompt(self, *_: object) -> None:
        self._server.open_prompt(self)

    def _op_close_prompt(self, *_: object) -> None:
        self._server.guard.close_prompt(self)

    def _op_stop(self, header: dict[str, Any], _: list[bytes]) -> None:
        self._server.guard.stop(str(header["reason"]))

    def _op_resume(self, *_: object) -> None:
        log.info("client %s (%s) releases the stop", self._pid, self._role)
        self._server.guard.resume()

    def _op_subscribe(self, *_: object) -> Any:
        self._watching = True
        return self._server.status().to_wire()

    def _send(self, header: dict[str, Any]) -> None:
        """A client that does not read what it is sent must not hold up the others: it is dropped."""
        with self._sending:
            try:
                wire.send(self._connection, header)
            except (wire.ConnectionEnded, OSError) as error:
                log.info("client %s can't be told anything any more: %s", self._pid, error)
                self.close()
