"""Memory that is given back to the system when it is freed."""

import ctypes
import sys

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""Numbers of mallopt(3)."""
_THRESHOLD = 128 * 1024
_ARENAS = 2


def give_pictures_back() -> None:
    """Keep pictures out of the heap. glibc raises the size from which a block gets a mapping of its own with each such
    block that is freed; a full screen is 8 MB, so soon all of them would lie in the heap, which does not shrink."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # not every C library has it
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD)
        mallopt(_M_ARENA_MAX, _ARENAS)
