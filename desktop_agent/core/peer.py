"""Who is at the other end of a local socket, as the kernel knows it."""

import os
import socket
import struct


def peer_of(connection: socket.socket) -> tuple[int, int]:
    """Process and user at the other end, as they were when it connected. Linux only.

    Raises:
        OSError: the kernel does not know.
    """
    size = struct.calcsize("3i")
    pid, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return pid, user


def is_same_user(descriptor: int) -> bool:
    """Whether the socket `descriptor` leads to a process of this user. Where the kernel can't be asked, the permissions
    of the socket must do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        return peer_of(connection)[1] == os.getuid()
