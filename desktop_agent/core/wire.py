"""Frames between our processes over a stream socket: a JSON header and raw blobs. Never pickle.

Frame: 4 bytes length of the header (big endian), 2 bytes number of blobs, 8 bytes length of each blob, the header,
the blobs.
"""

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

MAX_HEADER = 16 * 1024 * 1024
MAX_BLOBS = 1024
MAX_BLOB = 512 * 1024 * 1024
FIRST_READ = 16 * 1024 * 1024
"""Bytes reserved at once; enough for a screenshot of 2560×1440."""


class WireError(Exception):
    """The peer sent something that is no frame."""


class ConnectionEnded(WireError):
    """The peer closed the connection, or died."""


def send(sock: socket.socket, header: dict[str, Any], blobs: Sequence[bytes | bytearray] = ()) -> None:
    """Send one frame. Not safe to call from two threads at once.

    Raises:
        ConnectionEnded: the peer is gone, or our own end was closed.
        TimeoutError: the socket's time-out passed.
    """
    data = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    sizes = struct.pack(f">IH{len(blobs)}Q", len(data), len(blobs), *(len(blob) for blob in blobs))
    try:
        sock.sendall(sizes + data)
        for blob in blobs:
            sock.sendall(blob)
    except TimeoutError:
        raise
    except OSError as error:
        raise ConnectionEnded(str(error)) from error


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[bytes]]:
    """Receive one frame, waiting for it.

    Raises:
        ConnectionEnded: the peer closed the connection, or our own end was closed.
        WireError: not a frame, or larger than allowed.
        TimeoutError: the socket's time-out passed.
    """
    header_size, count = struct.unpack(">IH", _exactly(sock, 6))
    if header_size > MAX_HEADER or count > MAX_BLOBS:
        raise WireError(f"frame too large: header {header_size}, {count} blobs")
    sizes = struct.unpack(f">{count}Q", _exactly(sock, 8 * count))
    if any(size > MAX_BLOB for size in sizes):
        raise WireError(f"blob too large: {max(sizes)}")
    try:
        header = json.loads(_exactly(sock, header_size).decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise WireError("header is not an object")
    return header, [_exactly(sock, size) for size in sizes]


def _exactly(sock: socket.socket, size: int) -> bytes:
    """Read `size` bytes. Memory grows with what has arrived, not with what the peer says will come."""
    data, got = bytearray(min(size, FIRST_READ)), 0
    while got < size:
        if got == len(data):
            data += bytes(min(got, size - got))
        try:
            with memoryview(data)[got:] as rest:
                count = sock.recv_into(rest)
        except TimeoutError:
            raise
        except OSError as error:
            raise ConnectionEnded(str(error)) from error
        if count == 0:
            raise ConnectionEnded("the peer closed the connection")
        got += count
    return bytes(data)
