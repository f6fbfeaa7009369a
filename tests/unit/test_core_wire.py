"""Frames between our processes: what goes in comes out, and nothing that comes in does harm."""

import contextlib
import json
import socket
import struct
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core import wire

TEXTS = st.text(st.characters())
HEADERS = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS | st.lists(st.integers()))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextlib.contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, two = socket.socketpair()
    with one, two:
        one.settimeout(10)
        two.settimeout(10)
        yield one, two


def raw(data: bytes) -> tuple[dict, list[bytes]]:
    """What is received when `data` arrives and then the connection ends."""
    with pair() as (one, two):
        sender = threading.Thread(target=_send_and_end, args=(one, data))
        sender.start()
        try:
            return wire.receive(two)
        finally:
            two.close()
            sender.join()


def _send_and_end(sock: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(data)
    sock.close()


def frame(header: bytes, *blobs: bytes) -> bytes:
    sizes = struct.pack(f">IH{len(blobs)}Q", len(header), len(blobs), *map(len, blobs))
    return sizes + header + b"".join(blobs)


@QUICK
@given(HEADERS, st.lists(st.binary(max_size=2000), max_size=5))
def test_frames_come_through(header: dict, blobs: list[bytes]) -> None:
    with pair() as (one, two):
        wire.send(one, header, blobs)
        wire.send(one, {"next": 1})
        assert wire.receive(two) == (header, blobs)
        assert wire.receive(two) == ({"next": 1}, [])


def test_a_large_frame_comes_through() -> None:
    blob = bytes(range(256)) * (5 * wire.FIRST_READ // 512)
    assert raw(frame(b"{}", blob, b"", b"x")) == ({}, [blob, b"", b"x"])


def test_the_documented_format_is_what_is_sent() -> None:
    with pair() as (one, two):
        wire.send(one, {"a": "ü"}, [b"xyz"])
        assert two.recv(100) == frame('{"a":"ü"}'.encode(), b"xyz")


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_an_error(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        header, blobs = raw(data)
        assert isinstance(header, dict)
        assert all(isinstance(blob, bytes) for blob in blobs)


@QUICK
@given(HEADERS, st.lists(st.binary(max_size=50), max_size=3), st.data())
def test_damaged_frames_are_a_frame_or_an_error(header: dict, blobs: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(frame(json.dumps(header).encode(), *blobs))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(wire.WireError):
        assert isinstance(raw(bytes(whole))[0], dict)


@QUICK
@given(st.data())
def test_a_frame_that_is_cut_off_is_an_ended_connection(data: st.DataObject) -> None:
    whole = frame(b'{"a":1}', b"blob", b"more")
    with pytest.raises(wire.ConnectionEnded):
        raw(whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize(
    "data",
    [
        frame(b"not json"),
        frame(b"[1]"),
        frame(b"5"),
        frame(b"\xff\xfe"),
        frame(b"[" * 200_000),
        struct.pack(">IH", wire.MAX_HEADER + 1, 0),
        struct.pack(">IH", 2, wire.MAX_BLOBS + 1),
        struct.pack(">IHQ", 2, 1, wire.MAX_BLOB + 1),
        struct.pack(">IHQ", 2, 1, 2**64 - 1),
    ],
)
def test_what_is_no_frame_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError) as raised:
        raw(data)
    assert not isinstance(raised.value, wire.ConnectionEnded)


def test_memory_is_not_taken_for_what_has_not_come() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(wire.ConnectionEnded):
            raw(struct.pack(">IHQ", 2, 1, wire.MAX_BLOB) + b"{}" + b"only this")
        assert tracemalloc.get_traced_memory()[1] < 3 * wire.FIRST_READ
    finally:
        tracemalloc.stop()


def test_a_peer_that_is_gone_is_an_ended_connection() -> None:
    with pair() as (one, two):
        two.close()
        with pytest.raises(wire.ConnectionEnded):
            wire.receive(one)
        with pytest.raises(wire.ConnectionEnded):
            wire.send(one, {}, [b"x" * 10_000_000])


def test_our_own_closed_end_is_an_ended_connection() -> None:
    with pair() as (one, _two):
        one.close()
        with pytest.raises(wire.ConnectionEnded):
            wire.receive(one)
        with pytest.raises(wire.ConnectionEnded):
            wire.send(one, {})


def test_a_time_out_stays_a_time_out() -> None:
    with pair() as (one, _two):
        one.settimeout(0.01)
        with pytest.raises(TimeoutError):
            wire.receive(one)
        with pytest.raises(TimeoutError):
            wire.send(one, {}, [b"x" * 10_000_000])
