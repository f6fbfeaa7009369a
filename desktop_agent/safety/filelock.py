"""A lock that several processes share: whoever holds it has the file to itself."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.005

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**62  # A byte that no file reaches: locks on Windows keep others from reading what is locked.

    def _try(descriptor: int) -> None:
        _at_far(descriptor, msvcrt.LK_NBLCK)

    def _release(descriptor: int) -> None:
        _at_far(descriptor, msvcrt.LK_UNLCK)

    def _at_far(descriptor: int, mode: int) -> None:
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, mode, 1)
        finally:
            os.lseek(descriptor, position, os.SEEK_SET)

else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextlib.contextmanager
def locked(descriptor: int, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of an open file. It ends with the process, however that ends.

    Args:
        descriptor: of the file; each holder opens the file for itself.
        patience: seconds to wait for another holder.

    Raises:
        TimeoutError: the other holder kept it.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            _try(descriptor)
            break
        except (BlockingIOError, PermissionError) as error:
            if time.monotonic() >= deadline:
                raise TimeoutError(f"another process held the lock for {patience:g} seconds") from error
            time.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        _release(descriptor)
