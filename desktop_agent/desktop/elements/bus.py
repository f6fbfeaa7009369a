"""Many D-Bus calls at once over one connection of jeepney's."""

import contextlib
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

CONNECT_SECONDS = 2.0
IN_FLIGHT = 128
"""Calls sent before the first answer is awaited."""


class BusError(Exception):
    """The bus can't be reached, or the connection to it broke."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method call. `reply` is the D-Bus signature that its answer must have; `body` fits `signature`."""

    destination: str
    path: str
    interface: str
    member: str
    reply: str
    signature: str = ""
    body: tuple[Any, ...] = ()


def get_property(destination: str, path: str, interface: str, name: str) -> Call:
    """The call that reads a property; its answer is one variant, (signature, value)."""
    return Call(destination, path, "org.freedesktop.DBus.Properties", "Get", "v", "ss", (interface, name))


class Bus:
    """A message bus. Safe to use from several threads, which wait for one another.

    Args:
        address: its D-Bus address.

    Raises:
        BusError: it can't be reached.
    """

    def __init__(self, address: str) -> None:
        from jeepney.io.blocking import open_dbus_connection

        try:
            self._connection = open_dbus_connection(address, auth_timeout=CONNECT_SECONDS)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise BusError(f"{address}: {error!r}") from error
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def call(self, call: Call, deadline: float) -> tuple[Any, ...] | None:
        """The answer's body; None for an error, for an answer of another type than `call.reply`, and
        when `deadline` (`time.monotonic` seconds) passed.

        Raises:
            BusError: the connection broke.
        """
        return self.calls((call,), deadline)[0]

    def calls(self, calls: Sequence[Call], deadline: float) -> list[tuple[Any, ...] | None]:
        """Like `call` for many, which costs far less than one after the other. Answers in the order of `calls`."""
        answers: list[tuple[Any, ...] | None] = [None] * len(calls)
        with self._lock:
            try:
                self._exchange(calls, answers, deadline)
            except TimeoutError:
                pass  # what came until then is what there is; answers that come later are ignored
            except (OSError, ValueError, AssertionError, RuntimeError) as error:
                with contextlib.suppress(OSError):
                    self._connection.close()
                raise BusError(repr(error)) from error
        return answers

    def _exchange(self, calls: Sequence[Call], answers: list[tuple[Any, ...] | None], deadline: float) -> None:
        from jeepney import HeaderFields, MessageType

        waiting: dict[int, int] = {}
        unsent = iter(enumerate(calls))
        while True:
            self._send(unsent, waiting)
            if not waiting:
                return
            message = self._connection.receive(timeout=max(0.0, deadline - time.monotonic()))
            fields = message.header.fields
            index = waiting.pop(fields.get(HeaderFields.reply_serial, -1), None)
            if index is None or message.header.message_type is not MessageType.method_return:
                continue
            if fields.get(HeaderFields.signature, "") == calls[index].reply:  # applications answer what they like
                answers[index] = message.body

    def _send(self, unsent: Iterable[tuple[int, Call]], waiting: dict[int, int]) -> None:
        """Send on until enough answers are awaited, in one write."""
        if len(waiting) > IN_FLIGHT // 2:
            return
        data = bytearray()
        for index, call in unsent:
            serial = next(self._connection.outgoing_serial)
            waiting[serial] = index
            data += _message(call).serialise(serial=serial)
            if len(waiting) >= IN_FLIGHT:
                break
        if data:
            self._connection.sock.sendall(data)


def _message(call: Call) -> Any:
    from jeepney import DBusAddress, new_method_call

    address = DBusAddress(call.path, call.destination, call.interface)
    return new_method_call(address, call.member, call.signature or None, call.body)
